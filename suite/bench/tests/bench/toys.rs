//! Small projects whose scores are plain: an answer that states k of ten words scores k.

use std::fs;
use std::path::Path;

use merit_grade::{Grader, Sandbox, Suite};

/// A suite of toys: (id, category, difficulty).
pub(crate) fn suite(toys: &[(&str, &str, &str)]) -> Suite {
    let folder = tempfile::tempdir().expect("a temporary folder");
    toys.iter().for_each(|toy| write(folder.path(), *toy, 1));
    Suite::read(folder.path()).expect("sound projects")
}

/// A suite of one toy in a version.
pub(crate) fn suite_of_version(id: &str, version: u32) -> Suite {
    let folder = tempfile::tempdir().expect("a temporary folder");
    write(folder.path(), (id, "documentation", "beginner"), version);
    Suite::read(folder.path()).expect("a sound project")
}

fn write(folder: &Path, (id, category, difficulty): (&str, &str, &str), version: u32) {
    let role = if category == "triage" { "triage" } else { "executor" };
    let facts: Vec<String> =
        (0..10).map(|word| format!("{{ name = \"{word}\", any = ['\\bword{word}\\b'] }}")).collect();
    let manifest = format!(
        "id = \"{id}\"\ntitle = \"Toy\"\ncategory = \"{category}\"\ndifficulty = \"{difficulty}\"\nrole = \"{role}\"\n\
         version = {version}\nanswer = []\nneeds = []\n[[check]]\nname = \"words\"\nweight = 1\nkind = \"facts\"\nfact = [{}]\n",
        facts.join(", ")
    );
    let path = folder.join(id);
    fs::create_dir(&path).expect("a new folder");
    fs::write(path.join("project.toml"), manifest).expect("written");
    fs::write(path.join("prompt.md"), "Name the ten words.\n").expect("written");
}

/// An answer that scores k.
pub(crate) fn worth(k: usize) -> String {
    (0..k).map(|word| format!("word{word} ")).chain(["so.".to_owned()]).collect()
}

/// A grader in the best sandbox of this machine.
pub(crate) fn grader() -> Grader {
    Grader::new(Sandbox::detect().expect("limits at least"))
}
