//! Simulated logs through the program: formats agree, queries and nights side by side.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use merit::night::NightInputs;
use merit::settings::Settings;
use merit::sql;

use crate::harness::Place;

#[test]
fn json_lines_and_parquet_of_one_world_give_one_table() {
    let tables: Vec<Vec<u8>> = ["parquet", "jsonl"]
        .map(|format| {
            let place = Place::new();
            let folder = place.path("logs").to_string_lossy().into_owned();
            place.succeed(&["simulate", "--days", "12", "--calls-per-day", "300", "--format", format, "-o", &folder]);
            place.succeed(&["analyze", "--as-of", "2026-06-13", "--quiet", "--logs", &folder]);
            place.table()
        })
        .into();
    assert!(tables[0] == tables[1], "the tables differ");
}

/// Asks while nights run in a loop, each with new calls, so that rollups, marts, tables and files change all the time.
fn ask_while_nights_run(questions: usize) {
    let place = Place::new();
    let folder = place.path("logs").to_string_lossy().into_owned();
    place.succeed(&["simulate", "--days", "20", "--calls-per-day", "200", "-o", &folder]);
    place.succeed(&["analyze", "--as-of", "2026-06-22", "--quiet", "--logs", &folder]);
    let done = Arc::new(AtomicBool::new(false));
    std::thread::scope(|scope| {
        let nights = scope.spawn(|| {
            let mut nights = 0;
            while !done.load(Ordering::SeqCst) {
                let line =
                    crate::harness::call(&format!("new{nights}"), "2026-06-10T10:00:00Z", "claude-opus", "\"score\":8");
                place.write(&format!("data/inbox/{nights}.jsonl"), &line);
                place.succeed(&["analyze", "--as-of", "2026-06-22", "--quiet"]);
                nights += 1;
            }
            nights
        });
        let runtime =
            tokio::runtime::Builder::new_multi_thread().thread_stack_size(16 << 20).build().expect("a runtime");
        let inputs = NightInputs::read(&place.data(), Settings::default(), 2).expect("readable");
        for n in 0..questions {
            let question = [
                "SELECT COUNT(*) FROM calls",
                "SELECT model, SUM(n) FROM arms_daily GROUP BY model",
                "SELECT * FROM decayed_scores",
                "SELECT arm, weight FROM routing_table",
            ][n % 4];
            let rows = runtime.block_on(async {
                let engine = sql::views::open(&inputs).await?;
                sql::ask(&engine, question).await
            });
            let (_, batches) = rows.unwrap_or_else(|error| panic!("{question}: {error}"));
            assert!(batches.iter().map(arrow::array::RecordBatch::num_rows).sum::<usize>() > 0, "{question}");
        }
        done.store(true, Ordering::SeqCst);
        assert!(nights.join().expect("the nights succeed") > 0);
    });
}

#[test]
fn no_question_fails_while_nights_run() {
    ask_while_nights_run(40);
}

#[test]
#[ignore = "proof"]
fn proof_none_of_two_hundred_questions_fails_while_nights_run() {
    ask_while_nights_run(200);
}
