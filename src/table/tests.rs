//! The registry over real folders: order of versions, crashes, races, findings.

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;

use merit_router::Draft;
use merit_router::table::{canonical_text, digest_of, parse};

use super::*;

mod restoring;
mod retaining;

/// A golden table's content, as a build with this key would make it.
fn draft(build_key: &str) -> Draft {
    let bytes = include_bytes!("../../tests/golden/tables/plain.json");
    let mut draft = Draft::from(parse(bytes).expect("a golden table"));
    draft.inputs.build_key = build_key.into();
    draft
}

/// A registry in which the builds with these keys were published.
fn registry(keys: &[&str]) -> (tempfile::TempDir, PathBuf) {
    let home = tempfile::tempdir().expect("a temporary folder");
    let folder = home.path().join("tables");
    for key in keys {
        put_evidence(&folder, &draft(key));
        publish(&folder, &draft(key)).expect("published");
    }
    (home, folder)
}

/// Puts a file where a draft's evidence belongs; what is in it is no matter of the registry.
fn put_evidence(folder: &Path, draft: &Draft) -> PathBuf {
    let path = folder.join(evidence_file_name(&draft.inputs));
    fs::create_dir_all(folder).expect("creatable");
    fs::write(&path, "evidence").expect("writable");
    path
}

fn sentences(folder: &Path) -> Vec<String> {
    verify(folder).expect("readable").iter().map(ToString::to_string).collect()
}

/// Changes a version's content and makes its digest right again.
fn forge(folder: &Path, version: u64, change: impl FnOnce(&mut serde_json::Value)) {
    let path = folder.join(file_name(version));
    let mut value = serde_json::from_slice(&fs::read(&path).expect("readable")).expect("JSON");
    change(&mut value);
    value["digest"] = "".into();
    value["digest"] = digest_of(canonical_text(value.clone()).as_bytes()).into();
    fs::write(path, canonical_text(value)).expect("written");
}

#[test]
fn versions_grow_and_each_names_the_one_before() {
    let (_home, folder) = registry(&["a", "b", "c"]);
    assert_eq!(list(&folder).expect("readable"), [1, 2, 3]);
    let (two, three) = (read(&folder, 2).expect("there").table, read(&folder, 3).expect("there").table);
    assert_eq!(three.parent, Some(two.digest));
    assert_eq!(current(&folder).expect("there").table, three);
    assert_eq!(sentences(&folder), Vec::<String>::new());
    assert_eq!(
        fs::read_dir(&folder).expect("listable").count(),
        5,
        "three versions, evidence, the pointer, nothing else"
    );
}

#[test]
fn the_same_build_is_published_once() {
    let (_home, folder) = registry(&["a"]);
    let again = publish(&folder, &draft("a")).expect("looked at");
    assert_eq!((again.outcome, again.table().table_version), (Outcome::Standing, 1));
    assert_eq!(publish(&folder, &draft("b")).expect("published").outcome, Outcome::Created);
    // An old content under a new version, as a rollback makes it.
    let back = publish(&folder, &draft("a")).expect("published");
    assert_eq!((back.outcome, back.table().table_version), (Outcome::Created, 3));
}

#[test]
fn a_crash_before_the_pointer_is_finished_by_the_next_publication() {
    let (_home, folder) = registry(&["a"]);
    let served = fs::read(folder.join(POINTER)).expect("there");
    publish(&folder, &draft("b")).expect("published");
    let written = fs::read(folder.join(file_name(2))).expect("there");
    fs::write(folder.join(POINTER), &served).expect("as it was at the crash");
    assert_eq!(sentences(&folder).len(), 1);
    let adopted = publish(&folder, &draft("b")).expect("adopted");
    assert_eq!((adopted.outcome, adopted.table().table_version), (Outcome::Standing, 2));
    assert_eq!(fs::read(folder.join(POINTER)).expect("there"), written);
    assert_eq!(list(&folder).expect("readable"), [1, 2]);
    assert!(!repair_pointer(&folder).expect("looked at"), "nothing left to repair");
}

#[test]
fn publishers_at_once_lose_nothing() {
    let (_home, folder) = registry(&[]);
    put_evidence(&folder, &draft("any"));
    thread::scope(|scope| {
        for number in 0..8 {
            let folder = &folder;
            scope.spawn(move || publish(folder, &draft(&format!("build {number}"))).expect("published"));
        }
    });
    assert_eq!(list(&folder).expect("readable"), (1..=8).collect::<Vec<u64>>());
    assert_eq!(sentences(&folder), Vec::<String>::new());
}

#[test]
fn an_unsound_draft_leaves_the_registry_as_it_was() {
    let (_home, folder) = registry(&["a"]);
    let mut unsound = draft("b");
    unsound.segments[0].candidates[0].weight = 0.9;
    let error = publish(&folder, &unsound).expect_err("refused").to_string();
    assert!(error.contains("the weights sum to"), "{error}");
    assert_eq!(list(&folder).expect("readable"), [1]);
    assert_eq!(sentences(&folder), Vec::<String>::new());
}

#[test]
fn a_damaged_newest_version_stops_publication_with_its_path() {
    let (_home, folder) = registry(&["a"]);
    let path = folder.join(file_name(1));
    fs::write(&path, "{").expect("damaged");
    let error = publish(&folder, &draft("b")).expect_err("refused").to_string();
    assert!(error.contains(&path.display().to_string()) && error.contains("merit table verify"), "{error}");
    assert_eq!(list(&folder).expect("readable"), [1]);
}

#[test]
fn verification_names_every_fault() {
    let (_home, folder) = registry(&["a", "b", "c", "d"]);
    forge(&folder, 1, |table| table["segments"][0]["rationale"] = "rewritten".into());
    fs::remove_file(folder.join(file_name(3))).expect("removed");
    fs::write(folder.join(POINTER), "{}").expect("damaged");
    let found = sentences(&folder).join("\n");
    for fault in [
        "routing-table-v000002.json: the parent is ",
        "routing-table-v000003.json: the version before 4 is missing",
        "routing-table-v000004.json: the parent is ",
        "routing-table.json: the pointer is not a copy of version 4",
    ] {
        assert!(found.contains(fault), "{fault} is not in:\n{found}");
    }
    assert_eq!(found.lines().count(), 4, "{found}");
}

#[test]
fn verification_looks_into_a_version() {
    let (_home, folder) = registry(&["a"]);
    forge(&folder, 1, |table| table["segments"][0]["candidates"][0]["exploit_weight"] = 0.75.into());
    fs::copy(folder.join(file_name(1)), folder.join(file_name(2))).expect("copied");
    let found: Vec<String> = verify_version(&folder, 2).expect("readable").iter().map(ToString::to_string).collect();
    assert!(found.iter().any(|sentence| sentence.contains("row */*/*: gemini has weight 0.25, but is drawn with")));
    assert!(found.iter().any(|sentence| sentence.contains("the table says version 1, its name 2")));
    assert!(found.iter().any(|sentence| sentence.contains("no parent is named, but version 1 came before")));

    let bytes = fs::read(folder.join(file_name(1))).expect("readable");
    let flat = serde_json::from_slice::<serde_json::Value>(&bytes).expect("JSON").to_string();
    let found: Vec<String> = verify_bytes(flat.as_bytes()).into_iter().map(|finding| finding.sentence).collect();
    assert!(found[0].starts_with("the digest says") && found[1].starts_with("the text is not in the canonical form"));
}

#[test]
fn a_page_shows_every_row_and_candidate() {
    let (_home, folder) = registry(&["a"]);
    let table = current(&folder).expect("there").table;
    let page = show::page(&table);
    assert!(page.starts_with("routing table 1 (format 1.0)\ndigest     "));
    for row in &table.segments {
        assert!(page.contains(&format!("{row}: 25.0 % of traffic")), "{page}");
    }
    let row = show::row(table.segments.first().expect("rows"));
    let weights: Vec<&str> = row.lines().filter(|line| line.contains("in its place")).collect();
    assert_eq!(weights.len(), 4, "{row}");
    assert!(weights.iter().all(|line| line.contains("25.0 %") && line.contains("0.800 (0.700-0.900)")), "{row}");
}
