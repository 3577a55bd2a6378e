//! How many calls are under way at once, and how all of them end.

use std::thread;

use merit_backends::{BackendKind, BackendSettings, Request, open};

use crate::stub::Stub;
use crate::surroundings::{KEY, at_stub, surroundings};

#[test]
fn backends_of_one_provider_share_its_slots() {
    let stub = Stub::with(&["--slow", "0.3"]);
    let (surroundings, _) = surroundings(&[("STUB_KEY", KEY)]);
    let named = |name: &str, kind, concurrency| BackendSettings {
        name: name.to_owned(),
        provider: Some("one".to_owned()),
        concurrency: Some(concurrency),
        ..at_stub(kind, &stub)
    };
    let settings = [named("a", BackendKind::Anthropic, 2), named("b", BackendKind::OpenAi, 8)];
    let runners = open(&settings, &surroundings).expect("the settings are good");
    thread::scope(|scope| {
        for at in 0..10 {
            let runner = &runners[at % 2];
            scope.spawn(move || runner.run(&Request::new("slow", "hello")).result.expect("the stub answers"));
        }
    });
    assert_eq!(stub.requests().len(), 10);
    assert_eq!(stub.peak(), 2);
}

#[test]
fn what_is_under_way_ends_when_it_is_cancelled() {
    let stub = Stub::start();
    let (surroundings, _) = surroundings(&[("STUB_KEY", KEY)]);
    let settings = BackendSettings { concurrency: Some(1), ..at_stub(BackendKind::Gemini, &stub) };
    let runners = open(&[settings], &surroundings).expect("the settings are good");
    thread::scope(|scope| {
        // One hangs at the stub, the other waits for its slot.
        let both = [(); 2].map(|()| scope.spawn(|| runners[0].run(&Request::new("hang", "hello"))));
        while stub.requests().is_empty() {
            thread::yield_now();
        }
        surroundings.cancel.cancel();
        let mut attempts: Vec<usize> = Vec::new();
        for run in both {
            let outcome = run.join().expect("it does not panic");
            assert_eq!(outcome.result.expect_err("it was cancelled").kind().as_str(), "cancelled");
            attempts.push(outcome.attempts.len());
        }
        attempts.sort_unstable();
        assert_eq!(attempts, [0, 1]);
    });
}
