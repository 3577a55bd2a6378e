//! How long is waited, and what a deadline leaves.

use std::time::Duration;

use merit_router::{ExecuteError, ExecutionSettings, Stopped};

use super::stage::{MS, SECOND, Script, Stage, drawn_to, executor};
use crate::tables::{plain, router};

/// The pauses and calls of one task under settings; gemini is drawn, then opus, sonnet, llama.
fn course(chance: f64, settings: ExecutionSettings, script: &mut Script) -> (Vec<Duration>, Option<Stopped>) {
    let (router, stage) = (router(plain()), Stage::new(chance));
    let executor = executor(&stage).0.with_settings(settings);
    let ended =
        executor.execute_with_fallback(&router, &drawn_to(&router, "gemini"), |attempt| script.call(&stage, attempt));
    let stopped = ended.err().map(|error| match error {
        ExecuteError::Failed(failure) => failure.stopped,
        ExecuteError::Choose(error) => panic!("{error}"),
    });
    (stage.pauses(), stopped)
}

#[test]
fn pauses_double_up_to_the_cap_and_begin_anew_at_the_next_model() {
    let settings = ExecutionSettings { tries_per_model: 7, max_attempts: 9, ..ExecutionSettings::default() };
    for (chance, share) in [(0.0, 0.5), (0.5, 0.75), (0.999_999, 0.999_999_5)] {
        let mut script = Script::default().fails("gemini", 7, "server_error").fails("opus", 1, "connection");
        let (pauses, stopped) = course(chance, settings, &mut script);
        let expected = [0.5, 1.0, 2.0, 4.0, 8.0, 8.0, 0.5].map(|seconds| Duration::from_secs_f64(seconds * share));
        assert_eq!((pauses.as_slice(), stopped), (expected.as_slice(), None));
    }
}

#[test]
fn a_provider_that_says_when_is_obeyed_up_to_the_cap() {
    let usual = ExecutionSettings::default();
    for (asked, pauses, called) in [
        (Duration::ZERO, vec![Duration::ZERO], ["gemini", "gemini"]),
        (1_234 * MS, vec![1_234 * MS], ["gemini", "gemini"]),
        (8 * SECOND, vec![8 * SECOND], ["gemini", "gemini"]),
        (8_001 * MS, vec![], ["gemini", "opus"]),
    ] {
        let mut script = Script::default().asks("gemini", asked);
        assert_eq!(course(0.5, usual, &mut script), (pauses, None));
        assert_eq!(script.models(), called);
    }
    // Where the tries are used up, what it says is of no use.
    let mut script = Script::default().fails("gemini", 1, "server_error").asks("gemini", SECOND);
    assert_eq!(course(0.5, usual, &mut script), (vec![375 * MS], None));
    assert_eq!(script.models(), ["gemini", "gemini", "opus"]);
}

#[test]
fn a_deadline_shortens_the_last_attempts_and_then_ends_it() {
    let settings =
        ExecutionSettings { deadline: Some(250 * MS), timeout: 200 * MS, max_attempts: 99, ..Default::default() };
    let mut script = Script::default();
    for model in ["gemini", "opus", "sonnet", "llama"] {
        script = script.fails(model, 9, "timeout");
    }
    assert_eq!(course(0.5, settings, &mut script), (vec![], Some(Stopped::Deadline)));
    let given: Vec<Duration> = script.calls.iter().map(|(_, timeout)| *timeout).collect();
    assert_eq!(given, [200 * MS, 150 * MS, 50 * MS], "a call takes 100 ms; the fourth would begin too late");
}

#[test]
fn a_pause_that_would_outlast_the_deadline_is_not_made() {
    // 100 ms gone, 375 ms to wait: no time is left for the call.
    let settings = ExecutionSettings { deadline: Some(475 * MS), ..ExecutionSettings::default() };
    let mut script = Script::default().fails("gemini", 9, "server_error");
    assert_eq!(course(0.5, settings, &mut script), (vec![], None));
    assert_eq!(script.models(), ["gemini", "opus"]);
    let settings = ExecutionSettings { deadline: Some(476 * MS), ..settings };
    let mut script = Script::default().fails("gemini", 1, "server_error");
    assert_eq!(course(0.5, settings, &mut script), (vec![375 * MS], None));
    assert_eq!(script.calls[1], ("gemini".to_owned(), MS), "what is left");
}

#[test]
fn no_time_at_all_is_told() {
    let (router, stage) = (router(plain()), Stage::new(0.5));
    let settings = ExecutionSettings { deadline: Some(Duration::ZERO), ..ExecutionSettings::default() };
    let executor = executor(&stage).0.with_settings(settings);
    let mut script = Script::default();
    let error =
        executor.execute_with_fallback(&router, &drawn_to(&router, "gemini"), |attempt| script.call(&stage, attempt));
    let error = error.expect_err("no time").to_string();
    assert!(error.ends_with(": the deadline came before any model served it; no attempt was made"), "{error}");
    assert!(script.calls.is_empty());
}

#[test]
fn a_success_after_the_deadline_is_a_success() {
    let settings = ExecutionSettings { deadline: Some(MS), ..ExecutionSettings::default() };
    let mut script = Script::default();
    assert_eq!(course(0.5, settings, &mut script), (vec![], None));
}

#[test]
fn times_without_end_are_none() {
    let endless = Duration::MAX;
    let settings = ExecutionSettings { deadline: Some(endless), timeout: endless, ..ExecutionSettings::default() };
    let mut script = Script::default().fails("gemini", 1, "server_error");
    assert_eq!(course(0.5, settings, &mut script), (vec![375 * MS], None));
    assert_eq!(script.calls[0].1, endless);
}
