//! Models and keys that fail.

use std::sync::atomic::{AtomicUsize, Ordering};

use merit_backends::{CallError, Cancel, ErrorKind, MALFORMED, QUOTA, Usage};
use merit_bench::{Options, Plan, Stop, Workflow};
use serde_json::{Value, json};

use crate::fake::{Fake, Stage, asked, extra, inbox, said, target};
use crate::toys::{grader, suite, worth};

#[test]
fn every_attempt_is_a_record_and_failed_work_is_not_judged() {
    let suite = suite(&[("p1", "documentation", "beginner")]);
    let grader = grader();
    let data = tempfile::tempdir().expect("a data folder");
    let tries = AtomicUsize::new(0);
    let fake = Fake::new(move |request| match (request.model.as_str(), asked(request).1) {
        ("flaky", "executor") => match tries.fetch_add(1, Ordering::SeqCst) {
            0 => Err(CallError::new(ErrorKind::RateLimit, "slow down")),
            1 => Err(CallError::new(ErrorKind::ServerError, "oops")),
            _ => said(worth(7)),
        },
        ("broken", _) => {
            let usage = Usage { input_tokens: Some(1_000), output_tokens: Some(0), ..Usage::default() };
            Err(CallError::new(MALFORMED, "half an answer").with_usage(usage))
        }
        ("flaky", _) => said("{\"score\": 8, \"reason\": \"fine\"}"),
        (_, "executor") => said(worth(3)),
        _ => said("{\"score\": 12}"),
    });
    let cancel = Cancel::new();
    let runners = vec![fake.runner("fake", &cancel)];
    let stage = Stage {
        data: data.path(),
        suite: &suite,
        grader: &grader,
        runners,
        options: Options { cancel, ..Options::default() },
    };
    let targets = ["flaky", "broken", "rash"].map(|model| target("fake", model)).to_vec();
    let plan = Plan::new(targets, suite.projects(), Workflow::Reviewed);
    let report = stage.run(&plan, Some("f")).expect("carried out");
    assert_eq!((report.stop, report.settled, report.failed, report.calls), (None, 5, 1, 6));
    let records = inbox(data.path());
    let of = |model: &str, role: &str| -> Vec<&Value> {
        records.iter().filter(|record| record["model"] == model && record["role"] == role).collect()
    };
    let flaky = of("flaky", "executor");
    let told: Vec<(&Value, &Value, &Value, &Value)> = flaky
        .iter()
        .map(|record| (&record["attempt"], &record["success"], &record["error_kind"], &record["score"]))
        .collect();
    assert_eq!(
        told,
        [
            (&json!(1), &json!(false), &json!("rate_limit"), &Value::Null),
            (&json!(2), &json!(false), &json!("server_error"), &Value::Null),
            (&json!(3), &json!(true), &Value::Null, &json!(7.0)),
        ]
    );
    assert!(flaky.iter().all(|record| record["task_id"] == flaky[0]["task_id"]));
    assert_ne!(flaky[0]["call_id"], flaky[1]["call_id"]);
    let broken = of("broken", "executor");
    assert_eq!(broken.len(), 1, "what is malformed is not tried again");
    assert_eq!((&broken[0]["error_kind"], &broken[0]["cost_usd"]), (&json!("malformed"), &json!(0.001)));
    assert!(of("broken", "judge").is_empty());
    let rash = of("rash", "judge");
    assert_eq!((&rash[0]["success"], &rash[0]["error_kind"]), (&json!(false), &json!("malformed")));
    assert!(extra(rash[0])["judge_score"].is_null() && rash[0]["score"].is_null());
    assert_eq!(extra(of("flaky", "judge")[0])["judge_score"], 8.0);
    let noise = report.judge.expect("somebody judged");
    assert_eq!((noise.scores, noise.malformed, noise.difference), (1, 1, Some(1.0)));
}

#[test]
fn a_refused_account_stops_the_run_and_leaves_no_record_of_the_model() {
    for kind in [ErrorKind::Authentication, QUOTA] {
        let suite = suite(&[("p1", "documentation", "beginner"), ("p2", "system", "beginner")]);
        let grader = grader();
        let data = tempfile::tempdir().expect("a data folder");
        let refused = kind.clone();
        let bad = Fake::new(move |_| Err(CallError::new(refused.clone(), "no")));
        let good = Fake::new(|_| said(worth(10)));
        let cancel = Cancel::new();
        let stage = |fake: &Fake| Stage {
            data: data.path(),
            suite: &suite,
            grader: &grader,
            runners: vec![fake.runner("fake", &cancel)],
            options: Options { workers: 1, cancel: cancel.clone(), ..Options::default() },
        };
        let plan = Plan::new(vec![target("fake", "m")], suite.projects(), Workflow::Simple);
        let report = stage(&bad).run(&plan, None).expect("it begins");
        assert!(matches!(&report.stop, Some(Stop::Refused { backend, .. }) if backend == "fake"), "{report:?}");
        assert_eq!((report.settled, bad.calls()), (0, 1));
        let report = stage(&good).run(&plan, None).expect("the key is repaired");
        assert_eq!((report.stop, report.settled, report.failed), (None, 2, 0));
        assert!(inbox(data.path()).iter().all(|record| record["success"] == true));
    }
}
