//! The proof of the graders: every answer of every project scores what it is to score, honest, faulty or cheating.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a skipped project is said aloud, a proof its figure")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use merit_grade::project::{Category, Difficulty};
use merit_grade::{Grade, Grader, Project, Sandbox, Suite};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/projects")
}

fn suite() -> Suite {
    Suite::read(&folder()).expect("the projects are sound")
}

fn grader() -> Grader {
    let mut sandbox = Sandbox::detect().expect("a sandbox");
    assert!(sandbox.kind().isolates(), "{}; the cheats must not run here without one", sandbox.kind());
    sandbox.hide(&folder());
    Grader::new(sandbox)
}

/// Every proof graded, by project and answer; several at once. A project whose programs are absent is skipped aloud.
fn graded(suite: &Suite) -> BTreeMap<(String, String), (Grade, bool)> {
    let grader = grader();
    let mut work = Vec::new();
    for project in suite.projects() {
        if let Some((program, remedy)) = grader.missing(project) {
            assert!(std::env::var_os("MERIT_NO_SKIP").is_none(), "{}: {program} is missing: {remedy}", project.id);
            eprintln!("skipped: {}: {program} is missing: {remedy}", project.id);
            continue;
        }
        let proofs = project.proofs().expect("a whole proof");
        work.extend(proofs.into_iter().map(|proof| (project, proof)));
    }
    let (next, grades) = (AtomicUsize::new(0), Mutex::new(BTreeMap::new()));
    let workers = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                while let Some((project, proof)) = work.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let grade = grader.grade(project, &proof.answer).expect("gradable");
                    let as_expected = proof.expected.holds(grade.score);
                    let key = (project.id.clone(), proof.name.clone());
                    grades.lock().expect("no worker panics").insert(key, (grade, as_expected));
                }
            });
        }
    });
    grades.into_inner().expect("no worker panics")
}

#[test]
fn every_answer_scores_what_it_is_to_score() {
    let graded = graded(&suite());
    let wrong: Vec<String> = graded
        .iter()
        .filter(|(_, (grade, as_expected))| !as_expected || grade.checks.iter().any(|check| check.defect.is_some()))
        .map(|((project, answer), (grade, _))| format!("{project}, {answer}: {}\n{:#?}", grade.score, grade.checks))
        .collect();
    assert!(wrong.is_empty(), "{} of {} answers are not as expected:\n{}", wrong.len(), graded.len(), wrong.join("\n"));
}

#[test]
#[ignore = "grades everything twice"]
fn proof_two_runs_give_identical_scores() {
    let suite = suite();
    let scores =
        || graded(&suite).into_iter().map(|(key, (grade, _))| (key, grade.score.to_bits())).collect::<Vec<_>>();
    let (first, second) = (scores(), scores());
    assert_eq!(first, second);
    println!("{} answers of {} projects: identical scores in two runs", first.len(), suite.projects().len());
}

#[test]
fn there_are_thirty_of_ten_each_in_every_category() {
    let suite = suite();
    assert_eq!(suite.projects().len(), 30);
    for difficulty in Difficulty::ALL {
        let count = suite.projects().iter().filter(|project| project.difficulty == difficulty).count();
        assert_eq!(count, 10, "{}", difficulty.name());
    }
    for category in Category::ALL {
        let of_category: Vec<&Project> = suite.projects().iter().filter(|one| one.category == category).collect();
        assert!(of_category.len() >= 3, "{} has {}", category.name(), of_category.len());
    }
}
