//! The log behind an execution with fallbacks.

use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use merit_router::{
    Arm, AttemptLog, AttemptRecord, CallError, CallLog, ErrorKind, Executor, LogSettings, OutcomeRecord, Reply,
    Request, Usage,
};
use serde_json::json;

use crate::folder::{Folder, NOON, router};

#[test]
fn attempts_become_call_records() {
    let router = router();
    let request = Request { max_cost: Some(5.0), ..Request::new("executor", "debugging", "advanced") };
    let answer = router.choose(&request).expect("nothing is excluded");
    let error = CallError::new(ErrorKind::RateLimit, "slow down, user@example.org");
    let first = AttemptRecord {
        request: &request,
        answer: &answer,
        attempt: 1,
        model: answer.model,
        provider: answer.provider,
        arm: answer.arm,
        propensity: Some(answer.propensity),
        started_at: UNIX_EPOCH + NOON,
        latency: Duration::from_micros(812_345),
        result: Err(&error),
    };
    let usage =
        Usage { input_tokens: Some(9), cached_input_tokens: Some(4), output_tokens: Some(2), cost_usd: Some(0.25) };
    let second = AttemptRecord {
        attempt: 2,
        model: "llama",
        provider: "east",
        arm: Arm::Fallback,
        propensity: None,
        result: Ok(usage),
        ..first
    };
    let folder = Folder::new("attempts");
    let log = CallLog::open(folder.path(), LogSettings::default()).expect("a log");
    let ids = [log.attempt(&first), log.attempt(&second)];
    drop(log);
    let records = folder.records();
    assert_eq!(records.len(), 2);
    for (record, id) in records.iter().zip(&ids) {
        assert_eq!(record["call_id"].as_str(), id.as_deref());
        assert_eq!(record["timestamp"], "2026-11-23T12:34:56.000000Z");
        assert_eq!(record["latency_ms"], json!(812.345));
        assert_eq!(record["task_id"].as_str(), answer.task_id.as_deref(), "the id that was made up");
        assert_eq!(record["drawn_model"], json!(answer.model));
        assert_eq!((&record["role"], &record["max_cost"]), (&json!("executor"), &json!(5.0)));
    }
    let [failed, served] = [&records[0], &records[1]];
    assert_eq!((&failed["success"], &failed["error_kind"]), (&json!(false), &json!("rate_limit")));
    assert_eq!((&failed["propensity"], &failed["attempt"]), (&json!(answer.propensity), &json!(1)));
    assert!(!failed.contains_key("cost_usd"));
    assert!(!failed.values().any(|value| value.to_string().contains("example.org")), "messages are content");
    assert_eq!(
        (&served["success"], &served["model"], &served["provider"]),
        (&json!(true), &json!("llama"), &json!("east"))
    );
    assert_eq!((&served["arm"], &served["attempt"]), (&json!("fallback"), &json!(2)));
    assert_eq!((&served["input_tokens"], &served["cached_input_tokens"]), (&json!(9), &json!(4)));
    assert_eq!((&served["output_tokens"], &served["cost_usd"]), (&json!(2), &json!(0.25)));
    assert!(!served.contains_key("propensity") && !served.contains_key("error_kind"));
}

#[test]
fn an_execution_is_logged_attempt_by_attempt_and_scored_later() {
    let router = router();
    let folder = Folder::new("execution");
    let log = Arc::new(CallLog::open(folder.path(), LogSettings::default()).expect("a log"));
    let executor = Executor::default().with_log(Arc::clone(&log));
    let request = Request { task_id: Some("task-17"), ..Request::new("executor", "debugging", "advanced") };
    let done = executor
        .execute_with_fallback(&router, &request, |attempt| match attempt.attempt {
            1 => Err(CallError::new(ErrorKind::Timeout, "no answer")),
            _ => Ok(Reply::new("an answer")),
        })
        .expect("the second attempt succeeds");
    let call_id = done.call_id().expect("it was logged");
    log.outcome(&OutcomeRecord { score: Some(7.0), ..OutcomeRecord::new(call_id) });
    log.close();
    let records = folder.records();
    let members: Vec<_> =
        records.iter().map(|record| (record.get("model"), record.get("arm"), record.get("score"))).collect();
    let drawn = json!(done.attempts[0].model);
    let arm = serde_json::to_value(router.choose(&request).expect("the same draw").arm).expect("a word");
    let (served, fallback, score) = (json!(done.model), json!("fallback"), json!(7.0));
    assert_eq!(
        members,
        [(Some(&drawn), Some(&arm), None), (Some(&served), Some(&fallback), None), (None, None, Some(&score))]
    );
    assert_eq!((records[1]["call_id"].as_str(), records[2]["call_id"].as_str()), (Some(call_id), Some(call_id)));
}
