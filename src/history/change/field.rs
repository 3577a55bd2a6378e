//! The strata of one figure and the streams they make up.

use std::collections::BTreeMap;
use std::ops::Range;

use super::evidence::DayDifferences;
use super::result::Figure;
use super::stratum::{Stratum, Sums};
use crate::history::{DayCell, History};

/// What is watched: strata that would move together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Stream {
    /// All strata of a judge (index into the history's judges).
    Judge(usize),
    /// All strata of a model (index into [`Field::models`]).
    Model(usize),
    /// All strata of an arm (index into [`Field::arms`]).
    Arm(usize),
}

/// An arm with strata.
pub(super) struct ArmStrata {
    /// Index into the history's arms.
    pub(super) arm: u32,
    /// Index into [`Field::models`].
    pub(super) model: usize,
    /// Its strata.
    pub(super) strata: Range<usize>,
}

/// All strata of one figure, sorted by model, arm, judge and source.
pub(super) struct Field {
    pub(super) figure: Figure,
    pub(super) strata: Vec<Stratum>,
    pub(super) arms: Vec<ArmStrata>,
    /// Name, and range in `arms`.
    pub(super) models: Vec<(String, Range<usize>)>,
    /// Per judge of the history, its strata.
    pub(super) judges: Vec<Vec<usize>>,
    /// How days differed from each other last night, in all arms …
    pub(super) arm_days: DayDifferences,
    /// … and in all models and judges.
    pub(super) wide_days: DayDifferences,
}

impl Field {
    pub(super) fn new(history: &History, figure: Figure) -> Self {
        let names: BTreeMap<&str, ()> = history.arms.iter().map(|arm| (arm.model.as_str(), ())).collect();
        let rank: BTreeMap<&str, usize> = names.keys().enumerate().map(|(rank, name)| (*name, rank)).collect();
        let model_of: Vec<usize> = history.arms.iter().map(|arm| rank[arm.model.as_str()]).collect();
        let judge_of = |cell: &DayCell| (figure == Figure::Score).then_some(cell.judge);
        let count_of = |cell: &DayCell| if figure == Figure::Score { cell.scored } else { cell.calls };
        let mut cells: Vec<&DayCell> = history.cells.iter().filter(|cell| count_of(cell) > 0).collect();
        let key = |cell: &DayCell| (model_of[cell.arm as usize], cell.arm, judge_of(cell), cell.source);
        // Sums of floats depend on their order, so cells of one stratum and day are ordered by what they hold.
        cells.sort_unstable_by(|one, other| {
            (key(one), one.day, count_of(one))
                .cmp(&(key(other), other.day, count_of(other)))
                .then(one.quality_sum.total_cmp(&other.quality_sum))
                .then(one.quality_square_sum.total_cmp(&other.quality_square_sum))
        });
        let mut field = Self {
            figure,
            strata: Vec::new(),
            arms: Vec::new(),
            models: Vec::new(),
            judges: vec![Vec::new(); history.judges.len()],
            arm_days: DayDifferences::default(),
            wide_days: DayDifferences::default(),
        };
        for cells in cells.chunk_by(|one, other| key(one) == key(other)) {
            let mut stratum = Stratum::new(cells[0].arm, judge_of(cells[0]));
            for cell in cells {
                stratum.push(cell.day, sums(cell, figure));
            }
            field.push(stratum, model_of[cells[0].arm as usize], history);
        }
        field
    }

    fn push(&mut self, stratum: Stratum, model: usize, history: &History) {
        let place = self.strata.len();
        if let Some(judge) = stratum.judge {
            self.judges[judge as usize].push(place);
        }
        match self.arms.last_mut().filter(|arm| arm.arm == stratum.arm) {
            Some(arm) => arm.strata.end = place + 1,
            None => {
                let name = &history.arms[stratum.arm as usize].model;
                let arm = self.arms.len();
                match self.models.last_mut().filter(|last| last.0 == *name) {
                    Some(last) => last.1.end = arm + 1,
                    None => self.models.push((name.clone(), arm..arm + 1)),
                }
                debug_assert!(self.models.len() <= model + 1, "arms come sorted by model");
                self.arms.push(ArmStrata { arm: stratum.arm, model: self.models.len() - 1, strata: place..place + 1 });
            }
        }
        self.strata.push(stratum);
    }

    /// The strata of a stream.
    pub(super) fn strata_of(&self, stream: Stream) -> Vec<usize> {
        match stream {
            Stream::Judge(judge) => self.judges[judge].clone(),
            Stream::Model(model) => self.strata_of_model(model).collect(),
            Stream::Arm(arm) => self.arms[arm].strata.clone().collect(),
        }
    }

    /// The strata of a model.
    pub(super) fn strata_of_model(&self, model: usize) -> Range<usize> {
        let arms = &self.models[model].1;
        self.arms[arms.start].strata.start..self.arms[arms.end - 1].strata.end
    }

    /// Which arms' place a stratum belongs to.
    pub(super) fn arm_of(&self, stratum: usize) -> usize {
        self.arms.partition_point(|arm| arm.strata.end <= stratum)
    }

    /// Every stream.
    pub(super) fn streams(&self) -> Vec<Stream> {
        let judges = (0..self.judges.len()).filter(|judge| !self.judges[*judge].is_empty()).map(Stream::Judge);
        let models = (0..self.models.len()).map(Stream::Model);
        judges.chain(models).chain((0..self.arms.len()).map(Stream::Arm)).collect()
    }

    /// How days differed last night in streams of this kind.
    pub(super) fn days_like(&self, stream: Stream) -> DayDifferences {
        if matches!(stream, Stream::Arm(_)) { self.arm_days } else { self.wide_days }
    }

    /// Whether two streams have strata in common.
    pub(super) fn share_strata(&self, one: Stream, other: Stream) -> bool {
        match (one, other) {
            (Stream::Judge(judge), Stream::Judge(other)) => judge == other,
            (Stream::Judge(judge), stream) | (stream, Stream::Judge(judge)) => {
                self.strata_of(stream).iter().any(|place| self.strata[*place].judge == Some(judge as u32))
            }
            (Stream::Model(model), Stream::Arm(arm)) | (Stream::Arm(arm), Stream::Model(model)) => {
                self.arms[arm].model == model
            }
            (one, other) => one == other,
        }
    }
}

fn sums(cell: &DayCell, figure: Figure) -> Sums {
    match figure {
        Figure::Success => {
            let successes = cell.successes as f64;
            Sums { count: cell.calls as f64, sum: successes, squares: successes }
        }
        Figure::Score => Sums { count: cell.scored as f64, sum: cell.quality_sum, squares: cell.quality_square_sum },
    }
}
