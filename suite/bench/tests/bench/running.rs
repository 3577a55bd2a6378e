//! Beginning, stopping, going on.

use std::collections::BTreeSet;
use std::fs;

use merit_backends::Cancel;
use merit_bench::{BenchError, Filter, Options, Plan, PlanError, Run, Stop, Workflow, list, stats};
use merit_grade::Suite;
use merit_grade::project::{Category, Difficulty};

use crate::fake::{Fake, Stage, inbox, said, target};
use crate::stub::projects;
use crate::toys::{grader, suite, suite_of_version, worth};

fn toys() -> Suite {
    suite(&[("p1", "documentation", "beginner"), ("p2", "system", "advanced"), ("p3", "triage", "beginner")])
}

#[test]
fn a_cancelled_run_goes_on_where_it_was() {
    let (suite, grader) = (toys(), grader());
    let data = tempfile::tempdir().expect("a data folder");
    let cancel = Cancel::new();
    let (flag, seen) = (cancel.clone(), std::sync::atomic::AtomicUsize::new(0));
    let fake = Fake::new(move |_| {
        if seen.fetch_add(1, std::sync::atomic::Ordering::SeqCst) == 3 {
            flag.cancel();
        }
        said(worth(5))
    });
    let stage = |cancel: &Cancel| Stage {
        data: data.path(),
        suite: &suite,
        grader: &grader,
        runners: vec![fake.runner("fake", cancel)],
        options: Options { workers: 1, cancel: cancel.clone(), ..Options::default() },
    };
    let plan = Plan { repeats: 3, ..Plan::new(vec![target("fake", "m")], suite.projects(), Workflow::Simple) };
    let report = stage(&cancel).run(&plan, Some("stop")).expect("it begins");
    assert_eq!((report.stop, report.delivered), (Some(Stop::Cancelled), None));
    assert_eq!((report.settled, fake.calls()), (4, 4), "an answer that came is kept");
    // What there is can be handed over; the rest follows, and nothing twice under another name.
    let mut run = Run::resume(data.path(), "stop").expect("it is there");
    let partial = run.deliver().expect("written").expect("four records");
    assert_eq!((partial.records, partial.is_complete, partial.is_new), (4, false, true));
    assert!(!run.deliver().expect("looked at").expect("four records").is_new);
    drop(run);
    let early: BTreeSet<String> = inbox(data.path()).iter().map(|record| record.to_string()).collect();
    let report = stage(&Cancel::new()).run(&plan, Some("stop")).expect("it goes on");
    assert_eq!((report.stop, report.settled, fake.calls()), (None, 9, 9));
    let records = inbox(data.path());
    let distinct: BTreeSet<String> = records.iter().map(|record| record.to_string()).collect();
    assert_eq!((records.len(), distinct.len()), (13, 9), "merit knows the four of the partial file again");
    assert!(early.is_subset(&distinct));
}

#[test]
fn what_is_answered_and_not_graded_is_graded_without_another_call() {
    let (suite, grader) = (toys(), grader());
    let data = tempfile::tempdir().expect("a data folder");
    let fake = Fake::new(|_| said(worth(6)));
    let cancel = Cancel::new();
    let stage = Stage {
        data: data.path(),
        suite: &suite,
        grader: &grader,
        runners: vec![fake.runner("fake", &cancel)],
        options: Options { cancel: cancel.clone(), ..Options::default() },
    };
    let plan = Plan::new(vec![target("fake", "m")], suite.projects(), Workflow::Simple);
    stage.run(&plan, Some("g")).expect("carried out");
    let whole = inbox(data.path());
    let path = data.path().join("bench/g/journal.ndjson");
    let journal = fs::read_to_string(&path).expect("readable");
    // The journal as a crash may have left it: every line but the grades, and half of a line.
    let answers: Vec<&str> = journal.lines().filter(|line| line.contains("\"answered\"")).collect();
    assert_eq!(answers.len(), 3);
    fs::write(&path, format!("{}\n{{\"event\":\"gra", answers.join("\n"))).expect("written");
    fs::remove_file(data.path().join("inbox/bench-g.jsonl")).expect("it was there");
    stage.run(&plan, Some("g")).expect("it goes on");
    assert_eq!((inbox(data.path()), fake.calls()), (whole.clone(), 3));
    // A crash between the file and its line: the file is found again.
    let journal = fs::read_to_string(&path).expect("readable");
    let before: Vec<&str> = journal.lines().filter(|line| !line.contains("\"delivered\"")).collect();
    assert_eq!(before.len(), 6, "three answers, three grades");
    fs::write(&path, before.join("\n") + "\n").expect("written");
    let delivered = stage.run(&plan, Some("g")).expect("it goes on").delivered.expect("complete");
    assert!(!delivered.is_new && delivered.is_complete);
    assert_eq!((inbox(data.path()), fake.calls()), (whole, 3));
}

#[test]
fn one_process_at_a_time_and_one_plan_a_name() {
    let suite = toys();
    let data = tempfile::tempdir().expect("a data folder");
    let plan = Plan::new(vec![target("fake", "m")], suite.projects(), Workflow::Simple);
    let held = Run::open(data.path(), &plan, None).expect("a new run");
    let error = Run::open(data.path(), &plan, None).expect_err("held");
    assert!(matches!(&error, BenchError::Locked { holder, .. } if holder.contains("process")), "{error}");
    let name = held.name().to_owned();
    assert_eq!(name.len(), 16, "a name that follows from the plan");
    drop(held);
    assert_eq!(Run::resume(data.path(), &name).expect("free").plan(), &plan);
    let other = Plan { repeats: 2, ..plan.clone() };
    assert_ne!(other.run_name(None).expect("named"), name);
    let error = Run::open(data.path(), &other, Some(&name)).expect_err("another plan").to_string();
    assert!(error.contains("repeats differs"), "{error}");
    let error = Run::resume(data.path(), "lost").expect_err("none of that name").to_string();
    assert!(error.contains(&name), "{error}");
    for name in ["", "../up", "A", ".hidden", "a/b"] {
        let error = Run::open(data.path(), &plan, Some(name)).expect_err("no name");
        assert!(matches!(error, BenchError::Plan(PlanError::Name(_))), "{error}");
    }
}

#[test]
fn a_plan_that_cannot_be_kept_is_refused_before_the_first_call() {
    let (suite, grader) = (toys(), grader());
    let data = tempfile::tempdir().expect("a data folder");
    let fake = Fake::new(|_| said("no"));
    let cancel = Cancel::new();
    let plan = Plan::new(vec![target("fake", "m")], suite.projects(), Workflow::Reviewed);
    let faulty = [
        Plan { targets: Vec::new(), ..plan.clone() },
        Plan { projects: Vec::new(), ..plan.clone() },
        Plan { targets: vec![target("fake", "m"), target("fake", "m")], ..plan.clone() },
        Plan { projects: [plan.projects.clone(), plan.projects.clone()].concat(), ..plan.clone() },
        Plan { repeats: 0, ..plan.clone() },
        Plan { judge_repeats: 21, ..plan.clone() },
        Plan { temperature: Some(f64::NAN), ..plan.clone() },
        Plan { tag: Some(" ".into()), ..plan.clone() },
        Plan { format: 2, ..plan.clone() },
    ];
    for plan in faulty {
        assert!(matches!(Run::open(data.path(), &plan, Some("x")), Err(BenchError::Plan(_))), "{plan:?}");
    }
    let refused = |plan: &Plan, suite: &Suite| {
        let runners = vec![fake.runner("fake", &cancel)];
        let options = Options::default();
        Stage { data: data.path(), suite, grader: &grader, runners, options }.run(plan, None).expect_err("refused")
    };
    let elsewhere = Plan { judge: Some(target("away", "m")), ..plan.clone() };
    assert!(matches!(refused(&elsewhere, &suite), BenchError::NoRunner { backend, .. } if backend == "away"));
    let changed = suite_of_version("p1", 2);
    let error = refused(&plan, &changed).to_string();
    assert!(error.contains("p1 in version 1") && error.contains("has version 2"), "{error}");
    assert_eq!(fake.calls(), 0);
}

#[test]
fn the_list_and_its_figures_are_the_suites() {
    let (suite, grader) = (Suite::read(&projects()).expect("the suite"), grader());
    let all = stats(&suite, &grader, &Filter::default()).expect("told");
    assert_eq!(all.projects, suite.projects().len());
    let sum: usize = all.categories.iter().map(|row| row.beginner + row.intermediate + row.advanced).sum();
    assert_eq!((sum, all.roles.values().sum::<usize>()), (all.projects, all.projects));
    assert!(all.sandbox.len() > 10 && all.programs.iter().any(|program| program.name == "python3"));
    let filter = Filter { category: Some(Category::CodeReview), difficulty: Some(Difficulty::Intermediate) };
    let listed = list(&suite, &grader, &filter).expect("told");
    let by_hand: Vec<&str> = suite
        .projects()
        .iter()
        .filter(|project| project.category == Category::CodeReview && project.difficulty == Difficulty::Intermediate)
        .map(|project| project.id.as_str())
        .collect();
    assert_eq!(listed.iter().map(|project| project.id.as_str()).collect::<Vec<_>>(), by_hand);
    assert!(listed.iter().all(|project| project.checks.contains(&"findings".to_owned())), "{listed:?}");
}
