//! Processes that die while they write, and disks that end in the middle of a line. The children are this test binary,
//! started again with the name of a test that is otherwise ignored.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, abort};
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use merit_router::{CallLog, CallRecord, LogError, LogSettings};

use crate::folder::{Folder, assert_in_order, records};

const FOLDER: &str = "MERIT_TEST_LOG_FOLDER";
const QUEUE: usize = 64;
const THREADS: usize = 4;

fn child_folder() -> PathBuf {
    std::env::var_os(FOLDER).expect("started by another test").into()
}

/// Writes what the parent is to know beside the logs.
fn report(numbers: [u64; 2]) {
    fs::write(child_folder().join("report"), format!("{} {}", numbers[0], numbers[1])).expect("written");
}

fn reported(folder: &Folder) -> [u64; 2] {
    let text = fs::read_to_string(folder.path().join("report")).expect("the child came as far as that");
    let mut numbers = text.split(' ').map(|number| number.parse().expect("a number"));
    [numbers.next().expect("two"), numbers.next().expect("two")]
}

#[test]
#[ignore = "the child of the test of a crash"]
fn child_that_aborts() {
    let settings = LogSettings { queue_records: QUEUE, ..LogSettings::default() };
    let log = CallLog::open(child_folder(), settings).expect("a log");
    let (begun, ballast) = (AtomicU64::new(0), format!("{{\"x\":\"{}\"}}", "x".repeat(30_000)));
    thread::scope(|scope| {
        for thread in 0..THREADS {
            let (log, begun, ballast) = (&log, &begun, &ballast);
            scope.spawn(move || {
                for number in 0_u64.. {
                    let id = format!("{thread}-{number}");
                    log.record(&CallRecord { task_id: Some(&id), extra: Some(ballast), ..CallRecord::new("m", true) });
                    begun.fetch_add(1, Ordering::SeqCst);
                }
            });
        }
        while log.written() < 500 {
            thread::sleep(Duration::from_millis(1));
        }
        // Dropped is read last: it counts what was dropped of the recorded, and perhaps a few more.
        let recorded = begun.load(Ordering::SeqCst);
        report([recorded, log.dropped()]);
        abort();
    });
}

#[test]
fn a_crash_costs_the_queue_and_tears_no_line_that_is_read() {
    for _ in 0..5 {
        let folder = Folder::new("crash");
        let status = Command::new(std::env::current_exe().expect("this binary"))
            .args(["--ignored", "--exact", "crash::child_that_aborts"])
            .env(FOLDER, folder.path())
            .output()
            .expect("started");
        assert!(!status.status.success(), "it was to abort");
        let [recorded, dropped] = reported(&folder);
        assert!(!folder.files(".open").is_empty(), "the crash left a file behind");

        drop(CallLog::open(folder.path(), LogSettings::default()).expect("a log"));
        assert!(folder.files(".open").is_empty());
        let all = folder.records();
        let kept = all.len() as u64;
        assert!(kept >= 500, "what was said to be written is there: {kept}");
        assert!(kept + dropped + QUEUE as u64 >= recorded, "{recorded} recorded, {dropped} dropped, {kept} kept");
        let ids: BTreeSet<&str> = all.iter().filter_map(|record| record["call_id"].as_str()).collect();
        assert_eq!(ids.len(), all.len(), "each once");
        for path in folder.files(".jsonl") {
            assert_in_order(&records(&path), THREADS);
        }
    }
}

#[test]
#[ignore = "the child of the test of a full disk"]
fn child_on_a_small_disk() {
    let log = CallLog::open(child_folder(), LogSettings::default()).expect("a log");
    for number in 0..1_000 {
        let tag = "x".repeat(number * 31 % 700);
        log.record(&CallRecord { tag: Some(&tag), ..CallRecord::new("m", true) });
        if number % 150 == 0 {
            log.flush();
        }
    }
    log.close();
    assert_eq!((log.written() + log.failed(), log.dropped()), (1_000, 0));
    assert!(matches!(*log.last_error().expect("it is told"), LogError::Write { .. }));
    report([log.written(), log.failed()]);
}

/// A limit on the size of files ends a write in the middle of a line, as a full disk does.
#[cfg(unix)]
#[test]
fn a_disk_that_ends_in_the_middle_of_a_line_leaves_whole_ones() {
    let folder = Folder::new("small");
    let output = Command::new("/bin/sh")
        .args(["-c", "trap '' XFSZ; ulimit -f 32; exec \"$0\" --ignored --exact crash::child_on_a_small_disk"])
        .arg(std::env::current_exe().expect("this binary"))
        .env(FOLDER, folder.path())
        .output()
        .expect("started");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    let [written, failed] = reported(&folder);
    assert!(written > 0 && failed > 0, "{written} written, {failed} failed");
    assert!(folder.files(".open").is_empty());
    let files = folder.files(".jsonl");
    assert!(files.len() > 1, "writing went on with a new file");
    assert_eq!(files.iter().map(|path| records(path).len() as u64).sum::<u64>(), written);
}
