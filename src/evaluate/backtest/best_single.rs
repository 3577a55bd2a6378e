//! One model for each kind of work, chosen afterwards: what the contenders' regret is measured from.

use std::collections::BTreeMap;

use super::earnings::chains;
use super::hindsight::DayOutcomes;
use super::log::Log;
use crate::policy::LeafRow;

/// What each allowed model of a segment, always tried first, earns on a day.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct SegmentDay {
    segment: usize,
    /// The segment's share of the day's traffic.
    share: f64,
    models: Vec<ModelDay>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct ModelDay {
    model: usize,
    value: f64,
    cost_usd: f64,
}

/// Value and cost of a task on one day.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Played {
    pub(super) value: f64,
    pub(super) cost_usd: f64,
}

/// The segments of a night's rows, each model alone with the row's fallbacks after it.
pub(super) fn alone(log: &Log, rows: &[LeafRow], day: &DayOutcomes) -> Vec<SegmentDay> {
    let of = |row: &LeafRow| {
        let found = chains(log, row, day)?;
        let models = found.models.iter().zip(&found.chains).zip(&row.allowed).filter(|(_, allowed)| **allowed);
        let models =
            models.map(|((&model, chain), _)| ModelDay { model, value: chain.value, cost_usd: chain.cost_usd });
        Some(SegmentDay { segment: found.segment, share: found.share, models: models.collect() })
    };
    rows.iter().filter_map(of).collect()
}

/// For each segment, in order, the model of the largest mean utility over these days, and what all of them together earn
/// day by day. A model competes where it was known on every day of its segment; of equal ones the first by name wins.
pub(super) fn best_single(days: &[&[SegmentDay]], lambda: f64) -> (Vec<(usize, usize)>, Vec<Played>) {
    let mut sums: BTreeMap<(usize, usize), (usize, f64)> = BTreeMap::new();
    for segment in days.iter().copied().flatten() {
        for own in &segment.models {
            let (days, sum) = sums.entry((segment.segment, own.model)).or_default();
            *days += 1;
            *sum += segment.share * (own.value - lambda * own.cost_usd);
        }
    }
    let mut best: BTreeMap<usize, (usize, (usize, f64))> = BTreeMap::new();
    for (&(segment, model), &sum) in &sums {
        let entry = best.entry(segment).or_insert((model, sum));
        if (sum.0, sum.1) > entry.1 {
            *entry = (model, sum);
        }
    }
    let played = days.iter().map(|segments| {
        let (mut played, mut seen) = (Played::default(), 0.0);
        for segment in segments.iter() {
            let chosen = best.get(&segment.segment).map(|(model, _)| *model);
            let own = segment.models.iter().find(|own| Some(own.model) == chosen).or(segment.models.first());
            if let Some(own) = own {
                seen += segment.share;
                played.value += segment.share * own.value;
                played.cost_usd += segment.share * own.cost_usd;
            }
        }
        Played { value: played.value / seen, cost_usd: played.cost_usd / seen }
    });
    let played = played.collect();
    (best.into_iter().map(|(segment, (model, _))| (segment, model)).collect(), played)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_afterwards_is_of_the_whole_time_and_known_from_the_first_day() {
        let day = |share, values: &[(usize, f64)]| SegmentDay {
            segment: 4,
            share,
            models: values.iter().map(|&(model, value)| ModelDay { model, value, cost_usd: 0.1 * value }).collect(),
        };
        // Model 1 is best on the larger day; model 7 is better still, but came later.
        let days = [vec![day(0.25, &[(0, 0.9), (1, 0.5)])], vec![day(0.75, &[(0, 0.5), (1, 0.8), (7, 1.0)])]];
        let days: Vec<&[SegmentDay]> = days.iter().map(Vec::as_slice).collect();
        let (chosen, played) = best_single(&days, 0.0);
        assert_eq!(chosen, [(4, 1)]);
        assert!((played[0].value - 0.5).abs() < 1e-12 && (played[1].value - 0.8).abs() < 1e-12, "{played:?}");
        // With a price of money the cheaper one.
        assert_eq!(best_single(&days, 100.0).0, [(4, 0)]);
    }
}
