//! Rows that could not be taken: where they are, why, and how they begin.

use serde::{Deserialize, Serialize};

/// How much of a bad row's text is kept.
pub const RAW_BYTES: usize = 4096;

/// One row that could not be taken. Its raw text may hold anything, prompts included: files of these rows are for the
/// owner's eyes only (mode 0600).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuarantinedRow {
    /// The file it stands in.
    pub file: String,
    /// Its line, from 1; in a Parquet file the row's number, from 1.
    pub line: u64,
    /// Where it begins, in bytes of the unpacked text; 0 in a Parquet file.
    pub offset: u64,
    /// How many bytes it has, its line end not counted; 0 in a Parquet file.
    pub length: u64,
    /// What is wrong, and what would be right.
    pub reason: String,
    /// The adapter that was reading it.
    pub adapter: String,
    /// Its first 4 KB as text; bytes that are no UTF-8 are shown as U+FFFD.
    pub raw: String,
}

/// Rows as JSON lines, each with its newline: the form in which the store keeps them.
pub fn to_json_lines(rows: &[QuarantinedRow]) -> String {
    let mut text = String::new();
    for row in rows {
        text.push_str(&serde_json::to_string(row).expect("strings and integers always serialise"));
        text.push('\n');
    }
    text
}

/// The first 4 KB of a raw row as text.
pub(super) fn raw_text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(&bytes[..bytes.len().min(RAW_BYTES)]).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_comes_back_as_it_was() {
        let row = QuarantinedRow {
            file: "a \"quoted\" name.jsonl".into(),
            line: 3,
            offset: 40,
            length: 7,
            reason: "model is missing".into(),
            adapter: "merit".into(),
            raw: "{\n\u{fffd}".into(),
        };
        let text = to_json_lines(&[row.clone(), row.clone()]);
        let rows: Vec<QuarantinedRow> = text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
        assert_eq!(rows, [row.clone(), row]);
    }

    #[test]
    fn raw_text_is_cut_and_never_fails() {
        assert_eq!(raw_text(&[b'x'; 5000]).len(), RAW_BYTES);
        assert_eq!(raw_text(b"a\xffb"), "a\u{fffd}b");
    }
}
