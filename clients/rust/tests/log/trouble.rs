//! Folders that cannot be written to.

use std::fs;

use merit_router::{CallLog, CallRecord, LogError, LogSettings};

use crate::folder::Folder;

#[test]
fn a_folder_that_cannot_be_made_is_said_at_once() {
    let folder = Folder::new("file");
    let file = folder.path().join("file");
    fs::write(&file, "").expect("written");
    let error = CallLog::open(file.join("logs"), LogSettings::default()).expect_err("a file is no folder");
    assert!(matches!(error, LogError::Folder { .. }));
    let text = error.to_string();
    assert!(text.contains("file/logs: ") && text.contains("give the call log a folder"), "{text}");
}

#[cfg(unix)]
#[test]
fn where_nothing_can_be_written_records_fail_and_the_caller_goes_on() {
    let folder = Folder::new("gone");
    let logs = folder.path().join("logs");
    let log = CallLog::open(&logs, LogSettings::default()).expect("a log");
    log.record(&CallRecord::new("model", true));
    log.flush();
    assert_eq!((log.written(), log.failed()), (1, 0));
    fs::remove_dir_all(&logs).expect("removed");
    fs::write(&logs, "a file where the folder was").expect("written");
    for number in 2..=10 {
        assert!(log.record(&CallRecord::new("model", true)).ends_with(&format!("-{number}")));
        log.flush();
        assert_eq!((log.written(), log.dropped(), log.failed()), (0, 0, number), "also the one that was removed");
    }
    let error = log.last_error().expect("it is told");
    assert!(matches!(*error, LogError::Create { .. }), "{error}");
    assert!(error.to_string().contains("no file can be begun"), "{error}");
    fs::remove_file(&logs).expect("removed");
    fs::create_dir(&logs).expect("a folder again");
    log.record(&CallRecord::new("model", true));
    log.close();
    assert_eq!((log.written(), log.dropped(), log.failed()), (1, 0, 10), "it goes on where there is a folder again");
    assert_eq!(fs::read_dir(&logs).expect("listable").count(), 1);
}

#[cfg(unix)]
#[test]
fn a_removed_file_is_noticed_and_another_begun() {
    let folder = Folder::new("removed");
    let log = CallLog::open(folder.path(), LogSettings::default()).expect("a log");
    for _ in 0..3 {
        log.record(&CallRecord::new("model", true));
    }
    log.flush();
    fs::remove_file(&folder.files(".open")[0]).expect("removed");
    log.record(&CallRecord::new("model", true));
    log.flush();
    assert_eq!((log.written(), log.failed()), (1, 3));
    assert!(matches!(*log.last_error().expect("it is told"), LogError::Removed { records: 3, .. }));
    log.close();
    assert_eq!(folder.records().len(), 1);
}

#[cfg(unix)]
#[test]
fn a_file_that_cannot_be_renamed_is_told() {
    let folder = Folder::new("renamed");
    let log = CallLog::open(folder.path(), LogSettings::default()).expect("a log");
    log.record(&CallRecord::new("model", true));
    log.flush();
    let open = &folder.files(".open")[0];
    fs::rename(open, folder.path().join("elsewhere")).expect("renamed");
    log.close();
    assert_eq!((log.written(), log.failed()), (1, 0), "the record is not lost");
    assert!(matches!(*log.last_error().expect("it is told"), LogError::Finish { .. }));
}
