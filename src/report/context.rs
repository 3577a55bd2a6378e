//! The report in words and coordinates: what Markdown and HTML lay out without deciding anything.

use serde::Serialize;

use super::evidence::{Observations, traffic_by_category};
use super::input::ReportInput;
use super::mart::MartReader;
use super::{
    by_day, change, format, frontier, lineage, matrix, model, notice, palette, quality, recommendation, reliability,
    segment_row, since, spend, target, text, trend,
};
use crate::scoreboard::Scoreboard;

pub use super::by_day::{ByDay, Panel, TaskDay};
pub use super::change::{ChangeRow, Changes};
pub use super::frontier::{Chosen, FrontierMark, FrontierPlot, Frontiers};
pub use super::label::Label;
pub use super::lineage::Lineage;
pub use super::matrix::{Matrix, MatrixCell, MatrixColumn, MatrixRow};
pub use super::model::{ModelRow, Models};
pub use super::notice::Notice;
pub use super::plot::Tick;
pub use super::quality::{CheckWarning, CostMismatch, Fact, Quality, Unpriced};
pub use super::recommendation::Recommendation;
pub use super::reliability::{Bar, Reliability, ReliabilityRow};
pub use super::segment_row::{SegmentRow, Segments};
pub use super::since::{Move, MovedRow, Since};
pub use super::spend::{Spend, SpendDay, SpendPart, SpendRow};
pub use super::target::{TargetRow, Targets};
pub use super::trend::{TrendLine, TrendMark, TrendPlot, Trends};

/// The whole report; every figure that is shown is a text already.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Context {
    /// Calls before this day were taken into account.
    pub as_of: String,
    /// The table's version.
    pub table_version: String,
    /// How many calls the table rests on.
    pub calls: String,
    /// From which day to which.
    pub span: String,
    /// The five targets.
    pub targets: Targets,
    /// The same for machines.
    pub scoreboard: Scoreboard,
    /// What to know before trusting them.
    pub notices: Vec<Notice>,
    /// What changed since the table before.
    pub since: Since,
    /// A model for each category.
    pub recommendations: Vec<Recommendation>,
    /// Every kind of work.
    pub segments: Segments,
    /// Levels that changed.
    pub changes: Changes,
    /// Models × categories.
    pub matrix: Matrix,
    /// The models side by side.
    pub models: Models,
    /// Cost against value, in pictures.
    pub frontiers: Frontiers,
    /// Decayed scores over time.
    pub trends: Trends,
    /// Success and latency of the models.
    pub reliability: Reliability,
    /// What was spent on which model.
    pub spend: Spend,
    /// How tasks went by day.
    pub by_day: ByDay,
    /// What became of the data.
    pub quality: Quality,
    /// Where the figures come from.
    pub lineage: Lineage,
}

/// The report of a run. Columns that an overridden query lacks are named among the notices, their cells are dashes.
pub fn context(input: &ReportInput<'_>) -> Context {
    let table = input.table;
    let mut marts = MartReader::new(input.marts);
    let observations = Observations::read(&mut marts);
    let traffic = traffic_by_category(&mut marts);
    let daily_spend = spend::read(&mut marts);
    let days = by_day::read(&mut marts);
    let scoreboard = target::scoreboard(input, &mut marts);
    let changes = change::changes(input, &mut marts);
    let quality = quality::quality(input.summary, &mut marts);
    let order = model::order(table, &observations);
    let models = model::models(table, &observations, &spend::by_model(&daily_spend), &order);
    let scored = observations.total.score().is_some();
    let palette = palette::Palette::new(observations.by_evidence().into_iter());
    let trends = trend::trends(table, &mut marts, &traffic, scored, &palette);
    let calls = &table.inputs.calls;
    Context {
        as_of: input.as_of.to_string(),
        table_version: table.table_version.to_string(),
        calls: format::count(calls.calls),
        span: match (&calls.first_day, &calls.last_day) {
            (Some(first), Some(last)) => format!("{} to {}", text::name(first), text::name(last)),
            _ => "no days".into(),
        },
        targets: target::targets(input, &scoreboard),
        scoreboard,
        notices: notice::notices(input, &observations, marts.gaps()),
        recommendations: recommendation::recommendations(table, &traffic, scored),
        since: since::since(input.previous, table),
        segments: segment_row::segments(table),
        changes,
        trends,
        reliability: reliability::reliability(table, &observations, &order[..models.rows.len()]),
        spend: spend::spend(&daily_spend, input.as_of, &palette),
        matrix: matrix::matrix(table, &observations, &traffic, &order[..models.rows.len()]),
        models,
        frontiers: frontier::frontiers(table, &traffic),
        by_day: by_day::by_day(&days, input.targets),
        quality,
        lineage: lineage::lineage(table, input.summary),
    }
}
