//! What a reader of an estimate must know.

use std::fmt::{self, Display, Formatter};

use super::{Account, OpeSettings, Overlap, Policy};

/// A reason not to trust an estimate as it stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Warning {
    /// Draws without a propensity, left out.
    MissingPropensities {
        /// How many.
        count: usize,
        /// Of how many.
        draws: usize,
    },
    /// Draws with a propensity that no draw can have, left out.
    ImpossiblePropensities {
        /// How many.
        count: usize,
        /// Of how many.
        draws: usize,
    },
    /// Draws without a finite reward, left out.
    ImpossibleRewards {
        /// How many.
        count: usize,
        /// Of how many.
        draws: usize,
    },
    /// Draws whose logged propensity is not what the logged policy gives their model; used as logged.
    DisagreeingPropensities {
        /// How many.
        count: usize,
        /// Of how many.
        draws: usize,
    },
    /// The log has no draw that the policy would have made.
    NoOverlap {
        /// Which policy.
        policy: Policy,
    },
    /// Some of the policy's choices are never drawn in the log.
    UnsupportedMass {
        /// Which policy.
        policy: Policy,
        /// Their share.
        mass: f64,
    },
    /// So few effective draws that the interval may be too narrow.
    FewEffectiveDraws {
        /// Which policy.
        policy: Policy,
        /// (Σ w)²/Σ w².
        effective_draws: f64,
        /// How many there should be.
        wanted: f64,
    },
    /// One draw carries much of the weight.
    HeavyWeight {
        /// Which policy.
        policy: Policy,
        /// Its share.
        share: f64,
    },
    /// The weights do not average 1: the propensities are not those of the draws.
    MeanWeight {
        /// Which policy.
        policy: Policy,
        /// w̄.
        mean: f64,
        /// What it should be: 1 less the unsupported mass.
        expected: f64,
    },
}

/// A mean weight farther off than this many standard errors is no chance.
const MEAN_WEIGHT_ERRORS: f64 = 4.0;

impl Warning {
    /// What the account of a log's draws gives reason to.
    pub(super) fn of_account(account: &Account) -> Vec<Self> {
        let draws = account.draws;
        let mut warnings = Vec::new();
        for (count, warning) in [
            (account.missing_propensities, Self::MissingPropensities { count: account.missing_propensities, draws }),
            (
                account.impossible_propensities,
                Self::ImpossiblePropensities { count: account.impossible_propensities, draws },
            ),
            (account.impossible_rewards, Self::ImpossibleRewards { count: account.impossible_rewards, draws }),
            (
                account.disagreeing_propensities,
                Self::DisagreeingPropensities { count: account.disagreeing_propensities, draws },
            ),
        ] {
            if count > 0 {
                warnings.push(warning);
            }
        }
        warnings
    }

    /// What the weights of a policy give reason to.
    pub(super) fn of_overlap(policy: Policy, overlap: &Overlap, settings: &OpeSettings) -> Vec<Self> {
        if overlap.mean_weight <= 0.0 {
            return vec![Self::NoOverlap { policy }];
        }
        let mut warnings = Vec::new();
        let mass = overlap.unsupported_mass;
        if mass > 0.0 {
            warnings.push(Self::UnsupportedMass { policy, mass });
        }
        if overlap.effective_draws < settings.min_effective_draws {
            let (effective_draws, wanted) = (overlap.effective_draws, settings.min_effective_draws);
            warnings.push(Self::FewEffectiveDraws { policy, effective_draws, wanted });
        }
        if overlap.largest_share > settings.max_weight_share {
            warnings.push(Self::HeavyWeight { policy, share: overlap.largest_share });
        }
        let (mean, expected) = (overlap.mean_weight, 1.0 - mass);
        if (mean - expected).abs() > MEAN_WEIGHT_ERRORS * overlap.mean_weight_error + 1e-9 {
            warnings.push(Self::MeanWeight { policy, mean, expected });
        }
        warnings
    }
}

impl Display for Warning {
    fn fmt(&self, to: &mut Formatter<'_>) -> fmt::Result {
        match *self {
            Self::MissingPropensities { count, draws } => write!(
                to,
                "{count} of {draws} draws have no propensity and are left out; log the one that choose returns"
            ),
            Self::ImpossiblePropensities { count, draws } => write!(
                to,
                "{count} of {draws} draws have a propensity outside (0, 1] and are left out; log the one that choose \
                 returns"
            ),
            Self::ImpossibleRewards { count, draws } => {
                write!(to, "{count} of {draws} draws have a reward that is not a finite number and are left out")
            }
            Self::DisagreeingPropensities { count, draws } => write!(
                to,
                "{count} of {draws} draws have another propensity than their table gives their model; the logged ones \
                 are used, but somebody else may have drawn"
            ),
            Self::NoOverlap { policy } => write!(
                to,
                "no draw is one that the {} policy would have made: this log says nothing of it",
                policy.name()
            ),
            Self::UnsupportedMass { policy, mass } => write!(
                to,
                "{:.1} % of the {} policy's choices are never drawn in this log; the bounds give them the lowest and \
                 the highest reward",
                100.0 * mass,
                policy.name()
            ),
            Self::FewEffectiveDraws { policy, effective_draws, wanted } => write!(
                to,
                "the draws are worth {effective_draws:.0} of the {} policy's own, fewer than {wanted:.0}: the interval \
                 may be too narrow",
                policy.name()
            ),
            Self::HeavyWeight { policy, share } => write!(
                to,
                "one draw carries {:.1} % of the {} policy's weight: the estimate hangs on it",
                100.0 * share,
                policy.name()
            ),
            Self::MeanWeight { policy, mean, expected } => write!(
                to,
                "the weights of the {} policy average {mean:.3} where true propensities give {expected:.3}: the logged \
                 propensities are not those of the draws",
                policy.name()
            ),
        }
    }
}
