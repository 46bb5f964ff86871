//! What is wrong with a playbook, before it is used.

use super::wording::{PLACEHOLDERS, banned_in, named};
use super::{Play, Playbook, Relation};
use crate::model::{AccountKind, Action, Approach, PlayId, Status};

/// Something wrong in a playbook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// In which play; none for the playbook itself.
    pub play: Option<PlayId>,
    /// In which field, as it is written in the file ("opening", "when.types").
    pub field: String,
    /// What is wrong, and what to write instead.
    pub message: String,
}

impl std::fmt::Display for Problem {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.play {
            Some(play) => write!(out, "play {play}, {}: {}", self.field, self.message),
            None => write!(out, "{}: {}", self.field, self.message),
        }
    }
}

impl Playbook {
    /// Everything that is wrong with this playbook, in the order of the file; empty where it can be used.
    #[must_use]
    pub fn problems(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        for (list, field) in [(&self.banned, "banned"), (&self.tact_banned, "tact_banned")] {
            if list.iter().any(|phrase| phrase.trim().is_empty()) {
                problems.push(Problem {
                    play: None,
                    field: field.into(),
                    message: "an empty phrase bans nothing".into(),
                });
            }
        }
        if self.four_about.len() > self.four_questions.len() {
            problems.push(Problem {
                play: None,
                field: "four_about".into(),
                message: "names more than there are questions in four_questions".into(),
            });
        }
        for (place, play) in self.plays.iter().enumerate() {
            let mut found = Found { play, problems: Vec::new() };
            if self.plays[..place].iter().any(|earlier| earlier.id == play.id) {
                found.add("id", format!("{:?} is the id of an earlier play", play.id.0));
            }
            found.check_rule();
            found.check_wording(self);
            problems.append(&mut found.problems);
        }
        for (place, none) in self.no_play.iter().enumerate() {
            let empty = [(none.relation.is_empty(), "relation"), (none.because.trim().is_empty(), "because")];
            for (_, field) in empty.into_iter().filter(|(empty, _)| *empty) {
                let field = format!("no_play[{place}].{field}");
                problems.push(Problem { play: None, field, message: "must not be empty".into() });
            }
        }
        problems
    }
}

struct Found<'a> {
    play: &'a Play,
    problems: Vec<Problem>,
}

impl Found<'_> {
    fn add(&mut self, field: &str, message: impl Into<String>) {
        let play = Some(self.play.id.clone());
        self.problems.push(Problem { play, field: field.to_owned(), message: message.into() });
    }

    fn check_rule(&mut self) {
        let play = self.play;
        let when = &play.when;
        if play.id.0.trim().is_empty() {
            self.add("id", "must not be empty");
        }
        if play.relation.is_empty() {
            self.add("relation", "name at least one kind of account");
        }
        if play.relation.contains(&AccountKind::Topic) && !play.when.types.is_empty() {
            self.add("relation", "topics have no events of their own");
        }
        if when.types.is_empty() != when.is_quiet() {
            self.add(
                "when.types",
                "name kinds of event or of facts, or set one of silence, correction, promise, topic, signed_days, renewal_days, rhythm, after_mute",
            );
        }
        let dates = [
            when.silence,
            when.correction,
            when.topic,
            when.rhythm,
            when.after_mute,
            when.signed_days.is_some(),
            when.renewal_days.is_some(),
        ];
        if dates.iter().filter(|set| **set).count() > 1 {
            self.add(
                "when",
                "one play has one cause: silence, correction, topic, signed_days, renewal_days, rhythm or after_mute",
            );
        }
        self.check_topics();
        if when.is_planned() && play.tact {
            self.add("tact", "a planned contact answers no bad news");
        }
        if (when.severe || when.least.is_some() || when.most.is_some()) && when.facts.is_empty() {
            self.add("when.facts", "name the kinds of facts that `severe`, `least` and `most` are about");
        }
        if when.whose == Relation::Rival && play.relation != [AccountKind::Client] {
            self.add("when.whose", "a rival's moves make cards for clients only");
        }
        if when.statuses.iter().any(|status| matches!(status, Status::Rumoured | Status::Denied)) {
            self.add("when.statuses", "rumours and denials never make a card");
        }
        for (field, value, least, most) in
            [("min_confidence", play.min_confidence, 0.0, 1.0), ("weight", play.weight, 0.5, 2.0)]
        {
            if !(least..=most).contains(&value) {
                self.add(field, format!("{value} is not within {least}–{most}"));
            }
        }
        if play.tact && play.direction == Approach::Marketing {
            self.add("direction", "a play with tact does not sell");
        }
        if play.tact && !play.approval && play.action != Action::Battlecard {
            self.add("approval", "a play with tact needs approval");
        }
        if play.mutes_days > 0 && !play.tact {
            self.add("mutes_days", "only a play with tact silences others");
        }
    }

    fn check_topics(&mut self) {
        let play = self.play;
        let when = &play.when;
        if !when.topic {
            if when.marked || !when.topics.is_empty() {
                self.add("when.topic", "set `topic = true` where `topics` or `marked` are named");
            }
            return;
        }
        if play.relation.iter().any(|kind| matches!(kind, AccountKind::Competitor | AccountKind::Topic)) {
            self.add("relation", "news of a topic is shared with clients, prospects and partners");
        }
        if play.tact || play.alarm {
            self.add("when.topic", "what is shared is no bad news and can wait: no `tact`, no `alarm`");
        }
        if play.direction == Approach::Internal {
            self.add("direction", "what is shared goes to the account: push, pull or marketing");
        }
    }

    fn check_wording(&mut self, playbook: &Playbook) {
        let play = self.play;
        let why = (!play.why.is_empty()).then_some(&play.why);
        if why.is_none() {
            self.add("why", "say why in at least one variant");
        }
        for (field, variants) in [("why", &play.why), ("opening", &play.opening)] {
            let sure = |variant: &String| {
                named(variant).all(|name| PLACEHOLDERS.iter().any(|(known, always)| *known == name && *always))
            };
            if !variants.is_empty() && !variants.iter().any(sure) {
                self.add(field, "add a last variant with nothing but {account}, {event} and {date}");
            }
        }
        let follow_up: Vec<String> = play.follow_up.iter().cloned().collect();
        let spoken: [(&str, &[String]); 3] =
            [("opening", &play.opening), ("points", &play.points), ("questions", &play.questions)];
        let read: [(&str, &[String]); 4] =
            [("why", &play.why), ("inside", &play.inside), ("never", &play.never), ("follow_up", &follow_up)];
        for (field, lines) in spoken.into_iter().chain(read) {
            for unknown in lines.iter().flat_map(|line| named(line)).filter(|name| !is_placeholder(name)) {
                let known: Vec<&str> = PLACEHOLDERS.iter().map(|(known, _)| *known).collect();
                self.add(field, format!("unknown placeholder {{{unknown}}}, known are {}", known.join(", ")));
            }
        }
        let tact = play.tact.then_some(&playbook.tact_banned);
        let banned: Vec<&String> =
            playbook.banned.iter().chain(tact.into_iter().flatten()).chain(&play.banned).collect();
        for (field, lines) in spoken {
            for line in lines {
                if let Some(phrase) = banned_in(line, banned.iter().copied()) {
                    self.add(field, format!("{line:?} holds the banned phrase {phrase:?}"));
                }
            }
        }
    }
}

fn is_placeholder(name: &str) -> bool {
    PLACEHOLDERS.iter().any(|(known, _)| *known == name)
}
