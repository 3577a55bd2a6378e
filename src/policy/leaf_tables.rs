//! The leaf rows of one night for several algorithms at once: what a back-test asks of every night.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::arm::Arm;
use super::budget::{Spending, exploit, spend};
use super::build::plan;
use super::error::PolicyError;
use super::evidence::{ArmEvidence, SegmentTraffic};
use super::plan::{Plan, Price};
use super::posterior::Knowledge;
use super::segments::leaves;
use super::settings::{Algorithm, PolicySettings};
use super::{fallback, validate, weights};
use crate::segment::Segment;

/// What the tables of several algorithms, built from one evidence, say of the leaf segments.
pub(crate) struct LeafTables {
    /// λ of each algorithm's table.
    pub(crate) lambdas: Vec<f64>,
    /// By segment.
    pub(crate) rows: Vec<LeafRow>,
}

/// One leaf segment.
pub(crate) struct LeafRow {
    pub(crate) segment: Segment,
    /// The models considered, by id.
    pub(crate) models: Vec<String>,
    /// Whether the rules allow each of them.
    pub(crate) allowed: Vec<bool>,
    /// Who is tried after a failure, in turn: positions among the models. The same in all tables.
    pub(crate) fallback: Vec<usize>,
    /// For each algorithm, the probability with which each model is drawn.
    pub(crate) weights: Vec<Vec<f64>>,
}

/// The leaf rows of [`build`](super::build()) for each of these algorithms, without what only a reader needs: intervals,
/// frontiers, reasons and back-off rows.
///
/// The settings' own algorithm is not used. The dear part, the fit of the priors, does not depend on the algorithm and
/// is done once.
///
/// # Errors
/// Those of `build`.
pub(crate) fn leaf_tables(
    arms: &[ArmEvidence],
    traffic: &[SegmentTraffic],
    settings: &PolicySettings,
    algorithms: &[Algorithm],
) -> Result<LeafTables, PolicyError> {
    validate::settings(settings)?;
    validate::evidence(arms)?;
    validate::traffic(traffic)?;
    let knowledge = Knowledge::new(arms, settings);
    let plans = leaves(arms, traffic)
        .par_iter()
        .map(|leaf| {
            let models = knowledge.models_for(leaf.segment);
            let arms = models.into_iter().map(|model| knowledge.arm(leaf.segment, model)).collect();
            plan(&knowledge, leaf.segment, leaf.share, &[*leaf], arms)
        })
        .collect::<Vec<_>>()
        .into_iter()
        .collect::<Result<Vec<Plan>, _>>()?;
    let of_algorithms: Vec<PolicySettings> =
        algorithms.iter().map(|&algorithm| PolicySettings { algorithm, ..settings.clone() }).collect();
    let spendings: Vec<(Vec<(f64, Price)>, f64)> = of_algorithms
        .iter()
        .map(|settings| match settings.budget_usd_per_task {
            Some(_) => {
                let Spending { prices, lambda, .. } = spend(&plans, settings);
                (prices, lambda)
            }
            None => (vec![(1.0, Price::Lambda(settings.lambda))], settings.lambda),
        })
        .collect();
    let row = |plan: &Plan| {
        let weights = of_algorithms.iter().zip(&spendings).map(|(settings, (prices, _))| {
            let exploit = exploit(prices, plan, settings);
            let shares = weights::shares(settings, &exploit, plan.probation.len());
            let mut weights = vec![0.0; plan.row.arms.len()];
            plan.eligible.iter().zip(&shares.eligible).for_each(|(&arm, share)| weights[arm] = *share);
            plan.probation.iter().for_each(|&arm| weights[arm] = shares.probe);
            weights
        });
        LeafRow {
            segment: plan.row.segment.clone(),
            models: plan.row.arms.iter().map(|arm| arm.model.clone()).collect(),
            allowed: plan.row.arms.iter().map(Arm::is_allowed).collect(),
            fallback: plan.order.iter().copied().take(fallback::LONGEST).collect(),
            weights: weights.collect(),
        }
    };
    Ok(LeafTables {
        rows: plans.par_iter().map(row).collect(),
        lambdas: spendings.into_iter().map(|(_, lambda)| lambda).collect(),
    })
}

/// What is known of one figure of an arm; means are as the usual source and judges would have given them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Level {
    /// Its mean in the arm's own calls of the day; none without such a call.
    pub(crate) today: Option<f64>,
    /// Its mean in the arm's own calls of the whole evidence; none without such a call.
    pub(crate) observed: Option<f64>,
    /// The mean of its posterior.
    pub(crate) believed: f64,
}

/// The levels of an arm.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Levels {
    /// P(success) at a first attempt.
    pub(crate) success: Level,
    /// Mean score/10 of a success; none in evidence without a score.
    pub(crate) quality: Option<Level>,
    /// Cost of a call in dollars: the arm's own of the day, else the arm's own, else the model's elsewhere.
    pub(crate) cost_usd: Option<f64>,
}

/// The levels of these models in these segments, and δ, the logit shift of attempts after a failure. `today` holds that
/// part of the evidence which is of the day itself.
///
/// # Errors
/// Those of `build` for the evidence.
pub(crate) fn levels(
    evidence: &[ArmEvidence],
    today: &[ArmEvidence],
    settings: &PolicySettings,
    asked: &[(&Segment, &str)],
) -> Result<(Vec<Levels>, f64), PolicyError> {
    validate::settings(settings)?;
    validate::evidence(evidence)?;
    let knowledge = Knowledge::new(evidence, settings);
    let keyed = |arms: &'_ [ArmEvidence]| -> BTreeMap<(Segment, String), usize> {
        arms.iter().enumerate().map(|(place, arm)| ((arm.segment.clone(), arm.model.clone()), place)).collect()
    };
    let (all, of_today) = (keyed(evidence), keyed(today));
    let levels = asked.iter().map(|&(segment, model)| {
        let key = (segment.clone(), model.to_string());
        let own = all.get(&key).map(|&place| &evidence[place]);
        knowledge.levels(segment, model, own, of_today.get(&key).map(|&place| &today[place]))
    });
    Ok((levels.collect(), knowledge.failure_shift()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::fixture::{arm, segment};
    use crate::policy::{Candidate, build};

    /// Four models of rising cost in three segments, one of them unreliable in one.
    fn evidence() -> (Vec<ArmEvidence>, Vec<SegmentTraffic>) {
        let segments =
            [segment("debugging", "advanced"), segment("debugging", "beginner"), segment("review", "advanced")];
        let mut arms = Vec::new();
        for (place, segment) in segments.iter().enumerate() {
            for (model, name) in ["a", "b", "c", "d"].into_iter().enumerate() {
                let success = if (place, model) == (1, 3) { 0.5 } else { 0.9 + 0.02 * model as f64 };
                let calls = [40, 300, 7, 90][(model + place) % 4];
                let mut arm = arm(segment, name, calls, success, 0.7 + 0.03 * ((model + 2 * place) % 5) as f64);
                arm.cost_usd = Some(0.002 * (1 + model) as f64);
                arms.push(arm);
            }
        }
        arms.remove(6);
        let shares = [0.5, 0.2, 0.3];
        let traffic = segments.into_iter().zip(shares).map(|(segment, share)| SegmentTraffic { segment, share });
        (arms, traffic.collect())
    }

    #[test]
    fn the_leaf_rows_are_those_of_the_whole_policy() {
        let (arms, traffic) = evidence();
        let algorithms = [Algorithm::Thompson, Algorithm::Ucb, Algorithm::EpsilonGreedy, Algorithm::Greedy];
        for budget_usd_per_task in [None, Some(0.005), Some(1e-6)] {
            let settings = PolicySettings { budget_usd_per_task, lambda: 0.5, ..PolicySettings::default() };
            let found = leaf_tables(&arms, &traffic, &settings, &algorithms).expect("valid evidence");
            assert_eq!(found.rows.len(), 3);
            for (place, &algorithm) in algorithms.iter().enumerate() {
                let whole = build(&arms, &traffic, &PolicySettings { algorithm, ..settings.clone() });
                let whole = whole.expect("valid evidence");
                assert_eq!(found.lambdas[place], whole.lambda);
                for row in &found.rows {
                    let same = whole.segments.iter().find(|whole| whole.segment == row.segment).expect("a row");
                    let name = |&model: &usize| row.models[model].clone();
                    assert_eq!(row.fallback.iter().map(name).collect::<Vec<_>>(), same.fallback);
                    assert_eq!(row.models.len(), same.candidates.len());
                    for Candidate { model, weight, .. } in &same.candidates {
                        let own = row.models.iter().position(|known| known == model).expect("considered in both");
                        assert_eq!(row.weights[place][own], *weight, "{algorithm:?}, {model}, {budget_usd_per_task:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn levels_are_the_observed_means_and_the_posteriors() {
        let (arms, traffic) = evidence();
        let settings = PolicySettings::default();
        let (run, idle) = (&traffic[0].segment, &traffic[1].segment);
        let (found, shift) =
            levels(&arms, &arms[..1], &settings, &[(run, "b"), (idle, "c"), (run, "a")]).expect("valid evidence");
        let whole = build(&arms, &traffic, &settings).expect("valid evidence");
        assert_eq!(shift, whole.failure_shift);
        let believed = |segment: &Segment, model: &str| {
            let row = whole.segments.iter().find(|row| row.segment == *segment).expect("a row");
            let candidate = row.candidates.iter().find(|candidate| candidate.model == model).expect("considered");
            (candidate.success_interval.mean, candidate.score_interval.mean / 10.0)
        };
        let quality = found[0].quality.expect("scored");
        assert_eq!(found[0].success.observed, Some(arms[1].success_strength() / arms[1].strength()));
        assert!((quality.observed.expect("scored") - 0.73).abs() < 1e-12);
        for (levels, (success, quality)) in found.iter().zip([believed(run, "b"), believed(idle, "c")]) {
            assert!((levels.success.believed - success).abs() < 1e-12);
            assert!((levels.quality.expect("scored").believed - quality).abs() < 1e-12);
        }
        assert_eq!((found[1].success.observed, found[1].quality.expect("scored").observed), (None, None));
        assert!((found[1].cost_usd.expect("from where it ran") - 0.006).abs() < 1e-12);
        assert_eq!((found[0].success.today, found[2].success.today), (None, found[2].success.observed));
    }
}
