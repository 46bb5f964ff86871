//! Claims of one article.

use super::amount::{self, Sum};
use super::cue::{Need, Place, VERB, Who, group};
use super::lexicon::{Language, Lexicon, Reach, Rule};
use super::names::{self, Kind, Name, Style};
use super::status::{self, Around};
use super::verbs::Tense;
use super::{Settings, tongue, wordlists};
use crate::model::{AccountId, Claim, Field, Manner, Mention, Quote, Reading, Role, SignalType, Status};
use crate::text::fold::Folded;
use crate::text::sentences;

/// Longest sentence that is read, in bytes; what is longer is a table or debris, of which the beginning is read.
const LONGEST: usize = 1_200;

/// Claims kept of one kind.
const MOST_OF_A_KIND: usize = 3;

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

/// A sentence and where it stands.
struct Sentence<'a> {
    field: Field,
    start: usize,
    text: &'a str,
    /// 0 for the headline, then 1, 2, … in the body.
    number: usize,
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

/// A firm in a part.
#[derive(Clone, Debug, PartialEq)]
struct Party {
    name: String,
    account: Option<AccountId>,
}

/// A claim with what decides between claims.
struct Found {
    claim: Claim,
    /// Number of the sentence.
    number: usize,
    /// Told by a weak cue of the body: counts only where the article tells nothing firmer.
    background: bool,
    counter_account: Option<AccountId>,
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
        // "Acme bought by Beta" is not what "{A} <buy> {B}" means.
        let passive = around.tense == Some(Tense::Past)
            && captures
                .name(VERB)
                .is_some_and(|verb| view.plain[verb.end()..].starts_with(b" by ") && verb.end() == end);
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
                if other.is_none() && need != Need::Optional && !(rule.role == rule_pair(rule) && subjects.len() > 1) {
                    return false;
                }
                other
            }
        };
        let person = (rule.kind == SignalType::LeadershipChange || rule.needs(Who::Person).is_some())
            .then(|| view.person(start, end, &subjects))
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
        let pair = subjects.len() > 1 && rule_pair(rule) == rule.role;
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
                    let pair_wanted = rule_pair(rule) == rule.role;
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

/// The role of both sides where they are equals ("Acme and Beta merge"), else one that the rule does not have.
fn rule_pair(rule: &Rule) -> Role {
    match rule.counter_role {
        Some(role) if role == rule.role => role,
        _ => {
            if rule.role == Role::Broker {
                Role::Listed
            } else {
                Role::Broker
            }
        }
    }
}

fn cut_to(text: &str, most: usize) -> &str {
    &text[..floor(text, most)]
}

fn party(name: &Name, sentence: &str) -> Party {
    Party { name: sentence[name.start..name.end].to_owned(), account: name.account.clone() }
}

/// The folded place of an original one.
fn at(folded: &Folded, original: usize) -> usize {
    let (mut low, mut high) = (0, folded.as_str().len());
    while low < high {
        let middle = usize::midpoint(low, high);
        if folded.original(middle, middle).0 < original { low = middle + 1 } else { high = middle }
    }
    low
}

/// Words that mean the firm spoken of.
fn stands_for_firm(region: &[u8]) -> bool {
    region.split(|byte| !byte.is_ascii_alphanumeric()).any(|word| {
        matches!(
            word,
            b"it"
                | b"its"
                | b"company"
                | b"firm"
                | b"group"
                | b"bank"
                | b"airline"
                | b"retailer"
                | b"carmaker"
                | b"automaker"
                | b"lender"
                | b"maker"
                | b"giant"
                | b"he"
                | b"she"
                | b"they"
                | b"startup"
                | b"insurer"
                | b"carrier"
                | b"chipmaker"
                | b"drugmaker"
                | b"stock"
                | b"shares"
                | b"stk"
                | b"unternehmen"
                | b"konzern"
                | b"entreprise"
                | b"groupe"
                | b"empresa"
                | b"compania"
                | b"board"
                | b"management"
        )
    })
}

/// Words that stand for a firm, from which its name cannot be told.
const STAND_INS: &[&str] = &[
    "the company",
    "the firm",
    "the group",
    "the bank",
    "the airline",
    "the retailer",
    "the automaker",
    "the stock",
    "the shares",
    "shares",
    "stock",
    "management",
    "it",
    "its",
    "they",
];

/// A name with its place in the folded sentence.
struct Placed {
    start: usize,
    end: usize,
    name: Name,
}

/// A sentence made ready for matching.
struct View<'a> {
    sentence: &'a Sentence<'a>,
    folded: Folded,
    /// Folded, one `_` for each byte that is not ASCII.
    plain: Vec<u8>,
    names: Vec<Placed>,
    sums: Vec<Sum>,
}

/// What parts clauses, as far as the search for a subject goes.
const BOUNDS: &[&str] = &[
    ";",
    ": ",
    " - ",
    " -- ",
    " | ",
    ". ",
    " as ",
    " after ",
    " amid ",
    " while ",
    " following ",
    " because ",
    " but ",
    " when ",
    " if ",
    " before ",
    " despite ",
    " although ",
    " since ",
    " wahrend ",
    " nachdem ",
    " apres ",
    " tras ",
];

impl View<'_> {
    /// The clause around `start..end`.
    fn clause(&self, start: usize, end: usize) -> std::ops::Range<usize> {
        let text = &self.plain;
        let from = BOUNDS
            .iter()
            .filter_map(|bound| {
                memchr::memmem::rfind(&text[..start], bound.as_bytes()).map(|place| place + bound.len())
            })
            .max()
            .unwrap_or(0);
        let to = BOUNDS
            .iter()
            .filter_map(|bound| memchr::memmem::find(&text[end..], bound.as_bytes()).map(|place| end + place))
            .min()
            .unwrap_or(text.len());
        from..to
    }

    fn party_at(&self, place: usize) -> Party {
        party(&self.names[place].name, self.sentence.text)
    }

    /// True for a name that is a ticker or publisher in brackets.
    fn bracketed(&self, placed: &Placed) -> bool {
        let before = self.plain[..placed.start].last();
        let inner = &self.plain[placed.start..placed.end];
        matches!(before, Some(b'(' | b'<' | b'[')) && !inner.contains(&b' ')
            || self.plain[..placed.start].ends_with(b": ")
                && self.plain[..placed.start].contains(&b'(')
                && inner.len() < 6
    }

    fn is_firm(&self, placed: &Placed) -> bool {
        placed.name.kind == Kind::Firm && (placed.name.account.is_some() || !self.bracketed(placed))
    }

    /// The firm that a verb at `until` is said of.
    fn subject_before(&self, from: usize, until: usize, need: Need, kind: SignalType) -> Option<usize> {
        let inside = |placed: &Placed| placed.start >= from && placed.end <= until;
        let firms: Vec<usize> = (0..self.names.len())
            .filter(|place| inside(&self.names[*place]) && self.is_firm(&self.names[*place]))
            .collect();
        if need == Need::Adjacent {
            let last = *firms.last()?;
            let between = &self.plain[self.names[last].end..until];
            let words = between.split(|byte| !byte.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).count();
            let near = words <= 3 && !between.contains(&b',') && !self.after_preposition(last);
            return near.then_some(last);
        }
        let free: Vec<usize> = firms
            .iter()
            .copied()
            .filter(|place| !self.after_preposition(*place) && !self.in_apposition(*place, until))
            .collect();
        let last = free.iter().rev().find(|place| self.names[**place].name.account.is_some()).or(free.last()).copied();
        let chosen = last.or_else(|| firms.first().copied())?;
        // "Acme's Robo is launching": the maker is the owner.
        let owner = chosen.checked_sub(1).filter(|owner| {
            self.names[*owner].name.owner
                && firms.contains(owner)
                && self.names[chosen].start - self.names[*owner].end < 24
        });
        Some(match (kind, owner) {
            (
                SignalType::ProductLaunch | SignalType::ProductEnd | SignalType::Recall | SignalType::PricingChange,
                Some(owner),
            ) => owner,
            _ => chosen,
        })
    }

    /// The words before the cue in a wire headline in capitals, or before a ticker, where every word of a name can be an
    /// ordinary one ("FIRST FINANCIAL <FFMC> BUYS …").
    fn headline_name(&self, from: usize, until: usize) -> Option<String> {
        if self.sentence.number > 0 || from > 0 {
            return None;
        }
        let region = &self.plain[..until];
        let bracket = region.iter().position(|byte| matches!(byte, b'<' | b'(')).filter(|place| *place > 2);
        if bracket.is_none() && names::style(self.sentence.text) != Style::Capitals {
            return None;
        }
        let stop = [
            " to ", " will ", " says ", " said ", " may ", " in ", " on ", " of ", " at ", " for ", " sees ", " has ",
            " is ",
        ]
        .iter()
        .filter_map(|word| memchr::memmem::find(region, word.as_bytes()))
        .chain(bracket)
        .min()
        .unwrap_or(until);
        let (start, end) = self.folded.original(0, stop);
        let name = self.sentence.text.get(start..end)?.trim_matches(|letter: char| !letter.is_alphanumeric());
        let words: Vec<String> = name.split_whitespace().map(crate::text::fold::fold).collect();
        let place = words.iter().all(|word| wordlists::is_in(&wordlists::PLACES, word));
        ((1..=5).contains(&words.len()) && !place).then(|| name.to_owned())
    }

    /// "The company", as written, where nothing in the article tells which.
    fn stand_in(&self, from: usize, until: usize) -> Option<Party> {
        let region = &self.plain[from..until];
        let found = STAND_INS
            .iter()
            .filter_map(|words| {
                let place = memchr::memmem::find(region, words.as_bytes())?;
                let apart = |byte: Option<&u8>| byte.is_none_or(|byte| !byte.is_ascii_alphanumeric());
                let whole = (place == 0 || apart(region.get(place - 1))) && apart(region.get(place + words.len()));
                whole.then_some((place, words.len()))
            })
            .min()?;
        let (start, end) = self.folded.original(from + found.0, from + found.0 + found.1);
        Some(Party { name: self.sentence.text.get(start..end)?.to_owned(), account: None })
    }

    /// Firms listed together with the one at `place` ("Acme, Beta and Gamma").
    fn joined_before(&self, place: usize) -> Vec<usize> {
        let mut joined = Vec::new();
        let mut current = place;
        while let Some(previous) = current.checked_sub(1) {
            let between = &self.plain[self.names[previous].end..self.names[current].start];
            if !matches!(between, b", " | b" and " | b" & " | b", and " | b" und " | b" et " | b" y ")
                || !self.is_firm(&self.names[previous])
            {
                break;
            }
            // "Acme, Beta said" names a place or parent more often than a second firm; the last two need an "and".
            if current == place && between == b", " && self.sentence.number > 0 {
                break;
            }
            joined.push(previous);
            current = previous;
        }
        joined
    }

    fn first_firm_before(&self, until: usize) -> Option<usize> {
        (0..self.names.len()).find(|place| {
            self.names[*place].end <= until && self.is_firm(&self.names[*place]) && !self.after_preposition(*place)
        })
    }

    /// True where the name belongs to a preposition ("at Acme", "of carmaker Acme").
    fn after_preposition(&self, place: usize) -> bool {
        let from = place.checked_sub(1).map_or(0, |previous| self.names[previous].end);
        let before = &self.plain[from..self.names[place].start];
        let after_comma =
            before.iter().rposition(|byte| matches!(byte, b',' | b':' | b';' | b'(')).map_or(0, |comma| comma + 1);
        let words: Vec<&[u8]> =
            before[after_comma..].split(|byte| *byte == b' ').filter(|word| !word.is_empty()).collect();
        let near = &words[words.len().saturating_sub(4)..];
        near.iter().any(|word| {
            matches!(
                *word,
                b"of"
                    | b"in"
                    | b"at"
                    | b"by"
                    | b"with"
                    | b"from"
                    | b"for"
                    | b"to"
                    | b"on"
                    | b"against"
                    | b"over"
                    | b"near"
                    | b"via"
                    | b"under"
                    | b"between"
                    | b"than"
                    | b"like"
                    | b"including"
                    | b"into"
                    | b"about"
                    | b"behind"
                    | b"bei"
                    | b"von"
                    | b"mit"
                    | b"de"
                    | b"chez"
                    | b"avec"
                    | b"en"
                    | b"con"
            )
        })
    }

    /// True for a name between commas, after a noun phrase has begun ("Acme, parent of Beta, said").
    fn in_apposition(&self, place: usize, until: usize) -> bool {
        let Some(previous) = place.checked_sub(1) else { return false };
        let between = &self.plain[self.names[previous].end..self.names[place].start];
        let after = &self.plain[self.names[place].end..until];
        let opens = between.starts_with(b", ") && between.len() > 6 && !between.windows(5).any(|part| part == b" and ");
        opens && after.contains(&b',')
    }

    /// The name that fills a slot which is not in front.
    fn slot_name(
        &self,
        rule: &Rule,
        who: Who,
        captures: &regex::bytes::Captures<'_>,
        taken: &[usize],
    ) -> Option<usize> {
        let slot = rule.cue.slots.iter().find(|slot| slot.who == who)?;
        let whole = captures.get(0)?;
        let clause = self.clause(whole.start(), whole.end());
        let (range, most_words) = match slot.place {
            Place::Inside => (captures.name(group(who))?.range(), 9),
            Place::After => (whole.end()..clause.end, if slot.need == Need::Adjacent { 3 } else { 9 }),
            Place::Before => {
                return self
                    .subject_before(clause.start, whole.start(), slot.need, rule.kind)
                    .filter(|place| !taken.contains(place));
            }
        };
        let mut candidates = (0..self.names.len()).filter(|place| {
            let placed = &self.names[*place];
            placed.start >= range.start && placed.start < range.end && self.is_firm(placed) && !taken.contains(place)
        });
        candidates.next().filter(|place| {
            let between = &self.plain[range.start..self.names[*place].start];
            between.split(|byte| *byte == b' ').filter(|word| !word.is_empty()).count() <= most_words
        })
    }

    fn party(&self, rule: &Rule, who: Who, captures: &regex::bytes::Captures<'_>, taken: &[usize]) -> Option<Party> {
        self.slot_name(rule, who, captures, taken).map(|place| self.party_at(place))
    }

    /// The person nearest to the words of the cue.
    fn person(&self, start: usize, end: usize, subjects: &[Party]) -> Option<String> {
        let away = |placed: &Placed| {
            if placed.start >= end { placed.start - end } else { start.saturating_sub(placed.end) }
        };
        let text = |placed: &Placed| self.sentence.text[placed.name.start..placed.name.end].to_owned();
        self.names
            .iter()
            .filter(|placed| placed.name.kind == Kind::Person && away(placed) < 80)
            .min_by_key(|placed| away(placed))
            .or_else(|| {
                // An unknown given name: two or three words right after the cue.
                self.names.iter().find(|placed| {
                    placed.start >= end
                        && placed.start < end + 3
                        && (1..=2).contains(&text(placed).matches(' ').count())
                        && placed.name.account.is_none()
                        && !subjects.iter().any(|subject| subject.name == text(placed))
                })
            })
            .map(text)
    }

    /// The sum nearest to the words of the cue, at most one short clause away.
    fn amount(&self, start: usize, end: usize) -> Option<crate::model::Amount> {
        let away = |sum: &Sum| {
            if sum.range.start >= end { sum.range.start - end } else { start.saturating_sub(sum.range.end) }
        };
        let sum = self.sums.iter().filter(|sum| away(sum) < 100).min_by_key(|sum| away(sum))?;
        let (from, to) = self.folded.original(sum.range.start, sum.range.end);
        Some(sum.amount(self.sentence.text.get(from..to)?))
    }
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

/// Types of which one happening is told as one: the first found, headline first, wins.
const KIN: &[&[SignalType]] = &[
    &[SignalType::Acquisition, SignalType::Divestiture],
    &[SignalType::ContractWin, SignalType::Procurement],
    &[SignalType::Recall, SignalType::ProductEnd],
    &[SignalType::Closure, SignalType::ProductEnd, SignalType::Distress],
    &[SignalType::Funding, SignalType::Ipo],
];

/// Joins what was found twice, leaves out what is doubtful, adds the other side where it is watched.
fn settle(mut found: Vec<Found>, settings: &Settings) -> Vec<Claim> {
    found.retain(|found| found.claim.confidence >= settings.least_confidence);
    if found.iter().any(|found| !found.background) {
        found.retain(|found| !found.background);
    }
    found.sort_by(|a, b| a.number.cmp(&b.number).then(b.claim.confidence.total_cmp(&a.claim.confidence)));
    let mut kept: Vec<Found> = Vec::new();
    for next in found {
        // Figures tell of deals that made them; that is no news of the deal.
        let cause = next.number > 1
            && matches!(next.claim.kind, SignalType::Acquisition | SignalType::Divestiture)
            && kept.iter().any(|known| known.number == 0 && known.claim.kind == SignalType::Earnings);
        if cause {
            continue;
        }
        let kin = KIN.iter().any(|group| {
            group.contains(&next.claim.kind)
                && kept.iter().any(|known| {
                    known.claim.kind != next.claim.kind
                        && group.contains(&known.claim.kind)
                        && (known.number == next.number
                            || known.claim.subject == next.claim.subject
                            || known.number == 0)
                })
        });
        if kin {
            continue;
        }
        let same_kind = kept.iter().filter(|known| known.claim.kind == next.claim.kind).count();
        let twin = kept.iter_mut().find(|known| {
            known.claim.kind == next.claim.kind
                && opposed(known.claim.role) == opposed(next.claim.role)
                && same_firm(&known.claim, &next.claim)
        });
        match twin {
            Some(known) => join(known, next),
            None if same_kind >= MOST_OF_A_KIND => {}
            None => kept.push(next),
        }
    }
    let mirrored: Vec<Claim> = kept.iter().filter_map(mirror).collect();
    let mut claims: Vec<Claim> = kept.into_iter().map(|found| found.claim).collect();
    for other in mirrored {
        if !claims.iter().any(|known| known.kind == other.kind && known.entity == other.entity) {
            claims.push(other);
        }
    }
    claims.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
    claims
}

/// Comings and goings of executives are two happenings.
fn opposed(role: Role) -> bool {
    role == Role::DepartedFrom
}

fn same_firm(known: &Claim, next: &Claim) -> bool {
    if known.entity.is_some() && next.entity.is_some() {
        return known.entity == next.entity;
    }
    let words = |name: &str| -> Vec<String> {
        crate::text::fold::fold(name)
            .split(|letter: char| !letter.is_alphanumeric())
            .filter(|word| !word.is_empty() && *word != "s" && !wordlists::is_in(&wordlists::LEGAL, word))
            .map(str::to_owned)
            .collect()
    };
    let (known, next) = (words(&known.subject), words(&next.subject));
    let shared = known.iter().filter(|word| next.contains(word)).count();
    shared > 0 && shared * 2 >= known.len().min(next.len())
}

/// Takes over what the earlier claim does not say; a second sentence strengthens.
fn join(known: &mut Found, next: Found) {
    let (claim, other) = (&mut known.claim, next.claim);
    if claim.counterparty.is_none() && other.role == claim.role {
        claim.counterparty = other.counterparty;
        claim.counter_role = other.counter_role;
        known.counter_account = next.counter_account;
    }
    claim.entity = claim.entity.take().or(other.entity);
    claim.person = claim.person.take().or(other.person);
    claim.manner = claim.manner.or(other.manner);
    claim.direction = claim.direction.or(other.direction);
    claim.amount = claim.amount.take().or(other.amount);
    if next.number == known.number {
        claim.confidence = claim.confidence.max(other.confidence);
        return;
    }
    // The body knows more: what the headline states is only a report there, or denied.
    if matches!(other.status, Status::Rumoured) && claim.status == Status::Announced && next.number == 1 {
        claim.status = other.status;
    }
    claim.confidence = 1.0 - (1.0 - claim.confidence) * (1.0 - other.confidence * 0.5);
}

/// The same happening told of the counterparty, where that is a watched account.
fn mirror(found: &Found) -> Option<Claim> {
    let claim = &found.claim;
    let account = found.counter_account.as_ref()?;
    let role = claim.counter_role?;
    if claim.entity.as_ref() == Some(account) {
        return None;
    }
    Some(Claim {
        entity: Some(account.clone()),
        subject: claim.counterparty.clone()?,
        role,
        counterparty: Some(claim.subject.clone()),
        counter_role: Some(claim.role),
        confidence: claim.confidence * 0.95,
        ..claim.clone()
    })
}
