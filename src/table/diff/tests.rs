//! Small tables with one change each: what is told, and why.

use merit_router::Table;
use merit_router::table::{Candidate, Interval, parse};

use super::*;

fn table() -> Table {
    parse(include_bytes!("../../../tests/golden/tables/plain.json")).expect("a golden table")
}

/// The table after a change to the row executor/debugging/advanced.
fn changed(change: impl FnOnce(&mut Table, usize)) -> TableDiff {
    let mut after = table();
    let row = after.segments.iter().position(|row| row.to_string() == "executor/debugging/advanced").expect("there");
    change(&mut after, row);
    compare(&table(), &after)
}

fn candidate<'t>(table: &'t mut Table, row: usize, model: &str) -> &'t mut Candidate {
    table.segments[row].candidates.iter_mut().find(|candidate| candidate.model == model).expect("a candidate")
}

/// Moves weight from one model to another.
fn shift(table: &mut Table, row: usize, from: &str, to: &str, weight: f64) {
    candidate(table, row, from).weight -= weight;
    candidate(table, row, to).weight += weight;
    table.segments[row].candidates.sort_by(|one, other| other.weight.total_cmp(&one.weight));
}

fn raise(candidate: &mut Candidate, by: f64) {
    let Interval { mean, low, high } = candidate.value;
    candidate.value = Interval { mean: mean + by, low: low + by, high: high + by };
}

fn told<'d>(diff: &'d TableDiff, model: &str) -> &'d CandidateDiff {
    diff.rows[0].candidates.iter().find(|candidate| candidate.model == model).expect("told")
}

#[test]
fn the_same_table_differs_in_nothing() {
    let diff = compare(&table(), &table());
    assert_eq!((diff.rows.len(), diff.rows_same, diff.inputs.len()), (0, 6, 0));
    assert_eq!((diff.policy, diff.models), (PolicyDiff::default(), ModelDiff::default()));
}

#[test]
fn a_better_value_moves_its_model_and_is_why_the_other_lost() {
    let diff = changed(|table, row| {
        shift(table, row, "opus", "gemini", 0.25);
        raise(candidate(table, row, "gemini"), 0.05);
        candidate(table, row, "gemini").strength = 40.0;
    });
    assert_eq!((diff.rows.len(), diff.rows_same), (1, 5));
    assert!((diff.rows[0].moved - 0.25).abs() < 1e-12);
    let (opus, gemini) = (told(&diff, "opus"), told(&diff, "gemini"));
    assert!((gemini.moved - 0.25).abs() < 1e-12 && (opus.moved + 0.25).abs() < 1e-12);
    let ranks = |of: &CandidateDiff| [&of.standing.from, &of.standing.to].map(|s| s.as_ref().map(|s| s.rank));
    assert_eq!([ranks(gemini), ranks(opus)], [[Some(3), Some(1)], [Some(1), Some(3)]]);
    assert!(matches!(gemini.causes[0], Cause::Value(_)), "{:?}", gemini.causes);
    assert_eq!(
        gemini.why,
        "its value rose 0.800 [0.700, 0.900] → 0.850 [0.750, 0.950], opus fell 47.5 % → 22.5 %; more evidence counts \
         (strength 20.5 → 40.0)"
    );
    assert!(matches!(&opus.causes[..], [Cause::Rival { model, value: Some(_), .. }] if model == "gemini"));
    assert!(opus.why.starts_with("gemini rose 20.5 % → 45.5 % as its value rose"), "{}", opus.why);
}

#[test]
fn what_speaks_against_a_move_is_told_as_such() {
    let diff = changed(|table, row| {
        shift(table, row, "opus", "gemini", 0.25);
        raise(candidate(table, row, "opus"), 0.01);
        raise(candidate(table, row, "gemini"), 0.05);
    });
    assert!(told(&diff, "opus").why.contains("; though its value rose 0.800"), "{}", told(&diff, "opus").why);
}

#[test]
fn eligibility_gained_and_lost_comes_first_with_its_reason() {
    let diff = changed(|table, row| {
        shift(table, row, "gemini", "opus", 0.2);
        let gemini = candidate(table, row, "gemini");
        (gemini.eligible, gemini.reason) = (false, "shut out: 61.0 % of calls succeed, 80.0 % are asked for".into());
        table.segments[row].flags.push("drift".into());
        table.segments[row].fallback.retain(|model| model != "gemini");
    });
    let gemini = told(&diff, "gemini");
    assert!(matches!(gemini.causes[0], Cause::NotEligible { .. }));
    assert!(gemini.why.starts_with("it is not eligible any more: shut out: 61.0 %"), "{}", gemini.why);
    assert_eq!(diff.rows[0].flags_gained, ["drift"]);
    assert_eq!(diff.rows[0].fallback.as_ref().map(|change| change.to.len()), Some(3));
    let page = page(&diff, 10);
    assert!(
        page.contains("  flags     +drift") && page.contains("  fallback  opus, sonnet, gemini, llama → "),
        "{page}"
    );
}

#[test]
fn prices_and_lambda_push_as_cost_does() {
    let diff = changed(|table, row| {
        shift(table, row, "opus", "llama", 0.1);
        table.policy.lambda = 5.0;
        let price = table.models.get_mut("opus").and_then(|model| model.price.as_mut()).expect("a price");
        price.input = 30.0;
        let opus = candidate(table, row, "opus");
        opus.cost_usd.mean = opus.cost_usd.mean.map(|mean| 2.0 * mean);
    });
    assert_eq!(diff.policy.lambda, Some(Change { from: 2.0, to: 5.0 }));
    assert_eq!(diff.models.prices.keys().collect::<Vec<_>>(), ["opus"]);
    let kinds = |model: &str| -> Vec<serde_json::Value> {
        let causes = serde_json::to_value(&told(&diff, model).causes).expect("plain data");
        causes.as_array().expect("a list").iter().map(|cause| cause["kind"].clone()).collect()
    };
    assert_eq!(kinds("opus"), ["price", "lambda", "rival"]);
    assert_eq!(kinds("llama"), ["lambda", "rival"], "the cheap one gains as cost counts more");
    assert!(page(&diff, 10).contains("price     opus: $15 in, $75 out a million tokens → $30 in, $75 out"));
}

#[test]
fn a_change_of_level_is_told_once() {
    let with = |day: &str| {
        let mut table = table();
        for candidate in table.segments.iter_mut().flat_map(|row| &mut row.candidates) {
            candidate.reason = format!("eligible; changed on {day}, earlier calls count less");
            candidate.strength -= 10.0;
        }
        table
    };
    let tells = |diff: &TableDiff| {
        let all = diff.rows.iter().flat_map(|row| &row.candidates).flat_map(|candidate| &candidate.causes);
        all.filter(|cause| matches!(cause, Cause::LevelChanged { .. })).count()
    };
    assert_eq!(tells(&compare(&table(), &with("2026-11-20"))), 24, "6 rows of 4 candidates");
    assert_eq!(tells(&compare(&with("2026-11-20"), &with("2026-11-20"))), 0);
    assert_eq!(tells(&compare(&with("2026-11-20"), &with("2026-11-22"))), 24);
}

#[test]
fn rows_are_by_traffic_times_moved_weight_and_the_page_counts_the_rest() {
    let mut after = table();
    for (place, row) in after.segments.iter_mut().enumerate() {
        row.traffic_share = if place == 2 { 0.5 } else { 0.1 };
        let (first, last) = (0, row.candidates.len() - 1);
        let weight = 0.01 * (place + 1) as f64;
        row.candidates[first].weight -= weight;
        row.candidates[last].weight += weight;
    }
    let diff = compare(&table(), &after);
    let names: Vec<&str> = diff.rows.iter().map(|row| row.row.as_str()).collect();
    let expected: Vec<String> = [2, 5, 4, 3, 1, 0].map(|place| after.segments[place].to_string()).into();
    assert_eq!(names, expected);
    let page = page(&diff, 2);
    assert!(page.contains("\n4 more rows moved; --rows N shows more"), "{page}");
    assert!(page.contains(&expected[1]) && !page.contains(&expected[2]), "{page}");
}

#[test]
fn rows_and_models_that_come_and_go_are_named() {
    let mut after = table();
    after.segments.retain(|row| row.to_string() != "executor/debugging/*");
    for row in &mut after.segments {
        row.candidates.retain(|candidate| candidate.model != "llama");
    }
    let llama = after.models.remove("llama").expect("there");
    let gone = compare(&table(), &after);
    assert_eq!(
        (gone.models.went.as_slice(), gone.rows_went.as_slice()),
        (&["llama".into()][..], &["executor/debugging/*".into()][..])
    );
    assert!(told(&gone, "llama").why.starts_with("it is no candidate of this row any more"));
    after.models.insert("llama".into(), llama);
    let back = compare(&after, &table());
    assert_eq!(back.rows_came, ["executor/debugging/*"]);
    assert!(told(&back, "llama").why.starts_with("it is new in this row: llama in its place"));
}
