//! Text into statements and commands: at `;` outside of quotes and comments, and at lines that begin with `\`.

use std::ops::Range;

/// A part of a text, by its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// A statement that `;` ends; without the `;`.
    Statement(Range<usize>),
    /// A line that begins with a backslash where no statement is open; without its end.
    Command(Range<usize>),
    /// What follows the last of these and is not blank: a statement without its `;` so far.
    Rest(Range<usize>),
}

/// The pieces of a text in order. Blank statements are left out; ranges neither begin nor end with blanks or, where
/// nothing else stands in them, comments.
///
/// Quotes are `'…'` and `"…"` with doubled quotes inside, `E'…'` with backslashes, `$tag$…$tag$`; comments are `--` to
/// the line's end and `/* … */`, which nest.
///
/// ```
/// use merit::sql::shell::{Piece, pieces};
/// let text = "SELECT ';' ; -- a; b\n\\d calls\nSELECT 2";
/// let found: Vec<&str> = pieces(text).iter().map(|piece| &text[piece.range()]).collect();
/// assert_eq!(found, ["SELECT ';'", "\\d calls", "SELECT 2"]);
/// ```
pub fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut at = 0;
    while let Some(start) = beginning(text, at) {
        if text[start..].starts_with('\\') {
            let end = text[start..].find('\n').map_or(text.len(), |length| start + length);
            pieces.push(Piece::Command(start..start + text[start..end].trim_end().len()));
            at = end;
            continue;
        }
        let (end, is_ended) = statement_end(text, start);
        let range = start..start + text[start..end].trim_end().len();
        match is_ended {
            // A lone `;` is no statement.
            true if range.is_empty() => {}
            true => pieces.push(Piece::Statement(range)),
            false => pieces.push(Piece::Rest(range)),
        }
        at = if is_ended { end + 1 } else { text.len() };
    }
    pieces
}

impl Piece {
    /// Where it lies.
    pub fn range(&self) -> Range<usize> {
        match self {
            Self::Statement(range) | Self::Command(range) | Self::Rest(range) => range.clone(),
        }
    }
}

/// The first byte from `at` on that is neither blank nor in a whole comment; none where nothing else follows.
fn beginning(text: &str, mut at: usize) -> Option<usize> {
    loop {
        at += text[at..].len() - text[at..].trim_start().len();
        let rest = &text[at..];
        match token(rest) {
            _ if rest.is_empty() => return None,
            Token::Comment { length, is_closed: true } => at += length,
            _ => return Some(at),
        }
    }
}

/// Where the statement that begins at `start` ends, and whether with a `;`.
fn statement_end(text: &str, start: usize) -> (usize, bool) {
    let mut at = start;
    while at < text.len() {
        let rest = &text[at..];
        if rest.starts_with(';') {
            return (at, true);
        }
        at += match token(rest) {
            Token::Comment { length, .. } | Token::Other { length } => length,
        };
    }
    (text.len(), false)
}

enum Token {
    Comment {
        length: usize,
        is_closed: bool,
    },
    /// A quotation, a word or a character.
    Other {
        length: usize,
    },
}

/// What a text that is not empty begins with.
fn token(rest: &str) -> Token {
    let other = |length: usize| Token::Other { length };
    if rest.starts_with("--") {
        // The line feed belongs to it: without one more may be typed.
        return match rest.find('\n') {
            Some(length) => Token::Comment { length: length + 1, is_closed: true },
            None => Token::Comment { length: rest.len(), is_closed: true },
        };
    }
    if rest.starts_with("/*") {
        let (length, is_closed) = block_comment(rest);
        return Token::Comment { length, is_closed };
    }
    // An operator of DuckDB's: what follows it begins no comment with its second half.
    if rest.starts_with("//") {
        return other(2);
    }
    let mut characters = rest.chars();
    match characters.next() {
        Some(quote @ ('\'' | '"' | '`')) => other(quoted(rest, 0, quote, false)),
        Some('E' | 'e') if characters.next() == Some('\'') => other(quoted(rest, 1, '\'', true)),
        Some('$') => other(dollar_quoted(rest)),
        // In a word, but not in a number, a `$` is a letter.
        Some(c) if c.is_alphabetic() || matches!(c, '_' | '@' | '#') => {
            let is_letter = |c: char| is_of_word(c) || matches!(c, '$' | '@' | '#');
            other(rest.find(|c| !is_letter(c)).unwrap_or(rest.len()))
        }
        Some(c) => other(c.len_utf8()),
        None => other(0),
    }
}

fn is_of_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn block_comment(rest: &str) -> (usize, bool) {
    let mut depth = 0_u32;
    let mut at = 0;
    while at < rest.len() {
        if rest[at..].starts_with("/*") {
            depth += 1;
            at += 2;
        } else if rest[at..].starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return (at, true);
            }
        } else {
            at += rest[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    (rest.len(), false)
}

/// The length of a quotation whose opening quote stands at `open`; of an open one all that is left.
fn quoted(rest: &str, open: usize, quote: char, has_escapes: bool) -> usize {
    let mut characters = rest.char_indices().skip(open + 1).peekable();
    while let Some((at, c)) = characters.next() {
        if has_escapes && c == '\\' {
            characters.next();
        } else if c == quote {
            match characters.peek() {
                Some((_, next)) if *next == quote => {
                    characters.next();
                }
                _ => return at + quote.len_utf8(),
            }
        }
    }
    rest.len()
}

/// The length of `$tag$…$tag$`; of a `$` that opens none, of the parameter's name or of itself.
fn dollar_quoted(rest: &str) -> usize {
    let word = rest[1..].find(|c| !is_of_word(c)).unwrap_or(rest.len() - 1);
    let Some(tag) = rest.get(..word + 2).filter(|tag| tag.ends_with('$') && tag.len() == word + 2) else {
        return word + 1;
    };
    rest[tag.len()..].find(tag).map_or(rest.len(), |length| length + 2 * tag.len())
}

#[cfg(test)]
mod tests {
    use datafusion::sql::sqlparser::dialect::GenericDialect;
    use datafusion::sql::sqlparser::tokenizer::{Token, Tokenizer};
    use proptest::prelude::*;

    use super::*;

    fn texts(text: &str) -> Vec<&str> {
        pieces(text).iter().map(|piece| &text[piece.range()]).collect()
    }

    #[test]
    fn quotes_and_comments_hold_their_semicolons() {
        for whole in [
            "SELECT ';'",
            "SELECT 'it''s; fine'",
            "SELECT \"a;b\"",
            "SELECT 1 -- ; no\n+ 1",
            "SELECT /* ; /* ; */ ; */ 1",
            "SELECT E'\\';'",
            "SELECT $$;$$",
            "SELECT $tag$;$other$;$tag$",
            "SELECT $half_life",
            "SELECT '🦀;é'",
        ] {
            assert_eq!(texts(&format!("{whole};{whole} ; ")), [whole, whole], "{whole}");
            assert_eq!(pieces(whole), [Piece::Rest(0..whole.len())], "{whole}");
        }
    }

    #[test]
    fn blanks_comments_and_lone_semicolons_are_no_statements() {
        for nothing in ["", " \n", ";", " ; ;; ", "-- only a comment", "/* ; */", "/* a */ -- b\n ; "] {
            assert_eq!(texts(nothing), Vec::<&str>::new(), "{nothing}");
        }
        assert_eq!(pieces("/* open"), [Piece::Rest(0..7)], "more is to come");
    }

    #[test]
    fn commands_are_lines_where_no_statement_is_open() {
        assert_eq!(texts("\\d\n  \\timing on  \nSELECT 1;\\x"), ["\\d", "\\timing on", "SELECT 1", "\\x"]);
        assert_eq!(texts("SELECT 1\n\\d\n;"), ["SELECT 1\n\\d"], "inside of a statement it is not one");
    }

    /// The statements and commands that are whole, and what is not yet.
    fn parted(text: &str) -> (Vec<String>, String) {
        let is_whole = |piece: &Piece| !matches!(piece, Piece::Rest(_));
        let (whole, rest): (Vec<Piece>, Vec<Piece>) = pieces(text).into_iter().partition(is_whole);
        let rest = rest.first().map_or("", |piece| &text[piece.range().start..]);
        (whole.into_iter().map(|piece| text[piece.range()].to_string()).collect(), rest.to_string())
    }

    /// Fragments of SQL in which a quotation may be open, closed, nested, and next to anything.
    const FRAGMENTS: &[&str] = &[
        ";", "'", "\"", "--", "\n", "/*", "*/", "a", " ", "''", "$$", "$t$", "$p", "e'", "E", "1", "é", "🦀", "-", "/",
        "*", "+", "(", ")", ",", "SELECT",
    ];

    fn sql(more: &[&'static str]) -> impl Strategy<Value = String> + use<> {
        let fragments = prop::sample::select([FRAGMENTS, more].concat());
        prop::collection::vec(fragments, 0..24).prop_map(|parts| parts.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn the_parsers_own_tokens_have_the_same_semicolons(text in sql(&[])) {
            let Ok(tokens) = Tokenizer::new(&GenericDialect {}, &text).tokenize() else { return Ok(()) };
            // A comment or quotation is one token, so a statement is what stands between two semicolons.
            let is_content = |token: &Token| !matches!(token, Token::Whitespace(_) | Token::SemiColon);
            let mut statements = tokens.split(|token| *token == Token::SemiColon);
            let last = statements.next_back().is_some_and(|rest| rest.iter().any(is_content));
            let ended = statements.filter(|statement| statement.iter().any(is_content)).count();
            let found = pieces(&text);
            prop_assert_eq!(found.iter().filter(|piece| matches!(piece, Piece::Statement(_))).count(), ended);
            prop_assert_eq!(matches!(found.last(), Some(Piece::Rest(_))), last);
        }

        #[test]
        fn pieces_lie_in_order_and_leave_out_no_word(text in sql(&["\\'", "\\d"])) {
            let mut end = 0;
            for piece in pieces(&text) {
                let range = piece.range();
                prop_assert!(end <= range.start && range.start < range.end && range.end <= text.len());
                prop_assert_eq!(text[range.clone()].trim(), &text[range.clone()]);
                end = range.end;
            }
        }

        #[test]
        fn line_by_line_is_as_all_at_once(text in sql(&["\\'", "\\d"])) {
            // As the shell reads: whole statements are taken off, the rest waits for the next line.
            let (mut waiting, mut found) = (String::new(), Vec::new());
            for line in text.split_inclusive('\n') {
                waiting.push_str(line);
                let (whole, rest) = parted(&waiting);
                found.extend(whole);
                waiting = rest;
            }
            let (whole, _) = parted(&text);
            prop_assert_eq!(found, whole);
        }
    }
}
