//! Files that were left behind, and files that were not.

use std::fs;
use std::fs::File;

use merit_router::{CallLog, CallRecord, LogSettings};

use crate::folder::{Folder, records};

fn open(folder: &Folder) -> CallLog {
    CallLog::open(folder.path(), LogSettings::default()).expect("a log")
}

#[test]
fn a_torn_line_is_cut_off_however_long_it_is() {
    let folder = Folder::new("torn");
    let long = format!("{{\"a\":\"{}\"}}\n", "x".repeat(70_000));
    for (name, left, kept) in [
        ("whole", "{\"a\":1}\n{\"a\":2}\n".to_owned(), 2),
        ("torn", "{\"a\":1}\n{\"a\":2}\n{\"a\":".to_owned(), 2),
        ("long", format!("{{\"a\":1}}\n{long}{}", &long[..69_999]), 2),
        ("block", format!("{}{{\"a\":2}}\n{}", long, "y".repeat(1 << 16)), 2),
        ("never", "{\"a\":".to_owned(), 0),
        ("nothing", String::new(), 0),
    ] {
        let path = folder.path().join(format!("calls-20200101T000000-{name}.jsonl.open"));
        fs::write(&path, &left).expect("written");
        let log = open(&folder);
        assert!(!path.exists(), "{name}");
        let finished = path.with_extension("");
        assert_eq!(finished.exists(), kept > 0, "{name}");
        if kept > 0 {
            assert_eq!(records(&finished).len(), kept, "{name}");
            assert!(left.starts_with(&fs::read_to_string(&finished).expect("readable")), "{name}");
        }
        assert!(log.last_error().is_none(), "{name}: {:?}", log.last_error());
    }
}

#[test]
fn a_living_writers_file_and_foreign_files_are_left_alone() {
    let folder = Folder::new("alive");
    let foreign = folder.path().join("download.jsonl.open");
    fs::write(&foreign, "{\"half\":").expect("written");
    fs::create_dir(folder.path().join("calls-x.jsonl.open")).expect("a folder of that name");
    let first = open(&folder);
    first.record(&CallRecord::new("first", true));
    first.flush();
    let second = open(&folder);
    assert_eq!(folder.files(".open").len(), 4, "two logs, and what is not theirs");
    assert!(folder.files(".jsonl").is_empty());
    for log in [&first, &second] {
        log.record(&CallRecord::new("both", true));
        log.close();
        assert_eq!(log.failed(), 0);
    }
    assert_eq!(folder.records().len(), 3);
    assert_eq!(fs::read_to_string(&foreign).expect("still there"), "{\"half\":");
    assert!(second.last_error().is_none());
}

#[test]
fn a_lock_is_what_keeps_a_file() {
    let folder = Folder::new("lock");
    let path = folder.path().join("calls-20200101T000000-00000000.jsonl.open");
    fs::write(&path, "{\"a\":1}\n{\"a\"").expect("written");
    let holder = File::open(&path).expect("readable");
    holder.lock().expect("locked");
    drop(open(&folder));
    assert_eq!(fs::read_to_string(&path).expect("still there"), "{\"a\":1}\n{\"a\"");
    drop(holder);
    drop(open(&folder));
    assert_eq!(records(&path.with_extension("")).len(), 1);
}

#[test]
fn many_logs_that_open_at_once_lose_nothing() {
    for _ in 0..5 {
        let folder = Folder::new("race");
        for number in 0..20 {
            let path = folder.path().join(format!("calls-20200101T000000-{number:08x}.jsonl.open"));
            fs::write(path, format!("{{\"left\":{number}}}\n{{\"torn")).expect("written");
        }
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for _ in 0..10 {
                        let log = open(&folder);
                        log.record(&CallRecord::new("model", true));
                        log.close();
                        assert_eq!(
                            (log.written(), log.failed(), log.last_error().map(|error| error.to_string())),
                            (1, 0, None)
                        );
                    }
                });
            }
        });
        assert!(folder.files(".open").is_empty());
        assert_eq!(folder.records().len(), 20 + 8 * 10);
    }
}
