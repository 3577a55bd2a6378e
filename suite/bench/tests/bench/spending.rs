//! The cap, and the estimate.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use merit_backends::{CallError, Cancel, ErrorKind};
use merit_bench::{BenchError, Options, Plan, Run, Stop, Tools, Workflow, estimate};
use merit_grade::Suite;

use crate::fake::{Fake, Stage, inbox, price, said, target};
use crate::toys::{grader, suite, worth};

fn toys() -> Suite {
    suite(&[("p1", "documentation", "beginner"), ("p2", "system", "advanced"), ("p3", "triage", "beginner")])
}

#[test]
fn no_call_is_made_that_could_exceed_the_cap_and_more_money_goes_on() {
    let (suite, grader) = (toys(), grader());
    let data = tempfile::tempdir().expect("a data folder");
    let (busy, peak) = (AtomicUsize::new(0), Arc::new(AtomicUsize::new(0)));
    let most_at_once = Arc::clone(&peak);
    let fake = Fake::new(move |_| {
        most_at_once.fetch_max(busy.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
        std::thread::sleep(Duration::from_millis(20));
        busy.fetch_sub(1, Ordering::SeqCst);
        said(worth(4))
    });
    let cancel = Cancel::new();
    let targets = vec![target("fake", "one"), target("fake", "two")];
    // 12 calls of 0.002 $; each could cost 1,000 tokens of answer, 0.01 $, and its prompt.
    let plan = Plan { repeats: 2, max_output_tokens: 1_000, ..Plan::new(targets, suite.projects(), Workflow::Simple) };
    let with = |max_spend| Stage {
        data: data.path(),
        suite: &suite,
        grader: &grader,
        runners: vec![fake.runner("fake", &cancel)],
        options: Options { max_spend, cancel: cancel.clone(), ..Options::default() },
    };
    let report = with(Some(0.001)).run(&plan, None).expect("it begins");
    assert!(matches!(report.stop, Some(Stop::MaxSpend { spent, .. }) if spent == 0.0), "{report:?}");
    assert_eq!(fake.calls(), 0);
    // 0.01006 fits while no more than 0.00694 is spent: after three calls there is 0.006, after four 0.008.
    let report = with(Some(0.017)).run(&plan, None).expect("it begins");
    let Some(Stop::MaxSpend { spent, next, cap }) = report.stop else { panic!("{report:?}") };
    assert!(spent + next > cap && spent <= cap && next > 0.01, "{spent} {next} {cap}");
    assert_eq!((fake.calls(), report.settled, report.delivered), (4, 4, None));
    assert_eq!(peak.load(Ordering::SeqCst), 1, "a second call under way could have exceeded the cap");
    assert!((report.spent_usd - 0.008).abs() < 1e-12);
    assert!(inbox(data.path()).is_empty());

    let report = with(Some(1.0)).run(&plan, None).expect("it goes on");
    assert_eq!((report.stop.clone(), report.settled, fake.calls()), (None, 12, 12));
    assert!(peak.load(Ordering::SeqCst) > 1, "with money enough calls are made at once");
    assert_eq!(inbox(data.path()).len(), 12);
    // What is spent stays spent: a smaller cap now finds nothing to do, and that is no stop.
    assert_eq!(with(Some(0.0)).run(&plan, None).expect("nothing is due").stop, None);
}

#[test]
fn a_call_of_unknown_cost_counts_with_what_it_may_have_cost() {
    let (suite, grader) = (toys(), grader());
    let data = tempfile::tempdir().expect("a data folder");
    let fake = Fake::new(|_| Err(CallError::new(ErrorKind::Timeout, "too slow")));
    let cancel = Cancel::new();
    let stage = Stage {
        data: data.path(),
        suite: &suite,
        grader: &grader,
        runners: vec![fake.runner("fake", &cancel)],
        options: Options { max_spend: Some(0.015), cancel, ..Options::default() },
    };
    let plan = Plan::new(vec![target("fake", "one")], suite.projects(), Workflow::Simple);
    let plan = Plan { max_output_tokens: 1_000, ..plan };
    let report = stage.run(&plan, None).expect("it begins");
    assert_eq!((report.settled, report.failed, fake.calls()), (1, 1, 1), "{report:?}");
    assert!(report.spent_usd > 0.01 && matches!(report.stop, Some(Stop::MaxSpend { .. })));
}

#[test]
fn a_cap_needs_prices_and_an_amount() {
    let (suite, grader) = (toys(), grader());
    let data = tempfile::tempdir().expect("a data folder");
    let fake = Fake::new(|_| said("no"));
    let cancel = Cancel::new();
    let plan = Plan::new(vec![target("fake", "odd"), target("fake", "known")], suite.projects(), Workflow::Simple);
    let runners = [fake.runner("fake", &cancel)];
    let prices = |model: &str, provider: &str| price(model, provider).filter(|_| model == "known");
    let tools = Tools { suite: &suite, grader: &grader, runners: &runners, prices: &prices };
    let mut run = Run::open(data.path(), &plan, None).expect("a new run");
    let mut refused = |max_spend| {
        let options = Options { max_spend: Some(max_spend), ..Options::default() };
        run.execute(&tools, &options, &|_| ()).expect_err("refused")
    };
    let error = refused(1.0);
    assert!(matches!(&error, BenchError::Unpriced(models) if models == "odd@fake"), "{error}");
    for odd in [f64::NAN, -1.0, f64::INFINITY] {
        assert!(matches!(refused(odd), BenchError::Cap(_)));
    }
    assert_eq!(fake.calls(), 0);
}

#[test]
fn the_estimate_counts_every_call_and_names_models_without_a_price() {
    let suite = toys();
    let targets = vec![target("fake", "odd"), target("fake", "known")];
    let judge = Some(target("fake", "known"));
    let plan = Plan { judge, judge_repeats: 2, ..Plan::new(targets, suite.projects(), Workflow::Triaged) };
    let asked = Mutex::new(Vec::new());
    let prices = |model: &str, provider: &str| {
        asked.lock().expect("no panic").push(provider.to_owned());
        price(model, provider).filter(|_| model == "known")
    };
    let estimate = estimate(&plan, &suite, &prices).expect("a sound plan");
    // Each model: 2 triages and 3 works; the judge: 2 · 3 · 2 judgings beside its own.
    assert_eq!((estimate.calls, plan.calls()), (22, 22));
    let (odd, known) = (&estimate.models[0], &estimate.models[1]);
    assert_eq!((odd.model.as_str(), odd.calls, odd.cost_usd), ("odd@fake", 5, None));
    assert_eq!((known.model.as_str(), known.calls), ("known@fake", 17));
    assert_eq!((odd.output_tokens, odd.most_output_tokens), (3 * 1_500 + 2 * 150, 3 * 8_192 + 2 * 4_096));
    assert_eq!(estimate.unpriced, ["odd@fake"]);
    let cost = (known.input_tokens as f64 + known.output_tokens as f64 * 10.0) / 1e6;
    assert!(
        (known.cost_usd.expect("priced") - cost).abs() < 1e-12 && estimate.cost_usd == known.cost_usd.expect("priced")
    );
    assert!(known.most_usd > known.cost_usd);
    assert!(asked.into_inner().expect("no panic").iter().all(|provider| provider == "fake"));
    // A prompt counts a token for four characters.
    let simple = Plan::new(vec![target("fake", "known")], suite.project("p1"), Workflow::Simple);
    let system =
        "Task: p1 (executor). Do the whole task in one answer: nobody can answer questions, and no tools are at hand.";
    let characters = system.len() + suite.project("p1").expect("a toy").prompt_text().len();
    let estimate = merit_bench::estimate(&simple, &suite, &price).expect("a sound plan");
    assert_eq!(estimate.input_tokens, characters.div_ceil(4) as u64);
}
