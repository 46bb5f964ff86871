//! Who is to be left alone, and until when: asked for by the server, or brought about by its faults.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use chrono::TimeDelta;
use url::{Host, Url};

use super::settings::Settings;
use crate::model::{HostBackoff, RestScope, Time};

/// Hosts remembered before those that recovered long ago are forgotten.
const MANY: usize = 4096;

/// After this long a fault is forgotten.
const MEMORY: TimeDelta = TimeDelta::days(2);

/// By how much of itself a rest is lengthened at random, so that not everyone returns at once.
const JITTER: f64 = 0.25;

/// Who is to be left alone.
#[derive(Debug)]
pub(super) struct Rests {
    scope: RestScope,
    first: TimeDelta,
    longest: TimeDelta,
    memory: Mutex<Memory>,
}

#[derive(Debug, Default)]
struct Memory {
    known: HashMap<String, Rest>,
    /// What the clock showed when this was last looked at.
    seen: Option<Time>,
}

#[derive(Clone, Debug)]
struct Rest {
    backoff: HostBackoff,
    /// Its end is an instant that the server named, not a span from when it spoke.
    dated: bool,
}

/// A clock that shows this much less than before was set back.
const SET_BACK: TimeDelta = TimeDelta::seconds(1);

impl Memory {
    /// Where the clock was set back, rests end as much earlier, so that they last as long as they were to last (R64).
    fn look(&mut self, now: Time) {
        if let Some(back) = self.seen.map(|seen| seen - now).filter(|back| *back > SET_BACK) {
            for rest in self.known.values_mut().filter(|rest| !rest.dated && rest.backoff.until > now) {
                rest.backoff.until -= back;
            }
        }
        self.seen = Some(now);
    }
}

impl Rests {
    pub(super) fn new(settings: &Settings) -> Self {
        let seconds = |seconds: u64| {
            let seconds = i64::try_from(seconds.max(1)).ok().and_then(TimeDelta::try_seconds);
            seconds.unwrap_or(TimeDelta::MAX).min(TimeDelta::days(365))
        };
        Self {
            scope: settings.rest_scope,
            first: seconds(settings.rest_seconds),
            longest: seconds(settings.longest_rest_hours.saturating_mul(3600)),
            memory: Mutex::default(),
        }
    }

    /// Remembers what was written down before a restart.
    pub(super) fn restore(&self, rests: Vec<HostBackoff>) {
        let kept = |backoff: HostBackoff| (backoff.host.clone(), Rest { backoff, dated: false });
        self.with(|memory| memory.known.extend(rests.into_iter().map(kept)));
    }

    /// The rest that `url` has not yet had, if any.
    pub(super) fn of(&self, url: &Url, scope: Option<RestScope>, now: Time) -> Option<HostBackoff> {
        self.with(|memory| {
            memory.look(now);
            memory.known.get(&self.key(url, scope)).map(|rest| &rest.backoff).filter(|rest| rest.until > now).cloned()
        })
    }

    /// The server asked to be left alone until then; `dated` where it named that very instant. Never shortens a rest.
    pub(super) fn asked(
        &self,
        url: &Url,
        scope: Option<RestScope>,
        (until, dated): (Time, bool),
        now: Time,
        why: &str,
    ) -> HostBackoff {
        self.note(self.key(url, scope), why, now, |_| (until, dated))
    }

    /// The server failed: it rests twice as long as after the failure before. `random` is 0 to 1.
    pub(super) fn fault(&self, url: &Url, scope: Option<RestScope>, now: Time, random: f64, why: &str) -> HostBackoff {
        self.note(self.key(url, scope), why, now, |failures| {
            let doublings = failures.saturating_sub(1).min(20);
            let rest = self.first.checked_mul(1 << doublings).unwrap_or(self.longest).min(self.longest);
            #[expect(clippy::cast_possible_truncation, reason = "a year in milliseconds is exact")]
            let jitter = (rest.num_milliseconds() as f64 * JITTER * random.clamp(0.0, 1.0)) as i64;
            (now + rest + TimeDelta::milliseconds(jitter), false)
        })
    }

    /// The server answered well: its faults are forgotten, but not a rest that it asked for.
    pub(super) fn well(&self, url: &Url, scope: Option<RestScope>, now: Time) {
        self.with(|memory| {
            memory.look(now);
            let key = self.key(url, scope);
            if memory.known.get(&key).is_some_and(|rest| rest.backoff.until <= now) {
                memory.known.remove(&key);
            }
        });
    }

    fn note(&self, host: String, why: &str, now: Time, until: impl FnOnce(u32) -> (Time, bool)) -> HostBackoff {
        self.with(|memory| {
            memory.look(now);
            let known = &mut memory.known;
            let before = known.get(&host);
            let failures = before.map_or(0, |rest| rest.backoff.failures).saturating_add(1);
            let (until, dated) = until(failures);
            let (until, dated) =
                before.map_or((until, dated), |before| (before.backoff.until, before.dated).max((until, dated)));
            let backoff = HostBackoff { host: host.clone(), until, failures, why: why.to_owned() };
            if known.len() >= MANY {
                known.retain(|_, rest| until - rest.backoff.until < MEMORY);
            }
            known.insert(host, Rest { backoff: backoff.clone(), dated });
            backoff
        })
    }

    /// Under which name the address rests: its host, its registrable domain or itself (R11). `scope` is what its source
    /// wishes; none takes what is set for all.
    fn key(&self, url: &Url, scope: Option<RestScope>) -> String {
        let host = url.host_str().unwrap_or_default();
        match (scope.unwrap_or(self.scope), url.host()) {
            (RestScope::Domain, Some(Host::Domain(name))) => psl::domain_str(name).unwrap_or(name).to_owned(),
            (RestScope::Feed, _) => url.to_string(),
            _ => host.to_owned(),
        }
    }

    fn with<T>(&self, work: impl FnOnce(&mut Memory) -> T) -> T {
        work(&mut self.memory.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Time {
        "2026-03-02T12:00:00Z".parse().unwrap()
    }

    fn url(address: &str) -> Url {
        Url::parse(address).unwrap()
    }

    fn rests(scope: RestScope) -> Rests {
        Rests::new(&Settings { rest_scope: scope, ..Settings::default() })
    }

    #[test]
    fn r10_faults_rest_twice_as_long_each_time_up_to_a_day() {
        let rests = rests(RestScope::Host);
        let url = url("https://a.example/feed");
        let minutes: Vec<_> =
            (0..14).map(|_| (rests.fault(&url, None, now(), 0.0, "500").until - now()).num_minutes()).collect();
        assert_eq!(minutes, [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 1440, 1440, 1440]);
    }

    #[test]
    fn r10_jitter_only_lengthens() {
        let rest = |random| {
            (rests(RestScope::Host).fault(&url("https://a.example/"), None, now(), random, "").until - now())
                .num_seconds()
        };
        assert_eq!((rest(0.0), rest(1.0), rest(f64::NAN)), (60, 75, 60));
    }

    #[test]
    fn r10_what_was_asked_for_is_never_shortened() {
        let rests = rests(RestScope::Host);
        let url = url("https://a.example/feed");
        let long = now() + TimeDelta::days(3);
        rests.asked(&url, None, (long, false), now(), "429");
        let shorter = now() + TimeDelta::seconds(5);
        assert_eq!(rests.asked(&url, None, (shorter, false), now(), "429").until, long);
        assert_eq!(rests.fault(&url, None, now(), 0.0, "500").until, long);
        rests.well(&url, None, now());
        assert_eq!(rests.of(&url, None, now()).unwrap().until, long);
        assert!(rests.of(&url, None, long).is_none());
    }

    #[test]
    fn a_good_answer_ends_the_row_of_faults() {
        let rests = rests(RestScope::Host);
        let url = url("https://a.example/feed");
        rests.fault(&url, None, now(), 0.0, "500");
        rests.fault(&url, None, now(), 0.0, "500");
        let later = now() + TimeDelta::hours(1);
        rests.well(&url, None, later);
        assert_eq!(rests.fault(&url, None, later, 0.0, "500").failures, 1);
    }

    #[test]
    fn r64_where_the_clock_is_set_back_a_rest_lasts_as_long_and_a_named_instant_stays() {
        let rests = rests(RestScope::Host);
        let (faulty, asked) = (url("https://a.example/"), url("https://b.example/"));
        rests.fault(&faulty, None, now(), 0.0, "500");
        rests.asked(&asked, None, (now() + TimeDelta::minutes(1), true), now(), "429");
        let yesterday = now() - TimeDelta::days(1);
        assert_eq!(rests.of(&faulty, None, yesterday).unwrap().until, yesterday + TimeDelta::minutes(1));
        assert_eq!(rests.of(&asked, None, yesterday).unwrap().until, now() + TimeDelta::minutes(1));
        assert!(rests.of(&faulty, None, yesterday + TimeDelta::minutes(1)).is_none());
    }

    #[test]
    fn r11_scope_of_a_rest() {
        let cases = [
            (RestScope::Host, [true, false, false]),
            (RestScope::Domain, [true, true, false]),
            (RestScope::Feed, [false, false, false]),
        ];
        for (scope, expected) in cases {
            let rests = rests(scope);
            rests.fault(&url("https://a.example.co.uk/one"), None, now(), 0.0, "500");
            let rest = |address| rests.of(&url(address), None, now()).is_some();
            let found = [
                rest("https://a.example.co.uk/two"),
                rest("https://b.example.co.uk/one"),
                rest("https://other.co.uk/one"),
            ];
            assert_eq!(found, expected, "{scope:?}");
            assert!(rest("https://a.example.co.uk/one"));
        }
    }

    #[test]
    fn r11_a_source_may_state_its_own_scope() {
        let rests = rests(RestScope::Host);
        let (one, two) = (url("https://a.example.co.uk/one"), url("https://a.example.co.uk/two"));
        rests.fault(&one, Some(RestScope::Feed), now(), 0.0, "500");
        assert!(rests.of(&one, Some(RestScope::Feed), now()).is_some());
        assert!(rests.of(&two, Some(RestScope::Feed), now()).is_none());
        assert!(rests.of(&two, None, now()).is_none(), "the others of the host go on");
        rests.fault(&one, Some(RestScope::Domain), now(), 0.0, "500");
        assert!(rests.of(&url("https://b.example.co.uk/"), Some(RestScope::Domain), now()).is_some());
    }

    #[test]
    fn addresses_have_no_registrable_domain() {
        let rests = rests(RestScope::Domain);
        rests.fault(&url("http://192.0.2.7/one"), None, now(), 0.0, "500");
        assert!(rests.of(&url("http://198.51.2.7/one"), None, now()).is_none());
        assert!(rests.of(&url("http://192.0.2.7/two"), None, now()).is_some());
    }
}
