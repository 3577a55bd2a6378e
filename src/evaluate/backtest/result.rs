//! What a back-test found.

use serde::Serialize;

use super::settings::Contender;
use crate::evaluate::interval::Interval;

/// What a table earned on the day after its night, a task.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct DayEarnings {
    /// The value of the answer, in [0, 1], fallbacks included.
    pub value: f64,
    /// Dollars, fallbacks included; 0 in a log without costs.
    pub cost_usd: f64,
    /// Value − λ·cost.
    pub utility: f64,
    /// The share of tasks whose first attempt succeeds.
    pub success: f64,
    /// The share of its draws that fall on arms with a call on that day; the others are judged by the days after, and
    /// without any by arms like them.
    pub coverage: f64,
}

/// How a contender did.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ContenderResult {
    /// Half-life and algorithm.
    pub contender: Contender,
    /// The mean value of a task.
    pub value: Interval,
    /// The mean cost of a task in dollars; none in a log without costs.
    pub cost_usd: Option<Interval>,
    /// The mean utility of a task.
    pub utility: Interval,
    /// The mean share of first attempts that succeed.
    pub success: f64,
    /// The mean coverage.
    pub coverage: f64,
    /// Its value less the standing setting's, day by day.
    pub value_beyond_standing: Interval,
    /// Its cost less the standing setting's.
    pub cost_usd_beyond_standing: Option<Interval>,
    /// Its utility less the standing setting's.
    pub utility_beyond_standing: Interval,
    /// What it loses against [`Backtest::best_single`]: the utility of that less its own. Below 0 where moving along is
    /// worth more than the best choice that never moves.
    pub regret: Interval,
    /// The best contender's utility less its own, at [`Backtest::comparison_level`].
    pub behind_best: Interval,
    /// Day by day, in the order of [`Backtest::days`].
    pub by_day: Vec<DayEarnings>,
}

impl ContenderResult {
    /// Whether the best contender is better beyond noise.
    pub fn is_behind(&self) -> bool {
        self.behind_best.low > 0.0
    }
}

/// One model for each kind of work, the same on all days: the best choice of this sort, known only afterwards.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct BestSingle {
    /// The mean value of a task.
    pub value: f64,
    /// The mean cost of a task in dollars; none in a log without costs.
    pub cost_usd: Option<f64>,
    /// The mean utility of a task.
    pub utility: f64,
    /// Which model it is in each segment.
    pub models: Vec<SingleModel>,
}

/// The model of a segment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SingleModel {
    /// The kind of work: `role / category / difficulty`.
    pub segment: String,
    /// The model.
    pub model: String,
}

/// Half-lives and algorithms side by side.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Backtest {
    /// The days judged, days since 1970; each is judged by the table of the night before.
    pub days: Vec<i32>,
    /// Days after the burn-in that could not be judged: no traffic, no score since, or no model allowed so far.
    pub days_left_out: usize,
    /// λ, by which value and cost become utility: the settings', or with a budget the median of the standing setting's
    /// tables.
    pub lambda: f64,
    /// The mean share of the traffic in segments that the night before knew; the rest is left out for all alike.
    pub seen: f64,
    /// Which contender is the standing setting: a place in `contenders`.
    pub standing: usize,
    /// Which contender has the largest mean utility.
    pub best: usize,
    /// The level of the intervals behind the best: the settings', shared out over all comparisons with it (Bonferroni),
    /// since the best was chosen among them afterwards.
    pub comparison_level: f64,
    /// What regret is measured from.
    pub best_single: BestSingle,
    /// By half-life, then by algorithm.
    pub contenders: Vec<ContenderResult>,
}

impl Backtest {
    /// The standing setting's result.
    pub fn standing(&self) -> &ContenderResult {
        &self.contenders[self.standing]
    }

    /// The best contender's result.
    pub fn best(&self) -> &ContenderResult {
        &self.contenders[self.best]
    }
}
