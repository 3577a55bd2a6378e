//! Names that could stand where the cursor is.

use std::collections::BTreeSet;

use super::command::Command;
use super::pieces::{Piece, pieces};
use crate::sql::catalog::Catalog;
use crate::sql::format::Format;

/// Words of SQL worth completing.
const KEYWORDS: &[&str] = &[
    "AND",
    "AS",
    "ASC",
    "BETWEEN",
    "BY",
    "CASE",
    "CAST",
    "COUNT",
    "CROSS JOIN",
    "DATE",
    "DESC",
    "DESCRIBE",
    "DISTINCT",
    "ELSE",
    "END",
    "EXISTS",
    "EXPLAIN",
    "FILTER",
    "FROM",
    "FULL JOIN",
    "GROUP BY",
    "HAVING",
    "ILIKE",
    "IN",
    "INNER JOIN",
    "INTERVAL",
    "IS NOT NULL",
    "IS NULL",
    "JOIN",
    "LEFT JOIN",
    "LIKE",
    "LIMIT",
    "NOT",
    "NULL",
    "NULLS LAST",
    "OFFSET",
    "ON",
    "OR",
    "ORDER BY",
    "OVER",
    "PARTITION BY",
    "QUALIFY",
    "RIGHT JOIN",
    "SELECT",
    "SHOW FUNCTIONS",
    "SHOW TABLES",
    "THEN",
    "TIMESTAMP",
    "UNION ALL",
    "VALUES",
    "WHEN",
    "WHERE",
    "WINDOW",
    "WITH",
];

/// Words after which a table's name comes.
const BEFORE_TABLES: &[&str] = &["from", "join", "describe", "desc"];

/// Proposals for the word that ends at byte `cursor` of `line`, where `open` is what was typed of the statement before:
/// the byte the word begins at, and the names in order.
///
/// After FROM and JOIN these are tables; after `name.` the columns of the table or alias; else columns of the tables the
/// statement names, functions, and keywords; after a backslash commands and their arguments.
pub fn complete(catalog: &Catalog, open: &str, line: &str, cursor: usize) -> (usize, Vec<String>) {
    let line = line.get(..cursor).unwrap_or(line);
    let start =
        line.rfind(|c: char| !is_of_name(c)).map_or(0, |at| at + line[at..].chars().next().map_or(1, char::len_utf8));
    let word = &line[start..];
    if open.trim().is_empty() && line.trim_start().starts_with('\\') {
        return command(catalog, line, word, start);
    }
    let whole = format!("{open}{line}");
    let statement = open_statement(&whole);
    let before = statement.strip_suffix(word).unwrap_or(statement);
    if let Some(owner) = before.strip_suffix('.') {
        let owner = owner.rsplit(|c: char| !is_of_name(c)).next().unwrap_or_default();
        let table = tables_of(catalog, statement).into_iter().find(|(_, alias)| alias.eq_ignore_ascii_case(owner));
        let columns = table.iter().flat_map(|(table, _)| catalog.columns(table));
        return (start, starting(word, columns));
    }
    let previous = before.trim_end().rsplit(|c: char| !is_of_name(c)).next().unwrap_or_default().to_lowercase();
    if BEFORE_TABLES.contains(&previous.as_str()) {
        return (start, starting(word, catalog.table_names()));
    }
    let named = tables_of(catalog, statement);
    let mut names = starting(word, named.iter().flat_map(|(table, _)| catalog.columns(table)));
    if !word.is_empty() {
        names.extend(starting(word, catalog.functions.iter().map(String::as_str)).into_iter().map(|name| name + "("));
        let is_lower = !word.chars().any(char::is_uppercase);
        let keywords = starting(word, KEYWORDS.iter().copied()).into_iter();
        names.extend(keywords.map(|keyword| if is_lower { keyword.to_lowercase() } else { keyword }));
        if named.is_empty() {
            // Before FROM any column may be meant.
            let all = catalog.tables.values().flatten().map(|(name, _)| name.as_str());
            names.extend(starting(word, all));
        }
    }
    (start, names)
}

fn command(catalog: &Catalog, line: &str, word: &str, start: usize) -> (usize, Vec<String>) {
    let Some((name, _)) = line.trim_start().split_once(char::is_whitespace) else {
        let start = line.len() - line.trim_start().len();
        return (start, starting(line.trim_start(), Command::names()));
    };
    match name {
        "\\d" => (start, starting(word, catalog.table_names())),
        "\\df" => (start, starting(word, catalog.functions.iter().map(String::as_str))),
        "\\f" => (start, starting(word, Format::ALL.into_iter().map(Format::name))),
        "\\timing" | "\\x" => (start, starting(word, ["on", "off"])),
        _ => (start, Vec::new()),
    }
}

fn is_of_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The statement that is still open at the end of the text.
fn open_statement(text: &str) -> &str {
    match pieces(text).last() {
        Some(Piece::Rest(range)) => &text[range.start..],
        _ => "",
    }
}

/// The known tables that a statement names, each with the name it goes by.
fn tables_of<'c>(catalog: &'c Catalog, statement: &str) -> Vec<(&'c str, String)> {
    let words: Vec<&str> = statement.split(|c: char| !is_of_name(c)).filter(|word| !word.is_empty()).collect();
    let mut found = Vec::new();
    for (position, word) in words.iter().enumerate() {
        let Some((table, _)) = catalog.tables.get_key_value(&word.to_lowercase()) else { continue };
        found.push((table.as_str(), table.clone()));
        let mut after = words.iter().skip(position + 1);
        let next = after.next().filter(|next| !next.eq_ignore_ascii_case("as")).or_else(|| after.next());
        found.extend(next.map(|alias| (table.as_str(), alias.to_lowercase())));
    }
    found
}

/// The names that begin with a word in any case of letters, each once.
fn starting<'a>(word: &str, names: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let word = word.to_lowercase();
    let names: BTreeSet<&str> = names.into_iter().filter(|name| name.to_lowercase().starts_with(&word)).collect();
    names.into_iter().map(str::to_string).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn catalog() -> Catalog {
        let columns = |names: &[&str]| names.iter().map(|name| (name.to_string(), "Utf8".to_string())).collect();
        let tables =
            [("calls", columns(&["call_id", "model", "score"])), ("models", columns(&["arm", "model", "tier"]))];
        let functions = ["decay", "decayed_avg", "n_eff"].map(str::to_string);
        Catalog {
            tables: tables.map(|(name, columns)| (name.to_string(), columns)).into(),
            functions: functions.into(),
        }
    }

    fn proposed(open: &str, line: &str) -> Vec<String> {
        complete(&catalog(), open, line, line.len()).1
    }

    #[test]
    fn tables_follow_from_and_join() {
        assert_eq!(proposed("", "SELECT * FROM "), ["calls", "models"]);
        assert_eq!(proposed("", "SELECT * FROM ca"), ["calls"]);
        assert_eq!(proposed("SELECT *\nFROM calls\n", "JOIN m"), ["models"]);
    }

    #[test]
    fn columns_are_those_of_the_tables_named_even_in_earlier_lines() {
        assert_eq!(proposed("SELECT * FROM calls AS c\n", "WHERE c."), ["call_id", "model", "score"]);
        assert_eq!(proposed("SELECT * FROM calls JOIN models m ON ", "m.t"), ["tier"]);
        assert_eq!(proposed("", "SELECT * FROM models WHERE ti"), ["tier", "timestamp"]);
        assert_eq!(
            proposed("SELECT 1 FROM models;", "SELECT * FROM calls WHERE ti"),
            ["timestamp"],
            "another statement"
        );
    }

    #[test]
    fn functions_come_with_their_bracket_and_keywords_in_the_case_typed() {
        assert_eq!(proposed("", "SELECT dec"), ["decay(", "decayed_avg("]);
        assert_eq!(proposed("", "SEL"), ["SELECT"]);
        assert_eq!(proposed("", "sel"), ["select"]);
    }

    #[test]
    fn commands_and_their_arguments_are_completed() {
        assert_eq!(proposed("", "\\ti"), ["\\timing"]);
        assert_eq!(proposed("", "\\d mo"), ["models"]);
        assert_eq!(proposed("", "\\f p"), ["parquet"]);
        assert_eq!(complete(&catalog(), "", "  \\un", 5).0, 2);
    }

    #[test]
    fn the_word_begins_where_it_begins_also_after_other_letters() {
        let line = "SELECT 'é', mo FROM models";
        let cursor = line.find(" FROM").expect("there");
        assert_eq!(complete(&catalog(), "", line, cursor), (cursor - 2, vec!["model".to_string()]));
    }
}
