//! The pass against the SQL that it stands for: the same store rolled up both ways, with all that a log can hold.

use std::sync::Arc;

use rand::rngs::ChaCha8Rng;
use rand::seq::IndexedRandom as _;
use rand::{RngExt as _, SeedableRng as _};

use super::*;
use crate::analyze::outcome_link;
use crate::analyze::rollup::roll_up;
use crate::analyze::session::Engine;
use crate::call::{CallColumns, Outcome, OutcomeColumns};
use crate::queries::QueryFile;
use crate::store::{Fact, Layout, Spool, commit, facts, parquet_file};

const FIRST_DAY: i32 = 20_500;
const DAYS: i32 = 3;

/// Adds calls of some days, and outcomes of some of them, early, late, several at once and for calls that are not there.
fn store(layout: &Layout, seed: u64, calls: usize) {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let (mut log, mut said) = (CallColumns::default(), OutcomeColumns::default());
    for number in 0..calls {
        let mut word = |words: &[&'static str]| *words.choose(&mut random).expect("not empty");
        let (source, role) =
            (word(&["production", "production", "benchmark"]), word(&["executor", "judge", "unknown"]));
        let (category, difficulty) = (word(&["debugging", "tri\"age", "код"]), word(&["beginner", "advanced", ""]));
        let (model, provider) = (word(&["a", "b@x", "c<d>", "a b"]), word(&["x", "", "unknown"]));
        let judge = word(&["", "strict", "mild"]);
        let mut maybe = |share: f64| random.random_bool(share);
        let (scored, timed, costed, counted, cached) = (maybe(0.6), maybe(0.9), maybe(0.7), maybe(0.8), maybe(0.5));
        let (success, named, later, versioned) = (maybe(0.8), maybe(0.8), maybe(0.2), maybe(0.6));
        let day = FIRST_DAY + random.random_range(0..DAYS);
        let at = Day(day).start() + random.random_range(0..crate::day::MICROSECONDS);
        let latency =
            [0.0, 6.44, 6.45, 12_345.678_9, 107_374_182.2, 107_374_182.4, 5e9, random.random_range(0.0..90_000.0)];
        let cost = [0.0, 1e-9, 0.000_000_000_5, 0.012_345_678_95, random.random_range(0.0..2.0)];
        log.push(&Call {
            call_id: Some(format!("call-{number}").into()),
            timestamp: Some(at),
            source: Some(source.into()),
            task_id: named.then(|| format!("task-{}", random.random_range(0..calls / 2 + 1)).into()),
            attempt: Some(if later { random.random_range(2..5) } else { 1 }),
            model: Some(model.into()),
            provider: (!provider.is_empty()).then(|| provider.into()),
            role: Some(role.into()),
            task_category: Some(category.into()),
            task_difficulty: Some(difficulty.into()),
            score: scored.then(|| (random.random_range(0..=1000) as f64) / 100.0),
            success: Some(success),
            latency_ms: timed.then(|| *latency.choose(&mut random).expect("not empty")),
            input_tokens: counted.then(|| random.random_range(0..1_000_000)),
            cached_input_tokens: cached.then(|| random.random_range(0..1_000)),
            output_tokens: (counted || cached).then(|| random.random_range(0..10_000)),
            cost_usd: costed.then(|| *cost.choose(&mut random).expect("not empty")),
            judge: (!judge.is_empty()).then(|| judge.into()),
            table_version: versioned.then(|| random.random_range(1..4)),
            ..Call::default()
        });
        for _ in 0..random.random_range(0..4) {
            let (scored, judged, costed) = (random.random_bool(0.6), random.random_bool(0.5), random.random_bool(0.3));
            let judge = *["strict", "mild", "third"].choose(&mut random).expect("not empty");
            let another = random.random_range(0..calls * 2);
            said.push(&Outcome {
                call_id: Some(format!("call-{another}").into()),
                // A few instants only, so that there are ties; some at or after as-of.
                observed_at: Some(
                    Day(FIRST_DAY + random.random_range(0..DAYS + 2)).start() + random.random_range(0..2),
                ),
                score: scored.then(|| f64::from(random.random_range(0..3u8))),
                success: (judged || !scored).then(|| random.random_bool(0.5)),
                cost_usd: costed.then(|| random.random_range(0.0..0.1)),
                judge: random.random_bool(0.7).then(|| judge.into()),
            });
        }
    }
    let mut spool = Spool::new(layout).expect("a spool");
    spool.add(0, Fact::Calls, &log.finish()).expect("spooled");
    if !said.is_empty() {
        spool.add(0, Fact::Outcomes, &said.finish()).expect("spooled");
    }
    commit(layout, spool).expect("committed");
}

/// The rollups of a store under some queries, by job and day.
fn rolled_up(
    layout: &Layout,
    queries: &BTreeMap<String, QueryFile>,
    counter: &Arc<ReadCounter>,
) -> BTreeMap<(String, Day), RecordBatch> {
    let graph = Graph::read(queries).expect("a graph");
    let calls = facts::list(layout, Fact::Calls).expect("listed");
    let outcomes = facts::list(layout, Fact::Outcomes).expect("listed");
    let links = outcome_link::link(layout, &calls, &outcomes).expect("linked");
    let facts = Facts { calls, links, as_of: Day(FIRST_DAY + DAYS) };
    let engine = Engine::new(layout, 2, Arc::clone(counter)).expect("an engine");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let rollups = runtime.block_on(roll_up(layout, &graph, &engine, &facts, &|_, _| ())).expect("rolled up");
    let mut found = BTreeMap::new();
    for (job, files) in rollups.files {
        for file in files {
            let schema = parquet_file::schema(&file.path).expect("a schema");
            let batches = parquet_file::read(&file.path, None).expect("readable");
            let batch = arrow::compute::concat_batches(&schema, &batches).expect("one schema");
            found.insert((job.clone(), file.day), batch);
        }
    }
    found
}

/// The embedded queries, and the same with a remark that makes them another's.
fn both() -> [BTreeMap<String, QueryFile>; 2] {
    let embedded = crate::queries::load(None).expect("embedded");
    let mut remarked = embedded.clone();
    for file in remarked.values_mut().filter(|file| file.path.starts_with("rollups/")) {
        file.text.push_str("\n-- another's\n");
    }
    [embedded, remarked]
}

#[test]
fn it_stands_for_the_embedded_sql_alone() {
    let [embedded, remarked] = both().map(|queries| Graph::read(&queries).expect("a graph"));
    assert!(stands_for(&embedded) && !stands_for(&remarked));
}

#[test]
fn the_pass_gives_what_the_sql_gives() {
    for (seed, calls) in [(1, 1), (2, 40), (3, 3_000), (4, 20_000)] {
        let folder = tempfile::tempdir().expect("a folder");
        let layout = Layout::new(folder.path());
        store(&layout, seed, calls);
        let counter = Arc::default();
        let [pass, sql] = both().map(|queries| rolled_up(&layout, &queries, &counter));
        assert!(pass.keys().eq(sql.keys()), "the same files");
        for (key, rows) in &pass {
            assert_eq!(rows.columns(), sql[key].columns(), "{key:?} of seed {seed}");
        }
        assert!(calls < 40 || pass.values().map(RecordBatch::num_rows).sum::<usize>() > 4 * calls / 100);
    }
}

#[test]
fn it_reads_the_days_own_columns_and_no_more() {
    let folder = tempfile::tempdir().expect("a folder");
    let layout = Layout::new(folder.path());
    store(&layout, 5, 2_000);
    let counter = Arc::new(ReadCounter::default());
    rolled_up(&layout, &both()[0], &counter);
    let all: u64 = facts::list(&layout, Fact::Calls)
        .expect("listed")
        .values()
        .chain(facts::list(&layout, Fact::Outcomes).expect("listed").values())
        .flat_map(|day| &day.files)
        .map(|file| std::fs::metadata(&file.path).expect("there").len())
        .sum();
    let (first, again) = (counter.bytes(), {
        rolled_up(&layout, &both()[0], &counter);
        counter.bytes()
    });
    assert!(first > 0 && first < 2 * all, "{first} of {all}");
    assert_eq!(first, again, "what has not changed is not read");
}

/// What a scan of some columns of a file reads: the look at its end, and the columns as they lie there.
fn bytes_of(path: &Path, wanted: impl Fn(&str) -> bool) -> u64 {
    let file = std::fs::File::open(path).expect("there");
    let length = file.metadata().expect("there").len();
    let reader = parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder::try_new(file).expect("Parquet");
    let chunks = reader.metadata().row_groups().iter().flat_map(|group| group.columns().to_vec());
    let columns = chunks.filter(|chunk| wanted(&chunk.column_path().string()));
    length.min(32 * 1024) + columns.map(|chunk| chunk.byte_range().1).sum::<u64>()
}

#[test]
fn a_night_reads_exactly_the_bytes_of_the_changed_day() {
    let folder = tempfile::tempdir().expect("a folder");
    let layout = Layout::new(folder.path());
    store(&layout, 6, 4_000);
    rolled_up(&layout, &both()[0], &Arc::default());
    let mut log = CallColumns::default();
    log.push(&Call {
        call_id: Some("one more".into()),
        timestamp: Some(Day(FIRST_DAY + 1).start()),
        source: Some("production".into()),
        attempt: Some(1),
        model: Some("a".into()),
        role: Some("judge".into()),
        task_category: Some("debugging".into()),
        task_difficulty: Some("advanced".into()),
        success: Some(true),
        ..Call::default()
    });
    let mut spool = Spool::new(&layout).expect("a spool");
    spool.add(0, Fact::Calls, &log.finish()).expect("spooled");
    commit(&layout, spool).expect("committed");

    let counter = Arc::new(ReadCounter::default());
    rolled_up(&layout, &both()[0], &counter);
    let changed = Day(FIRST_DAY + 1);
    let calls = facts::list(&layout, Fact::Calls).expect("listed");
    let needed = |name: &str| name == "call_id" || KEYS.iter().any(|(key, _)| *key == name) || NUMBERS.contains(&name);
    let of_calls: u64 = calls[&changed].files.iter().map(|file| bytes_of(&file.path, needed)).sum();
    let outcomes = facts::list(&layout, Fact::Outcomes).expect("listed");
    let links = outcome_link::link(&layout, &calls, &outcomes).expect("linked");
    let of_outcomes: u64 = links.days[&changed].files.iter().map(|file| bytes_of(&file.path, |_| true)).sum();
    assert_eq!(calls[&changed].files.len(), 2, "the day has a new file");
    assert_eq!(counter.bytes(), of_calls + of_outcomes);
}

#[test]
fn what_is_out_of_the_ordinary_is_left_to_the_engine() {
    let folder = tempfile::tempdir().expect("a folder");
    let layout = Layout::new(folder.path());
    let mut log = CallColumns::default();
    for number in 0..2 {
        log.push(&Call {
            call_id: Some(format!("{number}").into()),
            timestamp: Some(Day(FIRST_DAY).start()),
            source: Some("production".into()),
            attempt: Some(1),
            model: Some("m".into()),
            role: Some("r".into()),
            task_category: Some("c".into()),
            task_difficulty: Some("d".into()),
            success: Some(true),
            input_tokens: Some(i64::MAX),
            output_tokens: Some(1),
            ..Call::default()
        });
    }
    let mut spool = Spool::new(&layout).expect("a spool");
    spool.add(0, Fact::Calls, &log.finish()).expect("spooled");
    commit(&layout, spool).expect("committed");
    let calls = facts::list(&layout, Fact::Calls).expect("listed");
    let facts = Facts { calls, links: outcome_link::Links::default(), as_of: Day(FIRST_DAY + 1) };
    let pass = OnePass::new(BTreeMap::new());
    let rolled = pass.roll_up(&facts, Day(FIRST_DAY), &ReadCounter::default()).expect("no failure");
    assert!(rolled.is_none(), "a sum beyond 64 bits");
    // The engine says what becomes of it, as it did before there was a pass.
    let [pass, sql] = both().map(|queries| rolled_up(&layout, &queries, &Arc::default()));
    assert!(pass.iter().all(|(key, rows)| rows.columns() == sql[key].columns()));
}
