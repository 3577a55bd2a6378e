//! Who is called after whom, and when it ends.

use merit_router::{ChooseError, Draw, ExecuteError, ExecutionSettings, Request, Stopped};

use super::stage::{MS, SECOND, Script, Stage, drawn_to, executor};
use crate::tables::{greedy, plain, router};

const REQUEST: Request<'static> = Request {
    role: "executor",
    category: "debugging",
    difficulty: "advanced",
    task_id: Some("task-17"),
    attempt: 1,
    exclude: &[],
    max_cost: None,
    input_tokens: None,
    output_tokens: None,
};

#[test]
fn the_drawn_model_serves() {
    let (router, stage) = (router(plain()), Stage::new(0.5));
    let mut script = Script::default();
    let (executor, _) = executor(&stage);
    let done = executor.execute_with_fallback(&router, &REQUEST, |attempt| script.call(&stage, attempt));
    let done = done.expect("nobody fails");
    let answer = router.choose(&REQUEST).expect("a choice");
    assert_eq!((done.value.as_str(), done.model.as_str()), (answer.model, answer.model));
    assert_eq!(done.draw, Draw::from(&answer));
    assert_eq!((done.attempts.len(), done.call_id()), (1, Some("call-1")));
    assert_eq!((done.attempts[0].error.as_ref(), done.attempts[0].latency), (None, 100 * MS));
    assert_eq!(script.calls, [(answer.model.to_owned(), 60 * SECOND)]);
}

#[test]
fn what_will_not_pass_goes_to_the_next_model_at_once_in_the_order_of_the_answer() {
    let router = router(plain());
    let answer = router.choose(&REQUEST).expect("a choice");
    let fallback = answer.fallback.to_vec();
    for kind in ["timeout", "authentication", "content_filter", "bad_json"] {
        let (stage, mut script) = (Stage::new(0.5), Script::default());
        for model in [answer.model, fallback[0]] {
            script = script.fails(model, 2, kind);
        }
        let (executor, _) = executor(&stage);
        let done = executor.execute_with_fallback(&router, &REQUEST, |attempt| script.call(&stage, attempt));
        assert_eq!(done.expect("the third serves").model, fallback[1]);
        assert_eq!(script.models(), [answer.model, fallback[0], fallback[1]], "{kind}");
        assert!(stage.pauses().is_empty(), "{kind}");
    }
}

#[test]
fn what_may_pass_is_tried_twice_at_each_model() {
    let router = router(plain());
    let answer = router.choose(&REQUEST).expect("a choice");
    let next = answer.fallback.to_vec()[0];
    for kind in ["rate_limit", "server_error", "connection"] {
        let (stage, script) = (Stage::new(0.5), Script::default());
        let mut script = script.fails(answer.model, 9, kind).fails(next, 1, kind);
        let (executor, _) = executor(&stage);
        let done = executor.execute_with_fallback(&router, &REQUEST, |attempt| script.call(&stage, attempt));
        assert_eq!(done.expect("the second try at the second").model, next);
        assert_eq!(script.models(), [answer.model, answer.model, next, next], "{kind}");
        assert_eq!(stage.pauses(), [375 * MS, 375 * MS], "{kind}");
    }
}

#[test]
fn an_invalid_request_ends_it() {
    let (router, stage) = (router(plain()), Stage::new(0.5));
    let drawn = router.choose(&REQUEST).expect("a choice").model;
    let mut script = Script::default().fails(drawn, 1, "invalid_request");
    let (executor, _) = executor(&stage);
    let error = executor.execute_with_fallback(&router, &REQUEST, |attempt| script.call(&stage, attempt));
    let error = error.expect_err("no other model would do better");
    assert_eq!(error.attempts().len(), 1);
    let ExecuteError::Failed(failure) = error else { panic!("a choice was made") };
    assert_eq!(failure.stopped, Stopped::InvalidRequest);
}

#[test]
fn when_all_fail_the_error_lists_every_attempt() {
    let (router, stage) = (router(plain()), Stage::new(0.5));
    let request = drawn_to(&router, "gemini");
    let task = request.task_id.expect("named");
    let script = Script::default().fails("gemini", 1, "timeout").fails("opus", 9, "rate_limit");
    let mut script = script.fails("sonnet", 1, "authentication").fails("llama", 1, "bad_json");
    let (executor, _) = executor(&stage);
    let error = executor.execute_with_fallback(&router, &request, |attempt| script.call(&stage, attempt));
    assert_eq!(
        error.expect_err("all fail").to_string(),
        format!(
            "task {task}: every model that could be tried failed; \
             attempt 1, gemini at south, 100 ms: timeout: gemini is out; \
             attempt 2, opus at north, 100 ms: rate_limit: opus is out; \
             attempt 3, opus at north, 100 ms: rate_limit: opus is out; \
             attempt 4, sonnet at north, 100 ms: authentication: sonnet is out; \
             attempt 5, llama at east, 100 ms: bad_json: llama is out"
        )
    );
}

#[test]
fn max_attempts_ends_it() {
    let router = router(plain());
    for (allowed, made) in [(6, 6), (3, 3), (1, 1), (0, 1), (100, 8)] {
        let (stage, mut script) = (Stage::new(0.5), Script::default());
        for model in ["gemini", "llama", "opus", "sonnet"] {
            script = script.fails(model, 9, "server_error");
        }
        let settings = ExecutionSettings { max_attempts: allowed, ..ExecutionSettings::default() };
        let executor = executor(&stage).0.with_settings(settings);
        let error = executor.execute_with_fallback(&router, &REQUEST, |attempt| script.call(&stage, attempt));
        let error = error.expect_err("all fail");
        assert_eq!((script.calls.len(), error.attempts().len()), (made, made));
        let numbers: Vec<u32> = error.attempts().iter().map(|report| report.attempt).collect();
        assert_eq!(numbers, (1..=made as u32).collect::<Vec<_>>());
        let ExecuteError::Failed(failure) = error else { panic!("a choice was made") };
        assert_eq!(failure.stopped, if allowed == 100 { Stopped::NobodyLeft } else { Stopped::MaxAttempts });
    }
}

#[test]
fn who_the_caller_excluded_or_cannot_pay_is_never_called() {
    let (router, stage) = (router(plain()), Stage::new(0.5));
    let request = Request { exclude: &["gemini"], max_cost: Some(0.01), ..REQUEST };
    let script = Script::default().fails("llama", 9, "timeout").fails("sonnet", 9, "timeout");
    let (mut script, (executor, _)) = (script, executor(&stage));
    let error = executor.execute_with_fallback(&router, &request, |attempt| script.call(&stage, attempt));
    assert_eq!(error.expect_err("both fail").attempts().len(), 2);
    let mut called = script.models();
    called.sort_unstable();
    assert_eq!(called, ["llama", "sonnet"], "gemini is excluded, opus costs more");
}

#[test]
fn without_a_choice_nobody_is_called() {
    let (router, stage) = (router(plain()), Stage::new(0.5));
    let request = Request { exclude: &["gemini", "llama", "opus", "sonnet"], ..REQUEST };
    let (executor, memory) = executor(&stage);
    let error = executor.execute_with_fallback(&router, &request, |_| -> Result<_, _> { panic!("called") });
    let error: ExecuteError = error.map(|_: merit_router::Execution<()>| ()).expect_err("nobody is left");
    assert!(matches!(error, ExecuteError::Choose(ChooseError::AllExcluded { .. })), "{error}");
    assert!(memory.take().is_empty() && error.attempts().is_empty());
}

#[test]
fn a_row_of_one_model_at_epsilon_zero_is_tried_and_its_failure_told() {
    let (router, stage) = (router(greedy()), Stage::new(0.5));
    let request = Request { role: "judge", ..REQUEST };
    let mut script = Script::default().fails("llama", 5, "server_error");
    let (executor, memory) = executor(&stage);
    let mut run = || executor.execute_with_fallback(&router, &request, |attempt| script.call(&stage, attempt));
    assert_eq!(run().expect_err("two failures").attempts().len(), 2);
    assert_eq!(run().expect_err("two more, and it rests").attempts().len(), 2);
    // There is nobody else: it is drawn although it rests.
    let done = run().expect("the sixth call serves");
    assert_eq!((done.model.as_str(), done.draw.propensity, done.draw.excluded.len()), ("llama", 1.0, 0));
    assert_eq!(memory.take().len(), 6);
}

#[test]
fn a_task_without_an_id_has_one_in_all_its_attempts() {
    let (router, stage) = (router(plain()), Stage::new(0.5));
    let request = Request { task_id: None, ..REQUEST };
    let (executor, _) = executor(&stage);
    let mut calls = 0;
    let error = executor.execute_with_fallback(&router, &request, |_| {
        calls += 1;
        Err::<merit_router::Reply<()>, _>(merit_router::CallError::new("timeout", ""))
    });
    let ExecuteError::Failed(failure) = error.expect_err("all fail") else { panic!("a choice was made") };
    assert_eq!((failure.draw.task_id.len(), calls), (32, 4));
}
