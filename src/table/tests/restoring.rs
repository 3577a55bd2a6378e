//! Rollback, hold and release.

use jiff::civil::date;

use super::*;

fn renewal(day: i8) -> Renewal {
    Renewal { as_of: date(2026, 12, day), expiry_days: 7, reason: Some("opus is down".into()) }
}

fn back(folder: &Path, version: u64, day: i8) -> PublishedTable {
    rollback(folder, version, &renewal(day)).expect("rolled back")
}

#[test]
fn an_old_content_is_a_new_version_with_new_dates_and_is_held() {
    let (_home, folder) = registry(&["a", "b"]);
    let done = back(&folder, 1, 1);
    let [one, two, three] = [1, 2, 3].map(|version| read(&folder, version).expect("there").table);
    assert_eq!((done.outcome, done.table()), (Outcome::Created, &three));
    assert_eq!(current(&folder).expect("there").table, three, "the pointer has turned");
    assert_eq!(three.parent, Some(two.digest));
    assert_eq!((three.restored_from, three.inputs.build_key.as_str()), (Some(1), "a"));
    assert_eq!([three.created_as_of.as_str(), &three.expires_at], ["2026-12-01", "2026-12-08T00:00:00Z"]);
    assert_eq!(three.segments, one.segments);
    let held = hold(&folder).expect("readable").expect("held");
    assert_eq!(held.sentence(), "v3, the content of v1, is held since 2026-12-01: opus is down");
    assert_eq!(sentences(&folder), Vec::<String>::new());

    assert!(release(&folder).expect("released"));
    assert_eq!(hold(&folder).expect("readable"), None);
    assert!(!release(&folder).expect("looked at"), "there is nothing to release any more");
    assert_eq!(current(&folder).expect("there").table, three, "release changes no table");
}

#[test]
fn the_same_rollback_again_changes_nothing_and_a_later_day_renews() {
    let (_home, folder) = registry(&["a", "b"]);
    let first = back(&folder, 1, 1);
    let again = back(&folder, 1, 1);
    assert_eq!((again.outcome, &again.stored), (Outcome::Standing, &first.stored));
    let renewed = back(&folder, 1, 6);
    assert_eq!((renewed.outcome, renewed.table().table_version), (Outcome::Created, 4));
    assert_eq!(renewed.table().expires_at, "2026-12-13T00:00:00Z");
    // Released, the same content is a new decision: it is held again.
    release(&folder).expect("released");
    assert_eq!(back(&folder, 1, 6).table().table_version, 5);
    assert_eq!(hold(&folder).expect("readable").map(|hold| hold.version), Some(5));
    assert_eq!(sentences(&folder), Vec::<String>::new());
}

#[test]
fn a_restored_version_can_be_restored() {
    let (_home, folder) = registry(&["a", "b"]);
    back(&folder, 1, 1);
    publish(&folder, &draft("c")).expect("published");
    assert_eq!(back(&folder, 3, 2).table().restored_from, Some(3));
    assert_eq!(sentences(&folder), Vec::<String>::new());
}

#[test]
fn what_cannot_be_restored_is_refused_and_nothing_is_held() {
    let (_home, folder) = registry(&["a", "b", "c"]);
    forge(&folder, 1, |table| table["segments"][0]["candidates"][0]["exploit_weight"] = 0.75.into());
    fs::write(folder.join(file_name(2)), "{").expect("damaged");
    for (version, sentence) in [
        (1, "has weight 0.25, but is drawn with"),
        (2, "routing-table-v000002.json"),
        (3, "version 3 is the newest"),
        (9, "there is no version 9"),
    ] {
        let error = rollback(&folder, version, &renewal(1)).expect_err("refused").to_string();
        assert!(error.contains(sentence), "{error}");
    }
    assert_eq!((list(&folder).expect("readable"), hold(&folder).expect("readable")), (vec![1, 2, 3], None));
    let (_home, empty) = registry(&[]);
    assert!(matches!(rollback(&empty, 1, &renewal(1)), Err(TableError::Empty { .. })));
}

#[test]
fn a_crash_after_the_hold_is_told_and_ended_by_the_same_rollback() {
    let (_home, folder) = registry(&["a", "b"]);
    let undisturbed = back(&folder, 1, 1).stored.bytes;
    let two = fs::read(folder.join(file_name(2))).expect("there");
    // As it was after the hold and before the version.
    fs::remove_file(folder.join(file_name(3))).expect("removed");
    fs::write(folder.join(POINTER), &two).expect("written");
    let found = sentences(&folder);
    assert!(found.len() == 1 && found[0].contains("'merit table rollback 1' again ends it"), "{found:?}");
    assert_eq!(back(&folder, 1, 1).stored.bytes, undisturbed);
    // As it was after the version and before the pointer.
    fs::write(folder.join(POINTER), &two).expect("written");
    assert_eq!(back(&folder, 1, 1).outcome, Outcome::Standing);
    assert_eq!(fs::read(folder.join(POINTER)).expect("there"), undisturbed);
    assert_eq!(sentences(&folder), Vec::<String>::new());
}

#[test]
fn verification_sees_a_restored_content_that_is_another() {
    let (_home, folder) = registry(&["a", "b"]);
    back(&folder, 1, 1);
    let whole = fs::read(folder.join(file_name(3))).expect("there");
    forge(&folder, 3, |table| table["segments"][0]["rationale"] = "rewritten".into());
    fs::copy(folder.join(file_name(3)), folder.join(POINTER)).expect("copied");
    assert!(sentences(&folder)[0].contains("it restores version 1, but its content is another"));
    forge(&folder, 3, |table| table["restored_from"] = 3.into());
    assert!(sentences(&folder)[0].contains("it restores version 3, which does not come before it"));
    fs::write(folder.join(file_name(3)), whole).expect("written");
    fs::write(folder.join(HOLD), "{").expect("damaged");
    repair_pointer(&folder).expect("repaired");
    let found = sentences(&folder);
    assert!(found.len() == 1 && found[0].contains("hold.json: it cannot be read"), "{found:?}");
    let error = rollback(&folder, 1, &renewal(1)).expect_err("not known whether it is held").to_string();
    assert!(error.contains("'merit table release' removes the hold"), "{error}");
    assert!(release(&folder).expect("released"));
    publish(&folder, &draft("c")).expect("published");
    assert_eq!(sentences(&folder), Vec::<String>::new());
}

#[test]
fn tables_are_found_by_version_name_and_path() {
    let (home, folder) = registry(&["a", "b"]);
    let copy = home.path().join("copy.json");
    fs::copy(folder.join(file_name(1)), &copy).expect("copied");
    for (name, version) in [("1", 1), ("v2", 2), (LATEST, 2), (copy.to_str().expect("UTF-8"), 1)] {
        assert_eq!(find(&folder, name).expect("there").table.table_version, version, "{name}");
    }
    assert!(find(&folder, "9").expect_err("none").to_string().contains("there is no version 9"));
    assert!(find(&folder, "nowhere.json").expect_err("none").to_string().contains("'nowhere.json'; name a version"));
}
