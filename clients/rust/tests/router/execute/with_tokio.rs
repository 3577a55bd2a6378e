//! The asynchronous form on tokio.

use std::future::pending;
use std::sync::Arc;
use std::time::Duration;

use merit_router::{CallError, ErrorKind, ExecutionSettings, Executor, Reply, Request, TokioTimer};

use crate::tables::{plain, router};

#[test]
fn tasks_are_spawned_and_fail_over_when_a_call_hangs() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
    let router = Arc::new(router(plain()));
    let settings = ExecutionSettings { timeout: Duration::from_millis(20), ..ExecutionSettings::default() };
    let executor = Executor::new(ExecutionSettings { pause: Duration::from_millis(1), ..settings });
    let tasks = (0..40).map(|number| {
        let (router, executor) = (Arc::clone(&router), executor.clone());
        // Spawned: so the future can be sent between threads.
        runtime.spawn(async move {
            let task = format!("task-{number}");
            let request = Request { task_id: Some(&task), ..Request::new("executor", "debugging", "advanced") };
            let call = async |attempt: merit_router::Attempt<'_>| match attempt.provider {
                "south" => pending().await,
                "east" => Err(CallError::new(ErrorKind::Connection, "reset")),
                _ => Ok(Reply::new(attempt.model.to_owned())),
            };
            executor.execute_with_fallback_async(&router, &request, TokioTimer, call).await
        })
    });
    let tasks: Vec<_> = tasks.collect();
    let mut hung = 0;
    for task in tasks {
        let done = runtime.block_on(task).expect("no panic").expect("opus or sonnet serves");
        assert!(["opus", "sonnet"].contains(&done.model.as_str()));
        for report in &done.attempts {
            match report.model.as_str() {
                "gemini" => {
                    assert_eq!(report.error.as_ref().map(|error| &error.kind), Some(&ErrorKind::Timeout));
                    assert!(report.latency >= Duration::from_millis(20));
                    hung += 1;
                }
                "llama" => assert_eq!(report.error.as_ref().map(|error| &error.kind), Some(&ErrorKind::Connection)),
                _ => assert_eq!(report.error, None),
            }
        }
    }
    assert!(hung > 0, "some were drawn to the model that hangs");
}
