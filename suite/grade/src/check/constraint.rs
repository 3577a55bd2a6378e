//! `constraint`: the form that was asked for.

use regex::Regex;
use serde::Deserialize;

use super::text::{line_pattern, place_of, text_of};
use super::{Fault, Place, Verdict};
use crate::answer::blocks;
use crate::grade::Work;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Spec {
    max_words: Option<usize>,
    min_words: Option<usize>,
    max_lines: Option<usize>,
    #[serde(default)]
    headings: Vec<String>,
    #[serde(default)]
    forbid: Vec<String>,
    #[serde(default)]
    require: Vec<String>,
    r#in: Option<String>,
}

/// A form. Every bound, heading, forbidden and required pattern is one constraint.
#[derive(Clone)]
pub(crate) struct Constraint {
    place: String,
    max_words: Option<usize>,
    min_words: Option<usize>,
    max_lines: Option<usize>,
    headings: Vec<Regex>,
    forbid: Vec<Regex>,
    require: Vec<Regex>,
}

pub(super) fn read(spec: Spec, place: &Place<'_>) -> Result<Constraint, Fault> {
    let lines = |texts: &[String]| texts.iter().map(|text| line_pattern(text)).collect::<Result<Vec<_>, _>>();
    let constraint = Constraint {
        place: place_of(spec.r#in, place)?,
        max_words: spec.max_words,
        min_words: spec.min_words,
        max_lines: spec.max_lines,
        headings: lines(&spec.headings)?,
        forbid: lines(&spec.forbid)?,
        require: lines(&spec.require)?,
    };
    match constraint.count() {
        0 => {
            Err(Fault::new("it constrains nothing; give max_words, min_words, max_lines, headings, forbid or require"))
        }
        _ => Ok(constraint),
    }
}

impl Constraint {
    fn count(&self) -> usize {
        let bounds = [self.max_words, self.min_words, self.max_lines];
        bounds.iter().flatten().count() + self.headings.len() + self.forbid.len() + self.require.len()
    }

    /// Share: constraints kept over constraints. The grade multiplies it with what the content is worth.
    pub(crate) fn run(&self, work: &Work<'_>) -> Verdict {
        let text = match text_of(work, &self.place) {
            Ok(text) => text,
            Err(why) => return Verdict::nothing(why),
        };
        let words = text.split_whitespace().count();
        let lines = text.trim_end().lines().count();
        let mut failed = Vec::new();
        if let Some(bound) = self.max_words.filter(|bound| words > *bound) {
            failed.push(format!("has {words} words, at most {bound} are allowed"));
        }
        if let Some(bound) = self.min_words.filter(|bound| words < *bound) {
            failed.push(format!("has {words} words, at least {bound} are due"));
        }
        if let Some(bound) = self.max_lines.filter(|bound| lines > *bound) {
            failed.push(format!("has {lines} lines, at most {bound} are allowed"));
        }
        let kept = in_order(&self.headings, &headings(text));
        let missing = self.headings.iter().zip(&kept).filter(|(_, kept)| !**kept);
        failed.extend(missing.map(|(heading, _)| format!("has no heading in its place that matches {heading}")));
        let forbidden = self.forbid.iter().filter(|pattern| pattern.is_match(text));
        failed.extend(forbidden.map(|pattern| format!("has what is forbidden: {pattern}")));
        let absent = self.require.iter().filter(|pattern| !pattern.is_match(text));
        failed.extend(absent.map(|pattern| format!("lacks what is required: {pattern}")));
        let count = self.count();
        Verdict { share: (count - failed.len()) as f64 / count as f64, failed, defect: None }
    }
}

/// The text of every heading (`# …` to `###### …`) outside of fenced blocks.
fn headings(text: &str) -> Vec<&str> {
    let blocks = blocks(text);
    let heading = |line: &'_ str| {
        let level = line.chars().take_while(|c| *c == '#').count();
        (1..=6).contains(&level) && line[level..].starts_with([' ', '\t'])
    };
    let lines = text
        .lines()
        .enumerate()
        .filter(|(at, _)| !blocks.iter().any(|block| (block.first_line..block.end_line).contains(at)));
    lines
        .filter(|(_, line)| heading(line))
        .map(|(_, line)| line.trim_start_matches('#').trim().trim_end_matches('#').trim())
        .collect()
}

/// Which patterns are kept by the longest choice of headings in the stated order.
fn in_order(patterns: &[Regex], headings: &[&str]) -> Vec<bool> {
    let (rows, columns) = (patterns.len(), headings.len());
    let mut longest = vec![vec![0_usize; columns + 1]; rows + 1];
    for row in (0..rows).rev() {
        for column in (0..columns).rev() {
            let matched = usize::from(patterns[row].is_match(headings[column]));
            longest[row][column] = (longest[row + 1][column + 1] * matched + matched)
                .max(longest[row + 1][column])
                .max(longest[row][column + 1]);
        }
    }
    let (mut row, mut column, mut kept) = (0, 0, vec![false; rows]);
    while row < rows && column < columns {
        if longest[row][column] == longest[row][column + 1] {
            column += 1;
        } else if longest[row][column] == longest[row + 1][column] {
            row += 1;
        } else {
            kept[row] = true;
            row += 1;
            column += 1;
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(patterns: &[&str], text: &str) -> Vec<bool> {
        let patterns: Vec<Regex> = patterns.iter().map(|text| line_pattern(text).expect("a pattern")).collect();
        in_order(&patterns, &headings(text))
    }

    #[test]
    fn headings_count_in_order_and_outside_of_code() {
        let text = "# Use\n```sh\n# not this\n```\n## Install ##\n#tag\n### Limits\n";
        assert_eq!(headings(text), ["Use", "Install", "Limits"]);
        assert_eq!(kept(&["use", "install", "limits"], text), [true, true, true]);
        assert_eq!(kept(&["install", "use", "limits"], text).iter().filter(|kept| **kept).count(), 2);
        assert_eq!(kept(&["not this"], text), [false]);
        assert_eq!(kept(&["limits", "limits"], text).iter().filter(|kept| **kept).count(), 1);
    }
}
