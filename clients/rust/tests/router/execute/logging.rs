//! What the log is told of each attempt.

use std::time::Duration;

use merit_router::Request;

use super::stage::{MS, Script, Stage, drawn_to, executor};
use crate::tables::{plain, router};

#[test]
fn each_attempt_is_told_as_it_ends_and_only_the_first_carries_the_draw() {
    let (router, stage) = (router(plain()), Stage::new(0.5));
    let (executor, memory) = executor(&stage);
    let request = drawn_to(&router, "gemini");
    let answer = router.choose(&request).expect("a choice");
    let mut script = Script::default().fails("gemini", 2, "server_error");
    let mut told = 0;
    let done = executor.execute_with_fallback(&router, &request, |attempt| {
        let before = memory.take();
        assert_eq!(before.len(), usize::from(attempt.attempt > 1), "what ended before is logged before");
        for logged in before {
            told += 1;
            assert_eq!((logged.attempt, logged.drawn.as_str(), logged.model.as_str()), (told, "gemini", "gemini"));
            let (arm, propensity) = if told == 1 {
                (format!("{:?}", answer.arm), Some(answer.propensity))
            } else {
                ("Fallback".into(), None)
            };
            assert_eq!((logged.arm, logged.propensity), (arm, propensity));
            assert_eq!(logged.error.as_deref(), Some("server_error"));
            assert_eq!((logged.at, logged.latency), (if told == 1 { Duration::ZERO } else { 475 * MS }, 100 * MS));
        }
        script.call(&stage, attempt)
    });
    assert_eq!(told, 2);
    let last = memory.take();
    assert_eq!((last.len(), last[0].attempt, last[0].model.as_str(), last[0].drawn.as_str()), (1, 3, "opus", "gemini"));
    assert_eq!((last[0].arm.as_str(), last[0].propensity, last[0].error.as_deref()), ("Fallback", None, None));
    assert_eq!(done.expect("opus serves").call_id(), Some("call-1"), "the id that the log gave");
}

#[test]
fn a_later_attempt_of_a_task_is_numbered_on() {
    let (router, stage) = (router(plain()), Stage::new(0.5));
    let (executor, memory) = executor(&stage);
    let request = Request { attempt: 3, task_id: Some("t"), ..Request::new("executor", "debugging", "advanced") };
    let drawn = router.choose(&request).expect("a choice").model;
    let mut script = Script::default().fails(drawn, 1, "timeout");
    let done = executor.execute_with_fallback(&router, &request, |attempt| script.call(&stage, attempt));
    let reports: Vec<u32> = done.expect("the next serves").attempts.iter().map(|report| report.attempt).collect();
    let logged: Vec<u32> = memory.take().iter().map(|logged| logged.attempt).collect();
    assert_eq!((reports, logged), (vec![3, 4], vec![3, 4]));
}
