//! What is said of projects that do not follow the format, and that folders are read alike from the disk and the binary.

mod support;

use std::path::Path;

use include_dir::{Dir, include_dir};
use merit_grade::Suite;
use support::projects::project;

static EMBEDDED: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/tests/fixtures/projects");

const CASES: &str = "answer = [\"a.py\"]\nneeds = [\"python3\"]\n[[check]]\nname = \"c\"\nweight = 1\nkind = \"cases\"\nrun = \"python\"\n\
                     file = \"a.py\"\nfunction = \"f\"\ncases = \"hidden/c.jsonl\"\n";
const FACTS: &str = "answer = []\nneeds = []\n[[check]]\nname = \"f\"\nweight = 1\nkind = \"facts\"\nfact = [{ name = \"x\", any = [\"x\"] }]\n";

#[test]
fn the_disk_and_the_binary_give_the_same_suite() {
    let disk =
        Suite::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/projects")).expect("a sound suite");
    let embedded = Suite::embedded(&EMBEDDED).expect("a sound suite");
    assert_eq!(disk.projects().len(), embedded.projects().len());
    for (disk, embedded) in disk.projects().iter().zip(embedded.projects()) {
        assert_eq!((&disk.id, disk.files()), (&embedded.id, embedded.files()));
        assert_eq!(disk.proofs().expect("a proof"), embedded.proofs().expect("a proof"));
    }
}

#[test]
fn the_prompt_is_followed_by_the_given_files_in_fences_that_hold() {
    let suite = Suite::embedded(&EMBEDDED).expect("a sound suite");
    let text = suite.project("tide-sum").expect("it is there").prompt_text();
    assert!(text.starts_with("Write `tide_range(levels)`"), "{text}");
    assert!(text.ends_with("\n`notes.md`\n\n````md\nLevels are metres.\n```text\n1.5\n```\n````\n"), "{text}");
    assert!(!text.contains("hidden"), "{text}");
}

fn refused(manifest: &str, files: &[(&str, &str)]) -> String {
    project(manifest, files).expect_err("not sound").to_string()
}

#[test]
fn a_manifest_that_is_not_sound_is_told_with_file_and_key() {
    project(FACTS, &[]).expect("the one that the others are made of");
    for (from, to, said) in [
        ("answer", "colour = 1\nanswer", "unknown field `colour`"),
        ("needs = []", "", "missing field `needs`"),
        ("needs = []", "needs = [\"perl\"]", "unknown variant `perl`"),
        ("answer = []", "answer = [\"../a\"]", "answer names \"../a\""),
        ("weight = 1", "weight = 0", "check \"f\": weight must be a number above 0"),
        ("weight = 1", "weight = 1\nshade = 2", "check \"f\": unknown field `shade`"),
        ("kind = \"facts\"", "", "check \"f\": the key kind is missing"),
        ("kind = \"facts\"", "kind = \"guess\"", "check \"f\": kind is \"guess\""),
        ("[\"x\"]", "[\"(x\"]", "the pattern \"(x\" cannot be read: error: unclosed group"),
        ("[\"x\"]", "[\"x*\"]", "matches the empty text"),
        ("[\"x\"]", "[]", "a list of patterns is empty"),
        ("kind = \"facts\"", "kind = \"facts\"\nin = \"b.md\"", "the file \"b.md\" is none that the answer brings"),
        ("[[check]]", "[limits]\nwall_seconds = 0\n[[check]]", "limits.wall_seconds is 0; it must be 1 to 120"),
        ("[[check]]", "[limits]\nwall = 1\n[[check]]", "unknown field `wall`"),
    ] {
        let error = refused(&FACTS.replacen(from, to, 1), &[]);
        assert!(error.starts_with("project p, project.toml: ") && error.contains(said), "{said}: {error}");
    }
    let form = "answer = []\nneeds = []\n[[check]]\nname = \"f\"\nweight = 1\nkind = \"constraint\"\nmax_words = 3\n";
    assert!(refused(form, &[]).contains("a form alone is worth nothing"));
    assert!(refused(&form.replace("max_words = 3\n", ""), &[]).contains("it constrains nothing"));
    assert!(
        refused(&format!("{FACTS}{}", &FACTS[FACTS.find("[[").expect("a check")..]), &[])
            .contains("another check has this name")
    );
}

#[test]
fn cases_that_are_not_sound_are_told_with_file_and_line() {
    let sound = "{\"name\": \"a\", \"args\": [1], \"expect\": null}\n";
    project(CASES, &[("hidden/c.jsonl", sound)]).expect("the one that the others are made of");
    for (line, said) in [
        ("{\"name\": \"b\", \"args\": [1]}", "give expect or error"),
        ("{\"name\": \"b\", \"args\": [1], \"expect\": 1, \"error\": \"E\"}", "give expect or error"),
        ("{\"name\": \"b\", \"expect\": 1}", "args is missing"),
        ("{\"name\": \"b\", \"args\": [], \"expected\": 1}", "unknown field `expected`"),
        ("{\"name\": \"b\", \"args\": [], \"expect\": 1, \"stdin\": \"\"}", "the key stdin does not belong"),
        ("{\"name\": \"b\", \"args\": [], \"expect\": 1, \"weight\": -1}", "weight must be above 0"),
        ("{\"name\": \"a\", \"args\": [], \"expect\": 1}", "another case is called \"a\""),
        ("{\"name\": \"b\", \"steps\": [[\"x\"]], \"expect\": []}", "give expect, a list with the result of each step"),
        ("{\"name\": \"b\", \"steps\": [[1]], \"expect\": [1]}", "begin with a method's name"),
        ("{\"name\": ", "EOF"),
    ] {
        let error = refused(CASES, &[("hidden/c.jsonl", &format!("{sound}{line}\n"))]);
        assert!(
            error.starts_with("project p, hidden/c.jsonl: check \"c\": line 2: ") && error.contains(said),
            "{said}: {error}"
        );
    }
    assert!(refused(CASES, &[]).contains("the file hidden/c.jsonl is not there"));
    assert!(refused(CASES, &[("hidden/c.jsonl", "\n")]).contains("it has no case"));
    let files = [("hidden/c.jsonl", sound)];
    assert!(
        refused(&CASES.replace("[\"python3\"]", "[]"), &files).contains("it runs python3; add \"python3\" to needs")
    );
    assert!(
        refused(&CASES.replace("[\"a.py\"]", "[\"b.py\"]"), &files)
            .contains("the file \"a.py\" is none that the answer brings")
    );
    assert!(
        refused(&CASES.replace("\"python\"", "\"bash\"").replace("\"python3\"", "\"bash\""), &files)
            .contains("function is for python and node")
    );
}

#[test]
fn findings_outside_of_the_given_files_and_odd_values_are_refused() {
    let findings = "answer = []\nneeds = []\n[[check]]\nname = \"f\"\nweight = 1\nkind = \"findings\"\nfindings = \"hidden/f.toml\"\n";
    let finding = "[[finding]]\nid = \"a\"\nfile = \"x.py\"\nlines = [1, 2]\nwords = [\"w\"]\n";
    let given = ("given/x.py", "1\n2\n");
    project(findings, &[given, ("hidden/f.toml", finding)]).expect("the one that the others are made of");
    for (from, to, said) in [
        ("[1, 2]", "[1, 3]", "lines must be [first, last] within the 2 lines of x.py"),
        ("[1, 2]", "[2, 1]", "lines must be"),
        ("x.py", "y.py", "the file given/y.py is not there"),
        ("id", "ids", "unknown field `ids`"),
    ] {
        let error = refused(findings, &[given, ("hidden/f.toml", &finding.replace(from, to))]);
        assert!(error.contains("hidden/f.toml") && error.contains(said), "{said}: {error}");
    }
    let values =
        "answer = []\nneeds = []\n[[check]]\nname = \"v\"\nweight = 1\nkind = \"values\"\nvalues = \"hidden/v.toml\"\n";
    let error = refused(values, &[("hidden/v.toml", "[[value]]\npath = \"a.b\"\n")]);
    assert!(error.contains("hidden/v.toml") && error.contains("value \"a.b\": give one of equals"), "{error}");
}
