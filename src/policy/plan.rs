//! A row before λ is known: who may play, in which order fallbacks stand, and the chain that each choice begins.

use std::sync::OnceLock;

use super::arm::{Arm, Standing};
use super::chain::{self, Chain};
use super::error::PolicyError;
use super::settings::PolicySettings;
use super::{exploit, fallback, weights};
use crate::segment::Segment;
use crate::stats::Beta;
use crate::stats::best_arm::{PosteriorTable, probability_best_of, probability_on_frontier};

/// What a row is planned from.
pub(super) struct Row<'a> {
    pub(super) segment: &'a Segment,
    pub(super) traffic_share: f64,
    /// First and last day of its evidence.
    pub(super) period: Option<(String, String)>,
    /// Its arms, by id.
    pub(super) arms: Vec<Arm>,
    /// Whether the log has any score at all.
    pub(super) scored: bool,
}

/// A row with everything that does not depend on λ.
pub(super) struct Plan<'a> {
    pub(super) row: Row<'a>,
    /// No arm met the constraints: the most reliable one was admitted.
    pub(super) unmet: bool,
    /// The fallback order: positions among the arms.
    pub(super) order: Vec<usize>,
    /// Positions of the eligible arms, and the chain that begins with each.
    pub(super) eligible: Vec<usize>,
    pub(super) chains: Vec<Chain>,
    /// The chains' posteriors, tabulated when first asked for: the dear part of a row.
    posteriors: OnceLock<Vec<PosteriorTable>>,
    /// The same, reshaped for exploiting.
    reshaped: OnceLock<Vec<PosteriorTable>>,
    /// The upper quantiles of the chains' values, the same at every λ.
    upper: OnceLock<Vec<f64>>,
    /// Positions of the arms on probation, and their chains.
    pub(super) probation: Vec<usize>,
    probation_chains: Vec<Chain>,
    /// W_s = Σ W over the row's arms.
    pub(super) strength: f64,
}

/// How λ enters a row's exploit weights.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Price {
    /// λ, in value per dollar.
    Lambda(f64),
    /// Only cost counts.
    Cheapest,
}

impl<'a> Plan<'a> {
    /// Plans a row; an error when rules forbid every model.
    pub(super) fn new(mut row: Row<'a>) -> Result<Self, PolicyError> {
        let unmet = !row.arms.iter().any(Arm::is_eligible);
        if unmet {
            admit_the_most_reliable(&mut row.arms)
                .ok_or_else(|| PolicyError::NothingAllowed { segment: row.segment.to_string() })?;
        }
        let places = |holds: fn(&Arm) -> bool| {
            row.arms.iter().enumerate().filter(move |(_, arm)| holds(arm)).map(|(place, _)| place).collect::<Vec<_>>()
        };
        let eligible = places(Arm::is_eligible);
        let probation = places(|arm| matches!(arm.standing, Standing::ShutOut(_)));
        let order = fallback::order(&row.arms);
        let highest = chain::highest_cost(&row.arms);
        let chains_of = |places: &[usize]| {
            places.iter().map(|&place| chain::chain(&row.arms, &order, place, highest, row.scored)).collect::<Vec<_>>()
        };
        let (chains, probation_chains) = (chains_of(&eligible), chains_of(&probation));
        let strength = row.arms.iter().map(|arm| arm.strength).sum();
        Ok(Self {
            row,
            unmet,
            order,
            eligible,
            chains,
            posteriors: OnceLock::new(),
            reshaped: OnceLock::new(),
            upper: OnceLock::new(),
            probation,
            probation_chains,
            strength,
        })
    }

    fn posteriors(&self) -> &[PosteriorTable] {
        self.posteriors.get_or_init(|| self.tables(1.0))
    }

    fn upper(&self) -> &[f64] {
        let quantile = |chain: &Chain| exploit::upper_quantile(chain.value, self.strength);
        self.upper.get_or_init(|| self.chains.iter().map(quantile).collect())
    }

    fn tables(&self, sharpness: f64) -> Vec<PosteriorTable> {
        let reshaped = |chain: &Chain| Beta::new(sharpness * chain.value.alpha, sharpness * chain.value.beta);
        self.chains.iter().map(|chain| PosteriorTable::new(reshaped(chain))).collect()
    }

    /// For each eligible arm the probability that its utility is the largest.
    pub(super) fn p_best(&self, lambda: f64) -> Vec<f64> {
        probability_best_of(self.posteriors(), &self.shifts(lambda))
    }

    fn shifts(&self, lambda: f64) -> Vec<f64> {
        self.chains.iter().map(|chain| -lambda * chain.charged).collect()
    }

    /// For each eligible arm the probability that no arm at most as dear is worth more.
    pub(super) fn p_on_frontier(&self) -> Vec<f64> {
        let costs: Vec<Option<f64>> = self.chains.iter().map(|chain| chain.cost).collect();
        probability_on_frontier(self.posteriors(), &costs)
    }

    /// The exploit weights of the eligible arms. Settings may differ in their algorithm from one call to the next, not in
    /// their sharpness.
    pub(super) fn exploit(&self, settings: &PolicySettings, price: Price) -> Vec<f64> {
        match price {
            Price::Cheapest => exploit::all_on_the_largest(self.chains.iter().map(|chain| -chain.charged)),
            Price::Lambda(lambda) => {
                let utilities: Vec<_> = self.chains.iter().map(|chain| chain.utility(lambda)).collect();
                let reshaped = || self.reshaped.get_or_init(|| self.tables(settings.sharpness));
                let p_best = || probability_best_of(reshaped(), &self.shifts(lambda));
                exploit::weights(settings, &utilities, p_best, || self.upper())
            }
        }
    }

    /// What a task costs on average at these exploit weights, exploration, probes and fallbacks included.
    pub(super) fn cost(&self, settings: &PolicySettings, exploit: &[f64]) -> f64 {
        let shares = weights::shares(settings, exploit, self.probation.len());
        let drawn: f64 = shares.eligible.iter().zip(&self.chains).map(|(share, chain)| share * chain.charged).sum();
        drawn + self.probation_chains.iter().map(|chain| shares.probe * chain.charged).sum::<f64>()
    }
}

/// Makes the most reliable allowed arm eligible (ties: the smallest id); none where the rules allow none.
fn admit_the_most_reliable(arms: &mut [Arm]) -> Option<()> {
    let mut best: Option<usize> = None;
    for (index, arm) in arms.iter().enumerate() {
        let better = |best: usize| arm.reliability.mean() > arms[best].reliability.mean();
        if matches!(arm.standing, Standing::ShutOut(_) | Standing::Held(_)) && best.is_none_or(better) {
            best = Some(index);
        }
    }
    let arm = &mut arms[best?];
    if let Standing::ShutOut(reason) | Standing::Held(reason) = &arm.standing {
        arm.standing = Standing::Eligible(format!("most reliable, no model meets the constraints; {reason}"));
    }
    Some(())
}
