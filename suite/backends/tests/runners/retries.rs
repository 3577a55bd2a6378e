//! Pauses, deadlines and the end of patience, on a machine that does not wait.

use std::sync::Mutex;
use std::time::{Duration, SystemTime};

use merit_backends::{
    Answer, Backend, BackendKind, BackendSettings, CallError, Cancel, ErrorKind, Patience, Request, Runner, Stop, Usage,
};

use crate::stub::Stub;
use crate::surroundings::{at_stub, runner, surroundings};

/// A backend that fails as it is told, then answers, and writes down the time it was given.
struct Script(Mutex<(Vec<CallError>, Vec<Duration>)>);

impl Backend for Script {
    fn call(&self, request: &Request, timeout: Duration, _cancel: &Cancel) -> Result<Answer, CallError> {
        let mut script = self.0.lock().expect("nobody panics with it");
        script.1.push(timeout);
        match script.0.pop() {
            Some(error) => Err(error),
            None => Ok(Answer {
                text: format!("to {}", request.prompt),
                usage: Usage::default(),
                served_model: None,
                stop: Stop::End,
            }),
        }
    }
}

fn failing(times: usize) -> Script {
    let error = CallError::new(ErrorKind::ServerError, "no");
    Script(Mutex::new((vec![error; times], Vec::new())))
}

#[test]
fn every_attempt_is_a_record_of_its_own() {
    let stub = Stub::start();
    let (runner, machine) = runner(at_stub(BackendKind::Anthropic, &stub));
    let outcome = runner.run(&Request::new("429-then-ok", "hello"));
    assert_eq!(outcome.result.expect("the second try succeeds").text, "429-then-ok read 5 characters");
    let [first, second] = outcome.attempts.as_slice() else { panic!("{:?}", outcome.attempts) };
    assert_eq!((first.number, second.number), (1, 2));
    assert_eq!(first.error_kind(), Some(&ErrorKind::RateLimit));
    assert_eq!((first.usage, second.error_kind()), (Usage::default(), None));
    assert!(second.usage.input_tokens.is_some());
    assert!(first.started_at > SystemTime::UNIX_EPOCH && second.started_at > first.started_at);
    // The stub asks for one second; the pause is in the times between, and in no latency.
    assert_eq!(machine.slept(), Duration::from_secs(1));
    assert!(second.started_at.duration_since(first.started_at).is_ok_and(|gap| gap >= Duration::from_secs(1)));
    assert!(first.latency + second.latency < Duration::from_secs(1) + machine.slept());
}

#[test]
fn pauses_grow_and_end_with_the_retries() {
    let (surroundings, machine) = surroundings(&[]);
    let patience = Patience { max_retries: 3, ..Patience::default() };
    let runner = Runner::new("script", failing(9), patience, 1, surroundings.host, surroundings.cancel);
    let outcome = runner.run(&Request::new("m", "hello"));
    assert_eq!(outcome.attempts.len(), 4);
    assert_eq!(machine.slept(), Duration::from_secs(1 + 2 + 4));
    assert_eq!(outcome.result.map_err(|error| error.to_string()), Err("server_error: no".to_owned()));
}

#[test]
fn no_attempt_gets_more_time_than_is_left() {
    let (surroundings, _) = surroundings(&[]);
    let patience = Patience {
        timeout: Duration::from_secs(60),
        deadline: Duration::from_secs(62),
        max_retries: 9,
        ..Patience::default()
    };
    let script: &'static Script = Box::leak(Box::new(failing(9)));
    let runner = Runner::new("script", Borrowed(script), patience, 1, surroundings.host, surroundings.cancel);
    let outcome = runner.run(&Request::new("m", "hello"));
    // Pauses of 1, 2, 4, … s until none fits: the first attempt has all its time, the last what is left of 62 s.
    let given = script.0.lock().expect("nobody panics with it").1.clone();
    assert_eq!(given[0], Duration::from_secs(60));
    assert!(given.windows(2).all(|pair| pair[1] <= pair[0]), "{given:?}");
    assert!(given.last().is_some_and(|last| *last < Duration::from_secs(35)), "{given:?}");
    let error = outcome.result.expect_err("it never succeeds");
    assert_eq!(error.to_string(), "server_error: no time is left for another try: no");
}

struct Borrowed(&'static Script);

impl Backend for Borrowed {
    fn call(&self, request: &Request, timeout: Duration, cancel: &Cancel) -> Result<Answer, CallError> {
        self.0.call(request, timeout, cancel)
    }
}

#[test]
fn a_cancelled_run_makes_no_further_attempt() {
    let (surroundings, _) = surroundings(&[]);
    let cancel = surroundings.cancel.clone();
    let runner = Runner::new("script", failing(9), Patience::default(), 1, surroundings.host, surroundings.cancel);
    cancel.cancel();
    let outcome = runner.run(&Request::new("m", "hello"));
    assert_eq!(outcome.attempts, []);
    assert_eq!(outcome.result.expect_err("it was cancelled").kind().as_str(), "cancelled");
}

#[test]
fn retries_can_be_turned_off() {
    let stub = Stub::start();
    let (runner, machine) = runner(BackendSettings { max_retries: Some(0), ..at_stub(BackendKind::OpenAi, &stub) });
    assert_eq!(runner.run(&Request::new("500-then-ok", "hello")).attempts.len(), 1);
    assert_eq!(machine.slept(), Duration::ZERO);
}
