//! Which story an article belongs to, among candidates that share something with it.

use std::collections::{HashMap, HashSet};

use super::happening::{Accord, accord};
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
    /// So many copies of its text are known that one more is no help to whoever looks for the story.
    pub crowded: bool,
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
            crowded: near.iter().filter(|known| is_copy(new.sketch, &known.sketch, settings)).count() >= FEW,
        };
    }
    let stories = likenesses(new, &near, settings);
    let fitting = stories.iter().filter(|story| story.degree >= story.needed);
    let Some(found) = fitting.max_by(|one, other| one.excess().total_cmp(&other.excess()).then(one.older(other)))
    else {
        let likest = stories.iter().max_by(|one, other| one.degree.total_cmp(&other.degree).then(one.older(other)));
        let follows = likest.filter(|likest| likest.degree >= settings.follow_up).map(|likest| likest.story.clone());
        return Assignment { follows, independent: true, ..Assignment::default() };
    };
    let story = found.story.clone();
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

/// A story among the candidates, held against the new article.
struct Likeness<'a> {
    story: &'a StoryId,
    /// How alike, 0–1.
    degree: f64,
    /// The degree from which they are one.
    needed: f64,
}

impl Likeness<'_> {
    fn excess(&self) -> f64 {
        self.degree / self.needed
    }

    fn older(&self, other: &Self) -> std::cmp::Ordering {
        other.story.cmp(self.story)
    }
}

/// How alike each story is to the new article: its likest report, held back where its other reports are unlike, so that
/// stories do not grow into each other by chains. Many copies of one text are one report: they neither make its words
/// common nor outweigh the others.
fn likenesses<'a>(new: &NewArticle<'_>, near: &[&'a Candidate], settings: &Settings) -> Vec<Likeness<'a>> {
    let texts = without_copies(near, settings);
    let rarity = Rarity::of(&texts);
    let vector = weighed(new.sketch, &rarity);
    let mut stories: HashMap<&StoryId, (Vec<f64>, Accord)> = HashMap::new();
    for candidate in texts {
        let likeness = cosine(&vector, &weighed(&candidate.sketch, &rarity)) * nearness(new, candidate);
        let (likenesses, best) = stories.entry(&candidate.story).or_insert((Vec::new(), Accord::None));
        likenesses.push(likeness);
        if same_day(new, candidate) {
            *best = (*best).max(accord(&new.sketch.happenings, &candidate.sketch.happenings));
        }
    }
    let held = |(story, (likenesses, accord)): (&'a StoryId, (Vec<f64>, Accord))| {
        let best = likenesses.iter().copied().fold(0.0, f64::max);
        let mean = likenesses.iter().sum::<f64>() / likenesses.len() as f64;
        let needed = match accord {
            Accord::None => settings.same_story,
            Accord::Kind => settings.same_happening.min(settings.same_story),
            Accord::Detail => settings.same_happening.min(settings.same_story) * DETAIL,
        };
        Likeness { story, degree: best * 0.9 + mean * 0.1, needed }
    };
    stories.into_iter().map(held).collect()
}

/// Share of the likeness that reports need which also agree on a sum, a person or another firm.
const DETAIL: f64 = 0.5;

/// So many copies of one text count as reports; the others add nothing.
const FEW: usize = 4;

/// The candidates with no more than a few copies of each text of each story.
fn without_copies<'a>(near: &[&'a Candidate], settings: &Settings) -> Vec<&'a Candidate> {
    let mut texts: Vec<&Candidate> = Vec::new();
    for candidate in near {
        let copies = texts
            .iter()
            .filter(|known| known.story == candidate.story && is_copy(&known.sketch, &candidate.sketch, settings));
        if copies.count() < FEW {
            texts.push(candidate);
        }
    }
    texts
}

fn is_copy(one: &Sketch, other: &Sketch, settings: &Settings) -> bool {
    one.resemblance(other) >= settings.copy
}

/// Reports that say the same of one account within so many hours tell of one happening.
const ONE_DAY: i64 = 36;

fn same_day(new: &NewArticle<'_>, candidate: &Candidate) -> bool {
    let (Some(one), Some(other)) = (new.published, candidate.published) else { return false };
    (one - other).abs().num_hours() <= ONE_DAY
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
        keys(&Reading { title: report.0, text: report.1, ..Reading::default() }, Vec::new(), &Settings::default())
            .sketch
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

    /// Two reports in words of their own, and the claim that both make.
    const RAISED: (&str, &str) = (
        "Acme Robotics raises $80 million in Series C",
        "DAYTON (Wire) - Acme Robotics said on Tuesday it has raised $80 million in a Series C round led by Northgate \
         Ventures. Acme Robotics, which makes warehouse robots, will use the money to build a second plant.",
    );
    const RAISED_TOLD_ANEW: (&str, &str) = (
        "Investors back Ohio automation group",
        "For two years its order book has been fuller than its one hall could serve. Now Acme Robotics has secured fresh \
         equity worth $80 million, its chief told this paper over coffee beside three idle benches.",
    );

    fn funded(report: (&str, &str), amount: Option<f64>) -> Sketch {
        let claim = crate::model::Claim {
            kind: crate::model::SignalType::Funding,
            entity: Some("acme".into()),
            subject: "Acme Robotics".into(),
            role: crate::model::Role::Issuer,
            counterparty: None,
            counter_role: None,
            person: None,
            manner: None,
            direction: None,
            amount: amount.map(|value| crate::model::Amount {
                value: Some(value),
                currency: None,
                text: String::new(),
            }),
            status: crate::model::Status::Completed,
            confidence: 0.9,
            evidence: crate::model::Quote { field: crate::model::Field::Text, start: 0, end: 0, quote: String::new() },
        };
        let happenings = crate::story::Happening::of(&claim).into_iter().collect();
        keys(&Reading { title: report.0, text: report.1, ..Reading::default() }, happenings, &Settings::default())
            .sketch
    }

    #[test]
    fn reports_that_say_the_same_of_one_account_on_one_day_are_one_story() {
        for (amount, at, joins) in [(Some(8e7), 0, true), (Some(3e7), 0, false), (Some(8e7), 3, false)] {
            let mut candidates = vec![known(RAISED, 0)];
            candidates[0].sketch = funded(RAISED, Some(8e7));
            // Many copies do not make its words common.
            for copy in 0..50 {
                let article = ArticleId(format!("acopy{copy}"));
                candidates.push(Candidate { article, ..candidates[0].clone() });
            }
            let sketch = funded(RAISED_TOLD_ANEW, amount);
            let new = NewArticle {
                id: ArticleId::from("atwo"),
                published: Some(day(at)),
                publisher_domain: Some("two.example".to_owned()),
                sketch: &sketch,
            };
            let assignment = assign(&new, &candidates, &Settings::default(), day(at));
            assert_eq!(assignment.story.is_some(), joins, "{amount:?} after {at} days");
            assert!(assignment.independent && assignment.duplicate_of.is_none());
        }
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
