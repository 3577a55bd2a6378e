//! The prior of an arm: what all models together achieve in the same kind of work.
//!
//! Never the model's own overall mean: routers send hard work to strong models, so that mean confounds the model with its
//! work (Simpson's paradox). A mixed model of model and work effects can replace [`Pool::priors`] alone.

use std::collections::BTreeMap;

use super::evidence::ArmEvidence;
use crate::segment::Segment;
use crate::stats::Beta;

/// κ: how many calls the prior counts as.
pub const PRIOR_STRENGTH: f64 = 2.0;

/// Neither success nor failure is ever believed impossible: each has at least the half call of Jeffreys' prior
/// (Jeffreys, *Proc. R. Soc. A* 186, 1946), so that a hundred successes of a hundred keep an honest interval.
const MINIMUM_PSEUDO_COUNT: f64 = 0.5;

/// Decayed sums over all models of one kind of work.
#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    strength: f64,
    success: f64,
    scored: f64,
    quality: f64,
}

/// Pooled means of reliability and quality.
#[derive(Clone, Copy)]
struct Means {
    reliability: f64,
    quality: f64,
}

impl Sums {
    fn add(&mut self, arm: &ArmEvidence) {
        self.strength += arm.strength;
        self.success += arm.success_strength;
        self.scored += arm.scored_strength;
        self.quality += arm.quality_sum;
    }

    /// The means, drawn by [`PRIOR_STRENGTH`] calls towards those of the wider pool: without evidence they are the wider ones.
    fn means(&self, wider: Means) -> Means {
        let towards = |sum: f64, strength: f64, mean: f64| {
            ((sum + PRIOR_STRENGTH * mean) / (strength + PRIOR_STRENGTH)).clamp(0.0, 1.0)
        };
        Means {
            reliability: towards(self.success, self.strength, wider.reliability),
            quality: towards(self.quality, self.scored, wider.quality),
        }
    }
}

/// Everything, each category, and each (category, difficulty), over all roles and models.
pub(super) struct Pool {
    all: Sums,
    categories: BTreeMap<String, Sums>,
    works: BTreeMap<(String, String), Sums>,
}

impl Pool {
    pub(super) fn new<'a>(arms: impl Iterator<Item = &'a ArmEvidence>) -> Self {
        let mut pool = Self { all: Sums::default(), categories: BTreeMap::new(), works: BTreeMap::new() };
        for arm in arms {
            let (category, difficulty) = (arm.segment.category.clone(), arm.segment.difficulty.clone());
            pool.all.add(arm);
            pool.categories.entry(category.clone()).or_default().add(arm);
            pool.works.entry((category, difficulty)).or_default().add(arm);
        }
        pool
    }

    /// Whether any success in the whole log has a score.
    pub(super) fn scored(&self) -> bool {
        self.all.scored > 0.0
    }

    /// The priors of reliability and of quality in a leaf segment.
    pub(super) fn priors(&self, segment: &Segment) -> (Beta, Beta) {
        let indifferent = Means { reliability: 0.5, quality: 0.5 };
        let work = (segment.category.clone(), segment.difficulty.clone());
        let means = self.all.means(indifferent);
        let means = self.categories.get(&segment.category).copied().unwrap_or_default().means(means);
        let means = self.works.get(&work).copied().unwrap_or_default().means(means);
        (prior(means.reliability), prior(means.quality))
    }
}

fn prior(mean: f64) -> Beta {
    Beta::new(
        (PRIOR_STRENGTH * mean).max(MINIMUM_PSEUDO_COUNT),
        (PRIOR_STRENGTH * (1.0 - mean)).max(MINIMUM_PSEUDO_COUNT),
    )
}
