//! The days of each arm, from one source, with the judges' constant effects taken out of the scores.

use crate::history::{DayCell, History};

/// One day of one arm.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Day {
    /// Days since 1970.
    pub(super) day: i32,
    /// First attempts.
    pub(super) calls: f64,
    /// Those that succeeded.
    pub(super) successes: f64,
    /// Successes with a score.
    pub(super) scored: f64,
    /// Σ q over them, less the judges' effects.
    pub(super) quality: f64,
}

/// One arm's days in ascending order.
pub(super) struct Series {
    /// Index into the history's arms.
    pub(super) arm: u32,
    /// The days with calls.
    pub(super) days: Vec<Day>,
}

/// The series of the arms that have calls from `source`, in the order of the arms.
pub(super) fn series(history: &History, source: u32) -> Vec<Series> {
    let mut cells: Vec<&DayCell> =
        history.cells.iter().filter(|cell| cell.source == source && cell.calls > 0).collect();
    // Sums of floats depend on their order, so cells that share their key are ordered by what they hold.
    cells.sort_unstable_by(|one, other| {
        (one.arm, one.day, one.judge, one.scored)
            .cmp(&(other.arm, other.day, other.judge, other.scored))
            .then(one.quality_sum.total_cmp(&other.quality_sum))
    });
    let effects = judge_effects(&cells, history.judges.len());
    let mut found: Vec<Series> = Vec::new();
    for cell in cells {
        if found.last().is_none_or(|series| series.arm != cell.arm) {
            found.push(Series { arm: cell.arm, days: Vec::new() });
        }
        let days = &mut found.last_mut().expect("a series was just pushed if none was there").days;
        if days.last().is_none_or(|day| day.day != cell.day) {
            days.push(Day { day: cell.day, ..Day::default() });
        }
        let day = days.last_mut().expect("a day was just pushed if none was there");
        day.calls += cell.calls as f64;
        day.successes += cell.successes as f64;
        day.scored += cell.scored as f64;
        day.quality += cell.quality_sum - cell.scored as f64 * effects[cell.judge as usize];
    }
    found
}

/// Each judge's constant effect in the additive fit q = arm + judge, so that a new mix of judges is no news of the arm.
///
/// Alternating least squares from effects of 0: where judges share no arms, all of the difference stays with the arms.
fn judge_effects(cells: &[&DayCell], judges: usize) -> Vec<f64> {
    // Cells are sorted by arm: sums per (arm, judge).
    let mut sums: Vec<(u32, u32, f64, f64)> = Vec::new();
    let mut first_of_arm = 0;
    for cell in cells.iter().filter(|cell| cell.scored > 0) {
        if sums.last().is_some_and(|last| last.0 != cell.arm) {
            first_of_arm = sums.len();
        }
        match sums[first_of_arm..].iter_mut().find(|sum| sum.1 == cell.judge) {
            Some(sum) => {
                sum.2 += cell.scored as f64;
                sum.3 += cell.quality_sum;
            }
            None => sums.push((cell.arm, cell.judge, cell.scored as f64, cell.quality_sum)),
        }
    }
    let mut effects = vec![0.0; judges];
    for _ in 0..SWEEPS {
        let (mut scores, mut residuals) = (vec![0.0; judges], vec![0.0; judges]);
        for arm in sums.chunk_by(|one, other| one.0 == other.0) {
            let strength: f64 = arm.iter().map(|sum| sum.2).sum();
            let level = arm.iter().map(|sum| sum.3 - sum.2 * effects[sum.1 as usize]).sum::<f64>() / strength;
            for sum in arm {
                scores[sum.1 as usize] += sum.2;
                residuals[sum.1 as usize] += sum.3 - sum.2 * level;
            }
        }
        for judge in 0..judges {
            if scores[judge] > 0.0 {
                effects[judge] = residuals[judge] / scores[judge];
            }
        }
    }
    effects
}

/// Alternations of the additive fit; each at least halves what is left wherever judges share half their work.
const SWEEPS: usize = 30;
