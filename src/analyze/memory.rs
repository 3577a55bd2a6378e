//! What the history says of its own memory, as tables for the marts: `half_lives`, `changes`, `arm_changes`.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{ArrayRef, Date32Array, Float64Array, RecordBatch, StringArray};
use hashbrown::HashMap;

use super::AnalyzeError;
use super::columns::Columns;
use super::graph::COMPUTED_FROM;
use crate::history::{Change, DayCell, Figure, History, HistoryArm, Subject, changes, half_life};
use crate::segment::Segment;
use crate::settings::{Evidence, HalfLife};

/// The tables computed from the mart `histories`, by name.
///
/// - `half_lives`: source, half_life_days, origin (`setting`, `auto`, or `default` where `auto` has too little history), gain (nats per
///   history that the choice predicts better than 14 days; null unless found).
/// - `changes`: every change of level found: subject (`model`, `arm`, `judge`), figure (`success`, `score`), since, detected, before, after.
/// - `arm_changes`: for each arm the last day a level of its own or of its model began.
///
/// # Errors
/// [`AnalyzeError::Mart`] where an overriding query lacks a column, [`AnalyzeError::History`] for sums that no calls can have.
pub(super) fn tables(
    batch: &RecordBatch,
    evidence: &Evidence,
) -> Result<Vec<(&'static str, RecordBatch)>, AnalyzeError> {
    let history = read(batch)?;
    let (half_lives, changes) = rayon::join(|| half_lives(&history, evidence), || changes(&history));
    let changes = changes?;
    Ok(vec![
        ("half_lives", half_lives?),
        ("changes", changes_table(&changes)?),
        ("arm_changes", arm_changes(&history, &changes)?),
    ])
}

/// The position of each name, given in the order of first use.
#[derive(Default)]
struct Names {
    positions: BTreeMap<String, u32>,
    names: Vec<String>,
}

impl Names {
    fn position(&mut self, name: &str) -> u32 {
        if let Some(position) = self.positions.get(name) {
            return *position;
        }
        let position = self.names.len() as u32;
        self.positions.insert(name.to_string(), position);
        self.names.push(name.to_string());
        position
    }
}

/// The rows of the mart `histories`.
///
/// # Errors
/// [`AnalyzeError::Mart`] where an overriding query lacks a column.
pub(crate) fn read(batch: &RecordBatch) -> Result<History, AnalyzeError> {
    let columns = Columns { mart: COMPUTED_FROM, batch };
    let key = [columns.words("role")?, columns.words("task_category")?, columns.words("task_difficulty")?];
    let (models, sources, judges) = (columns.words("arm")?, columns.words("source")?, columns.words("judge")?);
    let days = columns.day("day")?;
    let (calls, successes) = (columns.whole("n")?, columns.whole("n_success")?);
    let scored = columns.whole("n_scored_success")?;
    let (quality, quality_square) = (columns.number("quality_sum")?, columns.number("quality_square_sum")?);
    let (mut source_names, mut judge_names) = (Names::default(), Names::default());
    let mut arms: HashMap<[&str; 4], u32> = HashMap::new();
    let mut history = History::default();
    history.cells.reserve(batch.num_rows());
    for row in 0..batch.num_rows() {
        // An empty word stands for null.
        let count = |column: &[Option<i64>]| column[row].unwrap_or_default().max(0) as u64;
        let [role, category, difficulty] = key.each_ref().map(|words| words.value(row));
        let model = models.value(row);
        let next = history.arms.len() as u32;
        let arm = *arms.entry([role, category, difficulty, model]).or_insert(next);
        if arm == next {
            let segment = Segment::new(role, category, difficulty);
            history.arms.push(HistoryArm { segment, model: model.to_string() });
        }
        history.cells.push(DayCell {
            day: days[row].unwrap_or_default(),
            arm,
            source: source_names.position(sources.value(row)),
            judge: judge_names.position(judges.value(row)),
            calls: count(&calls),
            successes: count(&successes),
            scored: count(&scored),
            quality_sum: quality[row].unwrap_or_default(),
            quality_square_sum: quality_square[row].unwrap_or_default(),
        });
    }
    (history.sources, history.judges) = (source_names.names, judge_names.names);
    Ok(history)
}

fn half_lives(history: &History, evidence: &Evidence) -> Result<RecordBatch, AnalyzeError> {
    let (mut days, mut origins, mut gains) = (Vec::new(), Vec::new(), Vec::new());
    for (position, source) in history.sources.iter().enumerate() {
        let (half_life, origin, gain) = match evidence.half_life(source) {
            HalfLife::Days(days) => (days, "setting", None),
            HalfLife::Auto => {
                let found = half_life(history, position as u32)?;
                let origin = if found.is_default { "default" } else { "auto" };
                (found.days, origin, (!found.is_default).then_some(found.gain_over_default))
            }
        };
        days.push(half_life);
        origins.push(origin);
        gains.push(gain);
    }
    table([
        ("source", text(history.sources.iter().map(String::as_str))),
        ("half_life_days", Arc::new(Float64Array::from(days))),
        ("origin", text(origins.into_iter())),
        ("gain", Arc::new(Float64Array::from(gains))),
    ])
}

fn changes_table(changes: &[Change]) -> Result<RecordBatch, AnalyzeError> {
    let part = |of: fn(&Subject) -> &str| text(changes.iter().map(|change| of(&change.subject)));
    let place = |of: fn(&Segment) -> &str| {
        text(changes.iter().map(|change| match &change.subject {
            Subject::Arm { segment, .. } => of(segment),
            _ => "",
        }))
    };
    let day = |of: fn(&Change) -> i32| -> ArrayRef { Arc::new(Date32Array::from_iter_values(changes.iter().map(of))) };
    let number =
        |of: fn(&Change) -> f64| -> ArrayRef { Arc::new(Float64Array::from_iter_values(changes.iter().map(of))) };
    table([
        ("subject", part(subject_of)),
        ("arm", part(model_of)),
        ("role", place(|segment| &segment.role)),
        ("task_category", place(|segment| &segment.category)),
        ("task_difficulty", place(|segment| &segment.difficulty)),
        ("judge", part(judge_of)),
        (
            "figure",
            text(changes.iter().map(|change| if change.figure == Figure::Success { "success" } else { "score" })),
        ),
        ("since", day(|change| change.since)),
        ("detected", day(|change| change.detected)),
        ("before", number(|change| change.before)),
        ("after", number(|change| change.after)),
        ("statistic", number(|change| change.statistic)),
        ("threshold", number(|change| change.threshold)),
    ])
}

fn subject_of(subject: &Subject) -> &str {
    match subject {
        Subject::Judge { .. } => "judge",
        Subject::Model { .. } => "model",
        Subject::Arm { .. } => "arm",
    }
}

fn model_of(subject: &Subject) -> &str {
    match subject {
        Subject::Judge { .. } => "",
        Subject::Model { model } | Subject::Arm { model, .. } => model,
    }
}

fn judge_of(subject: &Subject) -> &str {
    match subject {
        Subject::Judge { judge } => judge,
        _ => "",
    }
}

fn arm_changes(history: &History, changes: &[Change]) -> Result<RecordBatch, AnalyzeError> {
    let mut since: BTreeMap<(&Segment, &str), i32> = BTreeMap::new();
    for change in changes {
        let changed = |arm: &&HistoryArm| match &change.subject {
            Subject::Judge { .. } => false,
            Subject::Model { model } => arm.model == *model,
            Subject::Arm { segment, model } => arm.model == *model && arm.segment == *segment,
        };
        for arm in history.arms.iter().filter(changed) {
            let last = since.entry((&arm.segment, &arm.model)).or_insert(change.since);
            *last = change.since.max(*last);
        }
    }
    let place = |of: fn(&Segment) -> &str| text(since.keys().map(|(segment, _)| of(segment)));
    table([
        ("role", place(|segment| &segment.role)),
        ("task_category", place(|segment| &segment.category)),
        ("task_difficulty", place(|segment| &segment.difficulty)),
        ("arm", text(since.keys().map(|(_, model)| *model))),
        ("since", Arc::new(Date32Array::from_iter_values(since.values().copied()))),
    ])
}

fn text<'a>(values: impl Iterator<Item = &'a str>) -> ArrayRef {
    Arc::new(StringArray::from_iter_values(values))
}

fn table<const N: usize>(columns: [(&'static str, ArrayRef); N]) -> Result<RecordBatch, AnalyzeError> {
    Ok(RecordBatch::try_from_iter(columns)?)
}
