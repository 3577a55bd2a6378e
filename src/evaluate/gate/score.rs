//! A day's draws → what the challenger would have gained on each task.

use super::{GateError, GateSettings};
use crate::evaluate::ope::{Context, Draw, Log, RewardModel};
use crate::evaluate::sequence::{Outcome, Outcomes};

/// What a day says of a challenger.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ScoredDay {
    /// The gain on each task, split into what was expected of it and the rest.
    pub outcomes: Outcomes,
    /// How many draws were scored.
    pub draws: u64,
    /// Draws without a possible propensity or a reward, left out.
    pub left_out: u64,
    /// Rewards moved into the settings' range.
    pub clipped: u64,
    /// Σ w of the challenger.
    pub weight_sum: f64,
    /// Σ w².
    pub weight_square_sum: f64,
    /// Σ over draws of the probability that the two tables give differently and the draws cannot tell of.
    pub bounded_mass: f64,
}

/// One context: δ = challenger − anchor, judged where the log draws often enough, else bounded.
struct Judged {
    /// Σ δ·q̂ over the judged candidates, and the middle of what the others can earn.
    predicted: f64,
    /// Half the range of what the others can earn.
    slack: f64,
    /// What δ/p·(r − q̂) can be.
    lowest: f64,
    highest: f64,
    bounded_mass: f64,
}

/// The gain of each task of a day: Σ δ·q̂ + δ/p·(r − q̂) with δ the challenger's less the anchor's probability, the
/// doubly robust difference (Dudík et al. 2014). The log's targets are the challenger's, its baselines the anchor's.
///
/// `rewards` must come from days before this one. Where p is 0, or so small that δ/p is above `max_weight`, δ·r is not
/// estimated: it lies between δ times the lowest and δ times the highest reward, which is the outcome's slack.
///
/// # Errors
/// [`GateError`] for settings or a log that make no sense.
pub fn score(log: &Log, rewards: &RewardModel, settings: &GateSettings) -> Result<ScoredDay, GateError> {
    settings.check()?;
    log.validate()?;
    let contexts: Vec<Judged> = log.contexts.iter().map(|context| judged(context, rewards, settings)).collect();
    let mut day = ScoredDay::default();
    let mut draws: Vec<(&Draw, f64)> = Vec::with_capacity(log.draws.len());
    for draw in &log.draws {
        match draw.usable() {
            Some(propensity) => draws.push((draw, propensity)),
            None => day.left_out += 1,
        }
    }
    // Stable, so that a task's draws keep the order of the log.
    draws.sort_by_key(|(draw, _)| draw.task);
    for task in draws.chunk_by(|one, other| one.0.task == other.0.task) {
        let (mut outcome, mut lowest, mut highest) = (Outcome::default(), 0.0, 0.0);
        for &(draw, propensity) in task {
            let (context, drawn) = log.drawn(draw);
            let known = &contexts[draw.context as usize];
            let reward = draw.reward.clamp(settings.lowest_reward, settings.highest_reward);
            let predicted = rewards.predict(context.row, drawn.model);
            let delta = drawn.target - drawn.baseline;
            let weight = if is_judged(delta, drawn.logged, settings) { delta / propensity } else { 0.0 };
            let range = residuals(weight, predicted, settings);
            lowest += known.lowest.min(range.0);
            highest += known.highest.max(range.1);
            outcome.predicted += known.predicted;
            outcome.slack += known.slack;
            outcome.residual += weight * (reward - predicted);
            outcome.draws += 1.0;
            let own = drawn.target / propensity;
            day.draws += 1;
            day.clipped += u64::from(reward != draw.reward);
            day.weight_sum += own;
            day.weight_square_sum += own * own;
            day.bounded_mass += known.bounded_mass;
        }
        day.outcomes.outcomes.push(outcome);
        day.outcomes.lowest = day.outcomes.lowest.min(lowest);
        day.outcomes.highest = day.outcomes.highest.max(highest);
    }
    Ok(day)
}

fn judged(context: &Context, rewards: &RewardModel, settings: &GateSettings) -> Judged {
    let (low, high) = (settings.lowest_reward, settings.highest_reward);
    let mut found = Judged { predicted: 0.0, slack: 0.0, lowest: 0.0, highest: 0.0, bounded_mass: 0.0 };
    for candidate in &context.candidates {
        let delta = candidate.target - candidate.baseline;
        if is_judged(delta, candidate.logged, settings) {
            let predicted = rewards.predict(context.row, candidate.model);
            found.predicted += delta * predicted;
            if delta != 0.0 {
                let range = residuals(delta / candidate.logged, predicted, settings);
                found.lowest = found.lowest.min(range.0);
                found.highest = found.highest.max(range.1);
            }
        } else {
            found.predicted += 0.5 * delta * (low + high);
            found.slack += 0.5 * delta.abs() * (high - low);
            found.bounded_mass += delta.abs();
        }
    }
    found
}

/// Whether draws can tell what a difference of probabilities earns.
fn is_judged(delta: f64, logged: f64, settings: &GateSettings) -> bool {
    delta == 0.0 || delta.abs() <= settings.max_weight * logged
}

/// The range of weight·(r − q̂) over all rewards.
fn residuals(weight: f64, predicted: f64, settings: &GateSettings) -> (f64, f64) {
    let ends = [settings.lowest_reward, settings.highest_reward].map(|reward| weight * (reward - predicted));
    (ends[0].min(ends[1]), ends[0].max(ends[1]))
}
