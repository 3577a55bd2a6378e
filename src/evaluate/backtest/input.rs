//! What a back-test walks over: the daily sums of a log.

use super::error::BacktestError;
use crate::history::History;

/// A history with what calls cost and what came of later attempts: all that a night's table is built from, and all that
/// the next day says of it. Entries may come in any order; entries of the same day and arm add up.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BacktestHistory {
    /// First attempts per day, arm, source and judge.
    pub history: History,
    /// Who serves each arm of the history, in the order of its arms.
    pub providers: Vec<String>,
    /// What first attempts cost.
    pub costs: Vec<DayCost>,
    /// What came of attempts after another model's failure.
    pub later: Vec<DayLater>,
}

/// What first attempts of one arm cost on one day.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DayCost {
    /// Days since 1970-01-01, UTC.
    pub day: i32,
    /// Which arm: an index into the history's arms.
    pub arm: u32,
    /// Calls whose cost is known.
    pub calls: u64,
    /// What they cost together, in dollars: tokens at the price of that day, or as logged.
    pub cost_usd: f64,
}

/// Attempts of one arm on one day after another model's failure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DayLater {
    /// Days since 1970-01-01, UTC.
    pub day: i32,
    /// Which arm: an index into the history's arms.
    pub arm: u32,
    /// The attempts.
    pub calls: u64,
    /// Those that succeeded.
    pub successes: u64,
}

/// Days beyond this (some 2,700 years from 1970) are a mistake, as in a history.
const FARTHEST_DAY: u32 = 1_000_000;

impl BacktestHistory {
    pub(super) fn check(&self) -> Result<(), BacktestError> {
        self.history.validate()?;
        let arms = self.history.arms.len();
        if self.providers.len() != arms {
            return Err(BacktestError::Providers { providers: self.providers.len(), arms });
        }
        let fail =
            |what, entry, day, problem: &str| Err(BacktestError::Entry { what, entry, day, problem: problem.into() });
        let far = |day: i32| day.unsigned_abs() > FARTHEST_DAY;
        for (entry, cost) in self.costs.iter().enumerate() {
            if far(cost.day) {
                return fail("cost", entry, cost.day, "no calls were made on such a day");
            }
            if cost.arm as usize >= arms {
                return fail("cost", entry, cost.day, "it names an arm that the history does not list");
            }
            let possible =
                cost.cost_usd >= 0.0 && cost.cost_usd.is_finite() && (cost.calls > 0 || cost.cost_usd == 0.0);
            if !possible {
                return fail("cost", entry, cost.day, "the cost is not that of any number of calls");
            }
        }
        for (entry, later) in self.later.iter().enumerate() {
            if far(later.day) {
                return fail("later attempts", entry, later.day, "no calls were made on such a day");
            }
            if later.arm as usize >= arms {
                return fail("later attempts", entry, later.day, "they name an arm that the history does not list");
            }
            if later.successes > later.calls {
                return fail("later attempts", entry, later.day, "there are more successes than attempts");
            }
        }
        Ok(())
    }
}
