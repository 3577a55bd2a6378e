//! What a model did on a task.

/// A model's runs of one task, summed: most benchmarks have one.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Outcome {
    /// How often it ran.
    pub runs: u64,
    /// How many runs succeeded.
    pub successes: u64,
    /// How many successes have a score.
    pub scored: u64,
    /// Σ q over scored successes, q in [0, 1].
    pub quality_sum: f64,
    /// Σ q² over scored successes.
    pub quality_square_sum: f64,
    /// How many runs have a known cost.
    pub costed: u64,
    /// Σ cost over those, in dollars.
    pub cost_sum_usd: f64,
}

impl Outcome {
    /// One run: whether it succeeded, its score in [0, 1] (10 points are 1) and its cost where known.
    ///
    /// A failure is worth 0 whatever its score. Where a wrong answer is no failure but a bad answer, say that it
    /// succeeded and give its score.
    ///
    /// ```
    /// use merit::evaluate::replay::Outcome;
    /// let mut twice = Outcome::once(true, Some(0.5), Some(0.02));
    /// twice.add(Outcome::once(false, None, Some(0.04)));
    /// assert_eq!((twice.success(), twice.value(), twice.cost_usd()), (0.5, Some(0.25), Some(0.03)));
    /// ```
    pub fn once(succeeded: bool, score: Option<f64>, cost_usd: Option<f64>) -> Self {
        let score = score.filter(|_| succeeded);
        Self {
            runs: 1,
            successes: u64::from(succeeded),
            scored: u64::from(score.is_some()),
            quality_sum: score.unwrap_or(0.0),
            quality_square_sum: score.map_or(0.0, |score| score * score),
            costed: u64::from(cost_usd.is_some()),
            cost_sum_usd: cost_usd.unwrap_or(0.0),
        }
    }

    /// Adds further runs of the same task.
    pub fn add(&mut self, other: Self) {
        self.runs += other.runs;
        self.successes += other.successes;
        self.scored += other.scored;
        self.quality_sum += other.quality_sum;
        self.quality_square_sum += other.quality_square_sum;
        self.costed += other.costed;
        self.cost_sum_usd += other.cost_sum_usd;
    }

    /// The share of runs that succeeded.
    pub fn success(&self) -> f64 {
        if self.runs > 0 { self.successes as f64 / self.runs as f64 } else { 0.0 }
    }

    /// The share of successes × the mean quality of a scored one, in [0, 1]; none where it succeeded and nobody scored
    /// it.
    pub fn value(&self) -> Option<f64> {
        if self.successes == 0 {
            (self.runs > 0).then_some(0.0)
        } else {
            (self.scored > 0).then(|| self.success() * self.quality_sum / self.scored as f64)
        }
    }

    /// The mean cost of a run in dollars; none where no run's is known.
    pub fn cost_usd(&self) -> Option<f64> {
        (self.costed > 0).then(|| self.cost_sum_usd / self.costed as f64)
    }

    /// What no runs can have, in words.
    pub(super) fn problem(&self) -> Option<String> {
        if self.runs == 0 {
            Some("it has no run; leave the model out of the task".into())
        } else if self.successes > self.runs || self.scored > self.successes || self.costed > self.runs {
            Some("it has more successes than runs, more scores than successes or more costs than runs".into())
        } else if !(0.0..=self.scored as f64).contains(&self.quality_sum) {
            Some(format!("its {} scores sum to {}, they must be between 0 and 1", self.scored, self.quality_sum))
        } else if !(0.0..=self.quality_sum).contains(&self.quality_square_sum) {
            Some(format!("its squared scores sum to {}, not to {} or less", self.quality_square_sum, self.quality_sum))
        } else if !(self.cost_sum_usd >= 0.0 && self.cost_sum_usd.is_finite()) {
            Some(format!("its cost is {}, not a finite number of 0 or more", self.cost_sum_usd))
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_is_worth_nothing_and_an_unscored_success_is_not_known() {
        assert_eq!(Outcome::once(false, Some(0.9), None).value(), Some(0.0));
        assert_eq!(Outcome::once(true, None, None).value(), None);
        assert_eq!(Outcome::once(true, Some(0.9), None).value(), Some(0.9));
        let mut twice = Outcome::once(true, Some(0.8), Some(0.1));
        twice.add(Outcome::once(true, None, None));
        assert_eq!((twice.value(), twice.cost_usd()), (Some(0.8), Some(0.1)), "what is known stands for the rest");
    }

    #[test]
    fn impossible_sums_are_named() {
        assert_eq!(Outcome::once(true, Some(0.3), Some(0.0)).problem(), None);
        for (wrong, word) in [
            (Outcome::default(), "no run"),
            (Outcome { successes: 2, ..Outcome::once(true, None, None) }, "more successes"),
            (Outcome::once(true, Some(8.5), None), "between 0 and 1"),
            (Outcome::once(true, Some(f64::NAN), None), "between 0 and 1"),
            (Outcome::once(true, Some(0.5), Some(-1.0)), "cost is -1"),
            (Outcome { quality_square_sum: 0.9, ..Outcome::once(true, Some(0.5), None) }, "squared"),
        ] {
            let problem = wrong.problem().expect("a problem");
            assert!(problem.contains(word), "{problem}");
        }
    }
}
