//! An answer as aligned columns, or as one block a row.

use arrow::array::{Array, ArrayRef, RecordBatch};
use arrow::datatypes::{DataType, SchemaRef};
use arrow::error::ArrowError;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use comfy_table::{Cell, CellAlignment, Table};

use super::printable::printable;

/// The frame that Arrow's own tables have.
const FRAME: &str = "||--+-++|    ++++++";

/// Aligned columns, numbers to the right; null is empty.
///
/// # Errors
/// [`ArrowError`] where a column has no text.
pub(super) fn aligned(schema: &SchemaRef, batches: &[RecordBatch]) -> Result<String, ArrowError> {
    let mut table = Table::new();
    table.load_preset(FRAME);
    table.set_header(schema.fields().iter().map(|field| Cell::new(printable(field.name()))));
    for batch in batches {
        let columns = texts(batch)?;
        for row in 0..batch.num_rows() {
            table.add_row(columns.iter().map(|column| cell(column, row)));
        }
    }
    Ok(format!("{table}\n"))
}

fn cell(column: &(bool, Vec<String>), row: usize) -> Cell {
    let cell = Cell::new(&column.1[row]);
    if column.0 { cell.set_alignment(CellAlignment::Right) } else { cell }
}

/// A block a row, a line a column: for rows that are wider than the screen.
///
/// # Errors
/// [`ArrowError`] where a column has no text.
pub(super) fn blocks(schema: &SchemaRef, batches: &[RecordBatch]) -> Result<String, ArrowError> {
    let names: Vec<String> = schema.fields().iter().map(|field| printable(field.name()).into_owned()).collect();
    let width = names.iter().map(|name| name.chars().count()).max().unwrap_or_default();
    let mut text = String::new();
    let mut number = 0;
    for batch in batches {
        let columns = texts(batch)?;
        for row in 0..batch.num_rows() {
            number += 1;
            text.push_str(&format!("-[ row {number} ]{}\n", "-".repeat(width.max(8))));
            for (name, (_, values)) in names.iter().zip(&columns) {
                let value = values[row].replace('\n', &format!("\n{:width$} | ", ""));
                text.push_str(format!("{name:width$} | {value}").trim_end());
                text.push('\n');
            }
        }
    }
    if number == 0 {
        text.push_str("no rows\n");
    }
    Ok(text)
}

/// Every column's texts, and whether they are numbers.
fn texts(batch: &RecordBatch) -> Result<Vec<(bool, Vec<String>)>, ArrowError> {
    batch.columns().iter().map(column).collect()
}

fn column(array: &ArrayRef) -> Result<(bool, Vec<String>), ArrowError> {
    let options = FormatOptions::new().with_display_error(true);
    let formatter = ArrayFormatter::try_new(array.as_ref(), &options)?;
    let text = |row| printable(&formatter.value(row).to_string()).into_owned();
    let is_number = array.data_type().is_numeric() && !matches!(array.data_type(), DataType::Null);
    Ok((is_number, (0..array.len()).map(text).collect()))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{Float64Array, StringArray};

    use super::*;

    fn batch(names: Vec<Option<&str>>) -> RecordBatch {
        let scores: Float64Array = names.iter().enumerate().map(|(n, _)| Some(n as f64 + 0.5)).collect();
        let names: ArrayRef = Arc::new(StringArray::from(names));
        RecordBatch::try_from_iter([("arm", names), ("score", Arc::new(scores) as ArrayRef)]).expect("fits")
    }

    /// All lines between two frames have one width.
    fn is_box(text: &str) -> bool {
        let mut widths = text.lines().map(|line| line.chars().count());
        let first = widths.next();
        widths.all(|width| Some(width) == first)
    }

    #[test]
    fn numbers_stand_to_the_right_and_null_is_empty() {
        let batch = batch(vec![Some("m"), None]);
        let text = aligned(&batch.schema(), std::slice::from_ref(&batch)).expect("text");
        assert_eq!(
            text,
            "+-----+-------+\n| arm | score |\n+-----+-------+\n| m   |   0.5 |\n|     |   1.5 |\n+-----+-------+\n"
        );
        assert_eq!(
            blocks(&batch.schema(), &[batch]).expect("text"),
            "-[ row 1 ]--------\narm   | m\nscore | 0.5\n-[ row 2 ]--------\narm   |\nscore | 1.5\n"
        );
    }

    #[test]
    fn hostile_names_neither_break_the_frame_nor_reach_the_terminal() {
        let long = "x".repeat(500);
        let names =
            ["\u{1b}]0;owned\u{7}", "<script>alert(1)</script>", "a | b \"c\" 'd'", "\u{9b}2J", "tab\there\r", &long];
        let batch = batch(names.iter().map(|name| Some(*name)).collect());
        let text = aligned(&batch.schema(), std::slice::from_ref(&batch)).expect("text");
        assert!(is_box(&text), "{text}");
        assert!(text.contains(&long) && text.contains("<script>alert(1)</script>"));
        for text in [text, blocks(&batch.schema(), &[batch]).expect("text")] {
            assert!(!text.chars().any(|c| c.is_control() && c != '\n'), "{text:?}");
        }
    }

    #[test]
    fn a_hostile_column_name_is_spelled_out_too() {
        let column: ArrayRef = Arc::new(StringArray::from(vec!["v"]));
        let batch = RecordBatch::try_from_iter([("\u{1b}[2J", column)]).expect("fits");
        assert!(aligned(&batch.schema(), &[batch]).expect("text").contains("| \\u{1b}[2J |"));
    }
}
