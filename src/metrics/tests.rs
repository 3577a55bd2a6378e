//! The file as a whole: hostile names, bounds, what a bad night leaves.

use std::collections::BTreeSet;
use std::sync::Arc;

use arrow::array::{ArrayRef, Date32Array, Float64Array, Int64Array, RecordBatch, StringArray};
use merit_router::Table;

use super::{Night, Run, Standing, text};
use crate::analyze::mart::Marts;
use crate::day::Day;
use crate::report::{Ingest, ReasonCount};
use crate::scoreboard::{Measure, Sense, TargetResult, Verdict};

const HOSTILE: &str = "<script>\"a\\b\"\n# HELP merit_x}{ 1\r🙂";

fn table() -> Table {
    let text = include_str!("../../tests/golden/tables/plain.json");
    merit_router::table::parse(text.as_bytes()).expect("a golden table")
}

fn texts(values: &[&str]) -> ArrayRef {
    Arc::new(StringArray::from(values.to_vec()))
}

fn batch<const N: usize>(columns: [(&str, ArrayRef); N]) -> RecordBatch {
    RecordBatch::try_from_iter(columns).expect("columns of one length")
}

fn standing() -> Standing {
    let days: ArrayRef = Arc::new(Date32Array::from(vec![20_600, 20_601, 20_601]));
    let number = |values: [f64; 3]| -> ArrayRef { Arc::new(Float64Array::from(values.to_vec())) };
    let whole = |values: [i64; 3]| -> ArrayRef { Arc::new(Int64Array::from(values.to_vec())) };
    let daily = batch([
        ("day", days.clone()),
        ("arm", texts(&["old", HOSTILE, "b"])),
        ("n", whole([9, 3, 4])),
        ("reliability", number([1.0, 0.5, 0.25])),
        ("score", number([1.0, 8.0, f64::NAN])),
        ("cost_usd", number([7.0, 0.5, 0.25])),
    ]);
    let scoreboard = batch([
        ("day", Arc::new(Date32Array::from(vec![20_590, 20_600, 20_601])) as ArrayRef),
        ("tasks", whole([1000, 10, 30])),
        ("served_share", number([0.0, 1.0, 0.5])),
        ("score", number([0.0, 9.0, 9.0])),
        ("cost_usd", number([9.0, 0.02, 0.04])),
        ("latency_s", number([9.0, 1.0, 2.0])),
    ]);
    let changes = batch([
        ("subject", texts(&["model", "model", "model"])),
        ("figure", texts(&["score", "score", "score"])),
        ("arm", texts(&["a", "a", "gone"])),
        ("role", texts(&["", "", ""])),
        ("task_category", texts(&["", "", ""])),
        ("task_difficulty", texts(&["", "", ""])),
        ("judge", texts(&["", "", ""])),
        ("since", Arc::new(Date32Array::from(vec![20_595, 20_599, 20_400])) as ArrayRef),
        ("detected", Arc::new(Date32Array::from(vec![20_596, 20_601, 20_401])) as ArrayRef),
        ("before", number([0.9, 0.8, 0.5])),
        ("after", number([0.8, 0.6, 0.4])),
    ]);
    let marts = [("daily_scores", daily), ("scoreboard", scoreboard), ("changes", changes)];
    Standing {
        table: table(),
        is_held: false,
        as_of: Day(20_602),
        marts: Marts::from(marts.map(|(name, batch)| (name.to_string(), batch))),
        waiting_outcomes: 2,
        quarantined_rows: 5,
    }
}

fn run(exit_code: u8, ended_at_seconds: f64) -> Run {
    let ending = if exit_code == 0 { "published" } else { "refused" }.to_string();
    let ingest = Ingest { read: 100, taken: 90, quarantined: 10, ..Ingest::default() };
    let reasons = vec![ReasonCount { reason: HOSTILE.into(), rows: 10 }];
    Run { exit_code, ending, ended_at_seconds, ingest, reasons, ..Run::default() }
}

fn of(standing: &Standing) -> String {
    text(&Night { run: run(0, 1e9), standing: Some(standing), ..Night::default() })
}

/// Name, labels, value.
type Sample = (String, Vec<(String, String)>, f64);

/// Reads samples as a scraper would: name, labels unescaped, value; panics where a line is none.
fn samples(text: &str) -> Vec<Sample> {
    text.lines().filter(|line| !line.starts_with('#')).map(sample).collect()
}

fn sample(line: &str) -> Sample {
    let end = line.find(['{', ' ']).expect("a name ends");
    let (name, mut rest) = line.split_at(end);
    let mut labels = Vec::new();
    if let Some(inside) = rest.strip_prefix('{') {
        rest = inside;
        loop {
            let (label, after) = rest.split_once("=\"").expect("a label has a value");
            let mut value = String::new();
            let mut characters = after.char_indices();
            let end = loop {
                match characters.next().expect("a value ends") {
                    (at, '"') => break at,
                    (_, '\\') => match characters.next().expect("an escape has a character").1 {
                        'n' => value.push('\n'),
                        other => value.push(other),
                    },
                    (_, other) => value.push(other),
                }
            };
            labels.push((label.to_string(), value));
            rest = &after[end + 1..];
            match rest.strip_prefix(',') {
                Some(more) => rest = more,
                None => break,
            }
        }
        rest = rest.strip_prefix('}').expect("labels end");
    }
    (name.to_string(), labels, rest.trim().parse().expect("a number"))
}

fn only(text: &str, name: &str) -> f64 {
    let found: Vec<f64> = samples(text).into_iter().filter(|sample| sample.0 == name).map(|sample| sample.2).collect();
    assert_eq!(found.len(), 1, "{name}: {found:?}");
    found[0]
}

#[test]
fn hostile_names_come_back_as_they_are() {
    let mut standing = standing();
    let leaf = |row: &merit_router::table::Row| row.role != "*" && row.category != "*" && row.difficulty != "*";
    let row = standing.table.segments.iter().position(leaf).expect("a leaf");
    standing.table.segments[row].category = HOSTILE.into();
    standing.table.segments[row].candidates[0].model = HOSTILE.into();
    let text = of(&standing);
    let found = samples(&text);
    let has = |name: &str, label: &str| {
        found.iter().any(|(sample, labels, _)| sample == name && labels.contains(&(label.into(), HOSTILE.into())))
    };
    assert!(has("merit_candidate_weight_ratio", "category") && has("merit_candidate_weight_ratio", "model"), "{text}");
    assert!(has("merit_last_day_spend_usd", "model") && has("merit_last_run_quarantine_reason_rows", "reason"));
}

#[test]
fn no_series_stands_twice_and_every_family_has_one_help_and_one_type() {
    let text = of(&standing());
    let series: Vec<String> = samples(&text).into_iter().map(|(name, labels, _)| format!("{name}{labels:?}")).collect();
    assert_eq!(series.iter().collect::<BTreeSet<_>>().len(), series.len());
    let heads: Vec<&str> = text.lines().filter(|line| line.starts_with("# TYPE")).collect();
    assert_eq!(heads.iter().collect::<BTreeSet<_>>().len(), heads.len());
    assert_eq!(text.lines().filter(|line| line.starts_with("# HELP")).count(), heads.len());
}

#[test]
fn the_week_is_weighted_by_tasks_and_the_day_is_the_last() {
    let text = of(&standing());
    assert!((only(&text, "merit_week_served_ratio") - (10.0 + 15.0) / 40.0).abs() < 1e-12);
    assert!((only(&text, "merit_week_task_cost_usd") - (0.2 + 1.2) / 40.0).abs() < 1e-12);
    assert_eq!(only(&text, "merit_last_day_timestamp_seconds"), 20_601.0 * 86_400.0);
    let spend: Vec<_> = samples(&text).into_iter().filter(|sample| sample.0 == "merit_last_day_spend_usd").collect();
    assert_eq!(spend.iter().map(|sample| sample.2).collect::<Vec<_>>(), [0.5, 0.25]);
    let scores = samples(&text).into_iter().filter(|sample| sample.0 == "merit_last_day_score").count();
    assert_eq!(scores, 1, "a mean that is not known is absent");
}

#[test]
fn changes_of_the_last_fortnight_stand_once_a_subject() {
    let text = of(&standing());
    assert_eq!(only(&text, "merit_changes_new"), 1.0);
    assert_eq!(only(&text, "merit_change_since_timestamp_seconds"), 20_599.0 * 86_400.0);
    assert_eq!(only(&text, "merit_change_after_ratio"), 0.6);
}

#[test]
fn weights_of_the_leaves_alone_sum_to_one_each() {
    let standing = standing();
    let text = of(&standing);
    let leaves = standing
        .table
        .segments
        .iter()
        .filter(|row| ![&row.role, &row.category, &row.difficulty].into_iter().any(|part| part == "*"));
    let weights: f64 =
        samples(&text).iter().filter(|sample| sample.0 == "merit_candidate_weight_ratio").map(|sample| sample.2).sum();
    let leaves = leaves.count();
    assert!(leaves > 0 && (weights - leaves as f64).abs() < 1e-9, "{weights} of {leaves}");
    assert_eq!(only(&text, "merit_segments_left_out"), 0.0);
}

#[test]
fn a_table_too_large_keeps_the_segments_with_the_most_traffic() {
    let mut standing = standing();
    let leaf =
        standing.table.segments.iter().find(|row| row.role != "*" && row.category != "*" && row.difficulty != "*");
    let leaf = leaf.expect("a leaf").clone();
    standing.table.segments = (0..4000)
        .map(|index| {
            let mut row = leaf.clone();
            (row.role, row.traffic_share) = (format!("role-{index:04}"), f64::from(index) / 8e6);
            row
        })
        .collect();
    let text = of(&standing);
    let told: Vec<_> = samples(&text).into_iter().filter(|sample| sample.0 == "merit_segment_traffic_ratio").collect();
    assert_eq!(told.len(), 5_000 / leaf.candidates.len());
    assert_eq!(told.len() as f64 + only(&text, "merit_segments_left_out"), 4000.0);
    assert_eq!(told.last().expect("some").1[0].1, "role-3999");
}

/// A target that is not met.
fn slow() -> TargetResult {
    TargetResult {
        measure: Measure::LatencyP95Ms,
        sense: Sense::Below,
        target: 10_000.0,
        actual: Some(15_500.0),
        low: None,
        high: None,
        counted: 100,
        verdict: Verdict::NotMet,
        obstacle: None,
    }
}

#[test]
fn a_bad_night_renews_the_run_and_carries_the_rest() {
    let target = slow();
    let standing = standing();
    let good = Night { run: run(0, 1000.0), standing: Some(&standing), targets: &[target], before: "" };
    let before = text(&good);
    assert_eq!(only(&before, "merit_last_success_timestamp_seconds"), 1000.0);
    assert!(before.contains("\nmerit_target{measure=\"latency_p95_seconds\"} 10\n"), "in base units");
    assert!(before.contains("\nmerit_target_actual{measure=\"latency_p95_seconds\"} 15.5\n"));
    assert!(before.contains("\nmerit_target_met{measure=\"latency_p95_seconds\"} 0\n"));
    let after = text(&Night { run: run(4, 2000.0), before: &before, ..Night::default() });
    assert_eq!(only(&after, "merit_last_run_exit_code"), 4.0);
    assert_eq!(only(&after, "merit_last_run_timestamp_seconds"), 2000.0);
    assert_eq!(only(&after, "merit_last_success_timestamp_seconds"), 1000.0);
    let rest = |text: &str| -> Vec<String> {
        let standing = |line: &&str| !line.contains("merit_last_run_") && !line.contains("merit_last_success");
        text.lines().filter(standing).map(str::to_string).collect()
    };
    assert_eq!(rest(&after), rest(&before));
    let again = text(&Night { run: run(1, 3000.0), before: &after, ..Night::default() });
    assert_eq!(only(&again, "merit_last_success_timestamp_seconds"), 1000.0);
    assert_eq!(rest(&again), rest(&before));
}

#[test]
fn what_is_not_merits_is_not_carried() {
    let after = text(&Night { run: run(1, 1.0), before: "# HELP up x\nup 1\n\u{0}junk", ..Night::default() });
    assert!(!after.contains("up 1") && !after.contains("junk"));
    assert!(!after.contains("merit_last_success_timestamp_seconds"), "there was none");
}

/// Every metric that can be written, whether or not this night has a sample of it.
fn names() -> BTreeSet<&'static str> {
    let target = slow();
    super::night::names(&Night { run: run(0, 1.0), standing: Some(&standing()), targets: &[target], before: "" })
}

#[test]
fn the_page_of_metrics_lists_them_all_and_no_other() {
    let page = include_str!("../../docs/metrics.md");
    let word = |text: &str| {
        text.split(|character: char| !character.is_ascii_alphanumeric() && character != '_').next().map(str::to_string)
    };
    let listed: BTreeSet<String> =
        page.split('`').filter(|text| text.starts_with("merit_") && !text.contains('…')).filter_map(word).collect();
    let written: BTreeSet<String> = names().into_iter().map(str::to_string).collect();
    assert_eq!(listed, written);
}
