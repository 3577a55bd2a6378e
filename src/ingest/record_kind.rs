//! The two kinds of records.

use std::sync::Arc;

use arrow::datatypes::{Field as ArrowField, Schema, SchemaRef};

use crate::call::{CALL_FIELDS, Call, Field, OUTCOME_FIELDS, Outcome};

/// Which record a batch holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RecordKind {
    Call,
    Outcome,
}

impl RecordKind {
    /// The fields in stored order.
    pub(super) fn fields(self) -> &'static [Field] {
        match self {
            RecordKind::Call => CALL_FIELDS,
            RecordKind::Outcome => OUTCOME_FIELDS,
        }
    }

    /// What the record must have that ingest cannot fill in, each with what it is for.
    pub(super) fn required(self) -> &'static [(&'static str, &'static str)] {
        match self {
            RecordKind::Call => &[
                ("timestamp", "a call says when it was made"),
                ("model", "a call names the model that served it"),
                ("success", "a call says whether a usable answer came back"),
            ],
            RecordKind::Outcome => &[
                ("call_id", "an outcome names the call it is about"),
                ("observed_at", "an outcome says when it became known"),
            ],
        }
    }

    /// The schema of stored records.
    pub(super) fn schema(self) -> SchemaRef {
        match self {
            RecordKind::Call => Call::schema(),
            RecordKind::Outcome => Outcome::schema(),
        }
    }

    /// The schema of records that may still lack anything.
    pub(super) fn nullable_schema(self) -> SchemaRef {
        let columns = self.fields().iter().map(|field| ArrowField::new(field.name, field.kind.arrow(), true));
        Arc::new(Schema::new(columns.collect::<Vec<_>>()))
    }
}
