//! A text cut into chunks of whole rows, in memory that does not grow with the text.

use std::io::{self, Read};

use super::framing::{Framing, RowEnds};
use crate::ingest::quarantine::RAW_BYTES;

/// One row of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    /// Its line, from 1.
    pub(crate) line: u64,
    /// Where it begins, in bytes of the unpacked text.
    pub(crate) offset: u64,
    /// Where it begins in its chunk.
    pub(crate) start: usize,
    /// Where it ends in its chunk, its line end not counted.
    pub(crate) end: usize,
}

/// A row too long to be held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Overlong {
    /// Its line, from 1.
    pub(crate) line: u64,
    /// Where it begins, in bytes of the unpacked text.
    pub(crate) offset: u64,
    /// How many bytes it has.
    pub(crate) length: u64,
    /// Its first bytes.
    pub(crate) head: Vec<u8>,
}

/// Some whole rows of a text, one after another; empty ones are left out.
#[derive(Clone, Debug, Default)]
pub(crate) struct Chunk {
    bytes: Vec<u8>,
    /// The rows that can be read.
    pub(crate) rows: Vec<Row>,
    /// The rows too long to be read.
    pub(crate) overlong: Vec<Overlong>,
}

impl Chunk {
    /// The bytes of a row.
    pub(crate) fn raw(&self, row: &Row) -> &[u8] {
        &self.bytes[row.start..row.end]
    }
}

/// Reads a text chunk by chunk.
#[derive(Debug)]
pub(crate) struct Chunks<R> {
    input: R,
    ends: RowEnds,
    max_row: usize,
    chunk_bytes: usize,
    final_newline: bool,
    /// The beginning of a row whose end has not been seen.
    carry: Vec<u8>,
    /// The row whose bytes are being thrown away.
    discarded: Option<Overlong>,
    line: u64,
    offset: u64,
    started: bool,
    ended: bool,
    /// Whether the last row was left alone because it has no newline.
    unterminated: bool,
}

impl<R: Read> Chunks<R> {
    /// A reader of rows up to `max_row` bytes; with `final_newline` a last row without one is left alone.
    pub(crate) fn new(input: R, framing: Framing, max_row: usize, chunk_bytes: usize, final_newline: bool) -> Self {
        Self {
            input,
            ends: RowEnds::new(framing),
            max_row,
            chunk_bytes: chunk_bytes.max(1),
            final_newline,
            carry: Vec::new(),
            discarded: None,
            line: 1,
            offset: 0,
            started: false,
            ended: false,
            unterminated: false,
        }
    }

    /// Whether the text ended in a row without newline that was left alone.
    pub(crate) fn unterminated(&self) -> bool {
        self.unterminated
    }

    /// The next rows; none at the end of the text. A chunk may have no rows (all were empty).
    ///
    /// # Errors
    /// Whatever the input says.
    pub(crate) fn next_chunk(&mut self) -> io::Result<Option<Chunk>> {
        if self.ended {
            return Ok(None);
        }
        let mut chunk = Chunk { bytes: std::mem::take(&mut self.carry), ..Chunk::default() };
        let mut scanned = chunk.bytes.len();
        let wanted = self.chunk_bytes as u64;
        self.ended = self.input.by_ref().take(wanted).read_to_end(&mut chunk.bytes)? == 0;
        let mut start = 0;
        if !self.started && !self.ended {
            // A byte order mark is no part of the first row. It may come in pieces only where chunks are tiny.
            while chunk.bytes.len() < 3 && self.input.by_ref().take(1).read_to_end(&mut chunk.bytes)? == 1 {}
            self.started = true;
            if chunk.bytes.starts_with("\u{feff}".as_bytes()) {
                (start, scanned) = (3, 3);
                self.offset = 3;
            }
        }
        while let Some(found) = self.ends.next_end(&chunk.bytes[scanned..]) {
            let end = scanned + found;
            self.close_row(&mut chunk, start, end, 1);
            (start, scanned) = (end + 1, end + 1);
        }
        if self.ended {
            self.close_text(&mut chunk, start);
        } else {
            self.carry_over(&mut chunk, start);
        }
        Ok(Some(chunk))
    }

    /// Notes the row `start..end` of a chunk, which `newline` bytes of line end follow.
    fn close_row(&mut self, chunk: &mut Chunk, start: usize, end: usize, newline: u64) {
        let bytes = &chunk.bytes[start..end];
        let length = (end - start) as u64;
        let lines = bytes.iter().filter(|byte| **byte == b'\n').count() as u64 + 1;
        if let Some(mut overlong) = self.discarded.take() {
            overlong.length += length;
            chunk.overlong.push(overlong);
        } else if bytes.len() > self.max_row {
            chunk.overlong.push(Overlong { line: self.line, offset: self.offset, length, head: head(bytes) });
        } else {
            let end = if bytes.ends_with(b"\r") { end - 1 } else { end };
            if !chunk.bytes[start..end].iter().all(u8::is_ascii_whitespace) {
                chunk.rows.push(Row { line: self.line, offset: self.offset, start, end });
            }
        }
        self.offset += length + newline;
        self.line += lines;
    }

    /// What stands after the last newline of the text.
    fn close_text(&mut self, chunk: &mut Chunk, start: usize) {
        let rest = &chunk.bytes[start..];
        if self.discarded.is_none() && rest.iter().all(u8::is_ascii_whitespace) {
            return;
        }
        if self.final_newline {
            self.unterminated = true;
        } else {
            self.close_row(chunk, start, chunk.bytes.len(), 0);
        }
    }

    /// Keeps the beginning of an unfinished row for the next chunk, or starts to throw it away.
    fn carry_over(&mut self, chunk: &mut Chunk, start: usize) {
        let rest = chunk.bytes.split_off(start);
        if self.discarded.is_none() && rest.len() <= self.max_row {
            self.carry = rest;
            return;
        }
        let overlong = self.discarded.get_or_insert_with(|| Overlong {
            line: self.line,
            offset: self.offset,
            length: 0,
            head: head(&rest),
        });
        overlong.length += rest.len() as u64;
        self.offset += rest.len() as u64;
        self.line += rest.iter().filter(|byte| **byte == b'\n').count() as u64;
        self.ends.give_up_quotes();
    }
}

/// The first bytes of a row, as many as quarantine shows.
fn head(bytes: &[u8]) -> Vec<u8> {
    bytes[..bytes.len().min(RAW_BYTES)].to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// (line, offset, text) of every row, the overlong ones as (line, offset, length), and whether the end was left.
    type Read = (Vec<(u64, u64, String)>, Vec<(u64, u64, u64)>, bool);

    fn read(text: &[u8], framing: Framing, max_row: usize, chunk_bytes: usize, final_newline: bool) -> Read {
        let mut chunks = Chunks::new(text, framing, max_row, chunk_bytes, final_newline);
        let (mut rows, mut overlong) = (Vec::new(), Vec::new());
        while let Some(chunk) = chunks.next_chunk().expect("memory can be read") {
            let text = |row: &Row| String::from_utf8_lossy(chunk.raw(row)).into_owned();
            rows.extend(chunk.rows.iter().map(|row| (row.line, row.offset, text(row))));
            overlong.extend(chunk.overlong.iter().map(|row| (row.line, row.offset, row.length)));
            assert!(chunks.carry.len() <= max_row, "what is held stays bounded");
        }
        (rows, overlong, chunks.unterminated())
    }

    #[test]
    fn rows_are_the_same_whatever_the_chunk() {
        let text = "\u{feff}one\n\r\n  \ntwo\r\n\nabcdefghijklmnop\nthree";
        let rows = vec![(1, 3, "one".into()), (4, 12, "two".into()), (7, 35, "three".into())];
        for chunk_bytes in 1..60 {
            let found = read(text.as_bytes(), Framing::Lines, 8, chunk_bytes, false);
            assert_eq!(found, (rows.clone(), vec![(6, 18, 16)], false), "chunks of {chunk_bytes}");
        }
    }

    #[test]
    fn a_csv_record_may_span_lines() {
        for chunk_bytes in 1..20 {
            let (rows, overlong, _) = read(b"a,\"x\ny\"\nb,z\n", Framing::Csv, 100, chunk_bytes, true);
            assert_eq!(rows, [(1, 0, "a,\"x\ny\"".into()), (3, 8, "b,z".into())]);
            assert!(overlong.is_empty());
        }
    }

    #[test]
    fn a_last_line_without_newline_is_left_alone_where_that_is_asked_for() {
        let (rows, _, unterminated) = read(b"one\ntw", Framing::Lines, 100, 100, true);
        assert_eq!((rows.len(), unterminated), (1, true));
        let (rows, _, unterminated) = read(b"one\n  ", Framing::Lines, 100, 100, true);
        assert_eq!((rows.len(), unterminated), (1, false), "blank space is no row");
    }

    #[test]
    fn a_line_that_never_ends_is_counted_and_not_held() {
        let mut chunks =
            Chunks::new(io::Read::take(io::repeat(b'x'), 10 << 20), Framing::Lines, 1 << 20, 1 << 18, false);
        let mut overlong = Vec::new();
        while let Some(chunk) = chunks.next_chunk().expect("memory can be read") {
            assert!(chunk.bytes.capacity() <= 4 << 20, "held {}", chunk.bytes.capacity());
            overlong.extend(chunk.overlong);
        }
        assert_eq!(
            overlong.iter().map(|row| (row.length, row.head.len())).collect::<Vec<_>>(),
            [(10 << 20, RAW_BYTES)]
        );
    }

    #[test]
    fn an_unclosed_quote_costs_one_record_up_to_the_limit() {
        let text = format!("a,\"{}\nb,c\nd,e\n", "x".repeat(50));
        let (rows, overlong, _) = read(text.as_bytes(), Framing::Csv, 20, 8, false);
        assert_eq!(overlong, [(1, 0, 53)]);
        assert_eq!(rows.iter().map(|row| row.2.as_str()).collect::<Vec<_>>(), ["b,c", "d,e"]);
        assert_eq!(rows[0].0, 2);
    }
}
