//! A whole log, overall and row by row: one policy's value, or the difference of two.

use super::interval::clustered;
use super::{
    Account, Estimate, Estimator, Evaluation, Log, Observation, OpeError, OpeSettings, Overlap, Policy, RewardModel,
    Section, Warning, direct_method, doubly_robust, inverse_propensity, reward_model, self_normalised, shrinkage,
    switch,
};

/// Logged and known propensities that differ by more than this disagree.
const PROPENSITY_SLACK: f64 = 1e-6;

const ESTIMATORS: [Estimator; 6] = [
    Estimator::InversePropensity,
    Estimator::SelfNormalised,
    Estimator::DirectMethod,
    Estimator::DoublyRobust,
    Estimator::SwitchDoublyRobust,
    Estimator::ShrunkenDoublyRobust,
];

/// What a draw would have earned under `policy`.
///
/// # Errors
/// [`OpeError`] for a log or settings that make no sense, or without a usable draw.
///
/// ```
/// use merit::evaluate::ope::{Candidate, Context, Draw, Estimator, Log, OpeSettings, Policy, evaluate};
/// let candidate = |model, logged, target| Candidate { model, logged, target, baseline: logged };
/// let contexts = vec![Context { row: 0, candidates: vec![candidate(0, 0.5, 0.1), candidate(1, 0.5, 0.9)] }];
/// // The second model earns 0.9, the first 0.5.
/// let draw = |task| {
///     let candidate = (task % 2) as u32;
///     let reward = if candidate == 1 { 0.9 } else { 0.5 };
///     Draw { task, context: 0, candidate, reward, propensity: Some(0.5) }
/// };
/// let log = Log { rows: 1, models: 2, contexts, draws: (0..400).map(draw).collect() };
/// let found = evaluate(&log, Policy::Target, &OpeSettings::default())?;
/// let ipw = found.overall.estimates[0];
/// assert_eq!(ipw.estimator, Estimator::InversePropensity);
/// assert!((ipw.value - 0.86).abs() < 1e-12 && found.overall.warnings.is_empty());
/// # Ok::<(), merit::evaluate::ope::OpeError>(())
/// ```
pub fn evaluate(log: &Log, policy: Policy, settings: &OpeSettings) -> Result<Evaluation, OpeError> {
    over(log, &[policy], settings)
}

/// What a draw would have earned under the target more than under the baseline, paired draw by draw.
///
/// # Errors
/// [`OpeError`] for a log or settings that make no sense, or without a usable draw.
pub fn compare(log: &Log, settings: &OpeSettings) -> Result<Evaluation, OpeError> {
    over(log, &[Policy::Target, Policy::Baseline], settings)
}

/// A usable draw: its row, its task and how each policy sees it.
struct Seen {
    row: u32,
    task: u64,
    by: Vec<Observation>,
    /// What the choices that the log never draws add at least and at most.
    unsupported: (f64, f64),
}

/// The first policy counts, the second is taken off.
const SIGNS: [f64; 2] = [1.0, -1.0];

fn over(log: &Log, policies: &[Policy], settings: &OpeSettings) -> Result<Evaluation, OpeError> {
    settings.check()?;
    log.validate()?;
    let account = account(log);
    if account.used == 0 {
        return Err(OpeError::NoDraws { draws: account.draws });
    }
    let models = RewardModel::cross_fit(log, settings);
    let mut seen: Vec<Seen> = Vec::with_capacity(account.used);
    for draw in &log.draws {
        if let Some(propensity) = draw.usable() {
            let rewards = &models[reward_model::fold(draw.task, settings.folds)];
            let by = policies.iter().map(|&policy| Observation::new(log, draw, propensity, policy, rewards)).collect();
            let context = log.drawn(draw).0;
            let mut unsupported = (0.0, 0.0);
            for candidate in context.candidates.iter().filter(|candidate| candidate.logged <= 0.0) {
                let share: f64 = policies.iter().zip(SIGNS).map(|(one, sign)| sign * candidate.probability(*one)).sum();
                let ends = [share * settings.lowest_reward, share * settings.highest_reward];
                unsupported.0 += ends[0].min(ends[1]);
                unsupported.1 += ends[0].max(ends[1]);
            }
            seen.push(Seen { row: context.row, task: draw.task, by, unsupported });
        }
    }
    let mut overall = section(None, &seen.iter().collect::<Vec<_>>(), policies, settings);
    overall.warnings.splice(0..0, Warning::of_account(&account));
    let mut rows: Vec<Vec<&Seen>> = vec![Vec::new(); log.rows];
    seen.iter().for_each(|draw| rows[draw.row as usize].push(draw));
    let rows = rows.iter().filter(|draws| !draws.is_empty());
    let rows = rows.map(|draws| section(Some(draws[0].row), draws, policies, settings)).collect();
    Ok(Evaluation { account, overall, rows })
}

fn account(log: &Log) -> Account {
    let mut account = Account { draws: log.draws.len(), ..Account::default() };
    for draw in &log.draws {
        match (draw.propensity, draw.usable()) {
            (_, Some(propensity)) => {
                account.used += 1;
                let known = log.drawn(draw).1.logged;
                account.disagreeing_propensities += usize::from((known - propensity).abs() > PROPENSITY_SLACK);
            }
            (None, None) => account.missing_propensities += 1,
            (Some(propensity), None) if super::log::is_possible(propensity) => account.impossible_rewards += 1,
            (Some(_), None) => account.impossible_propensities += 1,
        }
    }
    account
}

fn section(row: Option<u32>, seen: &[&Seen], policies: &[Policy], settings: &OpeSettings) -> Section {
    let tasks: Vec<u64> = seen.iter().map(|draw| draw.task).collect();
    let by: Vec<Vec<Observation>> =
        (0..policies.len()).map(|policy| seen.iter().map(|draw| draw.by[policy]).collect()).collect();
    let overlaps: Vec<(Policy, Overlap)> =
        policies.iter().zip(&by).map(|(&policy, observations)| (policy, Overlap::of(observations))).collect();
    let estimates: Vec<Estimate> =
        ESTIMATORS.iter().filter_map(|&estimator| estimate(estimator, &by, seen, &tasks, settings)).collect();
    let warnings =
        overlaps.iter().flat_map(|(policy, overlap)| Warning::of_overlap(*policy, overlap, settings)).collect();
    let mut distinct = tasks;
    distinct.sort_unstable();
    distinct.dedup();
    Section { row, draws: seen.len(), tasks: distinct.len(), overlaps, estimates, warnings }
}

/// Of the first policy, less that of the second if there is one.
fn estimate(
    estimator: Estimator,
    by: &[Vec<Observation>],
    seen: &[&Seen],
    tasks: &[u64],
    settings: &OpeSettings,
) -> Option<Estimate> {
    let (mut values, mut supported) = (vec![0.0; tasks.len()], vec![0.0; tasks.len()]);
    for (observations, sign) in by.iter().zip(SIGNS) {
        let (outcomes, claimed) = estimator.pseudo_outcomes(observations, settings)?;
        for place in 0..tasks.len() {
            values[place] += sign * outcomes[place];
            supported[place] += sign * (outcomes[place] - claimed[place]);
        }
    }
    let found = clustered(&values, tasks);
    let (low, high) = found.interval(settings.interval_level);
    let unsupported = by.iter().flatten().any(|seen| seen.unsupported > 0.0);
    let bounds = unsupported.then(|| {
        let interval = |end: fn(&Seen) -> f64| {
            let values: Vec<f64> = supported.iter().zip(seen).map(|(value, seen)| value + end(seen)).collect();
            clustered(&values, tasks).interval(settings.interval_level)
        };
        (interval(|seen| seen.unsupported.0).0, interval(|seen| seen.unsupported.1).1)
    });
    Some(Estimate { estimator, value: found.mean, standard_error: found.standard_error, low, high, bounds })
}

impl Estimator {
    /// The pseudo-outcome of each draw, and how much of it is claimed for choices that the log never draws.
    fn pseudo_outcomes(self, observations: &[Observation], settings: &OpeSettings) -> Option<(Vec<f64>, Vec<f64>)> {
        let outcomes = match self {
            Self::InversePropensity => inverse_propensity::pseudo_outcomes(observations),
            Self::SelfNormalised => self_normalised::pseudo_outcomes(observations)?,
            Self::DirectMethod => direct_method::pseudo_outcomes(observations),
            Self::DoublyRobust => doubly_robust::pseudo_outcomes(observations),
            Self::SwitchDoublyRobust => switch::pseudo_outcomes(observations, settings.switch_threshold),
            Self::ShrunkenDoublyRobust => shrinkage::pseudo_outcomes(observations, settings.shrinkage),
        };
        let claimed = match self {
            Self::InversePropensity => vec![0.0; observations.len()],
            Self::SelfNormalised => {
                let value = self_normalised::estimate(observations)?;
                observations.iter().map(|seen| value * seen.unsupported).collect()
            }
            _ => observations.iter().map(|seen| seen.unsupported_expected).collect(),
        };
        Some((outcomes, claimed))
    }
}
