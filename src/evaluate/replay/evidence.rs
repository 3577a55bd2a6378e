//! Build tasks as evidence for the policy: nothing decayed, a benchmark's rows as they are.

use std::collections::BTreeMap;

use super::matrix::Matrix;
use super::outcome::Outcome;
use crate::policy::{ArmEvidence, Cell, CostSource, Latency, LaterAttempts, SegmentTraffic};
use crate::segment::Segment;

/// The undecayed evidence of these tasks (positions in the matrix) and the traffic they would be.
///
/// An arm for each model in each segment it ran in, one cell each; tasks that not every model ran count. A segment's
/// share of the traffic is its share of the tasks.
pub fn evidence(matrix: &Matrix, tasks: &[usize]) -> (Vec<ArmEvidence>, Vec<SegmentTraffic>) {
    let mut segments: BTreeMap<&Segment, (u64, Vec<Outcome>)> = BTreeMap::new();
    for &task in tasks {
        let task = &matrix.tasks()[task];
        let empty = || (0, vec![Outcome::default(); matrix.models().len()]);
        let (count, sums) = segments.entry(&task.segment).or_insert_with(empty);
        *count += 1;
        for (sum, outcome) in sums.iter_mut().zip(&task.outcomes) {
            if let Some(outcome) = outcome {
                sum.add(*outcome);
            }
        }
    }
    let mut arms = Vec::new();
    for (segment, (_, sums)) in &segments {
        for (model, sum) in matrix.models().iter().zip(sums).filter(|(_, sum)| sum.runs > 0) {
            arms.push(ArmEvidence {
                segment: (*segment).clone(),
                model: model.name.clone(),
                provider: model.provider.clone(),
                cells: vec![cell(sum)],
                later: LaterAttempts::default(),
                cost_usd: sum.cost_usd(),
                cost_source: if sum.costed > 0 { CostSource::Logged } else { CostSource::Unknown },
                input_tokens: None,
                output_tokens: None,
                latency: Latency::default(),
                first_day: String::new(),
                last_day: String::new(),
                changed_since: None,
                flags: Vec::new(),
            });
        }
    }
    let share = |(segment, (count, _)): (&&Segment, &(u64, Vec<Outcome>))| SegmentTraffic {
        segment: (*segment).clone(),
        share: *count as f64 / tasks.len() as f64,
    };
    (arms, segments.iter().map(share).collect())
}

fn cell(sum: &Outcome) -> Cell {
    let (runs, scored) = (sum.runs as f64, sum.scored as f64);
    Cell {
        source: "benchmark".into(),
        judge: String::new(),
        calls: sum.runs,
        strength: runs,
        strength_squared: runs,
        success_strength: sum.successes as f64,
        scored_calls: sum.scored,
        scored_strength: scored,
        scored_strength_squared: scored,
        quality_sum: sum.quality_sum,
        quality_square_sum: sum.quality_square_sum,
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
        let (arms, traffic) = evidence(&matrix, &[0, 1, 2]);
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
}
