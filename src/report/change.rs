//! Changes of level that the history shows: whose, since when, from what to what.

use serde::Serialize;

use super::input::ReportInput;
use super::mart::MartReader;
use super::{format, text};
use crate::segment::Segment;

/// The most changes that are shown, the latest found first.
const MOST_ROWS: usize = 20;

/// What changed.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Changes {
    /// The latest first.
    pub rows: Vec<ChangeRow>,
    /// How many are not shown.
    pub left_out: usize,
}

/// One change.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ChangeRow {
    /// The model, the model in one kind of work, or the judge.
    pub subject: String,
    /// Who asks; `*` where it is of all work.
    pub role: String,
    /// What for.
    pub category: String,
    /// How hard.
    pub difficulty: String,
    /// `score` or `success`.
    pub figure: String,
    /// The first day of the new level.
    pub since: String,
    /// The day whose calls told it from chance.
    pub detected: String,
    /// The level before.
    pub before: String,
    /// The level after.
    pub after: String,
    /// Found tonight for the first time.
    pub is_new: bool,
}

/// The changes of the mart `changes`.
pub(super) fn changes(input: &ReportInput<'_>, marts: &mut MartReader<'_>) -> Changes {
    let mut words = |column| marts.texts("changes", column);
    let (subjects, arms, judges, figures) = (words("subject"), words("arm"), words("judge"), words("figure"));
    let (roles, categories, difficulties) = (words("role"), words("task_category"), words("task_difficulty"));
    let (since, detected) = (marts.days("changes", "since"), marts.days("changes", "detected"));
    let (before, after) = (marts.numbers("changes", "before"), marts.numbers("changes", "after"));
    let mut found: Vec<usize> = (0..subjects.len()).collect();
    found.sort_by_key(|&row| std::cmp::Reverse((detected[row], since[row])));
    let row = |row: usize| {
        let word = |column: &[Option<String>]| column[row].clone().unwrap_or_default();
        let is_score = figures[row].as_deref() == Some("score");
        let level =
            |share: Option<f64>| if is_score { format::score(share.map(|q| 10.0 * q)) } else { format::percent(share) };
        let day = |day: Option<crate::day::Day>| day.map_or_else(|| format::MISSING.into(), |day| day.to_string());
        let subject = match word(&subjects).as_str() {
            "judge" => format!("judge {}", word(&judges)),
            "arm" => {
                let segment = Segment::new(&word(&roles), &word(&categories), &word(&difficulties));
                format!("{}: {segment}", word(&arms))
            }
            _ => word(&arms),
        };
        let part = |column: &[Option<String>]| match column[row].as_deref() {
            None | Some("") => "*".to_string(),
            Some(part) => text::name(part),
        };
        ChangeRow {
            role: part(&roles),
            category: part(&categories),
            difficulty: part(&difficulties),
            subject: text::name(&subject),
            figure: word(&figures),
            since: day(since[row]),
            detected: day(detected[row]),
            before: level(before[row]),
            after: level(after[row]),
            is_new: detected[row].is_some_and(|day| day.next() == input.as_of),
        }
    };
    Changes {
        left_out: found.len().saturating_sub(MOST_ROWS),
        rows: found.into_iter().take(MOST_ROWS).map(row).collect(),
    }
}
