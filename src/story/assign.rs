//! Which story an article belongs to, among candidates that share something with it.

use std::collections::{HashMap, HashSet};

use super::{Settings, Sketch};
use crate::model::{ArticleId, StoryId, Time};

/// The article to be placed.
#[derive(Clone, Debug)]
pub struct NewArticle<'a> {
    /// Its id.
    pub id: ArticleId,
    /// When it was published, where that is known.
    pub published: Option<Time>,
    /// Its publisher's registrable domain.
    pub publisher_domain: Option<String>,
    /// What it is compared by.
    pub sketch: &'a Sketch,
}

/// An earlier article that may tell of the same happening.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// The article.
    pub article: ArticleId,
    /// Its story.
    pub story: StoryId,
    /// When it was published, where that is known.
    pub published: Option<Time>,
    /// Its publisher's registrable domain.
    pub publisher_domain: Option<String>,
    /// What it is compared by.
    pub sketch: Sketch,
}

/// Where an article belongs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Assignment {
    /// The story of an earlier article, or none: it opens its own.
    pub story: Option<StoryId>,
    /// The earlier article whose text it copies.
    pub duplicate_of: Option<ArticleId>,
    /// The earlier story that it goes on from.
    pub follows: Option<StoryId>,
    /// It speaks for itself: no copy, and no report of its publisher is in the story yet.
    pub independent: bool,
}

/// Places an article among `candidates`; of several stories that fit the likest counts.
#[must_use]
pub fn assign(new: &NewArticle<'_>, candidates: &[Candidate], settings: &Settings, _now: Time) -> Assignment {
    let near: Vec<&Candidate> = candidates.iter().filter(|candidate| is_near(new, candidate, settings)).collect();
    if let Some(original) = copied(new, &near, settings) {
        return Assignment {
            story: Some(original.story.clone()),
            duplicate_of: Some(original.article.clone()),
            follows: None,
            independent: false,
        };
    }
    let Some((story, likeness)) = likest_story(new, &near) else {
        return Assignment { independent: true, ..Assignment::default() };
    };
    if likeness < settings.same_story {
        let follows = (likeness >= settings.follow_up).then_some(story);
        return Assignment { follows, independent: true, ..Assignment::default() };
    }
    let told = near.iter().any(|known| {
        known.story == story && known.publisher_domain.is_some() && known.publisher_domain == new.publisher_domain
    });
    Assignment { story: Some(story), independent: !told, ..Assignment::default() }
}

fn is_near(new: &NewArticle<'_>, candidate: &Candidate, settings: &Settings) -> bool {
    match (new.published, candidate.published) {
        (Some(one), Some(other)) => (one - other).abs() <= settings.window(),
        _ => true,
    }
}

/// Share of the shorter text from which it counts as a cut of the longer.
const CUT: f64 = 0.7;

/// The earlier article whose text the new one copies, the likest first.
fn copied<'a>(new: &NewArticle<'_>, near: &[&'a Candidate], settings: &Settings) -> Option<&'a Candidate> {
    near.iter()
        .map(|known| (*known, new.sketch.resemblance(&known.sketch), new.sketch.containment(&known.sketch)))
        .filter(|(_, resemblance, containment)| *resemblance >= settings.copy || *containment >= CUT)
        .max_by(|one, other| one.2.total_cmp(&other.2))
        .map(|(known, ..)| known)
}

/// Words that tell of one report among many, and few among the rest, weigh most.
struct Rarity {
    reports: f64,
    with: HashMap<u32, u32>,
}

/// Reports that are imagined beside the candidates, so that three candidates do not decide what is rare.
const IMAGINED: f64 = 20.0;

impl Rarity {
    fn of(near: &[&Candidate]) -> Self {
        let mut with = HashMap::new();
        for candidate in near {
            let words: HashSet<u32> = candidate.sketch.words.iter().map(|(word, _)| *word).collect();
            for word in words {
                *with.entry(word).or_insert(0) += 1;
            }
        }
        Self { reports: near.len() as f64, with }
    }

    fn weight(&self, word: u32) -> f64 {
        let with = f64::from(self.with.get(&word).copied().unwrap_or(0));
        ((self.reports + IMAGINED) / (with + 1.0)).ln()
    }
}

/// The story most alike to the new article, with how alike (0–1): its likest report, held back where its other reports
/// are unlike, so that stories do not grow into each other by chains.
fn likest_story(new: &NewArticle<'_>, near: &[&Candidate]) -> Option<(StoryId, f64)> {
    let rarity = Rarity::of(near);
    let vector = weighed(new.sketch, &rarity);
    let mut stories: HashMap<&StoryId, Vec<f64>> = HashMap::new();
    for candidate in near {
        let likeness = cosine(&vector, &weighed(&candidate.sketch, &rarity)) * nearness(new, candidate);
        stories.entry(&candidate.story).or_default().push(likeness);
    }
    stories
        .into_iter()
        .map(|(story, likenesses)| {
            let best = likenesses.iter().copied().fold(0.0, f64::max);
            let mean = likenesses.iter().sum::<f64>() / likenesses.len() as f64;
            (story.clone(), best * 0.9 + mean * 0.1)
        })
        .max_by(|one, other| one.1.total_cmp(&other.1).then_with(|| other.0.cmp(&one.0)))
}

/// 1 within a day, falling to 0.7 over a week: news of one happening comes close together.
fn nearness(new: &NewArticle<'_>, candidate: &Candidate) -> f64 {
    let (Some(one), Some(other)) = (new.published, candidate.published) else { return 1.0 };
    let days = (one - other).abs().num_hours() as f64 / 24.0;
    (1.0 - (days - 1.0).max(0.0) * 0.05).max(0.7)
}

fn weighed(sketch: &Sketch, rarity: &Rarity) -> HashMap<u32, f64> {
    sketch.words.iter().map(|(word, weight)| (*word, f64::from(*weight) * rarity.weight(*word))).collect()
}

fn cosine(one: &HashMap<u32, f64>, other: &HashMap<u32, f64>) -> f64 {
    let length = |vector: &HashMap<u32, f64>| vector.values().map(|weight| weight * weight).sum::<f64>().sqrt();
    let common: f64 = one.iter().filter_map(|(word, weight)| Some(weight * other.get(word)?)).sum();
    let lengths = length(one) * length(other);
    if lengths == 0.0 { 0.0 } else { common / lengths }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Reading;
    use crate::story::keys;

    const CLOSING: (&str, &str) = (
        "Acme to close Ohio plant, 200 jobs go",
        "Acme Robotics said on Monday that it would close its plant in Dayton, Ohio, by the end of the year and move \
         production of its warehouse robots to Mexico. About 200 workers are affected, the company said.",
    );
    const CLOSING_TOLD_ANEW: (&str, &str) = (
        "200 workers to lose jobs as Acme shuts Dayton plant",
        "About 200 people who build warehouse robots in Dayton will be out of work by December. Acme Robotics is closing \
         its Ohio plant and moving production to Mexico, it announced Monday.",
    );
    const RESULTS: (&str, &str) = (
        "Acme profit rises on robot sales",
        "Acme Robotics posted a quarterly profit of $40 million, up from $31 million a year earlier, as retailers bought \
         more of its machines. Revenue grew 12 percent, the firm said, and it kept its forecast.",
    );

    fn sketch(report: (&str, &str)) -> Sketch {
        keys(&Reading { title: report.0, text: report.1, ..Reading::default() }, &Settings::default()).sketch
    }

    fn day(day: i64) -> Time {
        Time::from_timestamp(1_700_000_000 + day * 86_400, 0).unwrap()
    }

    fn known(report: (&str, &str), at: i64) -> Candidate {
        Candidate {
            article: ArticleId::from("aone"),
            story: StoryId::from("sone"),
            published: Some(day(at)),
            publisher_domain: Some("one.example".to_owned()),
            sketch: sketch(report),
        }
    }

    fn assigned(report: (&str, &str), at: i64, domain: &str, candidates: &[Candidate]) -> Assignment {
        let sketch = sketch(report);
        let new = NewArticle {
            id: ArticleId::from("atwo"),
            published: Some(day(at)),
            publisher_domain: Some(domain.to_owned()),
            sketch: &sketch,
        };
        assign(&new, candidates, &Settings::default(), day(at))
    }

    #[test]
    fn a_copy_joins_and_is_no_origin() {
        let dateline = format!("DAYTON, Ohio (Wire) - {}", CLOSING.1);
        let assignment = assigned(("Robot maker leaves Ohio", &dateline), 0, "two.example", &[known(CLOSING, 0)]);
        assert_eq!(assignment.story, Some(StoryId::from("sone")));
        assert_eq!(assignment.duplicate_of, Some(ArticleId::from("aone")));
        assert!(!assignment.independent);
    }

    #[test]
    fn another_report_joins_and_is_an_origin_if_its_publisher_is_new() {
        let assignment = assigned(CLOSING_TOLD_ANEW, 0, "two.example", &[known(CLOSING, 0)]);
        assert_eq!((assignment.story, assignment.duplicate_of), (Some(StoryId::from("sone")), None));
        assert!(assignment.independent);
        assert!(!assigned(CLOSING_TOLD_ANEW, 0, "one.example", &[known(CLOSING, 0)]).independent);
    }

    #[test]
    fn another_event_of_the_same_firm_stays_apart() {
        assert_eq!(assigned(RESULTS, 0, "two.example", &[known(CLOSING, 0)]).story, None);
    }

    #[test]
    fn what_lies_beyond_the_window_stays_apart() {
        assert_eq!(assigned(CLOSING, 30, "two.example", &[known(CLOSING, 0)]).story, None);
    }

    #[test]
    fn without_candidates_an_article_stands_alone() {
        let assignment = assigned(CLOSING, 0, "two.example", &[]);
        assert_eq!(assignment, Assignment { independent: true, ..Assignment::default() });
    }
}
