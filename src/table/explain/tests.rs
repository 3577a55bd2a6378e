//! Explanations of the golden tables: the weights add up, the back-off and the order are told.

use merit_router::table::parse;
use merit_router::{Request, Router, Table};

use super::*;

fn tables() -> Vec<Table> {
    let golden: [&[u8]; 4] = [
        include_bytes!("../../../tests/golden/tables/greedy.json"),
        include_bytes!("../../../tests/golden/tables/plain.json"),
        include_bytes!("../../../tests/golden/tables/probes.json"),
        include_bytes!("../../../tests/golden/tables/unicode.json"),
    ];
    golden.iter().map(|bytes| parse(bytes).expect("a golden table")).collect()
}

fn segment(role: &str, category: &str, difficulty: &str) -> Segment {
    Segment { role: role.into(), category: category.into(), difficulty: difficulty.into() }
}

#[test]
fn the_parts_of_a_weight_sum_to_it_in_every_row() {
    for table in tables() {
        for row in &table.segments {
            let asked = segment(&row.role, &row.category, &row.difficulty);
            let explanation = explain(&table, &asked, None).expect("a row");
            for explained in &explanation.candidates {
                // A row without a share to exploit is drawn by its fallback, which no weight tells of.
                let sum = explained.exploited + explained.explored + explained.probed;
                assert!((sum - explained.candidate.weight).abs() < 1e-9, "{row}: {explained:?}");
            }
        }
    }
}

#[test]
fn the_row_is_the_one_that_a_router_takes() {
    for table in tables() {
        let router = Router::new(&table).expect("sound");
        let mut names: Vec<[String; 3]> = Vec::new();
        for row in &table.segments {
            let name = |name: &str| if name == "*" { "stranger".to_owned() } else { name.to_owned() };
            names.push([name(&row.role), name(&row.category), name(&row.difficulty)]);
            names.push([name(&row.role), "stranger".into(), name(&row.difficulty)]);
        }
        for [role, category, difficulty] in names {
            let request = Request::new(&role, &category, &difficulty);
            let taken = router.row(request.role, request.category, request.difficulty).to_string();
            let explanation = explain(&table, &segment(&role, &category, &difficulty), None).expect("a row");
            assert_eq!(explanation.row, taken);
            let last = explanation.tried.last().expect("one at least");
            assert!(last.exists && last.row == taken);
            assert_eq!(explanation.tried.iter().filter(|tried| tried.exists).count(), 1);
        }
    }
}

#[test]
fn a_page_tells_what_binds_and_why_the_fallback_has_its_order() {
    let mut table = tables().remove(1);
    table.policy.lambda = 3.0;
    table.settings.insert("policy".into(), serde_json::json!({"lambda": 0.0}));
    let row = table.segments.iter_mut().find(|row| row.to_string() == "executor/debugging/advanced").expect("there");
    for candidate in &mut row.candidates {
        candidate.value.mean = if candidate.model == "llama" { 0.5 } else { 0.9 };
    }
    row.fallback = ["opus", "llama", "sonnet", "gemini"].map(str::to_owned).into();
    row.candidates[3].eligible = false;
    row.candidates[3].reason = "shut out: p95 latency 9000 ms, at most 5000 ms for advanced".into();
    let out = row.candidates[3].model.clone();
    let explanation =
        explain(&table, &segment("executor", "debugging", "advanced"), Some(&tables()[0])).expect("a row");
    // Words, wherever a line ends.
    let page = page(&explanation).split_whitespace().collect::<Vec<_>>().join(" ");
    for part in [
        "row executor/debugging/advanced, its own",
        "the budget of $0.050 a task binds: λ is 3 instead of 0",
        "before sonnet, which north serves as it does opus: if north is down, both are",
        &format!("{out}: shut out: p95 latency 9000 ms, at most 5000 ms for advanced"),
        "standing is v1, row executor/debugging/*: “a small table for a test”",
        "3.3 % of exploration, as each of 3",
    ] {
        assert!(page.contains(part), "{part} is not in:\n{page}");
    }
    assert_eq!(page.matches("if north is down").count(), 1, "{page}");
}

#[test]
fn a_request_of_a_new_kind_shows_the_way_to_the_last_row() {
    let table = tables().remove(1);
    let explanation = explain(&table, &segment("x", "y", "z"), None).expect("a row");
    let tried: Vec<&str> = explanation.tried.iter().map(|tried| tried.row.as_str()).collect();
    assert_eq!(tried, ["x/y/z", "x/y/*", "x/*/*", "*/y/z", "*/y/*", "*/*/*"]);
    assert!(page(&explanation).contains("row */*/*, as there is none for x/y/z, x/y/*"));
}
