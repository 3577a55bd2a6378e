//! What each protocol sends, and what it makes of good, cut off, broken and malformed answers.

use std::time::Duration;

use merit_backends::{BackendKind, BackendSettings, Request, Stop};

use crate::stub::Stub;
use crate::surroundings::{KEY, SPOKEN, at_stub, runner};

/// The kinds of all attempts at a model, in each protocol.
fn kinds(stub: &Stub, model: &str) -> Vec<Vec<String>> {
    let of = |kind| {
        let (runner, _) = runner(at_stub(kind, stub));
        let outcome = runner.run(&Request::new(model, "hello"));
        assert!(!format!("{outcome:?}").contains("sk-secret"), "{outcome:?}");
        let word = |error: Option<&merit_backends::ErrorKind>| error.map_or("success", |kind| kind.as_str()).to_owned();
        outcome.attempts.iter().map(|attempt| word(attempt.error_kind())).collect()
    };
    SPOKEN.map(of).into()
}

/// The same in all three protocols.
fn everywhere(kinds: &[&str]) -> Vec<Vec<String>> {
    vec![kinds.iter().map(|&kind| kind.to_owned()).collect(); 3]
}

#[test]
fn all_three_give_the_same_text_and_count_the_same_tokens() {
    let stub = Stub::with(&["--key", KEY]);
    for kind in SPOKEN {
        let (runner, _) = runner(at_stub(kind, &stub));
        let request = Request { system: Some("be brief".to_owned()), ..Request::new("ok", "word ".repeat(200)) };
        let outcome = runner.run(&request);
        let answer = outcome.result.expect("the stub answers");
        assert_eq!(answer.text, "ok read 1000 characters", "{kind:?}");
        assert_eq!((answer.stop, answer.served_model.as_deref()), (Stop::End, Some("ok")), "{kind:?}");
        let used = answer.usage;
        assert_eq!(
            (used.input_tokens, used.cached_input_tokens, used.output_tokens, used.cost_usd),
            (Some(253), Some(126), Some(13), None),
            "{kind:?}"
        );
        let [attempt] = outcome.attempts.as_slice() else { panic!("{:?}", outcome.attempts) };
        assert_eq!((attempt.number, attempt.usage, &attempt.error), (1, used, &None));
        assert!(attempt.latency > Duration::ZERO);
    }
}

#[test]
fn openrouter_and_groq_speak_chat_completions_and_the_first_reports_its_cost() {
    let stub = Stub::with(&["--key", KEY]);
    for (kind, limit, cost) in
        [(BackendKind::OpenRouter, "max_tokens", Some(15.0e-6)), (BackendKind::Groq, "max_completion_tokens", None)]
    {
        let (runner, _) = runner(at_stub(kind, &stub));
        let answer = runner.run(&Request::new("ok", "hello")).result.expect("the stub answers");
        let close = answer.usage.cost_usd.zip(cost).map(|(is, should)| (is - should).abs() < 1e-12);
        assert_eq!(close, cost.map(|_| true), "{kind:?}: {:?}", answer.usage);
        let request = stub.requests().pop().expect("it was asked");
        assert!(request["body"].as_str().is_some_and(|body| body.contains(limit)), "{request}");
    }
}

#[test]
fn the_key_stands_in_the_header_it_belongs_to_and_nowhere_else() {
    let stub = Stub::start();
    for (kind, header, value) in [
        (BackendKind::Anthropic, "x-api-key", KEY.to_owned()),
        (BackendKind::Gemini, "x-goog-api-key", KEY.to_owned()),
        (BackendKind::OpenAi, "authorization", format!("Bearer {KEY}")),
    ] {
        let (runner, _) = runner(at_stub(kind, &stub));
        runner.run(&Request::new("ok", "hello")).result.expect("the stub answers");
        let mut request = stub.requests().pop().expect("it was asked");
        assert_eq!(request["headers"][header], value.as_str(), "{kind:?}");
        request["headers"][header].take();
        assert!(!request.to_string().contains(KEY), "{request}");
        assert!(!format!("{runner:?}").contains("sk-secret"));
    }
}

#[test]
fn a_server_of_ones_own_needs_no_key() {
    let stub = Stub::start();
    let (runner, _) = runner(BackendSettings { key_variable: None, ..at_stub(BackendKind::OpenAi, &stub) });
    runner.run(&Request::new("ok", "hello")).result.expect("the stub answers");
    assert!(stub.requests()[0]["headers"].get("authorization").is_none());
}

#[test]
fn a_temperature_is_sent_where_it_is_asked_for() {
    let stub = Stub::start();
    for kind in SPOKEN {
        let (runner, _) = runner(at_stub(kind, &stub));
        let warm = Request { temperature: Some(0.25), ..Request::new("ok", "hello") };
        for (request, is_sent) in [(warm, true), (Request::new("ok", "hello"), false)] {
            runner.run(&request).result.expect("the stub answers");
            let body = stub.requests().pop().expect("it was asked")["body"].to_string();
            assert_eq!(body.contains("0.25"), is_sent, "{kind:?}: {body}");
        }
    }
}

#[test]
fn an_answer_that_was_cut_off_says_so() {
    let stub = Stub::start();
    for kind in SPOKEN {
        let (runner, _) = runner(at_stub(kind, &stub));
        let limited = Request { max_output_tokens: 2, ..Request::new("ok", "hello") };
        for request in [limited, Request::new("max-tokens", "hello")] {
            let outcome = runner.run(&request);
            assert_eq!(outcome.attempts[0].stop, Some(Stop::MaxTokens));
            assert!(outcome.result.is_ok_and(|answer| answer.is_truncated() && !answer.text.is_empty()), "{kind:?}");
        }
    }
}

#[test]
fn what_may_pass_is_tried_again_and_what_cannot_is_not() {
    let stub = Stub::start();
    assert_eq!(kinds(&stub, "500-then-ok")[0], ["server_error", "success"]);
    for (model, kind) in [
        ("400", "invalid_request"),
        ("403", "authentication"),
        ("402", "quota"),
        ("no-such-model", "invalid_request"),
        ("malformed", "malformed"),
        ("wrong-shape", "malformed"),
        ("refusal", "content_filter"),
        ("redirect", "invalid_request"),
        ("echo-key", "authentication"),
        ("echo-key-oddly", "malformed"),
    ] {
        assert_eq!(kinds(&stub, model), everywhere(&[kind]), "{model}");
    }
    assert_eq!(kinds(&stub, "truncated"), everywhere(&["connection"; 5]));
    assert_eq!(kinds(&stub, "500"), everywhere(&["server_error"; 5]));
    assert_eq!(kinds(&stub, "529"), everywhere(&["server_error"; 5]));
    assert_eq!(kinds(&stub, "429"), everywhere(&["rate_limit"; 5]));
}

#[test]
fn a_key_that_is_echoed_is_in_no_error_and_no_answer() {
    let stub = Stub::start();
    for kind in SPOKEN {
        let (runner, _) = runner(at_stub(kind, &stub));
        let error = runner.run(&Request::new("echo-key", "hello")).result.expect_err("the key is wrong");
        assert_eq!(error.message(), "status 401: the key *** is wrong, and so is ***", "{kind:?}");
        assert!(!format!("{error:#?}").contains(&KEY[..8]));
        let error = runner.run(&Request::new("echo-key-oddly", "hello")).result.expect_err("it is no answer");
        assert!(error.message().contains("the key *** is odd"), "{error}");
        let answer = runner.run(&Request::new("echo-key-in-answer", "hello")).result.expect("it is an answer");
        assert_eq!(answer.text, "your key is ***");
    }
}

#[test]
fn a_refusal_cost_all_the_same() {
    let stub = Stub::start();
    for kind in SPOKEN {
        let (runner, _) = runner(at_stub(kind, &stub));
        let outcome = runner.run(&Request::new("refusal", "hello"));
        assert_eq!(outcome.attempts[0].usage.output_tokens, Some(8), "{kind:?}");
    }
}

#[test]
fn a_redirect_is_not_followed_and_its_place_is_named() {
    let stub = Stub::start();
    let (runner, _) = runner(at_stub(BackendKind::Anthropic, &stub));
    let error = runner.run(&Request::new("redirect", "hello")).result.expect_err("it is not followed");
    assert!(error.message().contains("redirects to http://localhost.example.com/elsewhere"), "{error}");
    assert_eq!(stub.requests().len(), 1);
}

#[test]
fn whoever_does_not_answer_in_time_is_a_timeout_and_nobody_listening_a_broken_connection() {
    let stub = Stub::with(&["--slow", "30"]);
    for model in ["slow", "hang"] {
        let (runner, _) = runner(at_stub(BackendKind::Gemini, &stub));
        let request = Request { timeout: Some(Duration::from_millis(300)), ..Request::new(model, "hello") };
        let outcome = runner.run(&request);
        let error = outcome.result.expect_err("it is too slow");
        assert_eq!(error.to_string(), "timeout: no answer within 0.3 s", "{model}");
        assert_eq!(outcome.attempts.len(), 1);
    }
    let settings = at_stub(BackendKind::OpenAi, &stub);
    let secure = settings.base_url.as_ref().map(|url| url.replace("http:", "https:"));
    let (strange, _) = runner(BackendSettings { base_url: secure, ..settings.clone() });
    let outcome = strange.run(&Request::new("ok", "hello"));
    assert_eq!(outcome.attempts.len(), 1, "a server without TLS will not have it a second later");
    let error = outcome.result.expect_err("the stub has no TLS");
    assert!(error.to_string().starts_with("connection: no secure connection"), "{error}");
    drop(stub);
    let (runner, _) = runner(BackendSettings { max_retries: Some(1), ..settings });
    let outcome = runner.run(&Request::new("ok", "hello"));
    assert_eq!(outcome.attempts.len(), 2);
    assert_eq!(outcome.result.expect_err("nobody listens").kind().as_str(), "connection");
}
