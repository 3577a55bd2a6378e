//! COPY … TO STDOUT: an answer as text, CSV or PostgreSQL's binary format.

use datafusion::sql::parser::Statement as Question;
use datafusion::sql::sqlparser::ast::{
    CopyLegacyCsvOption, CopyLegacyOption, CopyOption, CopySource, CopyTarget, Statement,
};
use datafusion::sql::sqlparser::dialect::PostgreSqlDialect;
use datafusion::sql::sqlparser::parser::Parser;

use super::failure::{self, Place};
use super::refusal::{Refusal, read_only};
use super::statement::question;
use super::value::Cells;
use super::wire::answer::value_with_length;

/// How rows are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    /// Columns parted by a character, specials behind a backslash.
    Text,
    /// RFC 4180.
    Csv,
    /// Lengths and bytes.
    Binary,
}

/// A COPY … TO STDOUT.
#[derive(Clone, Debug)]
pub(super) struct CopyOut {
    /// What is asked.
    pub(super) question: Question,
    /// How rows are written.
    pub(super) format: Format,
    has_header: bool,
    delimiter: char,
    null: String,
}

impl CopyOut {
    /// Of a statement's text.
    ///
    /// # Errors
    /// A refusal where it is none, or copies anywhere but to the client.
    pub(super) fn parse(text: &str, place: Place<'_>) -> Result<Self, Refusal> {
        let mut parsed =
            Parser::parse_sql(&PostgreSqlDialect {}, text).map_err(|error| failure::syntax(&error, place))?;
        let Some(Statement::Copy { source, to, target, options, legacy_options, .. }) = parsed.pop() else {
            return Err(Refusal::new("42601", "COPY (SELECT …) TO STDOUT is expected"));
        };
        if !to {
            return Err(read_only("COPY FROM"));
        }
        if target != CopyTarget::Stdout {
            return Err(Refusal::new("42501", "merit serve copies to the client alone")
                .hint("Write TO STDOUT; \\copy in psql writes a file."));
        }
        let asked = match source {
            CopySource::Query(query) => query.to_string(),
            CopySource::Table { table_name, columns } if columns.is_empty() => format!("SELECT * FROM {table_name}"),
            CopySource::Table { table_name, columns } => {
                let columns: Vec<String> = columns.iter().map(ToString::to_string).collect();
                format!("SELECT {} FROM {table_name}", columns.join(", "))
            }
        };
        let mut chosen = Chosen::default();
        options.into_iter().try_for_each(|option| chosen.take(option))?;
        legacy_options.into_iter().try_for_each(|option| chosen.take_legacy(option))?;
        let format = chosen.format.unwrap_or(Format::Text);
        Ok(Self {
            question: question(&asked, Place { text: &asked, offset: 0 })?,
            format,
            has_header: chosen.has_header && format != Format::Binary,
            delimiter: chosen.delimiter.unwrap_or(if format == Format::Csv { ',' } else { '\t' }),
            null: chosen.null.unwrap_or_else(|| if format == Format::Csv { String::new() } else { "\\N".into() }),
        })
    }

    /// What stands before the rows.
    pub(super) fn head(&self, names: &[&str]) -> Vec<u8> {
        match self.format {
            Format::Binary => b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0".to_vec(),
            _ if !self.has_header => Vec::new(),
            _ => self.line(names.len(), |column, text| {
                text.extend(names[column].as_bytes());
                true
            }),
        }
    }

    /// A row.
    pub(super) fn row(&self, cells: &Cells, row: usize, columns: usize) -> Vec<u8> {
        if self.format == Format::Binary {
            let mut bytes = (columns as u16).to_be_bytes().to_vec();
            for column in 0..columns {
                value_with_length(&mut bytes, |bytes| cells.put(row, column, 1, bytes));
            }
            return bytes;
        }
        self.line(columns, |column, text| cells.put(row, column, 0, text))
    }

    /// What stands after them.
    pub(super) fn tail(&self) -> Vec<u8> {
        if self.format == Format::Binary { vec![0xff, 0xff] } else { Vec::new() }
    }

    fn line(&self, columns: usize, value: impl Fn(usize, &mut Vec<u8>) -> bool) -> Vec<u8> {
        let mut line = Vec::new();
        for column in 0..columns {
            if column > 0 {
                line.extend(self.delimiter.encode_utf8(&mut [0; 4]).as_bytes());
            }
            let mut text = Vec::new();
            if !value(column, &mut text) {
                line.extend(self.null.as_bytes());
            } else if self.format == Format::Csv {
                self.quoted(&text, &mut line);
            } else {
                self.escaped(&text, &mut line);
            }
        }
        line.push(b'\n');
        line
    }

    fn quoted(&self, text: &[u8], line: &mut Vec<u8>) {
        let special = |byte: &u8| matches!(byte, b'"' | b'\n' | b'\r') || char::from(*byte) == self.delimiter;
        if text != self.null.as_bytes() && !text.iter().any(special) {
            line.extend(text);
            return;
        }
        line.push(b'"');
        for byte in text {
            line.extend(if *byte == b'"' { &b"\"\""[..] } else { std::slice::from_ref(byte) });
        }
        line.push(b'"');
    }

    fn escaped(&self, text: &[u8], line: &mut Vec<u8>) {
        for byte in text {
            match byte {
                b'\\' => line.extend(b"\\\\"),
                b'\n' => line.extend(b"\\n"),
                b'\r' => line.extend(b"\\r"),
                b'\t' => line.extend(b"\\t"),
                other if char::from(*other) == self.delimiter => line.extend([b'\\', *other]),
                other => line.push(*other),
            }
        }
    }
}

#[derive(Default)]
struct Chosen {
    format: Option<Format>,
    has_header: bool,
    delimiter: Option<char>,
    null: Option<String>,
}

impl Chosen {
    fn take(&mut self, option: CopyOption) -> Result<(), Refusal> {
        match option {
            CopyOption::Format(name) => {
                self.format = Some(match name.value.to_ascii_lowercase().as_str() {
                    "text" => Format::Text,
                    "csv" => Format::Csv,
                    "binary" => Format::Binary,
                    other => {
                        return Err(Refusal::new(
                            "22023",
                            format!("COPY knows no format {other}; text, csv and binary it does"),
                        ));
                    }
                });
            }
            CopyOption::Header(header) => self.has_header = header,
            CopyOption::Delimiter(delimiter) => self.delimit(delimiter)?,
            CopyOption::Null(null) => self.null = Some(null),
            CopyOption::Encoding(_) => (),
            other => return Err(Refusal::new("0A000", format!("COPY TO STDOUT does not support {other}"))),
        }
        Ok(())
    }

    fn take_legacy(&mut self, option: CopyLegacyOption) -> Result<(), Refusal> {
        match option {
            CopyLegacyOption::Binary => self.format = Some(Format::Binary),
            CopyLegacyOption::Delimiter(delimiter) => self.delimit(delimiter)?,
            CopyLegacyOption::Null(null) => self.null = Some(null),
            CopyLegacyOption::Header => self.has_header = true,
            CopyLegacyOption::Csv(options) => {
                self.format = Some(Format::Csv);
                self.has_header |= options.iter().any(|option| matches!(option, CopyLegacyCsvOption::Header));
            }
            other => return Err(Refusal::new("0A000", format!("COPY TO STDOUT does not support {other}"))),
        }
        Ok(())
    }

    fn delimit(&mut self, delimiter: char) -> Result<(), Refusal> {
        if !delimiter.is_ascii() || matches!(delimiter, '\\' | '"' | '\n' | '\r') || delimiter.is_ascii_alphanumeric() {
            return Err(Refusal::new(
                "22023",
                "COPY takes one ASCII sign that is no letter, digit, quote or backslash as delimiter",
            ));
        }
        self.delimiter = Some(delimiter);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn copy(text: &str) -> Result<CopyOut, Refusal> {
        CopyOut::parse(text, Place { text, offset: 0 })
    }

    #[test]
    fn options_are_read_in_both_spellings() {
        let new = copy("COPY (SELECT 1) TO STDOUT (FORMAT csv, HEADER, DELIMITER ';')").expect("good");
        assert_eq!((new.format, new.has_header, new.delimiter), (Format::Csv, true, ';'));
        let old = copy("COPY calls TO STDOUT CSV HEADER").expect("good");
        assert_eq!((old.format, old.has_header, old.null.as_str()), (Format::Csv, true, ""));
        assert_eq!(
            copy("COPY calls (day, arm) TO STDOUT").expect("good").question.to_string(),
            "SELECT day, arm FROM calls"
        );
    }

    #[test]
    fn nothing_is_copied_in_or_to_a_file() {
        assert_eq!(copy("COPY calls FROM STDIN").expect_err("refused").code, "25006");
        assert_eq!(copy("COPY calls TO '/tmp/x'").expect_err("refused").code, "42501");
        assert_eq!(copy("COPY (SELECT 1) TO STDOUT (FORMAT xml)").expect_err("refused").code, "22023");
    }

    #[test]
    fn specials_are_escaped_or_quoted() {
        let line = |text: &str, copy: &CopyOut| {
            let bytes = copy.line(2, |column, bytes| {
                bytes.extend(text.as_bytes());
                column == 0
            });
            String::from_utf8(bytes).expect("UTF-8")
        };
        let plain = copy("COPY calls TO STDOUT").expect("good");
        assert_eq!(line("a\tb\\\n", &plain), "a\\tb\\\\\\n\t\\N\n");
        let csv = copy("COPY calls TO STDOUT CSV").expect("good");
        assert_eq!(line("a\"b,c", &csv), "\"a\"\"b,c\",\n");
        assert_eq!(line("", &csv), "\"\",\n");
    }
}
