//! Build tasks as evidence for the policy: nothing decayed, every task an observation.

use std::collections::BTreeMap;

use serde::Serialize;

use super::matrix::Matrix;
use super::outcome::Outcome;
use crate::policy::{ArmEvidence, Cell, CostSource, SegmentTraffic};
use crate::segment::Segment;

/// All rows have one source, which so counts in full.
const SOURCE: &str = "benchmark";

/// How outcomes become evidence.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum Reading {
    /// Every run is a success whose score is its value, 0 for a failure. A benchmark's failure is a wrong answer that no
    /// orchestrator would notice: nothing falls back after it, and the table weighs first attempts alone, as the replay
    /// plays them.
    #[default]
    Value,
    /// Success and score as a call log has them: a failure is noticed. The table counts on the fallbacks that earn after
    /// it, which the replay does not play, and `min_reliability` shuts models out.
    Log,
}

/// The undecayed evidence of these tasks (positions in the matrix) and the traffic they would be.
///
/// An arm for each model in each segment it ran in, one cell each; tasks that not every model ran count. A model's
/// repeated runs of a task are one observation, their mean: they tell more of that task, not more of the kind of work,
/// and a model that repeated its tasks must not look better known than one that did not. A segment's share of the
/// traffic is its share of the tasks.
pub fn evidence(matrix: &Matrix, tasks: &[usize], reading: Reading) -> (Vec<ArmEvidence>, Vec<SegmentTraffic>) {
    let mut segments: BTreeMap<&Segment, (u64, Vec<Sum>)> = BTreeMap::new();
    for &task in tasks {
        let task = &matrix.tasks()[task];
        let empty = || (0, vec![Sum::default(); matrix.models().len()]);
        let (count, sums) = segments.entry(&task.segment).or_insert_with(empty);
        *count += 1;
        for (sum, outcome) in sums.iter_mut().zip(&task.outcomes) {
            match (outcome, reading) {
                (Some(outcome), Reading::Value) => sum.add(&matrix.read_as_value(outcome)),
                (Some(outcome), Reading::Log) => sum.add(outcome),
                (None, _) => {}
            }
        }
    }
    let mut arms = Vec::new();
    for (segment, (_, sums)) in &segments {
        for (model, sum) in matrix.models().iter().zip(sums).filter(|(_, sum)| sum.cell.calls > 0) {
            arms.push(ArmEvidence {
                cost_usd: (sum.costed > 0.0).then(|| sum.cost_usd / sum.costed),
                cost_source: if sum.costed > 0.0 { CostSource::Logged } else { CostSource::Unknown },
                ..ArmEvidence::from_cells((*segment).clone(), &model.name, &model.provider, vec![sum.cell.clone()])
            });
        }
    }
    let share = |(segment, (count, _)): (&&Segment, &(u64, Vec<Sum>))| SegmentTraffic {
        segment: (*segment).clone(),
        share: *count as f64 / tasks.len() as f64,
    };
    (arms, segments.iter().map(share).collect())
}

/// What an arm's tasks sum to.
#[derive(Clone, Default)]
struct Sum {
    cell: Cell,
    cost_usd: f64,
    costed: f64,
}

impl Sum {
    fn add(&mut self, outcome: &Outcome) {
        let success = outcome.success();
        let cell = &mut self.cell;
        cell.source = SOURCE.into();
        cell.calls += 1;
        cell.strength += 1.0;
        cell.strength_squared += 1.0;
        cell.success_strength += success;
        if outcome.scored > 0 {
            // One observation of the successes' mean quality, weighing what the successes weigh.
            let mean = |sum: f64| success * sum / outcome.scored as f64;
            cell.scored_calls += 1;
            cell.scored_strength += success;
            cell.scored_strength_squared += success * success;
            cell.quality_sum += mean(outcome.quality_sum);
            cell.quality_square_sum += mean(outcome.quality_square_sum);
        }
        if let Some(cost) = outcome.cost_usd() {
            self.cost_usd += cost;
            self.costed += 1.0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluate::replay::{ReplayModel, Task};

    #[test]
    fn only_the_tasks_given_count_and_each_run_once() {
        let ran = |score: f64, cost| Some(Outcome::once(true, Some(score), cost));
        let task = |id: &str, category: &str, outcomes| Task {
            id: id.into(),
            segment: Segment::new("unknown", category, "unknown"),
            outcomes,
        };
        let model = |name: &str| ReplayModel { name: name.into(), provider: format!("{name}-provider") };
        let failed = Some(Outcome::once(false, None, Some(0.03)));
        let tasks = vec![
            task("1", "maths", vec![ran(0.5, Some(0.01)), None]),
            task("2", "maths", vec![failed, ran(1.0, None)]),
            task("3", "code", vec![ran(0.7, Some(0.05)), None]),
            task("4", "code", vec![ran(0.1, Some(0.09)), ran(0.1, Some(0.09))]),
        ];
        let matrix = Matrix::new(vec![model("a"), model("b")], tasks).expect("valid");
        let (arms, traffic) = evidence(&matrix, &[0, 1, 2], Reading::Log);
        assert_eq!(traffic.iter().map(|row| row.share).collect::<Vec<_>>(), [1.0 / 3.0, 2.0 / 3.0], "code, maths");
        let found: Vec<_> = arms.iter().map(|arm| (arm.segment.category.as_str(), arm.model.as_str())).collect();
        assert_eq!(found, [("code", "a"), ("maths", "a"), ("maths", "b")], "b ran no code among these");
        let cell = &arms[1].cells[0];
        assert_eq!((cell.calls, cell.strength, cell.success_strength, cell.scored_calls), (2, 2.0, 1.0, 1));
        assert_eq!((cell.quality_sum, cell.quality_square_sum), (0.5, 0.25));
        assert_eq!((arms[1].cost_usd, arms[1].cost_source), (Some(0.02), CostSource::Logged));
        assert_eq!((arms[2].cost_usd, arms[2].cost_source), (None, CostSource::Unknown));
        assert_eq!(arms[1].provider, "a-provider");
    }

    #[test]
    fn repeated_runs_of_a_task_are_one_observation() {
        let mut often = Outcome::default();
        for succeeded in [true, true, true, false] {
            often.add(Outcome::once(succeeded, Some(0.8), Some(0.01)));
        }
        let task = |id: &str, outcome| Task {
            id: id.into(),
            segment: Segment::new("r", "c", "d"),
            outcomes: vec![Some(outcome)],
        };
        let model = ReplayModel { name: "a".into(), provider: "a".into() };
        let once = Outcome::once(true, Some(0.4), Some(0.03));
        let matrix = Matrix::new(vec![model], vec![task("1", often), task("2", once)]).expect("valid");
        let arm = &evidence(&matrix, &[0, 1], Reading::Log).0[0];
        let cell = &arm.cells[0];
        assert_eq!((cell.calls, cell.strength, cell.success_strength), (2, 2.0, 1.75));
        assert_eq!((cell.scored_calls, cell.scored_strength, cell.scored_strength_squared), (2, 1.75, 1.5625));
        assert!((cell.quality_sum - (0.75 * 0.8 + 0.4)).abs() < 1e-12);
        assert!((cell.quality_square_sum - (0.75 * 0.64 + 0.16)).abs() < 1e-12);
        assert_eq!(arm.cost_usd, Some(0.02));
        let cell = &evidence(&matrix, &[0, 1], Reading::Value).0[0].cells[0];
        assert_eq!((cell.success_strength, cell.scored_strength), (2.0, 2.0), "a failure is a score of 0");
        assert!((cell.quality_sum - (0.6 + 0.4)).abs() < 1e-12);
        assert!((cell.quality_square_sum - (0.36 + 0.16)).abs() < 1e-12);
    }
}
