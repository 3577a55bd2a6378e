//! Right choices: the cheapest of the models that did best.

/// How a model did on a task.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Answer {
    /// What its answer was worth, in [0, 1].
    pub value: f64,
    /// What it cost, in dollars; none where unknown.
    pub cost_usd: Option<f64>,
}

/// For each model whether choosing it was right: no answer was worth more, and none worth as much was cheaper.
///
/// All models that tie are right. An unknown cost is taken to be higher than any known one: where no best answer's cost
/// is known, every best answer is right. The share of right choices of a router is the mean over tasks of the
/// probability that it draws one of them.
///
/// ```
/// use merit::evaluate::metrics::{right_choices, Answer};
/// let answers = [(1.0, 0.03), (1.0, 0.01), (0.5, 0.001)].map(|(value, cost)| Answer { value, cost_usd: Some(cost) });
/// assert_eq!(right_choices(&answers), [false, true, false]);
/// ```
pub fn right_choices(answers: &[Answer]) -> Vec<bool> {
    let best = answers.iter().map(|answer| answer.value).fold(f64::NEG_INFINITY, f64::max);
    let cost = |answer: &Answer| answer.cost_usd.unwrap_or(f64::INFINITY);
    let cheapest = answers.iter().filter(|answer| answer.value == best).map(cost).fold(f64::INFINITY, f64::min);
    answers.iter().map(|answer| answer.value == best && cost(answer) == cheapest).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn right(answers: &[(f64, Option<f64>)]) -> Vec<bool> {
        right_choices(&answers.iter().map(|&(value, cost_usd)| Answer { value, cost_usd }).collect::<Vec<_>>())
    }

    #[test]
    fn ties_are_right_and_unknown_costs_come_last() {
        assert_eq!(right(&[(1.0, Some(0.1)), (1.0, Some(0.1)), (1.0, Some(0.2))]), [true, true, false]);
        assert_eq!(right(&[(1.0, None), (1.0, Some(9.0)), (0.9, Some(0.0))]), [false, true, false]);
        assert_eq!(right(&[(1.0, None), (1.0, None), (0.0, Some(0.1))]), [true, true, false]);
        assert_eq!(right(&[(0.0, Some(0.2)), (0.0, Some(0.1))]), [false, true], "nobody solved it: the cheapest");
        assert!(right(&[]).is_empty());
    }
}
