//! Grades the proofs of projects: every file of `answers/` against `answers/expected.toml`.
//!
//!     grade FOLDER [ID…]               a table; ends with 1 where a score is not as expected
//!     grade -v FOLDER [ID…]            with the account of every check
//!     grade --answer FILE FOLDER ID    one answer, with its account
//!     grade --prompt FOLDER ID         what a model is sent
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command for authors of projects")]

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use merit_grade::project::{Expected, FileSet};
use merit_grade::{Grade, Grader, Project, Sandbox};

fn main() -> ExitCode {
    match run(std::env::args().skip(1).collect()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(2)
        }
    }
}

type Failure = Box<dyn std::error::Error>;

fn run(mut arguments: Vec<String>) -> Result<bool, Failure> {
    let mut flag =
        |name: &str| arguments.iter().position(|argument| argument == name).map(|at| arguments.remove(at)).is_some();
    let (verbose, prompt, one) = (flag("-v"), flag("--prompt"), flag("--answer"));
    let answer = if one && !arguments.is_empty() { Some(PathBuf::from(arguments.remove(0))) } else { None };
    if arguments.is_empty() || arguments[0].starts_with('-') {
        return Err("usage: grade [-v] FOLDER [ID…] | grade --answer FILE FOLDER ID | grade --prompt FOLDER ID".into());
    }
    let folder = PathBuf::from(arguments.remove(0));
    let ids = if arguments.is_empty() { ids(&folder)? } else { arguments };
    if prompt {
        for id in &ids {
            print!("{}", read(&folder, id)?.prompt_text());
        }
        return Ok(true);
    }
    let mut sandbox = Sandbox::detect()?;
    sandbox.hide(&folder);
    println!("sandbox: {}\n", sandbox.kind());
    let grader = Grader::new(sandbox);
    if let Some(file) = answer {
        let project = read(&folder, ids.first().ok_or("which project?")?)?;
        account(&grader.grade(&project, &std::fs::read_to_string(file)?)?, "");
        return Ok(true);
    }
    println!("{:<34} {:<30} {:>8} {:>8}  {:>6}", "project", "answer", "expected", "score", "s");
    let (mut graded, mut different, mut broken) = (0, 0, 0);
    for id in &ids {
        match proofs(&grader, &folder, id, verbose) {
            Ok((all, wrong)) => {
                graded += all;
                different += wrong;
            }
            Err(error) => {
                broken += 1;
                println!("{id:<34} {error}");
            }
        }
    }
    println!(
        "\n{} projects, {broken} of them not readable or gradable; {graded} answers, {different} not as expected",
        ids.len()
    );
    Ok(different + broken == 0)
}

fn ids(folder: &Path) -> Result<Vec<String>, Failure> {
    let mut ids = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(|error| format!("cannot read {}: {error}", folder.display()))? {
        let path = entry?.path();
        if path.join("project.toml").is_file() {
            ids.extend(path.file_name().map(|name| name.to_string_lossy().into_owned()));
        }
    }
    ids.sort();
    Ok(ids)
}

fn read(folder: &Path, id: &str) -> Result<Project, Failure> {
    Ok(Project::read(id, FileSet::from_disk(&folder.join(id))?)?)
}

fn proofs(grader: &Grader, folder: &Path, id: &str, verbose: bool) -> Result<(usize, usize), Failure> {
    let project = read(folder, id)?;
    let proofs = match project.proofs() {
        Ok(proofs) => proofs,
        Err(error) => {
            without_expectations(grader, folder, &project, verbose)?;
            return Err(error.into());
        }
    };
    let mut different = 0;
    for proof in &proofs {
        let started = Instant::now();
        let grade = grader.grade(&project, &proof.answer)?;
        let defects = grade.checks.iter().any(|check| check.defect.is_some());
        let same = proof.expected.holds(grade.score) && !defects;
        different += usize::from(!same);
        let expected = match proof.expected {
            Expected::Score(score) => format!("{score:.3}"),
            Expected::AtMost(bound) => format!("<= {bound}"),
        };
        let mark = if same { "" } else { "  <-- not as expected" };
        let seconds = started.elapsed().as_secs_f64();
        println!("{id:<34} {:<30} {expected:>8} {:>8.3}  {seconds:>6.2}{mark}", proof.name, grade.score);
        if verbose || !same {
            account(&grade, "    ");
        }
    }
    Ok((proofs.len(), different))
}

/// While a project is being written: what its answers score.
fn without_expectations(grader: &Grader, folder: &Path, project: &Project, verbose: bool) -> Result<(), Failure> {
    let id = &project.id;
    let Ok(entries) = std::fs::read_dir(folder.join(id).join("answers")) else { return Ok(()) };
    let mut files: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    files.sort();
    for file in files.iter().filter(|file| file.extension().is_some_and(|extension| extension == "md")) {
        let name = file.file_stem().unwrap_or_default().to_string_lossy();
        let grade = grader.grade(project, &std::fs::read_to_string(file)?)?;
        println!("{id:<34} {name:<30} {:>8} {:>8.3}", "?", grade.score);
        if verbose {
            account(&grade, "    ");
        }
    }
    Ok(())
}

fn account(grade: &Grade, margin: &str) {
    println!("{margin}score {:.4}", grade.score);
    for check in &grade.checks {
        println!("{margin}{:<12} {:<30} weight {:<5} share {:.4}", check.kind, check.name, check.weight, check.share);
        for failed in &check.failed {
            println!("{margin}    {failed}");
        }
        if let Some(defect) = &check.defect {
            println!("{margin}    DEFECT OF THE CHECK: {defect}");
        }
    }
}
