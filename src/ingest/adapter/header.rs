//! The comment an adapter begins with: `-- key: value`, one a line.

use super::AdapterError;
use crate::ingest::record_kind::RecordKind;
use crate::ingest::value::timestamp_from_text;

/// What an adapter's header says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Header {
    /// What log it reads, in a sentence.
    pub purpose: String,
    /// Whether it gives outcomes; calls otherwise.
    pub outcomes: bool,
    /// The columns that a file must have for the adapter to fit.
    pub requires: Vec<String>,
    /// The instant (UTC, microseconds since 1970) of rows that have none.
    pub default_timestamp: Option<i64>,
}

impl Header {
    /// The record the adapter gives.
    pub(in crate::ingest) fn kind(&self) -> RecordKind {
        if self.outcomes { RecordKind::Outcome } else { RecordKind::Call }
    }

    /// Reads the header of the SQL text in `file`: the `--` lines at its top. A line that is indented more than a key
    /// goes on with the value before it.
    ///
    /// # Errors
    /// [`AdapterError::Header`] with the line, where a key is unknown or a value cannot be taken.
    pub(super) fn parse(file: &str, sql: &str) -> Result<Self, AdapterError> {
        let mut entries: Vec<(usize, String, String)> = Vec::new();
        for (line, text) in (1..).zip(sql.lines()) {
            let Some(comment) = text.strip_prefix("--") else { break };
            let error = |message: String| AdapterError::Header { file: file.to_owned(), line, message };
            match (comment.strip_prefix("  "), entries.last_mut()) {
                _ if comment.trim().is_empty() => {}
                (Some(more), Some((_, _, value))) => {
                    value.push(' ');
                    value.push_str(more.trim());
                }
                _ => {
                    let (key, value) = comment.split_once(':').ok_or_else(|| {
                        error(format!(
                            "header line {:?} is not `-- key: value`; put prose after `purpose:`",
                            text.trim()
                        ))
                    })?;
                    entries.push((line, key.trim().to_owned(), value.trim().to_owned()));
                }
            }
        }
        let mut header = Header::default();
        for (line, key, value) in entries {
            header.set(&key, &value).map_err(|message| AdapterError::Header {
                file: file.to_owned(),
                line,
                message,
            })?;
        }
        Ok(header)
    }

    fn set(&mut self, key: &str, value: &str) -> Result<(), String> {
        match key {
            "purpose" => self.purpose = value.to_owned(),
            "record" => match value {
                "call" => self.outcomes = false,
                "outcome" => self.outcomes = true,
                _ => return Err(format!("record {value:?} is unknown; call or outcome is expected")),
            },
            "requires" => {
                self.requires =
                    value.split(',').map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect();
            }
            "default_timestamp" => {
                let instant =
                    timestamp_from_text(value).map_err(|fault| format!("default_timestamp {value:?} {fault}"))?;
                self.default_timestamp = Some(instant);
            }
            _ => {
                return Err(format!(
                    "header key {key:?} is unknown; purpose, record, requires or default_timestamp is expected"
                ));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_read_to_its_end() {
        let sql = "-- purpose: one log\n--   of two lines\n--\n-- record: outcome\n-- requires: a, b\n\
                   -- default_timestamp: 2024-03-01T12:00:00Z\nSELECT 1 -- not: a key\n";
        let header = Header::parse("x.sql", sql).expect("sound");
        let expected = Header {
            purpose: "one log of two lines".into(),
            outcomes: true,
            requires: vec!["a".into(), "b".into()],
            default_timestamp: Some(1_709_294_400_000_000),
        };
        assert_eq!(header, expected);
        assert_eq!(Header::parse("x.sql", "SELECT 1").expect("no header"), Header::default());
    }

    #[test]
    fn a_wrong_line_is_named() {
        for (sql, message) in [
            (
                "-- grain: row",
                "x.sql:1: header key \"grain\" is unknown; purpose, record, requires or default_timestamp is expected",
            ),
            ("-- record: row", "x.sql:1: record \"row\" is unknown; call or outcome is expected"),
            (
                "-- purpose: p\n-- default_timestamp: 2024-03-01",
                "x.sql:2: default_timestamp \"2024-03-01\" has no zone; write it in UTC with a final Z, or with its offset",
            ),
            ("-- prose", "x.sql:1: header line \"-- prose\" is not `-- key: value`; put prose after `purpose:`"),
        ] {
            assert_eq!(Header::parse("x.sql", sql).expect_err(sql).to_string(), message);
        }
    }
}
