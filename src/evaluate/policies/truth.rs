//! The truth of a world on one day, and what a chain of attempts is truly worth.

use crate::stats::logit_normal::{expit, logit};

/// Where levels that walk are reflected.
const WALK_RANGE: (f64, f64) = (0.5, 0.995);

/// What is true of an arm on one day.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct ArmTruth {
    /// Logit of P(success) at a first attempt.
    pub(super) reliability: f64,
    /// Logit of the mean score/10 of a success, by the mean of both judges.
    pub(super) quality: f64,
    /// Cost of a call in dollars.
    pub(super) cost_usd: f64,
}

impl ArmTruth {
    pub(super) fn success(&self) -> f64 {
        expit(self.reliability)
    }

    pub(super) fn mean_score(&self) -> f64 {
        expit(self.quality)
    }

    /// P(success) where another model has just failed.
    pub(super) fn after_failure(&self, shift: f64) -> f64 {
        expit(self.reliability + shift)
    }

    /// A step on the logit scale; levels are reflected where the mean reaches 0.5 or 0.995.
    pub(super) fn step(&mut self, reliability: f64, quality: f64) {
        let (low, high) = (logit(WALK_RANGE.0), logit(WALK_RANGE.1));
        let reflected = |level: f64| {
            let below = if level > high { 2.0 * high - level } else { level };
            if below < low { (2.0 * low - below).min(high) } else { below }
        };
        self.reliability = reflected(self.reliability + reliability);
        self.quality = reflected(self.quality + quality);
    }

    /// Adds to the probability of success, kept within (0.01, 0.999).
    pub(super) fn add_success(&mut self, change: f64) {
        self.reliability = logit((self.success() + change).clamp(0.01, 0.999));
    }

    /// Adds to the mean score/10, kept within (0.01, 0.99).
    pub(super) fn add_quality(&mut self, change: f64) {
        self.quality = logit((self.mean_score() + change).clamp(0.01, 0.99));
    }
}

/// What a first choice and the fallbacks after its failure truly come to.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct ChainTruth {
    pub(super) value: f64,
    pub(super) cost_usd: f64,
}

impl ChainTruth {
    /// U = value − λ·cost.
    pub(super) fn utility(&self, lambda: f64) -> f64 {
        self.value - lambda * self.cost_usd
    }
}

/// Who is tried in turn when `failed` fails: the published list less the model; where the head is of the same provider,
/// the first of another provider before it. What an orchestrator does with a row.
pub(super) fn followers(providers: &[&str], fallback: &[usize], failed: usize) -> Vec<usize> {
    let mut list: Vec<usize> = fallback.iter().copied().filter(|&model| model != failed).collect();
    if let Some(place) = list.iter().position(|&model| providers[model] != providers[failed]) {
        let first = list.remove(place);
        list.insert(0, first);
    }
    list
}

/// V = p·q + (1 − p)·V′ and C = c + (1 − p)·C′, where V′ and C′ go on down the list with success shifted by δ logits.
pub(super) fn chain(arms: &[ArmTruth], first: usize, followers: &[usize], shift: f64) -> ChainTruth {
    let attempt = |success: f64, arm: &ArmTruth, tail: ChainTruth| ChainTruth {
        value: success * arm.mean_score() + (1.0 - success) * tail.value,
        cost_usd: arm.cost_usd + (1.0 - success) * tail.cost_usd,
    };
    let tail = followers
        .iter()
        .rev()
        .fold(ChainTruth::default(), |tail, &model| attempt(arms[model].after_failure(shift), &arms[model], tail));
    attempt(arms[first].success(), &arms[first], tail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_walk_is_reflected_at_its_bounds() {
        let mut arm = ArmTruth { reliability: logit(0.995), quality: logit(0.5), cost_usd: 0.0 };
        arm.step(0.25, -0.5);
        assert!((arm.reliability - (logit(0.995) - 0.25)).abs() < 1e-12);
        assert!((arm.quality - 0.5).abs() < 1e-12);
        arm.step(-0.25, 0.25);
        assert!((arm.reliability - (logit(0.995) - 0.5)).abs() < 1e-12);
        assert!((arm.quality - 0.75).abs() < 1e-12);
    }

    #[test]
    fn a_chain_of_three_is_as_worked_out_by_hand() {
        let arm =
            |success, quality, cost_usd| ArmTruth { reliability: logit(success), quality: logit(quality), cost_usd };
        let arms = [arm(0.8, 0.9, 0.01), arm(0.9, 0.7, 0.03), arm(0.9, 0.6, 0.02)];
        let found = chain(&arms, 0, &[1, 2], 0.0);
        assert!((found.value - (0.8 * 0.9 + 0.2 * (0.9 * 0.7 + 0.1 * 0.9 * 0.6))).abs() < 1e-12);
        assert!((found.cost_usd - (0.01 + 0.2 * (0.03 + 0.1 * 0.02))).abs() < 1e-12);
        assert!(chain(&arms, 0, &[1, 2], -0.5).value < found.value);
        assert_eq!(chain(&arms, 1, &[], -0.5).value, arms[1].success() * arms[1].mean_score());
    }

    #[test]
    fn the_first_follower_is_of_another_provider() {
        let providers = ["one", "one", "two", "three"];
        assert_eq!(followers(&providers, &[0, 1, 2, 3], 0), [2, 1, 3]);
        assert_eq!(followers(&providers, &[0, 1, 2, 3], 2), [0, 1, 3]);
        assert_eq!(followers(&["one", "one"], &[1, 0], 0), [1]);
    }
}
