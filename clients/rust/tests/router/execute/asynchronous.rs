//! The asynchronous form, on a runtime made of nothing but a loop.

use std::cell::{Cell, RefCell};
use std::future::pending;
use std::time::Duration;

use merit_router::{CallError, ErrorKind, ExecutionSettings, Reply, Timer};

use super::stage::{MS, SECOND, Script, Stage, StageTimer, drawn_to, executor};
use crate::tables::{plain, router};

/// Sets a flag when it is dropped.
struct Dropped<'a>(&'a Cell<bool>);

impl Drop for Dropped<'_> {
    fn drop(&mut self) {
        self.0.set(true);
    }
}

#[test]
fn a_call_that_hangs_is_dropped_at_its_time_and_the_next_model_serves() {
    let (router, stage) = (router(plain()), Stage::new(0.5));
    let (executor, memory) = executor(&stage);
    let dropped = Cell::new(false);
    let done = stage.block_on(executor.execute_with_fallback_async(
        &router,
        &drawn_to(&router, "gemini"),
        StageTimer(stage.clone()),
        async |attempt| {
            if attempt.model == "gemini" {
                let _guard = Dropped(&dropped);
                pending::<()>().await;
            }
            assert!(dropped.get(), "the call before is gone when the next is made");
            Ok(Reply::new(attempt.model))
        },
    ));
    let done = done.expect("opus serves");
    assert_eq!((done.value, stage.elapsed()), ("opus", 60 * SECOND));
    let error = CallError::new(ErrorKind::Timeout, "no answer within 60000 ms");
    assert_eq!((done.attempts[0].error.as_ref(), done.attempts[0].latency), (Some(&error), 60 * SECOND));
    let logged = memory.take();
    assert_eq!((logged[0].error.as_deref(), logged[0].latency), (Some("timeout"), 60 * SECOND));
}

#[test]
fn a_deadline_cuts_the_call_under_way() {
    let (router, stage) = (router(plain()), Stage::new(0.5));
    let settings = ExecutionSettings { deadline: Some(90 * SECOND), max_attempts: 99, ..ExecutionSettings::default() };
    let executor = executor(&stage).0.with_settings(settings);
    let hangs = stage.block_on(executor.execute_with_fallback_async(
        &router,
        &drawn_to(&router, "gemini"),
        StageTimer(stage.clone()),
        |_| pending::<Result<Reply<()>, CallError>>(),
    ));
    let error = hangs.expect_err("all hang");
    let latencies: Vec<u128> = error.attempts().iter().map(|report| report.latency.as_millis()).collect();
    assert_eq!((latencies, stage.elapsed()), (vec![60_000, 30_000], 90 * SECOND));
    assert!(error.to_string().contains(": the deadline came before any model served it; attempt 1, gemini"), "{error}");
}

#[test]
fn pauses_are_the_timers() {
    let (router, stage) = (router(plain()), Stage::new(0.5));
    let (executor, _) = executor(&stage);
    let script = RefCell::new(Script::default().fails("gemini", 1, "rate_limit"));
    let (timer, asked) = (StageTimer(stage.clone()), drawn_to(&router, "gemini"));
    let done = executor.execute_with_fallback_async(&router, &asked, &timer, async |attempt| {
        script.borrow_mut().call(&stage, attempt)
    });
    assert_eq!(stage.block_on(done).expect("the second try").model, "gemini");
    assert_eq!(stage.elapsed(), 575 * MS, "two calls and a pause");
    assert!(stage.pauses().is_empty(), "no thread slept");
}

#[test]
fn an_executions_future_that_is_dropped_drops_its_call() {
    let (router, stage) = (router(plain()), Stage::new(0.5));
    let (executor, memory) = executor(&stage);
    let dropped = Cell::new(false);
    let timer = StageTimer(stage.clone());
    let asked = drawn_to(&router, "gemini");
    let task = executor.execute_with_fallback_async(&router, &asked, &timer, async |_| {
        let _guard = Dropped(&dropped);
        pending::<Result<Reply<()>, CallError>>().await
    });
    assert!(stage.block_on(timer.timeout(SECOND, task)).is_none());
    assert!(dropped.get() && memory.take().is_empty());
}

#[test]
fn a_future_that_is_ready_wins_over_a_limit_that_has_come() {
    let stage = Stage::new(0.5);
    let timer = StageTimer(stage.clone());
    assert_eq!(stage.block_on(timer.timeout(Duration::ZERO, async { 7 })), Some(7));
    assert_eq!(stage.block_on(timer.timeout(Duration::ZERO, pending::<u8>())), None);
}
