//! Decayed sums that go on from day to day, so that no night reads the history again.

use super::log::{Log, LogDay};
use crate::policy::{ArmEvidence, Cell, CostSource, LaterAttempts, SegmentTraffic};
use crate::stats::decay;

/// Strength below which sums are taken for nothing: calls of a hundred half-lives ago. Their squares would vanish first.
const FORGOTTEN: f64 = 1e-30;

/// What is remembered of the days so far: every sum is Σ 2^(−age/h)·x.
#[derive(Clone, Debug)]
pub(super) struct Memory {
    half_life: f64,
    slots: Vec<Sums>,
    arms: Vec<ArmSums>,
    /// By segment, over the traffic.
    traffic: Vec<f64>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    calls: u64,
    strength: f64,
    strength_squared: f64,
    success: f64,
    scored_calls: u64,
    scored: f64,
    scored_squared: f64,
    quality: f64,
    quality_square: f64,
}

#[derive(Clone, Copy, Debug, Default)]
struct ArmSums {
    costed: f64,
    cost: f64,
    later: f64,
    later_success: f64,
}

/// How benchmarks count beside production.
#[derive(Clone, Copy, Debug)]
pub(super) struct Benchmark {
    pub(super) weight: f64,
    pub(super) cap: f64,
}

impl Memory {
    /// Nothing yet; half-lives of 0 keep the last day only.
    pub(super) fn new(log: &Log, half_life: f64) -> Self {
        Self {
            half_life,
            slots: vec![Sums::default(); log.slots.len()],
            arms: vec![ArmSums::default(); log.arms.len()],
            traffic: vec![0.0; log.segments.len()],
        }
    }

    /// Lets days pass: state ← state · 2^(−days/h).
    pub(super) fn pass(&mut self, days: i32) {
        let factor = decay::weight(f64::from(days), self.half_life);
        if factor == 1.0 {
            return;
        }
        for sums in &mut self.slots {
            sums.strength *= factor;
            sums.strength_squared *= factor * factor;
            sums.success *= factor;
            sums.scored *= factor;
            sums.scored_squared *= factor * factor;
            sums.quality *= factor;
            sums.quality_square *= factor;
            if sums.strength < FORGOTTEN {
                *sums = Sums { calls: sums.calls, scored_calls: sums.scored_calls, ..Sums::default() };
            }
        }
        for sums in &mut self.arms {
            sums.costed *= factor;
            sums.cost *= factor;
            sums.later *= factor;
            sums.later_success *= factor;
            if sums.costed < FORGOTTEN {
                (sums.costed, sums.cost) = (0.0, 0.0);
            }
            if sums.later < FORGOTTEN {
                (sums.later, sums.later_success) = (0.0, 0.0);
            }
        }
        self.traffic.iter_mut().for_each(|strength| *strength *= factor);
    }

    /// Adds a day at full weight; `traffic_only`: without other sources.
    pub(super) fn add(&mut self, log: &Log, day: &LogDay, traffic_only: bool) {
        for &(slot, cell) in &day.cells {
            let kind = log.slots[slot];
            if traffic_only && !kind.traffic {
                continue;
            }
            let sums = &mut self.slots[slot];
            let (calls, scored) = (cell.calls as f64, cell.scored as f64);
            sums.calls = sums.calls.saturating_add(cell.calls);
            sums.strength += calls;
            sums.strength_squared += calls;
            sums.success += cell.successes as f64;
            sums.scored_calls = sums.scored_calls.saturating_add(cell.scored);
            sums.scored += scored;
            sums.scored_squared += scored;
            // A history allows for sums that are off by rounding, the policy for less.
            let quality = cell.quality_sum.clamp(0.0, scored);
            sums.quality += quality;
            sums.quality_square += cell.quality_square_sum.clamp(0.0, quality);
            if kind.traffic {
                self.traffic[log.arms[kind.arm].segment] += calls;
            }
        }
        for &(arm, calls, cost) in &day.costs {
            self.arms[arm].costed += calls;
            self.arms[arm].cost += cost;
        }
        for &(arm, calls, successes) in &day.later {
            self.arms[arm].later += calls;
            self.arms[arm].later_success += successes;
        }
    }

    /// The evidence on every arm that has run so far.
    pub(super) fn evidence(&self, log: &Log, benchmark: Benchmark) -> Vec<ArmEvidence> {
        let ran = |slot: &usize| self.slots[*slot].calls > 0;
        let mut sources: Vec<usize> = (0..log.slots.len()).filter(ran).map(|slot| log.slots[slot].source).collect();
        sources.sort_unstable();
        sources.dedup();
        let mut evidence: Vec<ArmEvidence> = Vec::new();
        let mut slot = 0;
        for (index, arm) in log.arms.iter().enumerate() {
            let first = slot;
            while slot < log.slots.len() && log.slots[slot].arm == index {
                slot += 1;
            }
            let cells: Vec<Cell> = (first..slot)
                .filter(ran)
                .map(|own| {
                    let source = log.slots[own].source;
                    let same = (first..slot).filter(|other| log.slots[*other].source == source);
                    let strength: f64 = same.map(|other| self.slots[other].strength).sum();
                    let plain = log.slots[own].production || sources.len() == 1;
                    let factor = if plain { 1.0 } else { benchmark.factor(strength) };
                    cell(log, own, &self.slots[own], factor)
                })
                .collect();
            if cells.is_empty() {
                continue;
            }
            let sums = &self.arms[index];
            let segment = log.segments[arm.segment].clone();
            evidence.push(ArmEvidence {
                later: LaterAttempts { strength: sums.later, success_strength: sums.later_success },
                cost_usd: (sums.costed > 0.0).then(|| sums.cost / sums.costed),
                cost_source: CostSource::Logged,
                ..ArmEvidence::from_cells(segment, &log.models[arm.model], &arm.provider, cells)
            });
        }
        evidence
    }

    /// The segments' shares of the traffic so far; none where there was none.
    pub(super) fn traffic(&self, log: &Log) -> Vec<SegmentTraffic> {
        let total: f64 = self.traffic.iter().sum();
        if total <= 0.0 {
            return Vec::new();
        }
        let shares = log.segments.iter().zip(&self.traffic).filter(|(_, strength)| **strength > 0.0);
        shares.map(|(segment, strength)| SegmentTraffic { segment: segment.clone(), share: strength / total }).collect()
    }
}

impl Benchmark {
    fn factor(self, strength: f64) -> f64 {
        if strength * self.weight > self.cap { self.cap / strength } else { self.weight }
    }
}

fn cell(log: &Log, slot: usize, sums: &Sums, factor: f64) -> Cell {
    Cell {
        source: log.sources[log.slots[slot].source].clone(),
        judge: log.judges[log.slots[slot].judge].clone(),
        calls: sums.calls,
        strength: factor * sums.strength,
        strength_squared: factor * factor * sums.strength_squared,
        success_strength: factor * sums.success,
        scored_calls: sums.scored_calls,
        scored_strength: factor * sums.scored,
        scored_strength_squared: factor * factor * sums.scored_squared,
        quality_sum: factor * sums.quality,
        quality_square_sum: factor * sums.quality_square,
    }
}

#[cfg(test)]
mod tests {
    use super::super::input::{BacktestHistory, DayCost, DayLater};
    use super::*;
    use crate::history::{DayCell, History, HistoryArm};
    use crate::segment::Segment;

    /// An arm with a gap of three days, two sources, and a day of both judges.
    fn input() -> BacktestHistory {
        let arm = HistoryArm { segment: Segment::new("executor", "debugging", "advanced"), model: "a".into() };
        let cell = |day, source, judge, calls: u64| DayCell {
            day,
            arm: 0,
            source,
            judge,
            calls,
            successes: calls - 1,
            scored: calls - 2,
            quality_sum: 0.7 * (calls - 2) as f64,
            quality_square_sum: 0.5 * (calls - 2) as f64,
        };
        BacktestHistory {
            history: History {
                arms: vec![arm],
                sources: vec!["production".into(), "benchmark".into()],
                judges: vec!["one".into(), "two".into()],
                cells: vec![cell(0, 0, 0, 10), cell(1, 0, 1, 20), cell(1, 1, 0, 400), cell(4, 0, 0, 30)],
            },
            providers: vec!["north".into()],
            costs: vec![
                DayCost { day: 0, arm: 0, calls: 10, cost_usd: 0.1 },
                DayCost { day: 4, arm: 0, calls: 30, cost_usd: 0.9 },
            ],
            later: vec![DayLater { day: 1, arm: 0, calls: 6, successes: 3 }],
        }
    }

    #[test]
    fn going_on_day_by_day_gives_the_sums_of_the_whole_history() {
        let log = Log::new(&input());
        let mut memory = Memory::new(&log, 2.0);
        for (place, day) in log.days.iter().enumerate() {
            memory.add(&log, day, false);
            memory.pass(log.days.get(place + 1).map_or(1, |next| next.day - day.day));
        }
        // As of day 5: ages 5, 4 and 1.
        let weight = |age: f64| decay::weight(age, 2.0);
        let found = memory.evidence(&log, Benchmark { weight: 0.3, cap: 20.0 });
        let [arm] = &found[..] else { panic!("one arm") };
        let [benchmark, one, two] = &arm.cells[..] else { panic!("three cells") };
        let close = |found: f64, wanted: f64| assert!((found - wanted).abs() < 1e-12 * wanted, "{found}, {wanted}");
        assert_eq!((one.judge.as_str(), one.calls, one.scored_calls), ("one", 40, 36));
        close(one.strength, 10.0 * weight(5.0) + 30.0 * weight(1.0));
        close(one.strength_squared, 10.0 * weight(5.0) * weight(5.0) + 30.0 * weight(1.0) * weight(1.0));
        close(one.success_strength, 9.0 * weight(5.0) + 29.0 * weight(1.0));
        close(one.quality_sum, 0.7 * (8.0 * weight(5.0) + 28.0 * weight(1.0)));
        close(two.quality_square_sum, 0.5 * 18.0 * weight(4.0));
        // 400 calls fade to 100, of which 0.3 would be 30: the cap of 20 cuts them to a fifth.
        assert_eq!(benchmark.source, "benchmark");
        close(benchmark.strength, 20.0);
        close(benchmark.strength_squared, 0.04 * 400.0 * weight(4.0) * weight(4.0));
        close(
            arm.cost_usd.expect("known"),
            (0.1 * weight(5.0) + 0.9 * weight(1.0)) / (10.0 * weight(5.0) + 30.0 * weight(1.0)),
        );
        close(arm.later.strength, 6.0 * weight(4.0));
        assert_eq!(memory.traffic(&log)[0].share, 1.0);
    }

    #[test]
    fn what_was_called_ages_ago_is_forgotten_and_still_known() {
        let log = Log::new(&input());
        let mut memory = Memory::new(&log, 1.0);
        memory.add(&log, &log.days[0], false);
        memory.pass(5000);
        let found = memory.evidence(&log, Benchmark { weight: 0.3, cap: 20.0 });
        assert_eq!((found[0].calls(), found[0].strength(), found[0].cost_usd), (10, 0.0, None));
    }
}
