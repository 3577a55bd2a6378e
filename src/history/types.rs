//! The daily history of the arms.

use super::HistoryError;
use crate::segment::Segment;

/// Sums over the first attempts of one arm on one day, from one source, scored by one judge (or by nobody).
///
/// `scored`, `quality_sum` and `quality_square_sum` count successes with a score only; quality is q = score/10, in [0,
/// 1].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DayCell {
    /// Days since 1970-01-01, UTC.
    pub day: i32,
    /// Which arm: an index into [`History::arms`].
    pub arm: u32,
    /// Where the calls come from: an index into [`History::sources`].
    pub source: u32,
    /// Who scored them: an index into [`History::judges`], where the empty name is nobody.
    pub judge: u32,
    /// First attempts.
    pub calls: u64,
    /// Those that succeeded.
    pub successes: u64,
    /// Successes with a score.
    pub scored: u64,
    /// Σ q over them.
    pub quality_sum: f64,
    /// Σ q² over them.
    pub quality_square_sum: f64,
}

/// A model in a leaf segment.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct HistoryArm {
    /// The kind of work.
    pub segment: Segment,
    /// The model.
    pub model: String,
}

/// Every day of every arm. Cells may come in any order; cells of the same day, arm, source and judge add up.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct History {
    /// The arms, each once.
    pub arms: Vec<HistoryArm>,
    /// The names of the sources.
    pub sources: Vec<String>,
    /// The names of the judges; the empty name stands for nobody.
    pub judges: Vec<String>,
    /// The daily sums.
    pub cells: Vec<DayCell>,
}

/// Days beyond this (some 2,700 years from 1970) are a mistake; the arithmetic on days relies on it.
const FARTHEST_DAY: u32 = 1_000_000;

impl History {
    /// Whether every cell names an arm, a source and a judge of this history and holds sums that calls can have.
    ///
    /// # Errors
    /// [`HistoryError`] with the first cell (as given) that does not.
    ///
    /// ```
    /// use merit::history::History;
    /// assert!(History::default().validate().is_ok());
    /// ```
    pub fn validate(&self) -> Result<(), HistoryError> {
        for (index, cell) in self.cells.iter().enumerate() {
            for (what, place, names) in [
                ("arm", cell.arm, self.arms.len()),
                ("source", cell.source, self.sources.len()),
                ("judge", cell.judge, self.judges.len()),
            ] {
                if place as usize >= names {
                    return Err(HistoryError::Unknown { cell: index, what, place });
                }
            }
            let (scored, sum, squares) = (cell.scored as f64, cell.quality_sum, cell.quality_square_sum);
            // Sums of up to a billion fractions in [0, 1] may be off by rounding.
            let slack = 1e-6 * (1.0 + scored);
            let possible = cell.day.unsigned_abs() <= FARTHEST_DAY
                && cell.successes <= cell.calls
                && cell.scored <= cell.successes
                && (-slack..=scored + slack).contains(&sum)
                && (-slack..=sum + slack).contains(&squares);
            if !possible {
                return Err(HistoryError::Impossible { cell: index, day: cell.day });
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn history(cell: DayCell) -> History {
        let arm = HistoryArm { segment: Segment::new("executor", "debugging", "advanced"), model: "a".into() };
        History { arms: vec![arm], sources: vec!["production".into()], judges: vec![String::new()], cells: vec![cell] }
    }

    #[test]
    fn a_cell_that_no_calls_can_give_is_refused() {
        let good = DayCell {
            day: 1,
            arm: 0,
            source: 0,
            judge: 0,
            calls: 3,
            successes: 2,
            scored: 1,
            quality_sum: 0.8,
            quality_square_sum: 0.64,
        };
        assert!(history(good).validate().is_ok());
        for bad in [
            DayCell { arm: 1, ..good },
            DayCell { source: 7, ..good },
            DayCell { judge: 1, ..good },
            DayCell { day: i32::MIN, ..good },
            DayCell { successes: 4, ..good },
            DayCell { scored: 3, ..good },
            DayCell { quality_sum: 1.2, ..good },
            DayCell { quality_sum: f64::NAN, ..good },
            DayCell { quality_square_sum: 0.9, ..good },
        ] {
            assert!(history(bad).validate().is_err(), "{bad:?}");
        }
    }
}
