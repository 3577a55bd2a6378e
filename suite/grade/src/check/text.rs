//! Texts and patterns.

use regex::{Regex, RegexBuilder};

use super::{Fault, Place};
use crate::grade::Work;

/// The whole answer, as a file.
pub(super) const ANSWER: &str = "answer.md";

/// A pattern for folded text: case does not matter.
pub(super) fn pattern(text: &str) -> Result<Regex, Fault> {
    build(text, false)
}

/// A pattern for text as it stands: case does not matter, `^` and `$` are at lines.
pub(super) fn line_pattern(text: &str) -> Result<Regex, Fault> {
    build(text, true)
}

fn build(text: &str, lines: bool) -> Result<Regex, Fault> {
    let regex = RegexBuilder::new(text).case_insensitive(true).multi_line(lines).build();
    let regex = regex.map_err(|error| {
        let said = error.to_string();
        Fault::new(format!("the pattern \"{text}\" cannot be read: {}", said.lines().last().unwrap_or_default().trim()))
    })?;
    if regex.is_match("") {
        return Err(Fault::new(format!("the pattern \"{text}\" matches the empty text")));
    }
    Ok(regex)
}

/// Patterns, at least one.
pub(super) fn patterns(texts: &[String]) -> Result<Vec<Regex>, Fault> {
    if texts.is_empty() {
        return Err(Fault::new("a list of patterns is empty"));
    }
    texts.iter().map(|text| pattern(text)).collect()
}

/// Text with all white space as single spaces.
pub(super) fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The file that `in` names, checked; the answer itself where nothing is named.
pub(super) fn place_of(named: Option<String>, place: &Place<'_>) -> Result<String, Fault> {
    let named = named.unwrap_or_else(|| ANSWER.into());
    if named != ANSWER {
        place.brings(&named)?;
    }
    Ok(named)
}

/// The text of the answer or of one of its files; the error is a sentence.
pub(super) fn text_of<'a>(work: &'a Work<'_>, place: &str) -> Result<&'a str, String> {
    match place {
        ANSWER => Ok(work.answer),
        file => work.file(file),
    }
}
