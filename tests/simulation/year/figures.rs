//! What the year came to, counted.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::{NaiveDate, TimeDelta};
use tidings::model::*;

use crate::archive::Archive;
use crate::world::{CLIENTS, OWNERS, World, YEAR, is_outward};

/// Renewals are judged from this day of the year on: before it the year's own contacts cannot have been made.
const JUDGED_FROM: i64 = 180;

/// The figures that the promises are held to. Two years from one seed must give equal ones.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Figures {
    /// Cards, by state.
    pub(crate) states: BTreeMap<&'static str, usize>,
    /// Cards by play.
    pub(crate) plays: BTreeMap<String, usize>,
    /// New cards of each owner and ISO week.
    pub(crate) weekly: Vec<usize>,
    /// Planned ones among them.
    pub(crate) planned: Vec<usize>,
    /// Most new cards of an owner on a day.
    pub(crate) most_a_day: usize,
    /// Of them, those that could not wait (alarms, what is due by the next business day).
    pub(crate) urgent: usize,
    /// The shortfall by reason, in days of waiting.
    pub(crate) shortfall: BTreeMap<String, usize>,
    /// Share of each owner's cards that went to accounts below tier A; the least.
    pub(crate) least_lower_share: f64,
    /// Renewals judged, with two contacts made in the year before, exceptions, and those without.
    pub(crate) renewals: (usize, usize, Vec<String>, Vec<String>),
    /// Account and cause twice.
    pub(crate) twice: usize,
    /// Most client cards that one rival's move made for one owner.
    pub(crate) rival_cards: usize,
    /// The most often that the four questions went to one client within a year.
    pub(crate) asked: usize,
}

impl Figures {
    pub(crate) fn of(world: &World) -> Self {
        let mut figures = Self::default();
        let mut weekly: BTreeMap<(String, String), (usize, usize)> = BTreeMap::new();
        let mut daily: HashMap<(String, NaiveDate), usize> = HashMap::new();
        let mut tiers: BTreeMap<String, (usize, usize)> = BTreeMap::new();
        let mut pairs = HashSet::new();
        let mut rival: HashMap<(&str, &str), usize> = HashMap::new();
        for week in 0..=YEAR / 7 {
            let day = world.first + TimeDelta::days(week * 7).min(TimeDelta::days(YEAR - 1));
            for owner in 0..OWNERS {
                weekly.entry((format!("owner{owner}"), day.format("%G-%V").to_string())).or_default();
            }
        }
        for card in &world.cards {
            *figures.states.entry(card.state.as_str()).or_default() += 1;
            *figures.plays.entry(card.play.to_string()).or_default() += 1;
            figures.twice += usize::from(!pairs.insert((&card.account, &card.cause)));
            let owner = card.owner.clone().unwrap_or_default();
            let play = world.playbook.get(&card.play).unwrap();
            if play.when.whose == tidings::touchpoint::Relation::Rival {
                *rival.entry((card.owner.as_deref().unwrap_or_default(), &card.cause)).or_default() += 1;
            }
            if card.action == Action::Battlecard
                || card.state == TouchPointState::Withdrawn
                || (card.offered.is_none() && world.seen.held.contains(&card.id))
            {
                continue;
            }
            if could_not_wait(card, world) {
                figures.urgent += 1;
                continue;
            }
            let came = card.offered.unwrap_or(card.created).date_naive();
            let week = weekly.entry((owner.clone(), came.format("%G-%V").to_string())).or_default();
            week.0 += 1;
            week.1 += usize::from(is_planned(card));
            *daily.entry((owner.clone(), came)).or_default() += 1;
            let lower = world.watchlist.get(&card.account).is_some_and(|account| account.tier != Tier::A);
            let tier = tiers.entry(owner).or_default();
            tier.0 += 1;
            tier.1 += usize::from(lower);
        }
        figures.weekly = weekly.values().map(|week| week.0).collect();
        figures.planned = weekly.values().map(|week| week.1).collect();
        figures.most_a_day = daily.values().copied().max().unwrap_or_default();
        figures.rival_cards = rival.values().copied().max().unwrap_or_default();
        let shares = tiers.values().map(|(all, lower)| *lower as f64 / (*all).max(1) as f64);
        figures.least_lower_share = shares.fold(1.0, f64::min);
        for (_, waiting) in &world.seen.shortfall {
            let reason = waiting.reason.split([':', '(']).next().unwrap_or_default().trim();
            let reason: String = reason.chars().filter(|letter| !letter.is_ascii_digit()).collect();
            *figures.shortfall.entry(reason).or_default() += 1;
        }
        figures.asked = world.seen.asked.values().map(|days| most_within_a_year(days)).max().unwrap_or_default();
        figures.judge_renewals(world);
        figures
    }

    fn judge_renewals(&mut self, world: &World) {
        for (account, renewal, signed) in &world.renewals {
            if (*renewal - world.first).num_days() < JUDGED_FROM {
                continue;
            }
            self.renewals.0 += 1;
            let made = world.seen.made.get(account).into_iter().flatten();
            let before = |day: &&NaiveDate| **day < *renewal && (*renewal - **day).num_days() <= 365;
            let count = made.filter(before).count();
            let just_signed = signed.filter(|signed| (*renewal - *signed).num_days() < 90);
            let told = format!("{account}, renewal {renewal}: {count} contacts");
            if count >= 2 {
                self.renewals.1 += 1;
            } else if let Some(signed) = just_signed {
                self.renewals.2.push(format!("{told}, signed only on {signed}"));
            } else {
                let cards: Vec<&TouchPoint> =
                    world.cards.iter().filter(|card| card.account == *account && is_outward(card)).collect();
                let refused = |card: &&&TouchPoint| {
                    card.state == TouchPointState::Dismissed && before(&&card.created.date_naive())
                };
                let refused = cards.iter().filter(refused).count();
                // Nobody can be made to call: what counts is that the owner was asked to, in time.
                if count + refused >= 2 {
                    self.renewals.2.push(format!("{told}, and {refused} that its owner dismissed"));
                    continue;
                }
                let cards: Vec<String> = cards
                    .into_iter()
                    .map(|card| {
                        format!("{} {} {} {}", card.created.date_naive(), card.play, card.state.as_str(), card.cause)
                    })
                    .collect();
                self.renewals.3.push(format!("{told}; {}", cards.join(", ")));
            }
        }
    }

    /// The table for a person.
    pub(crate) fn tell(&self, world: &World, archive: &Archive, seconds: f64) {
        let weekly = |values: &[usize]| {
            let mut values = values.to_vec();
            values.sort_unstable();
            let at = |share: usize| values[(values.len() - 1) * share / 100];
            format!("half {}, 90 % {}, most {}", at(50), at(90), at(100))
        };
        println!("a year of {OWNERS} owners and {CLIENTS} clients in {seconds:.1} s");
        println!("read          {} articles of the newswire, {} real pages", archive.articles.0, archive.articles.1);
        if let Some(left_out) = &archive.left_out {
            println!("left out      {left_out}");
        }
        println!("told          {} stories; without a card: {:?}", world.seen.stories, world.seen.not_suggested);
        println!("cards         {}: {:?}", world.cards.len(), self.states);
        println!("plays         {:?}", self.plays);
        println!("new a week    of one owner: {}", weekly(&self.weekly));
        println!("planned       among them: {}", weekly(&self.planned));
        println!(
            "new a day     at most {}; beside them {} in the year that could not wait",
            self.most_a_day, self.urgent
        );
        println!("lower tiers   at least {:.0} % of an owner's cards", 100.0 * self.least_lower_share);
        println!(
            "shortfall     in days of waiting: {:?}; the longest {} days",
            self.shortfall, world.seen.longest_wait
        );
        for (day, one) in world.seen.shortfall.iter().step_by(world.seen.shortfall.len() / 3 + 1) {
            let owner = one.owner.as_deref().unwrap_or("nobody");
            println!("              {day} {owner}: {}, {} ({})", one.account, one.what, one.reason);
        }
        let (judged, kept, exceptions, missed) = &self.renewals;
        println!("renewals      {judged} judged, {kept} with two contacts made in the year before them");
        for one in exceptions {
            println!("              exception: {one}");
        }
        for one in missed {
            println!("              MISSED: {one}");
        }
        println!(
            "doubles       {} account and cause; contacts with two under way: {:?}",
            self.twice, world.seen.doubles
        );
        println!("off days      {:?}", world.seen.off_days);
        println!("refusals      {:?}; longest at the gate {} days", world.seen.refusals, world.seen.longest_at_gate);
        println!("rivals        a move makes at most {} client cards of an owner", self.rival_cards);
        println!("four          questions went to a client at most {} times in a year", self.asked);
    }
}

/// Alarms, and what is to be done by the next business day after it was born.
pub(crate) fn could_not_wait(card: &TouchPoint, world: &World) -> bool {
    let play = world.playbook.get(&card.play).unwrap();
    card.alarm || play.due <= 1 || card.cause.ends_with(":correction")
}

pub(crate) fn is_planned(card: &TouchPoint) -> bool {
    card.cause.starts_with("date:")
}

fn most_within_a_year(days: &[NaiveDate]) -> usize {
    let after =
        |first: &NaiveDate| days.iter().filter(|day| **day >= *first && (**day - *first).num_days() < 365).count();
    days.iter().map(after).max().unwrap_or_default()
}
