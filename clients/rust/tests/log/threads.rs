//! Many threads, a full queue, the end.

use std::collections::BTreeSet;
use std::sync::mpsc;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{SystemTime, UNIX_EPOCH};

use merit_router::{CallLog, CallRecord, LogSettings};

use crate::folder::{Folder, NOON, assert_in_order, records};

#[test]
fn eight_threads_lose_nothing() {
    const THREADS: usize = 8;
    const EACH: usize = 10_000;
    let folder = Folder::new("threads");
    let settings = LogSettings { queue_records: THREADS * EACH, max_file_bytes: 1 << 20, ..LogSettings::default() };
    let log = CallLog::open(folder.path(), settings).expect("a log");
    let mut ids = BTreeSet::new();
    thread::scope(|scope| {
        let record = |thread: usize| {
            let log = &log;
            move || -> Vec<String> {
                let task_ids = (0..EACH).map(|number| format!("{thread}-{number}"));
                task_ids
                    .map(|id| log.record(&CallRecord { task_id: Some(&id), ..CallRecord::new("model", true) }))
                    .collect()
            }
        };
        let threads: Vec<_> = (0..THREADS).map(|thread| scope.spawn(record(thread))).collect();
        for thread in threads {
            ids.extend(thread.join().expect("no panic"));
        }
    });
    log.flush();
    assert_eq!((log.written(), log.dropped(), log.failed()), ((THREADS * EACH) as u64, 0, 0));
    log.close();
    let all = folder.records();
    assert_eq!(all.len(), THREADS * EACH);
    let text = |name: &'static str| all.iter().map(move |record| record[name].as_str().expect("text").to_owned());
    assert_eq!(text("call_id").collect::<BTreeSet<_>>(), ids);
    let expected = (0..THREADS).flat_map(|thread| (0..EACH).map(move |number| format!("{thread}-{number}")));
    assert_eq!(text("task_id").collect::<BTreeSet<_>>(), expected.collect());
    for path in folder.files(".jsonl") {
        assert_in_order(&records(&path), THREADS);
    }
    assert!(folder.files(".jsonl").len() > 3, "it rotated meanwhile");
}

/// A clock that stops the writer where it looks at it, until it is let go. Only the writer looks once the log is open,
/// since the records bring their timestamps.
struct Gate {
    arrived: mpsc::Receiver<()>,
    go: mpsc::Sender<()>,
}

fn gate() -> (Gate, LogSettings) {
    let (arrive, arrived) = mpsc::channel();
    let (go, gone) = mpsc::channel();
    let gone = Mutex::new(gone);
    let opener = thread::current().id();
    let clock = move || {
        if thread::current().id() != opener {
            let _nobody_looks = arrive.send(());
            let _let_go_for_good = gone.lock().map(|gone| gone.recv());
        }
        UNIX_EPOCH + NOON
    };
    (Gate { arrived, go }, LogSettings { clock: Arc::new(clock), ..LogSettings::default() })
}

fn timed(model: &str) -> CallRecord<'_> {
    CallRecord { timestamp: Some(SystemTime::UNIX_EPOCH + NOON), ..CallRecord::new(model, true) }
}

#[test]
fn a_full_queue_drops_and_counts_and_nobody_waits() {
    let folder = Folder::new("full");
    let (gate, settings) = gate();
    let log = CallLog::open(folder.path(), LogSettings { queue_records: 100, ..settings }).expect("a log");
    log.record(&timed("first"));
    gate.arrived.recv().expect("the writer has the first record and is stopped");
    for _ in 0..250 {
        log.record(&timed("more")); // would hang here if it waited: nobody lets the writer go meanwhile
    }
    assert_eq!((log.written(), log.dropped(), log.failed()), (0, 151, 0), "one with the writer, 99 in the queue");
    drop(gate.go);
    log.flush();
    assert_eq!((log.written(), log.dropped(), log.failed()), (100, 151, 0));
    log.record(&timed("later"));
    log.close();
    assert_eq!((log.written(), log.dropped(), log.failed()), (101, 151, 0), "there is room again");
    assert_eq!(folder.records().len(), 101);
}

#[test]
fn a_queue_of_none_is_a_queue_of_one() {
    let folder = Folder::new("none");
    let log = CallLog::open(folder.path(), LogSettings { queue_records: 0, ..LogSettings::default() }).expect("a log");
    log.record(&CallRecord::new("model", true));
    log.close();
    assert_eq!((log.written(), log.dropped()), (1, 0));
}

#[test]
fn what_comes_after_the_end_is_dropped_and_counted() {
    let folder = Folder::new("closed");
    let log = CallLog::open(folder.path(), LogSettings::default()).expect("a log");
    log.record(&CallRecord::new("model", true));
    log.close();
    assert!(!log.record(&CallRecord::new("model", true)).is_empty());
    log.flush();
    log.close();
    assert_eq!((log.written(), log.dropped(), log.failed()), (1, 1, 0));
    assert_eq!(folder.records().len(), 1);
    assert!(folder.files(".open").is_empty());
}

#[test]
fn a_writer_that_is_gone_hangs_nobody() {
    let folder = Folder::new("panic");
    let opener = thread::current().id();
    let clock = move || {
        assert_eq!(thread::current().id(), opener, "the writer is to panic");
        UNIX_EPOCH + NOON
    };
    let log = CallLog::open(folder.path(), LogSettings { clock: Arc::new(clock), ..LogSettings::default() });
    let log = log.expect("a log");
    log.record(&CallRecord::new("model", true));
    log.flush();
    log.record(&CallRecord::new("model", true));
    log.close();
    assert_eq!((log.written(), log.dropped(), log.failed()), (0, 1, 1));
    assert!(log.last_error().expect("it is told").to_string().contains("writer thread stopped"));
}
