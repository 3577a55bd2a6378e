//! The rows of an answer as they come from the engine.

use arrow::array::{ArrayRef, RecordBatch, StringArray};
use datafusion::execution::SendableRecordBatchStream;
use datafusion::execution::SessionState;
use datafusion::logical_expr::LogicalPlan;
use datafusion::prelude::DataFrame;
use futures::StreamExt as _;

use super::Refusal;
use super::failure::{self, Place};
use super::value::{Cells, Kind};
use super::wire::Field;

/// The columns of an answer.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Shape {
    /// As a client is told.
    pub(super) fields: Vec<Field>,
    kinds: Vec<Kind>,
}

impl Shape {
    /// Of a plan.
    pub(super) fn of(plan: &LogicalPlan) -> Self {
        Self::new(plan.schema().fields().iter().map(|field| (field.name().clone(), Kind::of(field.data_type()))))
    }

    /// Of columns of text.
    pub(super) fn texts(names: &[&str]) -> Self {
        Self::new(names.iter().map(|name| (name.to_string(), Kind::Text)))
    }

    fn new(columns: impl Iterator<Item = (String, Kind)>) -> Self {
        let (names, kinds): (Vec<String>, Vec<Kind>) = columns.unzip();
        let field = |(name, kind): (String, &Kind)| Field { name, type_oid: kind.oid(), type_size: kind.size() };
        Self { fields: names.into_iter().zip(&kinds).map(field).collect(), kinds }
    }
}

/// Rows, some at hand and more to come.
pub(super) struct Rows {
    shape: Shape,
    stream: Option<SendableRecordBatchStream>,
    at_hand: Option<(Cells, usize)>,
    /// Rows that were taken.
    pub(super) taken: u64,
}

impl Rows {
    /// The rows of a plan; the engine begins. Where the client was told a shape before, it is told no other now.
    pub(super) async fn of(
        state: SessionState,
        plan: LogicalPlan,
        place: Place<'_>,
        told: Option<&Shape>,
    ) -> Result<Self, Refusal> {
        let shape = Shape::of(&plan);
        if told.is_some_and(|told| *told != shape) {
            let message =
                "cached plan must not change result type: the store's columns changed; prepare the statement anew";
            return Err(Refusal::new("0A000", message));
        }
        let stream = DataFrame::new(state, plan).execute_stream().await;
        let stream = stream.map_err(|error| failure::refusal(&error, place))?;
        Ok(Self { shape, stream: Some(stream), at_hand: None, taken: 0 })
    }

    /// Rows of text.
    pub(super) fn texts(names: &[&str], rows: &[Vec<&str>]) -> Self {
        let shape = Shape::texts(names);
        let column = |index: usize| -> ArrayRef {
            std::sync::Arc::new(rows.iter().map(|row| Some(row[index])).collect::<StringArray>())
        };
        let columns = names.iter().enumerate().map(|(index, name)| (*name, column(index)));
        let cells = RecordBatch::try_from_iter(columns).and_then(|batch| Cells::new(&batch, &shape.kinds));
        Self { at_hand: cells.ok().map(|cells| (cells, 0)), shape, stream: None, taken: 0 }
    }

    /// Their columns.
    pub(super) fn shape(&self) -> &Shape {
        &self.shape
    }

    /// Whether a row is at hand, without waiting.
    pub(super) fn is_at_hand(&self) -> bool {
        self.at_hand.as_ref().is_some_and(|(cells, row)| *row < cells.rows())
    }

    /// Waits until a row is at hand; false where none is left.
    pub(super) async fn wait(&mut self) -> Result<bool, Refusal> {
        while !self.is_at_hand() {
            let Some(stream) = &mut self.stream else { return Ok(false) };
            let nowhere = Place { text: "", offset: 0 };
            match stream.next().await {
                None => self.stream = None,
                Some(Err(error)) => return Err(failure::refusal(&error, nowhere)),
                Some(Ok(batch)) => {
                    let cells = Cells::new(&batch, &self.shape.kinds);
                    let unfit = |error: arrow::error::ArrowError| Refusal::new("22000", error.to_string());
                    self.at_hand = Some((cells.map_err(unfit)?, 0));
                }
            }
        }
        Ok(true)
    }

    /// Takes the row at hand.
    pub(super) fn take(&mut self) -> Option<(&Cells, usize)> {
        let (cells, row) = self.at_hand.as_mut().filter(|(cells, row)| *row < cells.rows())?;
        *row += 1;
        self.taken += 1;
        Some((cells, *row - 1))
    }
}
