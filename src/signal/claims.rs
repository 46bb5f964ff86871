//! Claims of one article.

use super::amount;
use super::cue::{Need, Place, VERB, Who, group};
use super::lexicon::{Language, Lexicon, Reach, Rule};
use super::names::{self, Kind, Name, Style};
use super::settle::{Found, settle};
use super::status::{self, Around};
use super::verbs::Tense;
use super::view::{Party, Placed, Sentence, View, at, party, stands_for_firm};
use super::{Settings, tongue, wordlists};
use crate::model::{AccountId, Claim, Field, Manner, Mention, Quote, Reading, Role, SignalType};
use crate::text::fold::Folded;
use crate::text::sentences;

/// Longest sentence that is read, in bytes; what is longer is a table or debris, of which the beginning is read.
const LONGEST: usize = 1_200;

/// What an article says happened: for watched accounts (`entity` set) and for other firms (`entity` none).
///
/// `mentions` are those found in the same `reading`; only accepted ones count. Claims come strongest first. An article
/// in a language without cues makes none; where the language is not known, English is tried.
#[must_use]
pub fn claims(reading: &Reading<'_>, mentions: &[Mention], lexicon: &Lexicon, settings: &Settings) -> Vec<Claim> {
    let tongues = tongue::choose(reading.language, reading.title, cut_to(reading.text, 1_500));
    let languages: Vec<&Language> = tongues.iter().filter_map(|tongue| lexicon.language(tongue)).collect();
    if languages.is_empty() {
        return Vec::new();
    }
    let mut article = Article::new(reading, mentions, lexicon);
    let mut found: Vec<Found> = Vec::new();
    for sentence in to_read(reading, mentions, settings) {
        article.read(&sentence, &languages, &mut found);
    }
    settle(found, settings)
}

/// False where an article is in a language without cues: who is named in it can be known, what happened cannot.
#[must_use]
pub fn is_understood(reading: &Reading<'_>, lexicon: &Lexicon) -> bool {
    let tongues = tongue::choose(reading.language, reading.title, cut_to(reading.text, 1_500));
    tongues.iter().any(|tongue| lexicon.language(tongue).is_some())
}

/// The headline, the first sentences of the body, and those that name a watched account.
fn to_read<'a>(reading: &Reading<'a>, mentions: &[Mention], settings: &Settings) -> Vec<Sentence<'a>> {
    let mut chosen = Vec::new();
    if !reading.title.trim().is_empty() {
        chosen.push(Sentence { field: Field::Title, start: 0, text: cut(reading.title), number: 0 });
    }
    // Sentences far down are only wanted where a mention leads there.
    let last_mention = mentions
        .iter()
        .filter(|mention| mention.accepted && mention.span.field == Field::Text)
        .map(|mention| mention.span.end)
        .max();
    let wanted = match last_mention {
        None => floor(reading.text, 4_000),
        Some(end) => floor(reading.text, (end + LONGEST).max(4_000)),
    };
    for (place, range) in sentences::sentences(&reading.text[..wanted]).into_iter().enumerate() {
        let named = mentions.iter().any(|mention| {
            mention.accepted
                && mention.span.field == Field::Text
                && mention.span.start < range.end
                && range.start < mention.span.end
        });
        if place < settings.sentences || (named && place < settings.sentences_near_mentions) {
            chosen.push(Sentence {
                field: Field::Text,
                start: range.start,
                text: cut(&reading.text[range]),
                number: place + 1,
            });
        }
    }
    chosen
}

fn floor(text: &str, most: usize) -> usize {
    let mut end = text.len().min(most);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    end
}

fn cut(text: &str) -> &str {
    &text[..floor(text, LONGEST)]
}

/// What is known about the article as a whole while it is read.
struct Article<'a> {
    reading: &'a Reading<'a>,
    mentions: &'a [Mention],
    lexicon: &'a Lexicon,
    /// Words that the article also writes without a capital; found when first asked for.
    lower: std::cell::OnceCell<std::collections::HashSet<String>>,
    /// The firm that "it" and "the company" mean: the first subject, else the first firm of the headline.
    lead: Option<Party>,
    sport: std::cell::OnceCell<bool>,
}

impl<'a> Article<'a> {
    fn new(reading: &'a Reading<'a>, mentions: &'a [Mention], lexicon: &'a Lexicon) -> Self {
        Self {
            reading,
            mentions,
            lexicon,
            lower: std::cell::OnceCell::new(),
            lead: None,
            sport: std::cell::OnceCell::new(),
        }
    }

    fn names(&self, sentence: &Sentence<'_>, style: Style) -> Vec<Name> {
        let end = sentence.start + sentence.text.len();
        let marked: Vec<(usize, usize, AccountId)> = self
            .mentions
            .iter()
            .filter(|mention| mention.accepted && mention.span.field == sentence.field)
            .filter(|mention| mention.span.start >= sentence.start && mention.span.end <= end)
            .filter(|mention| mention.span.start < mention.span.end)
            .map(|mention| {
                (mention.span.start - sentence.start, mention.span.end - sentence.start, mention.account.clone())
            })
            .filter(|(start, end, _)| sentence.text.get(*start..*end).is_some())
            .collect();
        let lower = self.lower.get_or_init(|| names::lower_words(cut_to(self.reading.text, 3_000)));
        let plain = |word: &str| lower.contains(word) || self.lexicon.is_cue_word(word);
        names::names(sentence.text, style, &plain, &marked)
    }

    /// The firm that the article is about, as far as its headline or first sentence tells.
    fn lead(&mut self) -> Option<Party> {
        if self.lead.is_none() {
            let first = sentences::sentences(cut_to(self.reading.text, LONGEST)).into_iter().next();
            let body = first.map(|range| Sentence {
                field: Field::Text,
                start: range.start,
                text: &self.reading.text[range],
                number: 1,
            });
            let title = Sentence { field: Field::Title, start: 0, text: cut(self.reading.title), number: 0 };
            for sentence in [Some(title), body].into_iter().flatten() {
                let style = names::style(sentence.text);
                let names = self.names(&sentence, style);
                let firm = names
                    .iter()
                    .find(|name| name.account.is_some())
                    .or_else(|| names.iter().find(|name| name.kind == Kind::Firm));
                if let Some(name) = firm {
                    self.lead = Some(party(name, sentence.text));
                    break;
                }
            }
        }
        self.lead.clone()
    }

    fn read(&mut self, sentence: &Sentence<'_>, languages: &[&Language], found: &mut Vec<Found>) {
        let folded = Folded::of(sentence.text);
        let plain: Vec<u8> = folded.as_str().bytes().map(|byte| if byte.is_ascii() { byte } else { b'_' }).collect();
        let reached = |rule: &Rule| match rule.reach {
            Reach::Title => sentence.number == 0,
            Reach::Lead => sentence.number <= 1,
            Reach::Headless => self.reading.title.trim().is_empty(),
            Reach::Any => true,
        };
        let matching: Vec<&Rule> = languages
            .iter()
            .flat_map(|language| language.candidates(&plain))
            .filter(|rule| reached(rule) && rule.cue.regex.is_match(&plain))
            .filter(|rule| !rule.except.as_ref().is_some_and(|except| except.is_match(&plain)))
            .collect();
        if matching.is_empty() || status::is_no_report(&plain) {
            return;
        }
        let style = names::style(sentence.text);
        let names = self.names(sentence, style);
        let view = View {
            names: names
                .into_iter()
                .map(|name| Placed { start: at(&folded, name.start), end: at(&folded, name.end), name })
                .collect(),
            sums: amount::sums(folded.as_str()),
            plain,
            folded,
            sentence,
        };
        for rule in matching {
            for captures in rule.cue.regex.captures_iter(&view.plain).take(4) {
                if self.claim(rule, &captures, &view, found) {
                    break;
                }
            }
        }
    }

    /// Makes the claims of one cue at one place; false where a needed part is missing.
    fn claim(
        &mut self,
        rule: &Rule,
        captures: &regex::bytes::Captures<'_>,
        view: &View<'_>,
        found: &mut Vec<Found>,
    ) -> bool {
        let Some(whole) = captures.get(0) else { return false };
        let (start, end) = (whole.start(), whole.end());
        let clause = view.clause(start, end);
        let around = Around {
            before: &view.plain[clause.start..start],
            after: &view.plain[start..clause.end.max(end)],
            sentence: &view.plain,
            tense: captures.name(VERB).and_then(|verb| rule.tense(verb.as_bytes())),
        };
        // "Acme bought by Beta" is not what "{A} <buy> {B}" means, nor "taken over by" what "{A} <take> over {B}" does, nor
        // "acquired by Beta Group" what "{A} <acquire> ... group" does.
        let passive = around.tense == Some(Tense::Past)
            && captures.name(VERB).is_some_and(|verb| {
                let by = |from: usize| view.plain[from..].starts_with(b" by ");
                (by(end) && is_particle(&view.plain[verb.end()..end]))
                    || (by(verb.end()) && rule.kind == SignalType::Acquisition)
            });
        if passive {
            return false;
        }
        if !rule.history && status::is_history(around.sentence, around.before) {
            return false;
        }
        let Some(status) = status::status(&around, rule.by_tense) else { return false };
        let mut taken = Vec::new();
        let Some((subjects, certainty)) = self.subjects(rule, captures, view, &mut taken) else { return false };
        let counterparty = match rule.needs(Who::Counterparty) {
            None => None,
            Some(need) => {
                let other = view.party(rule, Who::Counterparty, captures, &taken);
                if other.is_none() && need != Need::Optional && !(are_equals(rule) && subjects.len() > 1) {
                    return false;
                }
                other
            }
        };
        let person = (rule.kind == SignalType::LeadershipChange || rule.needs(Who::Person).is_some())
            .then(|| view.person(start, end, &subjects, rule.role == Role::AppointedBy))
            .flatten();
        if rule.needs(Who::Person) == Some(Need::Needed) && person.is_none() {
            return false;
        }
        let position = match view.sentence.number {
            0 => 1.0,
            1 => 0.92,
            2 => 0.85,
            _ => 0.75,
        };
        let speaks_of_sport =
            *self.sport.get_or_init(|| wordlists::speaks_of_sport(self.reading.title, cut_to(self.reading.text, 800)));
        let sport = if speaks_of_sport { 0.5 } else { 1.0 };
        let confidence = rule.strength * position * certainty * sport;
        if self.lead.is_none() {
            self.lead = subjects.first().cloned();
        }
        let pair = subjects.len() > 1 && are_equals(rule);
        let told = if pair { &subjects[..1] } else { &subjects[..] };
        for subject in told {
            let other = if pair { subjects.get(1).cloned() } else { counterparty.clone() };
            let other = other.filter(|other| other != subject);
            found.push(Found {
                claim: Claim {
                    kind: rule.kind,
                    entity: subject.account.clone(),
                    subject: subject.name.clone(),
                    role: rule.role,
                    counter_role: other.as_ref().and(rule.counter_role),
                    counterparty: other.as_ref().map(|other| other.name.clone()),
                    person: person.clone(),
                    manner: rule.manner.or_else(|| manner(rule, &view.plain)),
                    direction: rule.direction,
                    amount: view.amount(start, end),
                    status,
                    confidence: confidence.clamp(0.0, 1.0),
                    evidence: Quote {
                        field: view.sentence.field,
                        start: view.sentence.start,
                        end: view.sentence.start + view.sentence.text.len(),
                        quote: view.sentence.text.to_owned(),
                    },
                },
                number: view.sentence.number,
                background: rule.reach == Reach::Headless,
                counter_account: other.and_then(|other| other.account),
            });
        }
        true
    }

    /// Whom the cue is about, and how surely.
    fn subjects(
        &mut self,
        rule: &Rule,
        captures: &regex::bytes::Captures<'_>,
        view: &View<'_>,
        taken: &mut Vec<usize>,
    ) -> Option<(Vec<Party>, f64)> {
        let whole = captures.get(0)?;
        let Some(slot) = rule.cue.slots.iter().find(|slot| slot.who == Who::Subject) else {
            let whole = || view.stand_in(0, view.plain.len());
            return self.lead().or_else(whole).map(|lead| (vec![lead], 0.75));
        };
        match slot.place {
            Place::After | Place::Inside => {
                let place = view.slot_name(rule, Who::Subject, captures, taken);
                if let Some(place) = place {
                    taken.push(place);
                    return Some((vec![view.party_at(place)], 0.95));
                }
                let region = match slot.place {
                    Place::Inside => captures.name(group(Who::Subject)).map(|inner| inner.range()),
                    _ => Some(whole.end()..(whole.end() + 30).min(view.plain.len())),
                }?;
                (slot.need != Need::Adjacent && stands_for_firm(&view.plain[region]))
                    .then(|| self.lead())
                    .flatten()
                    .map(|lead| (vec![lead], 0.7))
            }
            Place::Before => {
                let clause = view.clause(whole.start(), whole.end());
                if let Some(chosen) = view.subject_before(clause.start, whole.start(), slot.need, rule.kind) {
                    taken.push(chosen);
                    let mut places = view.joined_before(chosen);
                    taken.extend(&places);
                    places.insert(0, chosen);
                    let pair_wanted = are_equals(rule);
                    if pair_wanted {
                        places.sort_unstable();
                    }
                    let parties = places.into_iter().map(|place| view.party_at(place)).collect();
                    return Some((parties, 1.0));
                }
                if slot.need == Need::Adjacent && view.sentence.number > 0 {
                    return None;
                }
                if let Some(name) = view.headline_name(clause.start, whole.start()) {
                    return Some((vec![Party { name, account: None }], 0.8));
                }
                let region = &view.plain[clause.start..whole.start()];
                let figures = matches!(rule.kind, SignalType::Earnings | SignalType::MarketMove);
                let headless = region.len() < 3 && (clause.start > 0 || (figures && view.sentence.number > 0));
                if !stands_for_firm(region) && !headless {
                    return None;
                }
                // "Acme gains as its profit rises": the firm named earlier in the same sentence.
                if let Some(place) = view.first_firm_before(clause.start) {
                    taken.push(place);
                    return Some((vec![view.party_at(place)], 0.85));
                }
                if slot.need == Need::Adjacent {
                    return None;
                }
                self.lead().or_else(|| view.stand_in(clause.start, whole.start())).map(|lead| (vec![lead], 0.75))
            }
        }
    }
}
fn cut_to(text: &str, most: usize) -> &str {
    &text[..floor(text, most)]
}
/// What belongs to a verb as one word more ("taken over", "snapped up"), or nothing.
fn is_particle(after_verb: &[u8]) -> bool {
    matches!(after_verb.trim_ascii(), b"" | b"over" | b"up" | b"out" | b"off" | b"in" | b"private")
}

/// How an executive went, where the cue itself does not say.
fn manner(rule: &Rule, sentence: &[u8]) -> Option<Manner> {
    if rule.kind != SignalType::LeadershipChange || rule.role != Role::DepartedFrom {
        return None;
    }
    let has = |word: &str| memchr::memmem::find(sentence, word.as_bytes()).is_some();
    if has("retire") || has("retiring") {
        Some(Manner::Retired)
    } else if has("resign") || has("quits") || has("steps down") || has("stepping down") || has("stepped down") {
        Some(Manner::Resigned)
    } else {
        None
    }
}

/// True where both sides play the same part ("Acme and Beta merge").
fn are_equals(rule: &Rule) -> bool {
    rule.counter_role == Some(rule.role)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::{Salience, Span, Status};

    fn mention(account: &str, field: Field, text: &str, name: &str) -> Mention {
        let start = text.find(name).unwrap();
        Mention {
            account: AccountId::from(account),
            alias: name.to_owned(),
            span: Span { field, start, end: start + name.len() },
            score: 0.9,
            accepted: true,
            salience: Salience::About,
            why: Vec::new(),
        }
    }

    fn read(title: &str, text: &str, mentions: &[Mention]) -> Vec<Claim> {
        let reading = Reading { title, text, language: Some("en"), ..Reading::default() };
        claims(&reading, mentions, LEXICON.get_or_init(Lexicon::shipped), &Settings::default())
    }

    #[test]
    fn both_watched_sides_of_a_deal_get_a_claim() {
        let title = "Acme acquires Betanet for $40 million";
        let mentions = [mention("acme", Field::Title, title, "Acme"), mention("beta", Field::Title, title, "Betanet")];
        let claims = read(title, "", &mentions);
        let role = |account: &str| {
            claims.iter().find(|claim| claim.entity == Some(AccountId::from(account))).map(|claim| claim.role)
        };
        assert_eq!(role("acme"), Some(Role::Acquirer));
        assert_eq!(role("beta"), Some(Role::Target));
        assert_eq!(claims[0].amount.as_ref().and_then(|sum| sum.value), Some(40e6));
        let quote = &claims[0].evidence;
        assert_eq!(&title[quote.start..quote.end], quote.quote);
    }

    #[test]
    fn another_firms_news_is_not_the_watched_firms() {
        let title = "Acme says rival Betanet will close 12 stores";
        let claims = read(title, "", &[mention("acme", Field::Title, title, "Acme")]);
        assert!(claims.iter().all(|claim| claim.entity.is_none()), "{claims:?}");
        assert!(claims.iter().any(|claim| claim.kind == SignalType::Closure && claim.subject == "Betanet"));
    }

    #[test]
    fn pronouns_lead_to_the_firm_spoken_of() {
        let text = "Acme Corp met analysts on Monday. The company said it will cut 300 jobs in Leeds.";
        let claims = read("Acme Corp speaks", text, &[mention("acme", Field::Text, text, "Acme Corp")]);
        let layoffs = claims.iter().find(|claim| claim.kind == SignalType::Layoffs).unwrap();
        assert_eq!(layoffs.subject, "Acme Corp");
        assert_eq!(layoffs.status, Status::Announced);
        assert_eq!(&text[layoffs.evidence.start..layoffs.evidence.end], layoffs.evidence.quote);
    }

    #[test]
    fn suppressed_mentions_are_strangers() {
        let title = "Acme raises $23M";
        let suppressed = Mention { accepted: false, ..mention("acme", Field::Title, title, "Acme") };
        assert!(read(title, "", &[suppressed]).iter().all(|claim| claim.entity.is_none()));
    }

    #[test]
    fn hostile_texts_do_no_harm() {
        let lexicon = LEXICON.get_or_init(Lexicon::shipped);
        let huge = "Acme buys ".repeat(50_000);
        for text in ["", "\u{0}\u{1}", "((((((((((", "\u{202e}acme <buys> {B}", huge.as_str(), "’s’s’s 's", "€€€ £3m"]
        {
            let reading = Reading { title: text, text, ..Reading::default() };
            for claim in claims(&reading, &[], lexicon, &Settings::default()) {
                assert!((0.0..=1.0).contains(&claim.confidence));
            }
        }
        let wrong = Mention { span: Span::title(1, 900), ..mention("a", Field::Title, "é", "é") };
        let reading = Reading { title: "éa buys Beta", ..Reading::default() };
        assert!(claims(&reading, &[wrong], lexicon, &Settings::default()).iter().all(|claim| claim.entity.is_none()));
    }

    proptest! {
        #[test]
        fn evidence_is_always_verbatim(
            title in "(Acme|Beta|Ünal|it|the) (buys|cuts 300 jobs|raises €3m|sues|to|may|—) (Beta|GAMMA|ﬁrm)[\\PC]{0,12}",
            text in "[\\PC\n .]{0,80}",
            places in proptest::collection::vec((0_usize..30, 1_usize..30), 0..4),
        ) {
            let lexicon = LEXICON.get_or_init(Lexicon::shipped);
            let reading = Reading { title: &title, text: &text, ..Reading::default() };
            // Names of several accounts may overlap.
            let mentions: Vec<Mention> = places
                .iter()
                .filter(|(start, length)| title.get(*start..start + length).is_some())
                .map(|(start, length)| Mention { span: Span::title(*start, start + length), ..mention("a", Field::Title, "A", "A") })
                .collect();
            for claim in claims(&reading, &mentions, lexicon, &Settings::default()) {
                let field = if claim.evidence.field == Field::Title { &title } else { &text };
                prop_assert_eq!(&field[claim.evidence.start..claim.evidence.end], &claim.evidence.quote);
            }
        }
    }

    static LEXICON: std::sync::OnceLock<Lexicon> = std::sync::OnceLock::new();
}
