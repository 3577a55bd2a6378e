//! Models that rest after failures in a row.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::backoff::doubled;

/// When a model rests, and for how long.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CoolDownSettings {
    /// After so many failures in a row a model rests. At least 1.
    pub failures_to_cool: u32,
    /// How long, the first time; twice as long after each further failure.
    pub rest: Duration,
    /// The longest rest.
    pub rest_cap: Duration,
}

impl Default for CoolDownSettings {
    /// 3 failures, 30 s, 10 minutes.
    fn default() -> Self {
        Self { failures_to_cool: 3, rest: Duration::from_secs(30), rest_cap: Duration::from_secs(600) }
    }
}

/// The health of the models, by their ids, shared between threads and executors. It outlives tables.
///
/// A model that rests is not drawn, and is tried last. Its first success ends the rest and forgets its failures.
///
/// ```
/// use merit_router::CoolDowns;
/// use std::time::{Duration, Instant};
/// let (models, now) = (CoolDowns::default(), Instant::now());
/// for _ in 0..3 {
///     models.failed("opus", now, now);
/// }
/// assert_eq!(models.rests_until("opus", now), Some(now + Duration::from_secs(30)));
/// models.succeeded("opus");
/// assert_eq!(models.rests_until("opus", now), None);
/// ```
#[derive(Debug, Default)]
pub struct CoolDowns {
    settings: CoolDownSettings,
    /// Only models that failed last.
    failing: Mutex<BTreeMap<String, Failing>>,
}

#[derive(Debug, Default)]
struct Failing {
    /// In a row.
    failures: u32,
    /// From and until.
    rest: Option<(Instant, Instant)>,
}

impl CoolDowns {
    /// Nobody has failed yet.
    pub fn new(settings: CoolDownSettings) -> Self {
        Self { settings, failing: Mutex::default() }
    }

    /// The models that rest, in the order of their ids, each with the end of its rest.
    pub fn resting(&self, now: Instant) -> Vec<(String, Instant)> {
        let failing = self.failing();
        let resting = failing.iter().filter_map(|(model, state)| Some((model.clone(), state.rests_until(now)?)));
        resting.collect()
    }

    /// When a model's rest ends; None where it does not rest.
    pub fn rests_until(&self, model: &str, now: Instant) -> Option<Instant> {
        self.failing().get(model)?.rests_until(now)
    }

    /// A call failed through the model's fault; the caller turned to the model at `began`, for this try or an earlier
    /// one.
    ///
    /// What had begun before a rest that still goes on changes nothing: many calls at once that meet one outage, and
    /// second tries after it, are one reason to rest, not many.
    pub fn failed(&self, model: &str, began: Instant, now: Instant) {
        let CoolDownSettings { failures_to_cool, rest, rest_cap } = self.settings;
        let mut failing = self.failing();
        let state = failing.entry(model.to_owned()).or_default();
        if state.rest.is_some_and(|(from, until)| began < from && now < until) {
            return;
        }
        state.failures = state.failures.saturating_add(1);
        if let Some(further) = state.failures.checked_sub(failures_to_cool.max(1)) {
            // An end beyond what the clock can tell is none.
            state.rest = now.checked_add(doubled(rest, further, rest_cap)).map(|until| (now, until));
        }
    }

    /// A call succeeded.
    pub fn succeeded(&self, model: &str) {
        self.failing().remove(model);
    }

    /// Nothing panics while the lock is held: a poisoned one is as good as any.
    fn failing(&self) -> MutexGuard<'_, BTreeMap<String, Failing>> {
        self.failing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Failing {
    fn rests_until(&self, now: Instant) -> Option<Instant> {
        self.rest.map(|(_, until)| until).filter(|until| now < *until)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    /// The seconds that a model rests after one more failure.
    fn rest(models: &CoolDowns, now: Instant) -> u64 {
        models.failed("m", now, now);
        models.rests_until("m", now).map_or(0, |until| (until - now).as_secs())
    }

    #[test]
    fn rests_double_with_each_failure_up_to_the_cap_and_a_success_forgets_them() {
        let (models, now) = (CoolDowns::default(), Instant::now());
        let rests: Vec<u64> = (0..9).map(|_| rest(&models, now)).collect();
        assert_eq!(rests, [0, 0, 30, 60, 120, 240, 480, 600, 600]);
        models.succeeded("m");
        assert!(models.resting(now).is_empty());
        assert_eq!([0; 3].map(|_| rest(&models, now)), [0, 0, 30]);
    }

    #[test]
    fn a_rest_ends_by_itself_and_the_next_failure_begins_a_longer_one() {
        let (models, start) = (CoolDowns::default(), Instant::now());
        let rests = [0; 3].map(|_| rest(&models, start));
        assert_eq!(rests[2], 30);
        let last = start + 30 * SECOND - Duration::from_nanos(1);
        assert_eq!(models.resting(last), [("m".to_owned(), start + 30 * SECOND)]);
        assert!(models.resting(start + 30 * SECOND).is_empty());
        assert_eq!(rest(&models, start + 40 * SECOND), 60);
    }

    #[test]
    fn calls_that_fail_together_are_one_reason_to_rest() {
        let (models, began) = (CoolDowns::default(), Instant::now());
        let outage = began + SECOND;
        (0..100).for_each(|_| models.failed("m", began, outage));
        assert_eq!(models.rests_until("m", outage), Some(outage + 30 * SECOND));
        // One that began in the rest, since nobody else was left, does count.
        models.failed("m", outage, outage + SECOND);
        assert_eq!(models.rests_until("m", outage + SECOND), Some(outage + 61 * SECOND));
        // One from before that ends when the rest is over has news.
        let late = outage + 61 * SECOND;
        models.failed("m", began, late);
        assert_eq!(models.rests_until("m", late), Some(late + 120 * SECOND));
    }

    #[test]
    fn settings_at_their_ends() {
        let settings = CoolDownSettings { failures_to_cool: 0, rest: Duration::MAX, rest_cap: Duration::MAX };
        let (models, now) = (CoolDowns::new(settings), Instant::now());
        models.failed("m", now, now);
        assert_eq!(models.rests_until("m", now), None, "an end that no clock reaches");
        let models = CoolDowns::new(CoolDownSettings { failures_to_cool: 0, ..CoolDownSettings::default() });
        assert_eq!(rest(&models, now), 30, "at least one failure");
    }
}
