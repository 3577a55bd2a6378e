//! Comparisons worked out by hand.

use merit_backends::{CallError, Cancel, ErrorKind};
use merit_bench::{BenchError, Options, Plan, Workflow, compare};

use crate::fake::{Fake, Stage, asked, said, target};
use crate::toys::{grader, suite, suite_of_version, worth};

#[test]
fn worked_by_hand() {
    let suite = suite(&[
        ("p1", "documentation", "beginner"),
        ("p2", "documentation", "advanced"),
        ("p3", "system", "advanced"),
        ("p4", "system", "beginner"),
    ]);
    let grader = grader();
    let data = tempfile::tempdir().expect("a data folder");
    // a: 2, 3, 1 and no answer to p4; b: 3, 5, 7, 9. B − A: 1, 2, 6.
    let judge_says = std::sync::atomic::AtomicUsize::new(0);
    let fake = Fake::new(move |request| match (request.model.as_str(), asked(request)) {
        (_, (_, "judge")) => {
            let score = [4, 6][judge_says.fetch_add(1, std::sync::atomic::Ordering::SeqCst) % 2];
            said(format!("{{\"score\": {score}}}"))
        }
        ("a", ("p1", _)) => said(worth(2)),
        ("a", ("p2", _)) => said(worth(3)),
        ("a", ("p3", _)) => said(worth(1)),
        ("a", _) => Err(CallError::new(ErrorKind::InvalidRequest, "no")),
        (_, ("p1", _)) => said(worth(3)),
        (_, ("p2", _)) => said(worth(5)),
        (_, ("p3", _)) => said(worth(7)),
        _ => said(worth(9)),
    });
    let cancel = Cancel::new();
    let stage = Stage {
        data: data.path(),
        suite: &suite,
        grader: &grader,
        runners: vec![fake.runner("fake", &cancel)],
        // One after the other, so that each answer is judged with 4 and then 6.
        options: Options { workers: 1, cancel: cancel.clone(), ..Options::default() },
    };
    let targets = vec![target("fake", "a"), target("fake", "b")];
    let plan = Plan { judge_repeats: 2, ..Plan::new(targets, suite.projects(), Workflow::Reviewed) };
    stage.run(&plan, Some("hand")).expect("carried out");

    let compared = compare(data.path(), "a", "hand:b@fake").expect("both have results");
    let overall = &compared.overall;
    let paired = overall.paired.expect("three pairs");
    assert_eq!((paired.projects, paired.difference), (3, 3.0));
    // s² = (4 + 1 + 9) / 2 = 7; t of 2 degrees is 4.30265; 4.30265 · √(7 / 3) = 6.57241.
    let (low, high) = paired.interval.expect("more than one");
    assert!((low + 3.57241).abs() < 1e-4 && (high - 9.57241).abs() < 1e-4, "{low} {high}");
    assert_eq!((overall.a.score, overall.b.score), (Some(2.0), Some(6.0)));
    assert_eq!((overall.a.tasks, overall.a.scored, overall.a.success), (4, 3, Some(0.75)));
    assert_eq!((overall.b.tasks, overall.b.success), (4, Some(1.0)));
    assert_eq!((overall.a.median_cost_usd, overall.b.median_cost_usd), (Some(0.002), Some(0.002)));
    assert!(overall.a.median_latency_ms.is_some());
    let row =
        |rows: &[merit_bench::compare::Row], name: &str| rows.iter().find(|row| row.name == name).expect(name).clone();
    let documentation = row(&compared.categories, "documentation").paired.expect("two pairs");
    // Differences 1 and 2: 1.5 ± 12.7062 · √(0.5 / 2).
    let (low, high) = documentation.interval.expect("two");
    assert!((low - (1.5 - 6.3531)).abs() < 1e-4 && (high - (1.5 + 6.3531)).abs() < 1e-4, "{low} {high}");
    let system = row(&compared.categories, "system").paired.expect("one pair");
    assert_eq!((system.projects, system.difference, system.interval), (1, 6.0, None));
    assert_eq!(row(&compared.difficulties, "advanced").paired.expect("two").difference, 4.0);
    assert_eq!(row(&compared.projects, "p4").paired, None);
    assert_eq!(compared.projects.len(), 4);
    // Each answer is judged with 4 and 6: s² = 2 each. b's judge: mean 5 against 3, 5, 7, 9.
    let noise = compared.b.judge.expect("judged");
    assert_eq!((noise.repeated, noise.self_deviation), (4, Some(2.0_f64.sqrt())));
    assert_eq!((noise.difference, noise.mean, noise.correlation), (Some(-1.0), Some(5.0), None));

    let markdown = compare(data.path(), "a", "b").expect("both have results").to_markdown();
    assert!(
        markdown.contains("| all projects | 2.00 | 6.00 | +3.00 | -3.57 to +9.57 | 3 | 75 % | 100 % |"),
        "{markdown}"
    );
    assert!(markdown.contains("| system | 1.00 | 8.00 | +6.00 | – | 1 |"), "{markdown}");
    let error = compare(data.path(), "a", "c").expect_err("nobody").to_string();
    assert!(error.contains("\"c\"") && error.contains("hand") && error.contains(", b"), "{error}");
    assert!(matches!(compare(data.path(), "hand:c", "a"), Err(BenchError::NoResults { .. })));
    let itself = compare(data.path(), "hand", "hand").expect("a run").overall.paired.expect("paired");
    assert_eq!((itself.projects, itself.interval), (4, Some((0.0, 0.0))));
}

#[test]
fn versions_of_a_project_are_not_compared_with_each_other() {
    let grader = grader();
    let data = tempfile::tempdir().expect("a data folder");
    let cancel = Cancel::new();
    let fake = Fake::new(|_| said(worth(5)));
    for (version, model) in [(1, "old"), (2, "new")] {
        let suite = suite_of_version("p1", version);
        let runners = vec![fake.runner("fake", &cancel)];
        let stage = Stage { data: data.path(), suite: &suite, grader: &grader, runners, options: Options::default() };
        stage
            .run(&Plan::new(vec![target("fake", model)], suite.projects(), Workflow::Simple), None)
            .expect("carried out");
    }
    let compared = compare(data.path(), "old", "new").expect("both have results");
    assert_eq!(compared.overall.paired, None);
    let names: Vec<&str> = compared.projects.iter().map(|row| row.name.as_str()).collect();
    assert_eq!(names, ["p1", "p1 (version 2)"]);
}
