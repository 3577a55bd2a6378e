//! Retention: what goes, what stays, and that nothing else notices.

use jiff::civil::date;

use super::*;

/// A registry in which each build has evidence of its own.
fn registry_with_evidence(keys: &[&str]) -> (tempfile::TempDir, PathBuf) {
    let (home, folder) = registry(&[]);
    for key in keys {
        let draft = with_evidence(key);
        put_evidence(&folder, &draft);
        publish(&folder, &draft).expect("published");
    }
    (home, folder)
}

fn with_evidence(key: &str) -> Draft {
    let mut draft = draft(key);
    draft.inputs.arms = key.repeat(64);
    draft
}

fn evidence(folder: &Path) -> usize {
    let names = fs::read_dir(folder).expect("listable").map(|entry| entry.expect("readable").file_name());
    names.filter(|name| name.to_string_lossy().starts_with("arms-")).count()
}

#[test]
fn the_oldest_go_with_their_evidence_and_the_rest_is_sound() {
    let (_home, folder) = registry_with_evidence(&["a", "b", "c", "d", "e"]);
    assert_eq!(retain(&folder, 0).expect("looked at"), Removed::default());
    assert_eq!(retain(&folder, 5).expect("looked at"), Removed::default());
    let removed = retain(&folder, 2).expect("removed");
    assert_eq!((removed.versions, removed.evidence.len()), (vec![1, 2, 3], 3));
    assert_eq!((list(&folder).expect("readable"), evidence(&folder)), (vec![4, 5], 2));
    assert_eq!(sentences(&folder), Vec::<String>::new());
    assert_eq!(retain(&folder, 1).expect("removed").versions, [4]);
    assert_eq!(list(&folder).expect("readable"), [5], "the standing one stays");
    assert_eq!(sentences(&folder), Vec::<String>::new());
}

#[test]
fn evidence_that_a_kept_version_names_stays() {
    let (_home, folder) = registry_with_evidence(&["a", "b"]);
    let renewal = Renewal { as_of: date(2026, 12, 1), expiry_days: 7, reason: None };
    rollback(&folder, 1, &renewal).expect("rolled back");
    release(&folder).expect("released");
    let removed = retain(&folder, 1).expect("removed");
    assert_eq!((removed.versions, evidence(&folder)), (vec![1, 2], 1));
    assert_eq!(sentences(&folder), Vec::<String>::new(), "version 3 restores one that is gone");
}

#[test]
fn what_a_hold_names_stays_without_a_gap() {
    let (_home, folder) = registry_with_evidence(&["a", "b", "c", "d"]);
    let renewal = Renewal { as_of: date(2026, 12, 1), expiry_days: 7, reason: None };
    rollback(&folder, 2, &renewal).expect("rolled back");
    assert_eq!(retain(&folder, 1).expect("removed").versions, [1]);
    assert_eq!((list(&folder).expect("readable"), evidence(&folder)), (vec![2, 3, 4, 5], 3));
    assert_eq!(sentences(&folder), Vec::<String>::new());
}

#[test]
fn evidence_left_by_a_crash_goes_and_damage_keeps_all() {
    let (_home, folder) = registry_with_evidence(&["a", "b", "c"]);
    fs::remove_file(folder.join(file_name(1))).expect("as a crash would leave it");
    put_evidence(&folder, &with_evidence("x"));
    assert_eq!(retain(&folder, 2).expect("removed").evidence.len(), 2);
    fs::write(folder.join(file_name(3)), "{").expect("damaged");
    assert_eq!(retain(&folder, 1).expect("removed").versions, [2]);
    assert_eq!(evidence(&folder), 2, "who knows which evidence the damaged version names");
}

#[test]
fn missing_evidence_and_a_gap_are_told() {
    let (_home, folder) = registry_with_evidence(&["a", "b", "c"]);
    fs::remove_file(folder.join(evidence_file_name(&with_evidence("b").inputs))).expect("removed");
    let found = sentences(&folder);
    assert!(found.len() == 1 && found[0].contains("routing-table-v000002.json: its evidence "), "{found:?}");
    fs::remove_file(folder.join(file_name(2))).expect("removed");
    assert!(sentences(&folder)[0].contains("the version before 3 is missing"));
}
