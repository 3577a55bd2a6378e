//! A back-test at a glance.

use std::fmt::Write as _;

use crate::cli::output;
use crate::evaluate::backtest::Backtest;
use crate::report::backtest::{ASSUMED, NOT_JUDGED, words};

pub(super) fn text(found: &Backtest, interval_level: f64) -> String {
    let words = words(found, interval_level);
    let mut text = format!("{}\n{}", words.over, output::table(&words.header, words.rows));
    let mut lines = |head: &str, sentences: &[&str]| {
        for sentence in sentences {
            writeln!(text, "{head}{sentence}").expect("a String takes all");
        }
    };
    lines("", &words.findings.iter().map(String::as_str).collect::<Vec<_>>());
    lines("assumed: ", &ASSUMED);
    lines("not judged: ", &NOT_JUDGED);
    text
}
