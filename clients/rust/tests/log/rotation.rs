//! When files are finished, and what they are called.

use std::fs;
use std::time::Duration;

use merit_router::{CallLog, CallRecord, LogSettings};

use crate::folder::{Clock, Folder, records};

const MINUTE: Duration = Duration::from_secs(60);

fn record(log: &CallLog) {
    log.record(&CallRecord::new("model", true));
    log.flush();
}

#[test]
fn a_file_is_finished_fifteen_minutes_after_its_first_record() {
    let (folder, clock) = (Folder::new("age"), Clock::new());
    let log = CallLog::open(folder.path(), clock.settings()).expect("a log");
    clock.set(60 * MINUTE);
    log.flush();
    assert_eq!(folder.files(".open").len(), 1, "a file without records does not age");
    record(&log);
    clock.set(75 * MINUTE - Duration::from_micros(1));
    record(&log);
    assert!(folder.files(".jsonl").is_empty());
    clock.set(75 * MINUTE);
    log.flush();
    assert_eq!(folder.records().len(), 2, "without another record");
    assert!(folder.files(".open").is_empty(), "a new file is begun when there is something to write");
    clock.set(100 * MINUTE);
    record(&log);
    let open = folder.files(".open");
    assert!(open[0].to_str().expect("plain").contains("calls-20261123T141456-"), "{open:?}");
    log.close();
    assert_eq!((folder.files(".jsonl").len(), folder.files(".open").len(), folder.records().len()), (2, 0, 3));
}

#[test]
fn the_writer_wakes_by_itself_to_finish_an_old_file() {
    let folder = Folder::new("wake");
    let settings = LogSettings { max_file_age: Duration::from_millis(20), ..LogSettings::default() };
    let log = CallLog::open(folder.path(), settings).expect("a log");
    log.record(&CallRecord::new("model", true));
    let finished = (0..6_000).any(|_| {
        std::thread::sleep(Duration::from_millis(5));
        !folder.files(".jsonl").is_empty()
    });
    assert!(finished, "half a minute later it still sleeps");
    assert_eq!(folder.records().len(), 1);
}

#[test]
fn a_clock_put_back_finishes_the_file() {
    let (folder, clock) = (Folder::new("back"), Clock::new());
    let log = CallLog::open(folder.path(), clock.settings()).expect("a log");
    record(&log);
    clock.put_back(60 * MINUTE);
    record(&log);
    assert_eq!(folder.records().len(), 1);
    log.close();
    assert_eq!(folder.records().len(), 2);
}

#[test]
fn no_file_grows_beyond_its_size() {
    for max_file_bytes in [0, 1, 150, 1_000, 1_001, 4_096] {
        let folder = Folder::new("size");
        let settings = LogSettings { max_file_bytes, ..LogSettings::default() };
        let log = CallLog::open(folder.path(), settings).expect("a log");
        let mut longest = 0;
        for number in 0..200 {
            let text = "x".repeat(number * 37 % 400);
            log.record(&CallRecord {
                tag: Some(&text),
                task_id: Some(&number.to_string()),
                ..CallRecord::new("m", true)
            });
            longest = longest.max(text.len() + 140);
            if number % 13 == 0 {
                log.flush();
            }
        }
        log.close();
        assert_eq!(log.written(), 200);
        for path in folder.files(".jsonl") {
            let (bytes, lines) = (fs::metadata(&path).expect("a file").len(), records(&path).len());
            assert!(
                bytes <= max_file_bytes || lines == 1,
                "{bytes} bytes in {lines} lines where {max_file_bytes} may be"
            );
        }
        let records = folder.records();
        assert_eq!(records.len(), 200);
        let bytes: u64 = folder.files(".jsonl").iter().map(|path| fs::metadata(path).expect("a file").len()).sum();
        if max_file_bytes > longest as u64 {
            let fewest = bytes.div_ceil(max_file_bytes);
            let files = folder.files(".jsonl").len() as u64;
            assert!(files <= 2 * fewest, "{files} files where {fewest} would do");
        }
    }
}

#[test]
fn a_name_that_is_taken_is_left_alone() {
    let folder = Folder::new("taken");
    let log = CallLog::open(folder.path(), LogSettings::default()).expect("a log");
    let open = folder.files(".open").pop().expect("one file");
    let taken = open.with_extension("");
    fs::write(&taken, "{\"somebody\":\"else\"}\n").expect("written");
    record(&log);
    log.close();
    assert_eq!(fs::read_to_string(&taken).expect("readable"), "{\"somebody\":\"else\"}\n");
    let stem = taken.with_extension("");
    let second =
        stem.with_file_name(format!("{}-2.jsonl", stem.file_name().and_then(|name| name.to_str()).expect("plain")));
    assert_eq!(records(&second).len(), 1);
}

#[test]
fn an_empty_log_leaves_nothing() {
    let folder = Folder::new("empty");
    drop(CallLog::open(folder.path(), LogSettings::default()).expect("a log"));
    assert!(folder.files("").is_empty());
}
