//! A Markdown table whose source reads as a table too: columns padded to one width.

use super::text;

/// How a column is aligned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Align {
    /// Names and sentences.
    Left,
    /// Figures.
    Right,
}

/// A table under construction; its cells are Markdown.
pub(super) struct Grid {
    align: Vec<Align>,
    rows: Vec<Vec<String>>,
}

impl Grid {
    /// A table with these columns; their names are plain text.
    pub(super) fn new(columns: &[(&str, Align)]) -> Self {
        let header = columns.iter().map(|(name, _)| text::markdown(name)).collect();
        Self { align: columns.iter().map(|(_, align)| *align).collect(), rows: vec![header] }
    }

    /// A row of plain texts, one for each column.
    pub(super) fn row<'a>(&mut self, cells: impl IntoIterator<Item = &'a str>) {
        self.marked(cells.into_iter().map(text::markdown).collect());
    }

    /// A row of cells that are Markdown already.
    pub(super) fn marked(&mut self, cells: Vec<String>) {
        debug_assert_eq!(cells.len(), self.align.len(), "a cell for each column");
        self.rows.push(cells);
    }

    /// The table's lines, or `otherwise` where it has no rows.
    pub(super) fn or(&self, otherwise: &str) -> String {
        if self.rows.len() < 2 { format!("{otherwise}\n") } else { self.lines() }
    }

    fn lines(&self) -> String {
        let length = |text: &String| text.chars().count();
        let widths: Vec<usize> = (0..self.align.len())
            .map(|column| self.rows.iter().map(|row| length(&row[column])).max().unwrap_or(0).max(3))
            .collect();
        let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
        let padded = |row: &Vec<String>| {
            let cells = row.iter().zip(&widths).zip(&self.align).map(|((cell, width), align)| {
                let room = " ".repeat(width - length(cell));
                if *align == Align::Left { format!("{cell}{room}") } else { format!("{room}{cell}") }
            });
            line(cells.collect())
        };
        let rules = widths.iter().zip(&self.align).map(|(width, align)| match align {
            Align::Left => "-".repeat(*width),
            Align::Right => format!("{}:", "-".repeat(width - 1)),
        });
        let mut text = padded(&self.rows[0]) + &line(rules.collect());
        self.rows[1..].iter().for_each(|row| text += &padded(row));
        text
    }
}
