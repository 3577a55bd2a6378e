//! The call record: THE definition. Arrow schema, builders, JSON Schema and docs/call-record.md derive from it.
//!
//! A call is one attempt at one model. What is known later, above all the score, may come as an
//! [`Outcome`] record that names the call.

use std::borrow::Cow;
use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanBuilder, Float64Builder, Int64Builder, RecordBatch, StringBuilder, TimestampMicrosecondBuilder,
};
use arrow::datatypes::{DataType, Field as ArrowField, Schema, SchemaRef, TimeUnit};

/// The version of the stored records; every Parquet footer of the store carries it.
pub const SCHEMA_VERSION: u32 = 1;

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// UTF-8 text.
    Text,
    /// A whole number, 64 bits, signed.
    Integer,
    /// A finite 64-bit float.
    Number,
    /// true or false.
    Boolean,
    /// An instant in UTC, microseconds.
    Timestamp,
}

impl Kind {
    /// The Arrow type a column of this kind is stored as.
    pub fn arrow(self) -> DataType {
        match self {
            Kind::Text => DataType::Utf8,
            Kind::Integer => DataType::Int64,
            Kind::Number => DataType::Float64,
            Kind::Boolean => DataType::Boolean,
            Kind::Timestamp => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
        }
    }
}

/// One field of a record: its name, kind, whether every stored row has it, and what it means.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// The column's name, in JSON, SQL and Parquet alike.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// Whether every stored row has a value (given, or filled in by ingest).
    pub always: bool,
    /// What it means, in one sentence.
    pub doc: &'static str,
}

/// The Arrow schema of a list of fields.
pub fn arrow_schema(fields: &[Field]) -> SchemaRef {
    let columns = fields.iter().map(|field| ArrowField::new(field.name, field.kind.arrow(), !field.always));
    Arc::new(Schema::new(columns.collect::<Vec<_>>()))
}

macro_rules! value_type {
    ($life:lifetime, Text) => { Cow<$life, str> };
    ($life:lifetime, Integer) => { i64 };
    ($life:lifetime, Number) => { f64 };
    ($life:lifetime, Boolean) => { bool };
    ($life:lifetime, Timestamp) => { i64 };
}

macro_rules! builder_type {
    (Text) => {
        StringBuilder
    };
    (Integer) => {
        Int64Builder
    };
    (Number) => {
        Float64Builder
    };
    (Boolean) => {
        BooleanBuilder
    };
    (Timestamp) => {
        TimestampMicrosecondBuilder
    };
}

macro_rules! new_builder {
    (Timestamp) => {
        TimestampMicrosecondBuilder::new().with_timezone("UTC")
    };
    ($kind:ident) => {
        <builder_type!($kind)>::new()
    };
}

macro_rules! append {
    (Text, $builder:expr, $value:expr) => {
        $builder.append_option($value.as_deref())
    };
    ($kind:ident, $builder:expr, $value:expr) => {
        $builder.append_option(*$value)
    };
}

macro_rules! record {
    (
        $(#[$meta:meta])* $life:lifetime $name:ident, $columns:ident, $fields:ident;
        $($field:ident: $kind:ident $always:literal $doc:literal,)*
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, Default, PartialEq)]
        pub struct $name<$life> {
            $(#[doc = $doc] pub $field: Option<value_type!($life, $kind)>,)*
        }

        /// The fields in stored order.
        pub const $fields: &[Field] = &[
            $(Field { name: stringify!($field), kind: Kind::$kind, always: $always, doc: $doc },)*
        ];

        impl $name<'_> {
            /// The Arrow schema of stored records.
            pub fn schema() -> SchemaRef {
                arrow_schema($fields)
            }
        }

        /// Collects records column by column into an Arrow batch.
        #[derive(Debug)]
        pub struct $columns {
            rows: usize,
            $($field: builder_type!($kind),)*
        }

        impl Default for $columns {
            fn default() -> Self {
                Self { rows: 0, $($field: new_builder!($kind),)* }
            }
        }

        impl $columns {
            /// Adds one record.
            pub fn push(&mut self, record: &$name<'_>) {
                self.rows += 1;
                $(append!($kind, self.$field, &record.$field);)*
            }

            /// How many records it holds.
            pub fn len(&self) -> usize {
                self.rows
            }

            /// Whether it holds none.
            pub fn is_empty(&self) -> bool {
                self.rows == 0
            }

            /// The records so far as a batch of nullable columns in stored order; the collector is empty then.
            pub fn finish(&mut self) -> RecordBatch {
                self.rows = 0;
                let columns: Vec<ArrayRef> = vec![$(Arc::new(self.$field.finish()),)*];
                let fields = $fields.iter().map(|field| ArrowField::new(field.name, field.kind.arrow(), true));
                let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
                RecordBatch::try_new(schema, columns).expect("builders and fields come from one list")
            }
        }
    };
}

record! {
    /// One attempt at one model, as logged. `timestamp`, `model` and `success` must be given; ingest fills in
    /// the other fields that every stored row has.
    'a Call, CallColumns, CALL_FIELDS;
    call_id: Text true "Names the call, with its day; derived from the raw record where the log has none.",
    timestamp: Timestamp true "When the call was made (UTC, microseconds).",
    source: Text true "production or benchmark.",
    task_id: Text false "The task this call served; attempts of one task share it.",
    attempt: Integer true "1 for the first try of a task in its role, 2 for the first fallback, and so on.",
    model: Text true "The model that served the call, as logged; aliases are resolved later.",
    provider: Text false "Who served it: the same model at two providers is two arms.",
    role: Text true "Who asked: executor, triage, judge, or the log's own word; unknown where not said.",
    task_category: Text true "What for: code_generation, debugging, …, or the log's own word; unknown where not said.",
    task_difficulty: Text true "How hard: beginner, intermediate, advanced, or the log's own word; unknown where not said.",
    score: Number false "How good the answer was, 0 to 10; null where nobody has scored it.",
    success: Boolean true "Whether a usable answer came back without error or timeout; how good it was is the score alone.",
    error_kind: Text false "What went wrong: timeout, rate_limit, server_error, or the log's own word.",
    latency_ms: Number false "From request to last token, in milliseconds.",
    input_tokens: Integer false "Prompt tokens, cached ones included.",
    cached_input_tokens: Integer false "The part of input_tokens that the provider had cached.",
    output_tokens: Integer false "Tokens of the answer, reasoning included.",
    token_count: Integer false "All tokens, where only the total is known.",
    cost_usd: Number false "What the call cost as logged, in US dollars; never filled in.",
    judge: Text false "Who gave the score.",
    table_version: Integer false "The routing table that chose.",
    drawn_model: Text false "The model the table drew; another one may have served.",
    propensity: Number false "The probability with which the table drew it, in (0, 1].",
    arm: Text false "How it was chosen: exploit, explore, probe, forced or fallback.",
    row_used: Text false "The table's row that was used, as role/category/difficulty.",
    excluded: Text false "The models the caller had excluded, as a JSON list.",
    max_cost: Number false "The caller's cap for this task, in US dollars.",
    est_input_tokens: Integer false "The caller's estimate of prompt tokens.",
    est_output_tokens: Integer false "The caller's estimate of answer tokens.",
    tag: Text false "Free: tenant, team, environment.",
    extra: Text false "Everything else the log said, as a JSON object; content and identity are dropped by default.",
}

record! {
    /// What became known of a call after it was logged. `call_id` and `observed_at` must be given, and at
    /// least one of the others.
    'a Outcome, OutcomeColumns, OUTCOME_FIELDS;
    call_id: Text true "The call this is about.",
    observed_at: Timestamp true "When it became known (UTC, microseconds); the latest wins.",
    score: Number false "How good the answer was, 0 to 10.",
    success: Boolean false "Whether the answer was usable after all.",
    cost_usd: Number false "What the call cost in the end, in US dollars.",
    judge: Text false "Who gave the score.",
}

/// The words `source` may hold.
pub const SOURCES: &[&str] = &["production", "benchmark"];

/// The words `arm` may hold.
pub const ARMS: &[&str] = &["exploit", "explore", "probe", "forced", "fallback"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_has_the_schema_of_the_definition() {
        let mut columns = CallColumns::default();
        columns.push(&Call { call_id: Some("a".into()), timestamp: Some(1), success: Some(true), ..Call::default() });
        let batch = columns.finish();
        assert!(columns.is_empty());
        assert_eq!(batch.num_rows(), 1);
        for (field, column) in CALL_FIELDS.iter().zip(batch.schema().fields()) {
            assert_eq!((field.name, field.kind.arrow()), (column.name().as_str(), column.data_type().clone()));
        }
    }

    #[test]
    fn the_documents_tables_are_those_of_the_definition() {
        let document = include_str!("../docs/call-record.md");
        for field in CALL_FIELDS.iter().chain(OUTCOME_FIELDS) {
            let kind = format!("{:?}", field.kind).to_lowercase();
            let always = if field.always { "yes" } else { "no" };
            let row = format!("| {} | {kind} | {always} | {} |", field.name, field.doc);
            assert!(document.contains(&row), "docs/call-record.md lacks the row\n{row}");
        }
        let rows = document.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| name")).count();
        assert!(rows >= CALL_FIELDS.len() + OUTCOME_FIELDS.len(), "{rows}");
    }
}
