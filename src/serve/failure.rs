//! What the engine says → what PostgreSQL's clients understand: code, place, hint.

use datafusion::common::SchemaError;
use datafusion::error::DataFusionError;
use datafusion::sql::sqlparser::parser::ParserError;

use super::Refusal;
use crate::sql::SqlError;

/// Where a statement begins in the text that the client sent, and that text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place<'a> {
    /// The statement's own text.
    pub(super) text: &'a str,
    /// Characters of the client's text before it.
    pub(super) offset: usize,
}

impl Place<'_> {
    /// The character of the client's text, from 1, at a line and column of the statement, both from 1.
    pub(super) fn position(self, line: u64, column: u64) -> Option<usize> {
        let (line, column) = (usize::try_from(line).ok()?.checked_sub(1)?, usize::try_from(column).ok()?);
        let before: usize = self.text.split('\n').take(line).map(|line| line.chars().count() + 1).sum();
        (column > 0 && before <= self.text.chars().count()).then_some(self.offset + before + column)
    }
}

/// A refusal by the engine.
pub(super) fn refusal(error: &DataFusionError, place: Place<'_>) -> Refusal {
    let root = error.find_root();
    let diagnostic = error.diagnostic().and_then(|diagnostic| diagnostic.span);
    let said = root.strip_backtrace();
    let position = diagnostic
        .and_then(|span| place.position(span.start.line, span.start.column))
        .or_else(|| line_and_column(&said).and_then(|(line, column)| place.position(line, column)));
    let code = code(root, &said);
    let refusal = Refusal::new(code, message(&said)).at(position);
    match code {
        "42P01" => refusal.hint("\\d in psql lists what there is, and so does SHOW TABLES."),
        "42703" => refusal.hint("\\d and the table's name in psql list its columns."),
        _ => refusal,
    }
}

/// A refusal by whatever opens the store.
pub(super) fn store(error: &SqlError) -> Refusal {
    Refusal::new("58030", format!("the store cannot be read: {error}"))
}

/// A refusal by the parser.
pub(super) fn syntax(error: &ParserError, place: Place<'_>) -> Refusal {
    let said = error.to_string();
    let position = line_and_column(&said).and_then(|(line, column)| place.position(line, column));
    Refusal::new("42601", message(&said)).at(position)
}

fn code(error: &DataFusionError, said: &str) -> &'static str {
    match error {
        DataFusionError::SQL(..) => "42601",
        DataFusionError::SchemaError(schema, _) => match schema.as_ref() {
            SchemaError::FieldNotFound { .. } => "42703",
            SchemaError::AmbiguousReference { .. } => "42702",
            _ => "42P16",
        },
        DataFusionError::NotImplemented(_) => "0A000",
        DataFusionError::ResourcesExhausted(_) => "53200",
        DataFusionError::ArrowError(..) if said.contains("Divide by zero") => "22012",
        DataFusionError::ArrowError(..) | DataFusionError::Execution(_) => "22000",
        DataFusionError::Plan(_) if said.contains("not found") && said.contains("table") => "42P01",
        DataFusionError::Plan(_) if said.contains("Invalid function") => "42883",
        DataFusionError::Plan(_) if said.contains("not supported: ") => "25006",
        DataFusionError::IoError(_) | DataFusionError::ObjectStore(_) => "58030",
        DataFusionError::Plan(_) => "42000",
        _ => "XX000",
    }
}

/// The engine's sentence without the words before it that name its own parts.
fn message(said: &str) -> String {
    let mut message = said;
    for start in ["SQL error: ", "Error during planning: ", "Schema error: ", "Execution error: ", "sql parser error: "]
    {
        message = message.strip_prefix(start).unwrap_or(message);
    }
    // What a parser says may come quoted.
    let message = message.strip_prefix("ParserError(\"").and_then(|rest| rest.strip_suffix("\")")).unwrap_or(message);
    // The place is told beside it.
    let message = message.split(" at Line: ").next().unwrap_or(message);
    message.chars().take(4000).collect()
}

/// "… at Line: 3, Column: 14" → (3, 14).
fn line_and_column(said: &str) -> Option<(u64, u64)> {
    let number = |text: &str| -> Option<u64> {
        let end = text.find(|character: char| !character.is_ascii_digit()).unwrap_or(text.len());
        text[..end].parse().ok()
    };
    let line = number(said.rsplit_once("Line: ")?.1)?;
    let column = number(said.rsplit_once("Column: ")?.1)?;
    (line > 0).then_some((line, column))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_count_characters_over_lines_and_statements() {
        let place = Place { text: "SELECT 'ä'\nFROM nowhere", offset: 10 };
        assert_eq!(place.position(1, 1), Some(11));
        assert_eq!(place.position(2, 6), Some(10 + 11 + 6));
        assert_eq!(place.position(0, 1), None);
        assert_eq!(line_and_column("Expected: x, found: y at Line: 3, Column: 14"), Some((3, 14)));
        assert_eq!(line_and_column("nothing"), None);
    }
}
