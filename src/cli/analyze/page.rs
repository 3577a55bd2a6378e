//! The end of a night for people: what stands, what changed, how the targets are met, where to look.

use std::path::Path;

use crate::cli::output;
use crate::night::{Changes, Ending, Summary};
use crate::report::format::{count, percent, score, seconds, usd};
use crate::scoreboard::{Measure, Scoreboard, Sense, TargetResult, Verdict};
use crate::table::Hold;

/// Logs older than this many days leave little evidence at the usual half-life.
const OLD: i32 = 30;
/// The widest table, in characters.
const WIDTH: u16 = 118;
/// The most characters of a row's or model's name.
const NAME: usize = 44;

/// The page.
pub(super) fn page(summary: &Summary) -> String {
    let mut text = heading(summary);
    if let Some(sentence) = summary.gate["sentence"].as_str() {
        text.push_str(&line("gate", sentence));
    }
    if let Some(board) = &summary.scoreboard {
        text.push_str(&targets(board));
    }
    text.push_str(&notes(summary));
    if let Some(changes) = &summary.changes {
        text.push_str(&moves(changes, summary));
    }
    let files = summary.report_files.iter().map(|path| ("report", path));
    for (name, path) in files.chain(summary.table_file.iter().map(|path| ("table", path))) {
        text.push_str(&line(name, &path.display().to_string()));
    }
    text
}

fn line(name: &str, text: &str) -> String {
    format!("  {name:<9}{text}\n")
}

fn heading(summary: &Summary) -> String {
    let version = summary.table_version.unwrap_or_default();
    let candidate =
        || line("candidate", &summary.candidate_file.as_deref().unwrap_or(Path::new("")).display().to_string());
    match summary.ending {
        Ending::Held => {
            let hold = summary.hold.as_ref().map(Hold::sentence).unwrap_or_default();
            let remedy = "merit table release lets the next analyze publish";
            format!("nothing published as of {}: {hold}; {remedy}\n{}", summary.as_of, candidate())
        }
        Ending::RefusedByGate => {
            format!("nothing published as of {}: the gate refuses\n{}", summary.as_of, candidate())
        }
        Ending::Standing => format!("nothing new as of {}: table v{version} stands\n", summary.as_of),
        _ => format!(
            "table v{version} published as of {}: {} calls of {} days, {} days read anew\n",
            summary.as_of,
            count(summary.calls),
            summary.days,
            summary.days_rolled_up
        ),
    }
}

fn notes(summary: &Summary) -> String {
    let mut text = String::new();
    if let Some(last) = summary.last_day
        && summary.as_of.0 - last.0 > OLD
    {
        let age = summary.as_of.0 - last.0;
        text.push_str(&line(
            "note",
            &format!(
                "the newest call is {age} days old, so little evidence is left; --as-of {} looks from its day",
                last.next()
            ),
        ));
    }
    if summary.waiting_outcomes > 0 {
        text.push_str(&line("note", &format!("{} outcomes wait for their call", summary.waiting_outcomes)));
    }
    for warning in &summary.warnings {
        text.push_str(&line("warning", &format!("{}: {} rows; {}", warning.check, warning.rows, warning.remedy)));
    }
    if let (Some(oldest), Some(newest)) = (summary.removed_versions.first(), summary.removed_versions.last()) {
        text.push_str(&line("note", &format!("v{oldest} to v{newest} removed: table.keep_versions are kept")));
    }
    for path in &summary.overridden_queries {
        text.push_str(&line("note", &format!("queries/{path} is overridden")));
    }
    text
}

/// "✓ success 98.4 %   ✗ score 8.7, asked > 9.0": those that are not met with what is asked.
fn targets(board: &Scoreboard) -> String {
    let one = |target: &TargetResult| {
        let (name, actual) = (target.measure.name(), figure(target.measure, target.actual));
        match target.verdict {
            Verdict::Met => format!("✓ {name} {actual}"),
            verdict => {
                let sign = if verdict == Verdict::NotMet { '✗' } else { '?' };
                let side = if target.sense == Sense::Above { '>' } else { '<' };
                format!("{sign} {name} {actual}, asked {side} {}", figure(target.measure, Some(target.target)))
            }
        }
    };
    let parts: Vec<String> = board.targets.iter().map(one).collect();
    let mut text = line("targets", &parts.join("   "));
    for target in board.targets.iter().filter(|target| target.verdict == Verdict::NotMet) {
        if let Some(obstacle) = &target.obstacle {
            text.push_str(&line("", &format!("{}: {obstacle}", target.measure.name())));
        }
    }
    text
}

fn figure(measure: Measure, value: Option<f64>) -> String {
    match measure {
        Measure::Score => score(value),
        Measure::Success | Measure::RightModel => percent(value),
        Measure::CostUsdPerTask => usd(value),
        Measure::LatencyP95Ms => seconds(value),
    }
}

/// The rows that move most, and where the rest is told.
fn moves(changes: &Changes, summary: &Summary) -> String {
    let since = changes.since;
    if changes.rows_moved == 0 {
        return line("changed", &format!("no row moves noticeably from v{since}"));
    }
    let would = if summary.candidate_file.is_some() { "would move" } else { "moved" };
    let mut text = line(
        "changed",
        &format!(
            "{} of the draws {would} from v{since}: {} rows of {}",
            percent(Some(changes.traffic_moved)),
            changes.rows_moved,
            changes.rows_moved + changes.rows_stay
        ),
    );
    if changes.rows.is_empty() {
        return text;
    }
    let weight = |weight: Option<f64>| weight.map_or("–".to_string(), |weight| percent(Some(weight)));
    let rows = changes.rows.iter().map(|row| {
        vec![
            short(&row.row),
            percent(Some(row.traffic_share)),
            short(&row.model),
            format!("{} → {}", weight(row.from), weight(row.to)),
            without_intervals(&row.because),
        ]
    });
    text.push_str(&output::wrapped_table(WIDTH, &["row", "traffic", "model", "drawn", "because"], rows));
    if summary.candidate_file.is_none() {
        let version = summary.table_version.unwrap_or_default();
        text.push_str(&line("", &format!("all of it: merit table diff {since} {version}")));
    }
    text
}

/// A cause without its intervals; the diff has them.
fn without_intervals(cause: &str) -> String {
    let mut parts = cause.split(" [");
    let first = parts.next().unwrap_or_default().to_string();
    parts.fold(first, |text, part| text + part.split_once(']').map_or("", |(_, rest)| rest))
}

fn short(name: &str) -> String {
    let cut: String = name.chars().take(NAME).collect();
    if cut.len() < name.len() { format!("{cut}…") } else { cut }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn causes_are_shown_without_their_intervals_and_long_names_are_cut() {
        let cause = "its value rose 0.842 [0.801, 0.880] → 0.871 [0.835, 0.903]";
        assert_eq!(without_intervals(cause), "its value rose 0.842 → 0.871");
        assert_eq!(without_intervals("it is new in this row"), "it is new in this row");
        assert_eq!((short("gpt-5"), short(&"ü".repeat(50)).chars().count()), ("gpt-5".to_string(), NAME + 1));
    }
}
