//! The bounded table and the structural checks, without files.

use std::collections::BTreeSet;

use merit_router::table::Candidate;
use merit_router::{Draft, Table};
use proptest::prelude::*;

use super::checks::{lost_rows, unsound};
use super::step::{Unsafe, bounded, within_budget};
use crate::table::verify_bytes;

const PLAIN: &str = include_str!("../../../tests/golden/tables/plain.json");

fn table() -> Table {
    merit_router::table::parse(PLAIN.as_bytes()).expect("a golden table")
}

/// The draft with all exploitation of every row on its last eligible model.
fn turned(table: &Table) -> Draft {
    let mut draft = Draft::from(table.clone());
    let epsilon = draft.policy.epsilon;
    for row in &mut draft.segments {
        let last = row.candidates.iter().rposition(|candidate| candidate.eligible).expect("somebody is eligible");
        let probes: f64 = row.candidates.iter().map(|candidate| candidate.probe_weight).sum();
        let eligible = row.candidates.iter().filter(|candidate| candidate.eligible).count() as f64;
        for (place, candidate) in row.candidates.iter_mut().enumerate() {
            candidate.exploit_weight = f64::from(u8::from(place == last));
            let explored = if candidate.eligible { (epsilon - probes) / eligible } else { candidate.probe_weight };
            candidate.weight = (1.0 - epsilon) * candidate.exploit_weight + explored;
        }
    }
    draft
}

fn seal(draft: &Draft) -> (Table, Vec<u8>) {
    draft.clone().seal(2, Some("0".repeat(64))).expect("a sound draft")
}

fn exploit(candidates: &[Candidate], model: &str) -> f64 {
    candidates.iter().find(|one| one.model == model).map_or(0.0, |candidate| candidate.exploit_weight)
}

/// ½ Σ |one − other| of every row's exploit weights, the largest.
fn farthest(one: &Table, other: &Table) -> f64 {
    let rows = one.segments.iter().zip(&other.segments);
    let distance = |(row, before): (&merit_router::table::Row, &merit_router::table::Row)| {
        assert_eq!(row.key(), before.key());
        let models: BTreeSet<&str> =
            [row, before].iter().flat_map(|row| &row.candidates).map(|one| &*one.model).collect();
        let moves =
            models.iter().map(|model| (exploit(&row.candidates, model) - exploit(&before.candidates, model)).abs());
        0.5 * moves.sum::<f64>()
    };
    rows.map(distance).fold(0.0, f64::max)
}

#[test]
fn a_table_moves_at_most_the_cap_from_its_anchor_and_stays_sound() {
    let anchor = table();
    let (candidate, _) = seal(&turned(&anchor));
    assert!(farthest(&candidate, &anchor) > 0.5);
    let mut draft = turned(&anchor);
    let moved = bounded(&mut draft, &anchor, 0.1, &Unsafe::new()).expect("rows that match");
    assert!(moved.bounded > 0 && moved.safety == 0 && moved.largest_wanted > 0.5, "{moved:?}");
    let (published, bytes) = seal(&draft);
    assert!(verify_bytes(&bytes).is_empty(), "{:?}", verify_bytes(&bytes));
    let distance = farthest(&published, &anchor);
    assert!((0.099..=0.1 + 1e-9).contains(&distance), "{distance}");
    assert!(unsound(&published, &bytes).is_empty());
    // Measured from the anchor and not from last night: another night gets no farther.
    let mut again = turned(&anchor);
    bounded(&mut again, &anchor, 0.1, &Unsafe::new()).expect("rows that match");
    assert_eq!(seal(&again).1, bytes);
    // Without a cap it is the candidate itself.
    let mut free = turned(&anchor);
    let moved = bounded(&mut free, &anchor, 1.0, &Unsafe::new()).expect("rows that match");
    assert_eq!((moved.bounded, free), (0, turned(&anchor)));
}

#[test]
fn models_whose_level_changed_and_those_no_longer_eligible_fall_at_once() {
    let anchor = table();
    let by_weight = |one: &&Candidate, other: &&Candidate| one.exploit_weight.total_cmp(&other.exploit_weight);
    let leader = |row: &merit_router::table::Row| row.candidates.iter().max_by(by_weight).map(|one| one.model.clone());
    let heir =
        |row: &merit_router::table::Row| row.candidates.iter().rfind(|one| one.eligible).map(|one| one.model.clone());
    let row = anchor.segments.iter().find(|row| leader(row) != heir(row)).expect("a row whose leader loses all");
    let leader = leader(row).expect("a candidate");
    let key = (row.role.clone(), row.category.clone(), row.difficulty.clone());
    let changed = Unsafe::from([(key.clone(), BTreeSet::from([leader.clone()]))]);
    let mut draft = turned(&anchor);
    let moved = bounded(&mut draft, &anchor, 0.1, &changed).expect("rows that match");
    assert_eq!(moved.safety, 1, "{moved:?}");
    let of = |draft: &Draft| {
        let found = draft.segments.iter().find(|row| row.key() == (&*key.0, &*key.1, &*key.2)).expect("the row");
        exploit(&found.candidates, &leader)
    };
    assert_eq!(of(&draft), 0.0);
    let mut held = turned(&anchor);
    bounded(&mut held, &anchor, 0.1, &Unsafe::new()).expect("rows that match");
    let before = of(&Draft::from(anchor.clone()));
    let lost = before - of(&held);
    assert!(lost > 0.0 && lost <= 0.1 + 1e-9 && of(&held) > 0.1, "without the mark it loses the cap at most: {lost}");
}

#[test]
fn the_budget_is_kept_even_where_the_step_must_be_longer() {
    let mut anchor = table();
    let mut draft = turned(&anchor);
    for row in &mut draft.segments {
        let last = row.candidates.iter().position(|one| one.exploit_weight == 1.0).expect("one has everything");
        for (place, candidate) in row.candidates.iter_mut().enumerate() {
            let chain =
                candidate.chain.get_or_insert(merit_router::table::Chain { value: 0.5, cost_usd: None, success: 0.5 });
            chain.cost_usd = Some(if place == last { 0.001 } else { 0.1 });
        }
    }
    draft.policy.expected_usd_per_task = Some(0.011);
    draft.policy.budget_usd_per_task = Some(0.0111);
    let moved = within_budget(&mut draft, &anchor, 0.1, &Unsafe::new()).expect("rows that match");
    assert!(moved.for_budget && moved.cap > 0.9, "{moved:?}");
    assert!(draft.policy.expected_usd_per_task.is_some_and(|cost| cost <= 0.0111 + 1e-9));
    // A budget that leaves room asks for nothing.
    let mut draft = turned(&anchor);
    (draft.policy.budget_usd_per_task, draft.policy.expected_usd_per_task) = (None, Some(0.01));
    let moved = within_budget(&mut draft, &anchor, 0.1, &Unsafe::new()).expect("rows that match");
    assert_eq!((moved.for_budget, moved.cap), (false, 0.1));
    // A row that the anchor lacks is measured from the one that answered there.
    anchor.segments.retain(|row| row.role == "*");
    let moved = within_budget(&mut turned(&table()), &anchor, 0.1, &Unsafe::new()).expect("rows that match");
    assert!(moved.bounded > 0 && moved.rows == table().segments.len());
}

#[test]
fn what_no_table_may_be_is_found() {
    let (good, bytes) = seal(&Draft::from(table()));
    assert_eq!(unsound(&good, &bytes), Vec::<String>::new());
    let mut nobody = good.clone();
    nobody.segments[0].candidates.iter_mut().for_each(|candidate| candidate.eligible = false);
    assert!(unsound(&nobody, &bytes).iter().any(|wrong| wrong.contains("has no eligible model")));
    nobody.segments[0].flags.push("constraint_unmet".into());
    assert!(!unsound(&nobody, &bytes).iter().any(|wrong| wrong.contains("has no eligible model")));
    let mut twice = good.clone();
    twice.segments[0].candidates[0].exploit_weight += 0.5;
    assert!(unsound(&twice, &bytes)[0].contains("the exploit weights sum to"));
    let mut dear = good.clone();
    (dear.policy.budget_usd_per_task, dear.policy.expected_usd_per_task) = (Some(0.01), Some(0.02));
    assert!(unsound(&dear, &bytes)[0].contains("above the budget"));
    dear.policy.flags.push("budget_infeasible".into());
    assert!(unsound(&dear, &bytes).is_empty());
    assert!(!unsound(&good, &bytes[..bytes.len() / 2]).is_empty());
    let mut half = good.clone();
    half.segments.retain(|row| row.traffic_share == 0.0);
    assert!(lost_rows(&half, &good).is_some_and(|wrong| wrong.contains("of the traffic are gone")));
    assert_eq!(lost_rows(&good, &half), None);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn any_cap_gives_a_sound_table_within_it(cap in 0.0..1.0_f64) {
        let anchor = table();
        let mut draft = turned(&anchor);
        bounded(&mut draft, &anchor, cap, &Unsafe::new()).expect("rows that match");
        let (published, bytes) = seal(&draft);
        prop_assert!(verify_bytes(&bytes).is_empty());
        prop_assert!(farthest(&published, &anchor) <= cap + 1e-5);
    }
}
