//! The types that a client sees.

use arrow::datatypes::{DataType, TimeUnit};

/// A type of PostgreSQL that an answer's column or a parameter has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::serve) enum Kind {
    Bool,
    Bytea,
    Int8,
    Int2,
    Int4,
    Text,
    Json,
    Float4,
    Float8,
    Date,
    Timestamp,
    Timestamptz,
    Numeric,
}

impl Kind {
    /// All of them.
    pub(in crate::serve) const ALL: [Self; 13] = [
        Self::Bool,
        Self::Bytea,
        Self::Int8,
        Self::Int2,
        Self::Int4,
        Self::Text,
        Self::Json,
        Self::Float4,
        Self::Float8,
        Self::Date,
        Self::Timestamp,
        Self::Timestamptz,
        Self::Numeric,
    ];

    /// What a column of the engine is shown as. What has parts is shown as JSON, what has no counterpart as text.
    pub(in crate::serve) fn of(kind: &DataType) -> Self {
        match kind {
            DataType::Boolean => Self::Bool,
            DataType::Int8 | DataType::Int16 | DataType::UInt8 => Self::Int2,
            DataType::Int32 | DataType::UInt16 => Self::Int4,
            DataType::Int64 | DataType::UInt32 => Self::Int8,
            DataType::UInt64
            | DataType::Decimal32(..)
            | DataType::Decimal64(..)
            | DataType::Decimal128(..)
            | DataType::Decimal256(..) => Self::Numeric,
            DataType::Float16 | DataType::Float32 => Self::Float4,
            DataType::Float64 => Self::Float8,
            DataType::Binary | DataType::LargeBinary | DataType::BinaryView | DataType::FixedSizeBinary(_) => {
                Self::Bytea
            }
            DataType::Date32 | DataType::Date64 => Self::Date,
            DataType::Timestamp(_, None) => Self::Timestamp,
            DataType::Timestamp(_, Some(_)) => Self::Timestamptz,
            DataType::Dictionary(_, value) => Self::of(value),
            DataType::List(_)
            | DataType::LargeList(_)
            | DataType::FixedSizeList(..)
            | DataType::ListView(_)
            | DataType::LargeListView(_)
            | DataType::Struct(_)
            | DataType::Map(..) => Self::Json,
            _ => Self::Text,
        }
    }

    /// The engine's type that its cells are read from; none where they are read as text.
    pub(in crate::serve) fn data_type(self) -> Option<DataType> {
        match self {
            Self::Bool => Some(DataType::Boolean),
            Self::Bytea => Some(DataType::Binary),
            Self::Int2 => Some(DataType::Int16),
            Self::Int4 => Some(DataType::Int32),
            Self::Int8 => Some(DataType::Int64),
            Self::Float4 => Some(DataType::Float32),
            Self::Float8 => Some(DataType::Float64),
            Self::Date => Some(DataType::Date32),
            Self::Timestamp => Some(DataType::Timestamp(TimeUnit::Microsecond, None)),
            Self::Timestamptz => Some(DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()))),
            Self::Text | Self::Json | Self::Numeric => None,
        }
    }

    /// PostgreSQL's number of it (its catalog's pg_type.dat).
    pub(in crate::serve) fn oid(self) -> u32 {
        match self {
            Self::Bool => 16,
            Self::Bytea => 17,
            Self::Int8 => 20,
            Self::Int2 => 21,
            Self::Int4 => 23,
            Self::Text => 25,
            Self::Json => 114,
            Self::Float4 => 700,
            Self::Float8 => 701,
            Self::Date => 1082,
            Self::Timestamp => 1114,
            Self::Timestamptz => 1184,
            Self::Numeric => 1700,
        }
    }

    /// The kind of a parameter whose client names this number; what is not known is read as text.
    pub(in crate::serve) fn of_oid(oid: u32) -> Self {
        match oid {
            26 => Self::Int8,
            3802 => Self::Json,
            _ => Self::ALL.into_iter().find(|kind| kind.oid() == oid).unwrap_or(Self::Text),
        }
    }

    /// Bytes of a value; −1: it varies.
    pub(in crate::serve) fn size(self) -> i16 {
        match self {
            Self::Bool => 1,
            Self::Int2 => 2,
            Self::Int4 | Self::Float4 | Self::Date => 4,
            Self::Int8 | Self::Float8 | Self::Timestamp | Self::Timestamptz => 8,
            Self::Bytea | Self::Text | Self::Json | Self::Numeric => -1,
        }
    }

    /// Its short name, as pg_type has it.
    pub(in crate::serve) fn name(self) -> &'static str {
        match self {
            Self::Bool => "bool",
            Self::Bytea => "bytea",
            Self::Int8 => "int8",
            Self::Int2 => "int2",
            Self::Int4 => "int4",
            Self::Text => "text",
            Self::Json => "json",
            Self::Float4 => "float4",
            Self::Float8 => "float8",
            Self::Date => "date",
            Self::Timestamp => "timestamp",
            Self::Timestamptz => "timestamptz",
            Self::Numeric => "numeric",
        }
    }

    /// Its name in SQL, as `format_type` has it.
    pub(in crate::serve) fn sql_name(self) -> &'static str {
        match self {
            Self::Bool => "boolean",
            Self::Int8 => "bigint",
            Self::Int2 => "smallint",
            Self::Int4 => "integer",
            Self::Float4 => "real",
            Self::Float8 => "double precision",
            Self::Timestamp => "timestamp without time zone",
            Self::Timestamptz => "timestamp with time zone",
            other => other.name(),
        }
    }

    /// Its category, as pg_type has it.
    pub(in crate::serve) fn category(self) -> &'static str {
        match self {
            Self::Bool => "B",
            Self::Int2 | Self::Int4 | Self::Int8 | Self::Float4 | Self::Float8 | Self::Numeric => "N",
            Self::Text => "S",
            Self::Date | Self::Timestamp | Self::Timestamptz => "D",
            Self::Bytea | Self::Json => "U",
        }
    }
}
