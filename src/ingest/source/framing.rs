//! Where a row ends.

/// How rows are told apart in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Framing {
    /// A row is a line.
    Lines,
    /// A row is a CSV record (RFC 4180): a newline inside quotes belongs to it.
    Csv,
}

/// Finds row ends in a text that comes piece by piece.
#[derive(Clone, Debug)]
pub(crate) struct RowEnds {
    framing: Framing,
    state: CsvState,
}

/// Where in a CSV record the last byte was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum CsvState {
    FieldStart,
    Unquoted,
    Quoted,
    QuoteInQuoted,
}

impl RowEnds {
    /// At the start of a row.
    pub(crate) fn new(framing: Framing) -> Self {
        Self { framing, state: CsvState::FieldStart }
    }

    /// The position of the newline that ends the current row, if these bytes have it; the next call goes on after it,
    /// or after the bytes.
    pub(crate) fn next_end(&mut self, bytes: &[u8]) -> Option<usize> {
        match self.framing {
            Framing::Lines => bytes.iter().position(|byte| *byte == b'\n'),
            Framing::Csv => bytes.iter().position(|byte| self.csv_ends(*byte)),
        }
    }

    /// Takes the next newline as the row's end whatever quotes are open: a quote that is never closed must not
    /// swallow the rest of the file.
    pub(crate) fn give_up_quotes(&mut self) {
        self.state = CsvState::Unquoted;
    }

    /// Takes one byte of a CSV record; true at its end.
    fn csv_ends(&mut self, byte: u8) -> bool {
        self.state = match (self.state, byte) {
            (CsvState::Quoted, b'"') => CsvState::QuoteInQuoted,
            (CsvState::Quoted, _) => CsvState::Quoted,
            (CsvState::FieldStart | CsvState::QuoteInQuoted, b'"') => CsvState::Quoted,
            (_, b',' | b'\n') => CsvState::FieldStart,
            _ => CsvState::Unquoted,
        };
        byte == b'\n' && self.state == CsvState::FieldStart
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ends(framing: Framing, text: &str) -> Vec<usize> {
        let mut rows = RowEnds::new(framing);
        let (mut ends, mut from) = (Vec::new(), 0);
        while let Some(end) = rows.next_end(&text.as_bytes()[from..]) {
            ends.push(from + end);
            from += end + 1;
        }
        ends
    }

    #[test]
    fn a_newline_in_quotes_ends_no_record() {
        assert_eq!(ends(Framing::Csv, "a,\"b\nc\"\"\n\",d\ne\n"), [12, 14]);
        assert_eq!(ends(Framing::Lines, "a,\"b\nc\"\n"), [4, 7]);
    }

    #[test]
    fn a_quote_within_an_unquoted_field_is_a_letter() {
        assert_eq!(ends(Framing::Csv, "a\"b\nc\n"), [3, 5]);
    }

    #[test]
    fn an_unclosed_quote_can_be_given_up() {
        let mut rows = RowEnds::new(Framing::Csv);
        assert_eq!(rows.next_end(b"\"a\nb"), None);
        rows.give_up_quotes();
        assert_eq!(rows.next_end(b"c\nd"), Some(1));
    }
}
