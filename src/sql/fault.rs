//! A question that the engine refuses: where, what, and what was probably meant.

use std::fmt;
use std::path::{Path, PathBuf};

use datafusion::common::{Location, SchemaError};
use datafusion::error::DataFusionError;
use datafusion::sql::sqlparser::dialect::GenericDialect;
use datafusion::sql::sqlparser::tokenizer::{Token, Tokenizer};

use super::catalog::Catalog;
use super::nearest::nearest;
use super::printable::printable;

/// Characters of a long line that are shown on either side of the place.
const EXCERPT: usize = 60;
/// The engine's names for kinds of errors, which tell one who asks nothing.
const KINDS: [&str; 5] =
    ["Execution error: ", "Error during planning: ", "SQL error: ", "sql parser error: ", "Arrow error: "];
/// Names that a hint lists at most.
const LISTED: usize = 12;

/// What is wrong with a question, as a sentence with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    message: String,
    hint: Option<String>,
    /// Line and column, from 1, in `text`.
    place: Option<(usize, usize)>,
    text: String,
    file: Option<PathBuf>,
}

impl Fault {
    /// A sentence about the whole question.
    pub(super) fn of(message: String, sql: &str) -> Self {
        Self { message: printable(&message).into_owned(), hint: None, place: None, text: sql.into(), file: None }
    }

    /// With its place.
    pub(super) fn at(mut self, line: usize, column: usize) -> Self {
        self.place = Some((line, column));
        self
    }

    /// With a hint.
    pub(super) fn hint(mut self, hint: impl Into<Option<String>>) -> Self {
        self.hint = hint.into().map(|hint| printable(&hint).into_owned());
        self
    }

    /// What the engine says, in words of one who asks.
    pub(super) fn from_engine(error: &DataFusionError, sql: &str, catalog: &Catalog) -> Self {
        let span = error.diagnostic().and_then(|diagnostic| diagnostic.span);
        let root = error.find_root();
        let said = said(root);
        let (fault, name) = match root {
            DataFusionError::SchemaError(schema, _) => match schema.as_ref() {
                SchemaError::FieldNotFound { field, valid_fields } => {
                    let names: Vec<&str> = valid_fields.iter().map(|column| column.name.as_str()).collect();
                    (no_column(&field.name, &names, sql), Some(field.name.clone()))
                }
                SchemaError::AmbiguousReference { field } => {
                    let message = format!("the column \"{}\" is in more than one table", field.name);
                    let hint = format!("write TABLE.{}", field.name);
                    (Self::of(message, sql).hint(hint), Some(field.name.clone()))
                }
                _ => (Self::of(said, sql), None),
            },
            _ => named(&said, sql, catalog),
        };
        let from_span = span.map(|span| span.start);
        let from_parser = position(&root.to_string());
        let from_name = || name.and_then(|name| find(sql, &name));
        match from_span.or(from_parser).or_else(from_name) {
            Some(found) if found.line > 0 => fault.at(found.line as usize, found.column as usize),
            _ => fault,
        }
    }

    /// The same fault in the script that the question stood in, from byte `start` on.
    pub fn within(mut self, script: &str, start: usize, file: Option<&Path>) -> Self {
        // A file included by this one has said its own place.
        if self.file.is_some() {
            return self;
        }
        let before = script.get(..start).unwrap_or_default();
        let lines = before.matches('\n').count();
        let last = before.rsplit('\n').next().unwrap_or_default().chars().count();
        let (line, column) = self.place.unwrap_or((1, 1));
        // A fault without a place of its own lies at the question's beginning.
        self.place = Some((line + lines, if line == 1 { column + last } else { column }));
        (self.text, self.file) = (script.into(), file.map(Path::to_path_buf));
        self
    }

    /// Where it is, from 1: line and column.
    pub fn place(&self) -> Option<(usize, usize)> {
        self.place
    }

    fn excerpt(&self, line: usize, column: usize) -> Option<String> {
        let shown = self.text.split('\n').nth(line - 1)?;
        let from = (column - 1).saturating_sub(EXCERPT);
        // One character for one, so that the caret stands below its place.
        let plain = |c: char| if printable(c.encode_utf8(&mut [0; 4])).chars().eq([c]) { c } else { ' ' };
        let part: String = shown.chars().skip(from).take(2 * EXCERPT).map(plain).collect();
        let number = line.to_string();
        let margin = " ".repeat(number.len());
        let caret = " ".repeat(column - 1 - from);
        Some(format!("\n  {number} | {}\n  {margin} | {caret}^", part.trim_end()))
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.file, self.place) {
            (Some(file), Some((line, column))) => write!(f, "{}:{line}:{column}: ", file.display())?,
            (Some(file), None) => write!(f, "{}: ", file.display())?,
            (None, Some((line, column))) => write!(f, "line {line}, column {column}: ")?,
            (None, None) => {}
        }
        f.write_str(&self.message)?;
        if let Some(excerpt) = self.place.and_then(|(line, column)| self.excerpt(line, column)) {
            f.write_str(&excerpt)?;
        }
        match &self.hint {
            Some(hint) => write!(f, "\n  hint: {hint}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Fault {}

/// The engine's sentence without its kind and its place.
fn said(error: &DataFusionError) -> String {
    let message = error.message();
    let message = message.split("\n\nbacktrace:").next().unwrap_or_default();
    let message = message.split(" at Line: ").next().unwrap_or_default();
    // A function's own sentence comes wrapped in what the engine makes of it.
    let message = message.rsplit("user-defined coercion failed with: ").next().unwrap_or_default();
    let message = message.split(". No function matches the given name").next().unwrap_or_default();
    let message = message.split("\n\tCandidate functions").next().unwrap_or_default();
    let message = KINDS.iter().fold(message, |message, kind| message.trim_start_matches(kind)).trim();
    // The parser's message may come as its own debug text.
    let inner = ["ParserError(\"", "TokenizerError(\""].iter().find_map(|open| message.strip_prefix(open));
    let message = inner.map_or(message, |inner| inner.trim_end_matches("\")"));
    let mut letters = message.chars();
    match letters.next() {
        Some(first) if message.starts_with("Expected: ") => format!("{}{}", first.to_lowercase(), letters.as_str())
            .replacen("expected: ", "expected ", 1)
            .replace(", found: ", ", found "),
        _ => message.to_string(),
    }
}

/// What is said of a name that there is not, and the name.
fn named(said: &str, sql: &str, catalog: &Catalog) -> (Fault, Option<String>) {
    let quoted = said.split('\'').nth(1).unwrap_or_default();
    if said.starts_with("table '") && said.contains("not found") {
        let name = quoted.rsplit('.').next().unwrap_or_default();
        let is_file = name.contains('/') || sql.contains(&format!("'{name}'")) || sql.contains(&format!("{name}'"));
        let hint = match nearest(name, catalog.table_names()) {
            Some(meant) => format!("did you mean \"{meant}\"?"),
            None if is_file => "files are not read; merit sql asks over what the store holds".to_string(),
            None => "SHOW TABLES lists what there is".to_string(),
        };
        return (Fault::of(format!("there is no table \"{name}\""), sql).hint(hint), Some(name.to_string()));
    }
    if said.starts_with("Invalid function") {
        let hint = match nearest(quoted, catalog.functions.iter().map(String::as_str)) {
            Some(meant) => format!("did you mean \"{meant}\"?"),
            None => "merit sql --functions lists merit's own, SHOW FUNCTIONS all".to_string(),
        };
        return (Fault::of(format!("there is no function \"{quoted}\""), sql).hint(hint), Some(quoted.to_string()));
    }
    if let Some(name) = said.strip_prefix("table function ").and_then(|rest| rest.split('\'').nth(1)) {
        let hint = "files are not read; merit sql asks over what the store holds".to_string();
        return (Fault::of(format!("there is no table function \"{name}\""), sql).hint(hint), Some(name.to_string()));
    }
    // A sentence about a known function begins with how it is called, or quotes its name.
    let called = said.split('(').next().unwrap_or_default();
    let is_known = |name: &&str| catalog.functions.contains(&name.to_lowercase());
    let name = [called, quoted].into_iter().find(is_known).map(str::to_string);
    (Fault::of(said.to_string(), sql), name)
}

fn no_column(name: &str, valid: &[&str], sql: &str) -> Fault {
    let hint = match nearest(name, valid.iter().copied()) {
        Some(meant) => Some(format!("did you mean \"{meant}\"?")),
        None if valid.is_empty() => None,
        None if valid.len() <= LISTED => Some(format!("there are {}", valid.join(", "))),
        None => Some(format!("there are {} and {} more", valid[..LISTED].join(", "), valid.len() - LISTED)),
    };
    Fault::of(format!("there is no column \"{name}\""), sql).hint(hint)
}

/// The place in "… at Line: 3, Column: 14".
fn position(message: &str) -> Option<Location> {
    let (_, rest) = message.rsplit_once("Line: ")?;
    let (line, rest) = rest.split_once(", Column: ")?;
    let column: String = rest.chars().take_while(char::is_ascii_digit).collect();
    Some(Location { line: line.trim().parse().ok()?, column: column.parse().ok()? })
}

/// Where a name first stands as a word of its own.
fn find(sql: &str, name: &str) -> Option<Location> {
    let tokens = Tokenizer::new(&GenericDialect {}, sql).tokenize_with_location().ok()?;
    let is_it = |token: &Token| match token {
        Token::Word(word) => word.value.eq_ignore_ascii_case(name),
        Token::SingleQuotedString(text) => text == name,
        _ => false,
    };
    let found = tokens.iter().find(|token| is_it(&token.token))?;
    Some(Location { line: found.span.start.line, column: found.span.start.column })
}

/// The first `$name` that is not among the given ones.
pub(super) fn unbound(sql: &str, is_bound: impl Fn(&str) -> bool) -> Option<Fault> {
    let tokens = Tokenizer::new(&GenericDialect {}, sql).tokenize_with_location().ok()?;
    tokens.into_iter().find_map(|token| match &token.token {
        Token::Placeholder(name) if !is_bound(name) => {
            let plain = name.trim_start_matches('$');
            let hint = format!("give one with --param {plain}=VALUE, in the shell with \\set {plain} VALUE");
            let fault = Fault::of(format!("there is no value for {name}"), sql).hint(hint);
            Some(fault.at(token.span.start.line as usize, token.span.start.column as usize))
        }
        _ => None,
    })
}
