//! A router that follows its file: what is taken, what is refused, and that nobody who chooses notices.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use merit_router::{LiveRouter, ReloadError, Request};

use crate::tables::{plain, probes, sealed};

/// A folder of this test's own, empty.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("reload-{name}-{}", std::process::id()));
    drop(fs::remove_dir_all(&folder));
    fs::create_dir_all(&folder).expect("a folder for the test");
    folder
}

/// The plain table as a version.
fn version(table_version: u64) -> Vec<u8> {
    plain().seal(table_version, None).expect("a sound draft").1
}

/// Publishes bytes as merit does: whole, by rename.
fn publish(path: &Path, bytes: &[u8]) {
    let fresh = path.with_extension("fresh");
    fs::write(&fresh, bytes).expect("written");
    fs::rename(&fresh, path).expect("renamed");
}

/// Every kind of file that is to be refused while version 5 is served, and a part of its sentence.
fn bad_files() -> Vec<(Vec<u8>, &'static str)> {
    let good = version(6);
    let text = String::from_utf8(good.clone()).expect("UTF-8");
    vec![
        (good[..good.len() / 2].to_vec(), "publish the table again or fetch it whole"),
        (text.replacen("a small table", "A small table", 1).into_bytes(), "the digest says"),
        (text.replacen("\"digest\": \"", "\"digest\": \"0", 1).into_bytes(), "the digest says"),
        (br#"{"format": {"major": 2, "minor": 0}}"#.to_vec(), "format 2.0 is unknown to this reader"),
        (text.replacen("\"models\"", "\"model5\"", 1).into_bytes(), "missing field `models`"),
        (Vec::new(), "line 1, column 0: EOF"),
        (version(4), "table version 4 is lower than version 5, which is served"),
    ]
}

#[test]
fn what_is_refused_says_why_and_changes_nothing() {
    let path = folder("refused").join("routing-table.json");
    publish(&path, &version(5));
    let live = LiveRouter::open(&path).expect("a sound table");
    for (bytes, sentence) in bad_files() {
        publish(&path, &bytes);
        let error = live.refresh().expect_err(sentence).to_string();
        assert!(error.starts_with(&path.display().to_string()) && error.contains(sentence), "{error}");
        assert_eq!(live.last_error().expect("kept").to_string(), error);
        assert_eq!(live.refresh().expect_err("still there").to_string(), error);
        assert_eq!(live.current().table().table_version, 5);
    }
    fs::remove_file(&path).expect("removed");
    assert!(live.refresh().expect_err("gone").to_string().contains("check the path"));
    publish(&path, &version(5));
    assert!(!live.refresh().expect("the table that is served"), "nothing new");
    assert!(live.last_error().is_none());
    publish(&path, &version(6));
    assert!(live.refresh().expect("a newer table"));
    assert_eq!(live.current().table().table_version, 6);
    assert!(!live.refresh().expect("unchanged"));
}

#[test]
fn a_router_in_hand_stays_as_it_is() {
    let path = folder("in-hand").join("routing-table.json");
    publish(&path, &version(1));
    let live = LiveRouter::open(&path).expect("a sound table");
    let held = live.current();
    publish(&path, &version(2));
    assert!(live.refresh().expect("a newer table"));
    assert_eq!((held.table().table_version, live.current().table().table_version), (1, 2));
}

#[test]
fn the_same_version_with_another_content_is_taken() {
    let path = folder("same-version").join("routing-table.json");
    publish(&path, &version(1));
    let live = LiveRouter::open(&path).expect("a sound table");
    publish(&path, &sealed(probes()).1);
    assert!(live.refresh().expect("not lower"));
    assert!(live.current().table().models.contains_key("basil"));
}

#[test]
fn there_is_no_live_router_without_a_first_table() {
    let path = folder("first").join("routing-table.json");
    assert!(LiveRouter::open(&path).expect_err("missing").to_string().contains("check the path"));
    publish(&path, b"{}");
    let error = LiveRouter::watch(&path, LiveRouter::INTERVAL).expect_err("no table");
    assert!(matches!(error, ReloadError::Load(_)), "{error}");
}

/// Writes into the file as it is, and gives it a modification time.
fn overwrite(path: &Path, bytes: &[u8], modified: SystemTime) {
    fs::write(path, bytes).expect("written");
    File::options().append(true).open(path).and_then(|file| file.set_modified(modified)).expect("a time");
}

#[test]
fn a_file_is_read_again_only_where_it_may_have_changed() {
    let path = folder("stamp").join("routing-table.json");
    let (first, second) = (version(1), version(2));
    assert_eq!(first.len(), second.len(), "so that the size tells nothing");
    let long_ago = SystemTime::now() - Duration::from_secs(3_600);
    overwrite(&path, &first, long_ago);
    let live = LiveRouter::open(&path).expect("a sound table");
    overwrite(&path, &second, long_ago);
    assert!(!live.refresh().expect("by its stamp it is the same"), "size, time and inode are the same: not read");
    overwrite(&path, &second, long_ago + Duration::from_nanos(1_000));
    assert!(live.refresh().expect("another time"), "the time alone changed");
    overwrite(&path, &first, long_ago + Duration::from_nanos(1_000));
    assert!(!live.refresh().expect("by its stamp it is the same"), "the stamp is kept from each look");
    let other = path.with_extension("other");
    overwrite(&other, &version(3), long_ago + Duration::from_nanos(1_000));
    fs::rename(&other, &path).expect("renamed");
    #[cfg(unix)]
    assert!(live.refresh().expect("another inode"), "the inode alone changed");
}

#[test]
fn a_change_within_one_tick_of_the_clock_is_seen() {
    let path = folder("tick").join("routing-table.json");
    // Ahead of now, so that the test may take its time.
    let just_now = SystemTime::now() + Duration::from_secs(3_600);
    overwrite(&path, &version(1), just_now);
    let live = LiveRouter::open(&path).expect("a sound table");
    overwrite(&path, &version(2), just_now);
    assert!(live.refresh().expect("read, since the time is too fresh to trust"));
}

#[test]
fn eight_threads_choose_while_the_file_is_replaced_and_nobody_meets_an_error() {
    let path = folder("load").join("routing-table.json");
    publish(&path, &version(5));
    let live = LiveRouter::open(&path).expect("a sound table");
    let good: Vec<Vec<u8>> = (6..27).map(version).collect();
    let bad = bad_files();
    let (stop, choices) = (AtomicBool::new(false), AtomicU64::new(0));
    let chooser = |name: &str| {
        let (mut last, mut versions) = (0, 0_u64);
        while !stop.load(Ordering::Relaxed) {
            let router = live.current();
            let request = Request { task_id: Some(name), ..Request::new("executor", "debugging", "advanced") };
            let answer = router.choose(&request).expect("no error reaches a chooser");
            assert!(answer.table_version >= last, "{} after {last}", answer.table_version);
            versions += u64::from(answer.table_version != last);
            last = answer.table_version;
            choices.fetch_add(1, Ordering::Relaxed);
            thread::yield_now();
        }
        versions
    };
    let seen: Vec<u64> = thread::scope(|scope| {
        let names = ["a", "b", "c", "d", "e", "f", "g", "h"];
        let choosers = names.map(|name| scope.spawn(move || chooser(name)));
        for (round, good) in good.iter().enumerate() {
            // Half of them are written in place, as a careless copy would: seen half at worst, and refused.
            if round % 2 == 0 {
                publish(&path, good)
            } else {
                fs::write(&path, good).expect("written")
            }
            assert!(live.refresh().expect("a newer table"), "round {round}");
            let (bytes, sentence) = &bad[round % bad.len()];
            publish(&path, bytes);
            let error = live.refresh().expect_err(sentence).to_string();
            assert!(error.contains(sentence.trim_end_matches("5, which is served")), "{error}");
            let before = choices.load(Ordering::Relaxed);
            while choices.load(Ordering::Relaxed) < before + 16 {
                thread::yield_now();
            }
        }
        stop.store(true, Ordering::Relaxed);
        choosers.map(|chooser| chooser.join().expect("no thread failed")).into()
    });
    assert_eq!(live.current().table().table_version, 26);
    assert!(seen.iter().sum::<u64>() > 8 * 5, "the threads saw many versions: {seen:?}");
}

#[test]
fn a_background_thread_follows_the_file_and_ends_with_its_router() {
    let path = folder("watch").join("routing-table.json");
    publish(&path, &version(1));
    let live = LiveRouter::watch(&path, Duration::from_millis(2)).expect("a sound table");
    let until = |what: &dyn Fn() -> bool| {
        let start = Instant::now();
        while !what() {
            assert!(start.elapsed() < Duration::from_secs(60), "the thread does not look");
            thread::sleep(Duration::from_millis(1));
        }
    };
    publish(&path, &version(2));
    until(&|| live.current().table().table_version == 2);
    publish(&path, b"");
    until(&|| live.last_error().is_some());
    assert_eq!(live.current().table().table_version, 2);
    publish(&path, &version(3));
    until(&|| live.current().table().table_version == 3 && live.last_error().is_none());
    drop(live);
    // A thread that is asleep is woken: this would else take an hour.
    drop(LiveRouter::watch(&path, Duration::from_secs(3_600)).expect("a sound table"));
}

#[test]
fn the_helper_of_these_tests_makes_sound_tables() {
    assert_eq!(version(1), sealed(plain()).1);
}
