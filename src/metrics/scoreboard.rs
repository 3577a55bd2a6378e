//! How production tasks went in the last seven days, and the targets.

use super::Exposition;
use super::standing::Standing;
use crate::scoreboard::{Measure, TargetResult, Verdict};

/// Days up to the newest with tasks that are taken together.
const DAYS: i32 = 7;

/// The families of the scoreboard.
pub(super) fn add(exposition: &mut Exposition, standing: &Standing, targets: &[TargetResult]) {
    if let Some(week) = week(standing) {
        let mut one = |name, help, value: Option<f64>| {
            exposition.family(name, help).optional(&[], value);
        };
        one("merit_week_tasks", "Production tasks of the last seven days.", Some(week.tasks));
        one("merit_week_served_ratio", "Share of them that got a usable answer.", week.mean(0));
        one("merit_week_score", "Their mean score, 0 to 10.", week.mean(1));
        one("merit_week_task_cost_usd", "Mean cost of one of them, all attempts.", week.mean(2));
        one("merit_week_task_latency_seconds", "Mean time of one of them, all attempts.", week.mean(3));
    }
    let mut family = |name, help, of: fn(&TargetResult) -> Option<f64>| {
        let family = exposition.family(name, help);
        for target in targets {
            let (measure, factor) = unit(target.measure);
            family.optional(&[("measure", measure)], of(target).map(|value| value * factor));
        }
    };
    family("merit_target", "What the scoreboard asks for, in the unit of the measure.", |target| Some(target.target));
    family("merit_target_actual", "What was reached.", |target| target.actual);
    family("merit_target_lower", "Lower bound of what was reached.", |target| target.low);
    family("merit_target_upper", "Upper bound of what was reached.", |target| target.high);
    let met = exposition
        .family("merit_target_met", "1 where the target is met, 0 where it is not, absent where that cannot be told.");
    for target in targets {
        let is_met = match target.verdict {
            Verdict::Met => Some(1.0),
            Verdict::NotMet => Some(0.0),
            Verdict::CannotTell => None,
        };
        met.optional(&[("measure", unit(target.measure).0)], is_met);
    }
}

/// A measure's label, which ends with its base unit, and the factor to that unit.
fn unit(measure: Measure) -> (&'static str, f64) {
    match measure {
        Measure::Score => ("score", 1.0),
        Measure::Success => ("success_ratio", 1.0),
        Measure::CostUsdPerTask => ("task_cost_usd", 1.0),
        Measure::LatencyP95Ms => ("latency_p95_seconds", 1e-3),
        Measure::RightModel => ("right_model_ratio", 1.0),
    }
}

struct Week {
    tasks: f64,
    sums: [(f64, f64); 4],
}

impl Week {
    fn mean(&self, measure: usize) -> Option<f64> {
        let (sum, tasks) = self.sums[measure];
        (tasks > 0.0).then(|| sum / tasks)
    }
}

/// The last days of the mart `scoreboard`, weighted by tasks.
fn week(standing: &Standing) -> Option<Week> {
    let columns = standing.columns("scoreboard")?;
    let days = columns.day("day").ok()?;
    let tasks = columns.number("tasks").ok()?;
    let measures = ["served_share", "score", "cost_usd", "latency_s"];
    let measures: Vec<Vec<Option<f64>>> =
        measures.iter().map(|name| columns.number(name).ok()).collect::<Option<_>>()?;
    let newest = days.iter().flatten().max().copied()?;
    let mut week = Week { tasks: 0.0, sums: [(0.0, 0.0); 4] };
    for row in (0..days.len()).filter(|&row| days[row].is_some_and(|day| newest - day < DAYS)) {
        let n = tasks[row].unwrap_or(0.0);
        week.tasks += n;
        for (sum, values) in week.sums.iter_mut().zip(&measures) {
            if let Some(value) = values[row] {
                *sum = (sum.0 + n * value, sum.1 + n);
            }
        }
    }
    Some(week)
}
