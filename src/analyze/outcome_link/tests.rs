//! Every outcome comes to its call's day or waits, however they are grouped and whenever they come.

use std::collections::{BTreeMap, BTreeSet};

use rand::rngs::ChaCha8Rng;
use rand::{RngExt as _, SeedableRng as _};

use super::*;
use crate::call::{Call, CallColumns, Outcome, OutcomeColumns};
use crate::store::{Fact, Spool, commit};
use arrow::array::AsArray as _;

const FIRST_DAY: i32 = 20_500;
const DAYS: i32 = 40;

/// Call by its number, and the day of each.
fn day_of(call: i32) -> i32 {
    FIRST_DAY + call % DAYS
}

fn put(layout: &Layout, calls: &[i32], outcomes: &[(i32, i32)]) {
    let (mut log, mut said) = (CallColumns::default(), OutcomeColumns::default());
    for call in calls {
        log.push(&Call {
            call_id: Some(format!("call-{call}").into()),
            timestamp: Some(Day(day_of(*call)).start()),
            source: Some("production".into()),
            task_id: Some(format!("task-{call}").into()),
            attempt: Some(1),
            model: Some("a".into()),
            role: Some("executor".into()),
            task_category: Some("triage".into()),
            task_difficulty: Some("beginner".into()),
            success: Some(true),
            ..Call::default()
        });
    }
    for (call, observed) in outcomes {
        said.push(&Outcome {
            call_id: Some(format!("call-{call}").into()),
            observed_at: Some(Day(*observed).start()),
            score: Some(f64::from(*observed % 7)),
            ..Outcome::default()
        });
    }
    let mut spool = Spool::new(layout).expect("a spool");
    if !calls.is_empty() {
        spool.add(0, Fact::Calls, &log.finish()).expect("spooled");
    }
    if !outcomes.is_empty() {
        spool.add(0, Fact::Outcomes, &said.finish()).expect("spooled");
    }
    commit(layout, spool).expect("committed");
}

/// Outcomes of the same day, a few days late, a month late, before their call, and without one; some twice of a call.
fn outcomes(seed: u64, calls: i32) -> Vec<(i32, i32)> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let outcomes: BTreeSet<(i32, i32)> = (0..calls)
        .map(|_| {
            let call = random.random_range(0..calls + calls / 8);
            let late = [0, 0, 1, 3, 8, 9, 30, -1, -12][random.random_range(0..9)];
            (call, day_of(call) + late)
        })
        .collect();
    outcomes.into_iter().collect()
}

/// What lies where: call id and day of observation by day of the call; and how many wait.
fn linked(layout: &Layout, group_bytes: u64) -> (BTreeMap<Day, BTreeSet<(String, Day)>>, usize) {
    let calls = facts::list(layout, Fact::Calls).expect("listed");
    let outcomes = facts::list(layout, Fact::Outcomes).expect("listed");
    let links = link_in_groups(layout, &calls, &outcomes, group_bytes).expect("linked");
    let mut found: BTreeMap<Day, BTreeSet<(String, Day)>> = BTreeMap::new();
    for (day, files) in &links.days {
        for file in &files.files {
            for batch in parquet_file::read(&file.path, None).expect("readable") {
                let instants = batch.column_by_name("observed_at").expect("an instant");
                let instants = instants.as_primitive::<arrow::datatypes::TimestampMicrosecondType>();
                for (row, call) in batch.column(0).as_string::<i32>().iter().enumerate() {
                    let one = (call.expect("an id").to_string(), Day::of_timestamp(instants.value(row)));
                    assert!(found.entry(*day).or_default().insert(one.clone()), "{one:?} twice");
                }
            }
        }
        let last = found[day].iter().map(|(_, observed)| *observed).max();
        assert_eq!(links.last_observed.get(day).copied(), last);
    }
    (found, links.waiting)
}

fn expected(calls: &[i32], outcomes: &[(i32, i32)]) -> (BTreeMap<Day, BTreeSet<(String, Day)>>, usize) {
    let known: BTreeSet<i32> = calls.iter().copied().collect();
    let mut found: BTreeMap<Day, BTreeSet<(String, Day)>> = BTreeMap::new();
    let mut waiting = 0;
    for (call, observed) in outcomes {
        if known.contains(call) {
            found.entry(Day(day_of(*call))).or_default().insert((format!("call-{call}"), Day(*observed)));
        } else {
            waiting += 1;
        }
    }
    (found, waiting)
}

#[test]
fn groups_of_any_size_give_the_same() {
    for (seed, group_bytes) in [(1, 1), (1, 6_000), (1, u64::MAX), (2, 20_000)] {
        let folder = tempfile::tempdir().expect("a folder");
        let layout = Layout::new(folder.path());
        let calls: Vec<i32> = (0..2_000).collect();
        let outcomes = outcomes(seed, 2_000);
        put(&layout, &calls, &outcomes);
        let expected = expected(&calls, &outcomes);
        assert!(expected.1 > 50, "some wait");
        assert_eq!(linked(&layout, group_bytes), expected, "{group_bytes}");
        // A second time there is nothing to do.
        assert_eq!(linked(&layout, group_bytes), expected);
    }
}

#[test]
fn what_comes_night_by_night_lies_where_it_would_lie_at_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let layout = Layout::new(folder.path());
    let (calls, outcomes) = ((0..1_200).collect::<Vec<i32>>(), outcomes(3, 1_200));
    for part in 0..6 {
        // Outcomes come in no order, calls after some of theirs.
        let some_outcomes: Vec<_> = outcomes.iter().filter(|(call, _)| call * 7 % 6 == part).copied().collect();
        let some_calls: Vec<_> = calls.iter().filter(|call| **call * 5 % 6 == part).copied().collect();
        put(&layout, &some_calls, &some_outcomes);
        linked(&layout, 4_000);
    }
    assert_eq!(linked(&layout, 4_000), expected(&calls, &outcomes));
}

#[test]
fn a_group_has_no_more_bytes_than_it_may_or_one_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = |name: &str, bytes: usize| {
        let path = folder.path().join(name);
        std::fs::write(&path, vec![0; bytes]).expect("written");
        (Day(0), path)
    };
    let files = [file("a", 4), file("b", 5), file("c", 2), file("d", 90), file("e", 1)];
    let sizes: Vec<usize> = groups(&files, 10).expect("sizes").iter().map(|group| group.len()).collect();
    assert_eq!(sizes, [2, 1, 1, 1]);
    assert!(groups(&[], 10).expect("sizes").is_empty());
}
