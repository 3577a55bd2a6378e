//! The report in words and coordinates: what Markdown and HTML lay out without deciding anything.

use serde::Serialize;

use super::evidence::{Observations, spend_by_model, traffic_by_category};
use super::input::ReportInput;
use super::mart::MartReader;
use super::{
    change, format, frontier, lineage, matrix, model, notice, quality, recommendation, scoreboard, text, tile,
};

pub use super::change::{ChangeRow, Changes};
pub use super::frontier::{FrontierMark, FrontierPlot};
pub use super::label::Label;
pub use super::lineage::Lineage;
pub use super::matrix::{Matrix, MatrixCell, MatrixColumn, MatrixRow};
pub use super::model::{ModelRow, Models};
pub use super::notice::Notice;
pub use super::plot::Tick;
pub use super::quality::{CheckWarning, CostMismatch, Fact, Quality, Unpriced};
pub use super::recommendation::Recommendation;
pub use super::scoreboard::{Panel, Scoreboard, ScoreboardDay};
pub use super::tile::Tile;

/// The whole report; every figure is a text already.
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
    /// The figures at the top.
    pub tiles: Vec<Tile>,
    /// What to know before trusting them.
    pub notices: Vec<Notice>,
    /// A model for each category.
    pub recommendations: Vec<Recommendation>,
    /// Levels that changed.
    pub changes: Changes,
    /// Models × categories.
    pub matrix: Matrix,
    /// The models side by side.
    pub models: Models,
    /// Cost against value, a picture for each category.
    pub frontiers: Vec<FrontierPlot>,
    /// How tasks went by day.
    pub scoreboard: Scoreboard,
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
    let spend = spend_by_model(&mut marts);
    let days = scoreboard::read(&mut marts);
    let changes = change::changes(input, &mut marts);
    let quality = quality::quality(input.summary, &mut marts);
    let order = model::order(table, &observations);
    let models = model::models(table, &observations, &spend, &order);
    let calls = &table.inputs.calls;
    Context {
        as_of: input.as_of.to_string(),
        table_version: table.table_version.to_string(),
        calls: format::count(calls.calls),
        span: match (&calls.first_day, &calls.last_day) {
            (Some(first), Some(last)) => format!("{} to {}", text::name(first), text::name(last)),
            _ => "no days".into(),
        },
        tiles: tile::tiles(input, &observations, &scoreboard::last_week(&days)),
        notices: notice::notices(input, &observations, marts.gaps()),
        recommendations: recommendation::recommendations(table, &traffic, observations.total.score().is_some()),
        changes,
        matrix: matrix::matrix(table, &observations, &traffic, &order[..models.rows.len()]),
        models,
        frontiers: frontier::frontiers(table, &traffic),
        scoreboard: scoreboard::scoreboard(&days),
        quality,
        lineage: lineage::lineage(table, input.summary),
    }
}
