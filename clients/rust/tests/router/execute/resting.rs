//! Models at rest: not drawn, tried last, and back again.

use std::sync::{Arc, Barrier};
use std::thread;

use merit_router::table::Row;
use merit_router::{CallError, CoolDownSettings, CoolDowns, Draw, Executor, Reply, Request, Router};

use super::stage::{MS, SECOND, Script, Stage, drawn_to, executor};
use crate::tables::{plain, probes, router};

fn request(task: &str) -> Request<'_> {
    Request { task_id: Some(task), ..Request::new("executor", "debugging", "advanced") }
}

/// Lets a model fail until it has done so often enough.
fn fail(executor: &Executor, stage: &Stage, model: &str, times: usize) {
    let now = merit_router::Host::now(stage);
    (0..times).for_each(|_| executor.cool_downs().failed(model, now, now));
}

#[test]
fn three_failures_in_a_row_take_a_model_out_of_the_draw_and_its_rest_brings_it_back() {
    let (router, stage) = (router(plain()), Stage::new(0.5));
    let (executor, memory) = executor(&stage);
    let task = drawn_to(&router, "gemini");
    let mut script = Script::default().fails("gemini", 3, "timeout");
    let mut run = || {
        let ended = executor.execute_with_fallback(&router, &task, |attempt| script.call(&stage, attempt));
        ended.expect("opus serves")
    };
    for _ in 0..3 {
        assert_eq!(run().attempts[0].model, "gemini");
    }
    let began = stage.elapsed();
    let resting = run();
    let exact = router.choose(&Request { exclude: &["gemini"], ..task }).expect("three are left");
    assert_eq!(resting.draw, Draw::from(&exact), "propensity, arm and exclusions are those of this very draw");
    assert_eq!(resting.draw.excluded, ["gemini"]);
    let logged = memory.take();
    let last = logged.last().expect("logged");
    assert_eq!((last.excluded.as_slice(), last.propensity), (["gemini".to_owned()].as_slice(), Some(exact.propensity)));
    // The third failure was 100 ms before the success that followed it.
    stage.pass(30 * SECOND - (stage.elapsed() - began) - stage_call());
    let done = run();
    assert_eq!((done.model.as_str(), done.draw.excluded.len()), ("gemini", 0));
    assert!(executor.cool_downs().resting(merit_router::Host::now(&*stage)).is_empty());
}

/// What a call of a script takes.
fn stage_call() -> std::time::Duration {
    SECOND / 10
}

#[test]
fn second_tries_are_made_though_the_first_brought_the_rest_and_do_not_prolong_it() {
    let (router, stage) = (router(plain()), Stage::new(0.5));
    let (executor, _) = executor(&stage);
    let task = drawn_to(&router, "gemini");
    fail(&executor, &stage, "gemini", 2);
    let mut script = Script::default().fails("gemini", 2, "server_error");
    let done = executor.execute_with_fallback(&router, &task, |attempt| script.call(&stage, attempt));
    assert_eq!(done.expect("opus serves").model, "opus");
    assert_eq!(script.models(), ["gemini", "gemini", "opus"]);
    let (_, end) = executor.cool_downs().resting(merit_router::Host::now(&*stage)).remove(0);
    // From the third failure, after one call; a pause and two more calls have passed since.
    assert_eq!(end - merit_router::Host::now(&*stage), 30 * SECOND - 375 * MS - 2 * stage_call());
}

#[test]
fn what_the_caller_excluded_stays_first_and_nobody_is_named_twice() {
    let (router, stage) = (router(plain()), Stage::new(0.5));
    let (executor, _) = executor(&stage);
    for model in ["sonnet", "gemini", "a model of another table"] {
        fail(&executor, &stage, model, 3);
    }
    let asked = Request { exclude: &["sonnet", "zeta"], ..request("task-17") };
    let mut script = Script::default();
    let done = executor.execute_with_fallback(&router, &asked, |attempt| script.call(&stage, attempt));
    assert_eq!(done.expect("two are left").draw.excluded, ["sonnet", "zeta", "gemini"]);
}

#[test]
fn who_rests_is_tried_last_by_the_end_of_its_rest() {
    let (router, stage) = (router(plain()), Stage::new(0.5));
    let (executor, _) = executor(&stage);
    fail(&executor, &stage, "opus", 4);
    fail(&executor, &stage, "sonnet", 3);
    let mut script = Script::default();
    for model in ["gemini", "llama", "opus", "sonnet"] {
        script = script.fails(model, 1, "timeout");
    }
    let task = request("task-17");
    let error = executor.execute_with_fallback(&router, &task, |attempt| script.call(&stage, attempt));
    let models = script.models();
    assert_eq!(models[2..], ["sonnet", "opus"], "opus rests longer: {models:?}");
    assert_eq!(error.expect_err("all fail").attempts().len(), 4);
}

#[test]
fn who_comes_to_rest_during_the_task_moves_to_the_end() {
    let (router, stage) = (router(plain()), Stage::new(0.5));
    let (executor, _) = executor(&stage);
    let mut called = Vec::new();
    let done = executor.execute_with_fallback(&router, &drawn_to(&router, "gemini"), |attempt| {
        called.push(attempt.model.to_owned());
        if called.len() == 1 {
            fail(&executor, &stage, "opus", 3);
            return Err(CallError::new("timeout", "meanwhile opus fails for others"));
        }
        if attempt.model == "opus" { Ok(Reply::new(())) } else { Err(CallError::new("timeout", "")) }
    });
    assert_eq!(done.expect("opus at last").model, "opus");
    assert_eq!(called, ["gemini", "sonnet", "llama", "opus"]);
}

#[test]
fn a_failure_of_who_was_called_in_its_rest_prolongs_it() {
    let (router, stage) = (router(plain()), Stage::new(0.5));
    let (executor, _) = executor(&stage);
    let error = executor.execute_with_fallback(&router, &drawn_to(&router, "gemini"), |attempt| {
        stage.pass(SECOND);
        if attempt.attempt == 1 {
            fail(&executor, &stage, "opus", 3);
        }
        Err::<Reply<()>, _>(CallError::new("timeout", ""))
    });
    assert_eq!(error.expect_err("all fail").attempts().last().map(|last| last.model.as_str()), Some("opus"));
    let now = merit_router::Host::now(&*stage);
    assert_eq!(executor.cool_downs().rests_until("opus", now), Some(now + 60 * SECOND));
}

#[test]
fn when_all_rest_the_draw_is_made_as_if_none_did() {
    let (router, stage) = (router(plain()), Stage::new(0.5));
    let (executor, _) = executor(&stage);
    for model in ["gemini", "llama", "opus", "sonnet"] {
        fail(&executor, &stage, model, 3);
    }
    let task = request("task-17");
    let mut script = Script::default();
    let done = executor.execute_with_fallback(&router, &task, |attempt| script.call(&stage, attempt));
    let done = done.expect("they serve again");
    assert_eq!(done.draw, Draw::from(&router.choose(&task).expect("a choice")));
    let left: Vec<String> =
        executor.cool_downs().resting(merit_router::Host::now(&*stage)).into_iter().map(|(model, _)| model).collect();
    assert!(left.len() == 3 && !left.contains(&done.model), "a success ends the rest of who served");
}

#[test]
fn a_caps_survivors_at_rest_are_still_tried() {
    // Within the cap: gemini and llama. Both rest, then sonnet is excluded too: opus is forced, they come after it.
    let (router, stage) = (router(plain()), Stage::new(0.5));
    let (executor, _) = executor(&stage);
    fail(&executor, &stage, "gemini", 3);
    fail(&executor, &stage, "llama", 4);
    let asked = Request { exclude: &["sonnet"], max_cost: Some(0.004), ..request("task-17") };
    let mut script = Script::default().fails("opus", 1, "timeout").fails("gemini", 1, "timeout");
    let done = executor.execute_with_fallback(&router, &asked, |attempt| script.call(&stage, attempt));
    assert_eq!(done.expect("llama at last").model, "llama");
    assert_eq!(script.models(), ["opus", "gemini", "llama"]);
}

#[test]
fn what_is_not_the_models_fault_does_not_tire_it() {
    let (router, stage) = (router(plain()), Stage::new(0.5));
    let (executor, _) = executor(&stage);
    for (kind, rests) in [
        ("invalid_request", false),
        ("content_filter", false),
        ("authentication", true),
        ("rate_limit", true),
        ("server_error", true),
        ("connection", true),
        ("timeout", true),
        ("bad_json", true),
    ] {
        let executor = executor.clone().with_cool_downs(Arc::new(CoolDowns::new(CoolDownSettings {
            failures_to_cool: 1,
            ..CoolDownSettings::default()
        })));
        let mut script = Script::default().fails("gemini", 2, kind);
        let task = drawn_to(&router, "gemini");
        drop(executor.execute_with_fallback(&router, &task, |attempt| script.call(&stage, attempt)));
        let now = merit_router::Host::now(&*stage);
        assert_eq!(executor.cool_downs().rests_until("gemini", now).is_some(), rests, "{kind}");
    }
}

#[test]
fn rest_outlives_the_table_and_is_shared_by_clones() {
    let stage = Stage::new(0.5);
    let (executor, _) = executor(&stage);
    fail(&executor.clone(), &stage, "gemini", 3);
    let newer = Router::new(plain().seal(2, None).expect("sound").0).expect("sound");
    let mut script = Script::default();
    let done = executor.execute_with_fallback(&newer, &request("task-17"), |attempt| script.call(&stage, attempt));
    let draw = done.expect("others serve").draw;
    assert_eq!((draw.table_version, draw.excluded), (2, vec!["gemini".to_owned()]));
}

#[test]
fn models_on_probation_are_taken_out_and_tried_last_like_all_others() {
    let (router, stage) = (router(probes()), Stage::new(0.5));
    let (executor, _) = executor(&stage);
    fail(&executor, &stage, "dill", 3);
    fail(&executor, &stage, "cedar", 4);
    let task = Request::new("executor", "debugging", "any");
    let row: &Row = router.row(task.role, task.category, task.difficulty);
    assert_eq!(row.fallback, ["cedar", "basil", "fennel"]);
    let mut called = Vec::new();
    let error = executor.execute_with_fallback(&router, &task, |attempt| {
        called.push(attempt.model.to_owned());
        Err::<Reply<()>, _>(CallError::new("timeout", ""))
    });
    let tried = error.expect_err("all fail").attempts().len();
    assert_eq!((tried, called.last().map(String::as_str)), (called.len(), Some("cedar")), "{called:?}");
    assert!(!called.contains(&"dill".to_owned()) || called[called.len() - 2] == "dill", "{called:?}");
}

#[test]
fn while_a_model_is_out_eight_threads_serve_every_task_and_soon_leave_it_alone() {
    let (router, stage) = (router(plain()), Stage::new(0.5));
    let (executor, memory) = executor(&stage);
    thread::scope(|scope| {
        for worker in 0..8 {
            let (executor, router) = (&executor, &router);
            scope.spawn(move || {
                for task in 0..50 {
                    let name = format!("{worker}-{task}");
                    let done = executor.execute_with_fallback(router, &request(&name), |attempt| {
                        if attempt.model == "gemini" {
                            return Err(CallError::new("server_error", "out"));
                        }
                        Ok(Reply::new(()))
                    });
                    assert_ne!(done.expect("others are well").model, "gemini");
                }
            });
        }
    });
    let failures = memory.take().iter().filter(|logged| logged.model == "gemini").count();
    // The third failure sends it to rest; each thread may have turned to it before, and has two tries.
    assert!((3..=2 + 8 * 2).contains(&failures), "{failures} calls to a model that is out");
    assert!(executor.cool_downs().rests_until("gemini", merit_router::Host::now(&*stage)).is_some());
}

#[test]
fn calls_that_meet_one_outage_together_bring_one_rest() {
    let (router, stage) = (router(plain()), Stage::new(0.5));
    let (executor, memory) = executor(&stage);
    let (task, all_called) = (drawn_to(&router, "gemini"), Barrier::new(8));
    let run = || {
        let done = executor.execute_with_fallback(&router, &task, |attempt| {
            if attempt.attempt == 1 {
                all_called.wait();
            }
            stage.pass(MS);
            if attempt.model == "gemini" { Err(CallError::new("server_error", "out")) } else { Ok(Reply::new(())) }
        });
        assert_eq!(done.expect("opus is well").model, "opus");
    };
    thread::scope(|scope| drop([(); 8].map(|()| scope.spawn(run))));
    assert_eq!(memory.take().iter().filter(|logged| logged.model == "gemini").count(), 16);
    let now = merit_router::Host::now(&*stage);
    let rest = executor.cool_downs().rests_until("gemini", now).expect("it rests") - now;
    assert!(rest <= 30 * SECOND && rest > 20 * SECOND, "sixteen failures, one reason: {rest:?}");
}
