//! What holds whatever the models do; and the two forms are one.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::time::Duration;

use merit_router::{Attempt, CallError, ExecuteError, Execution, ExecutionSettings, Reply, Request, Router, Stopped};

use super::stage::{MS, Stage, StageTimer, executor};
use crate::chance::Chance;
use crate::tables::{greedy, plain, probes, router, unicode};

const KINDS: [&str; 8] = [
    "rate_limit",
    "server_error",
    "connection",
    "timeout",
    "invalid_request",
    "authentication",
    "content_filter",
    "bad_json",
];

/// One call to come: how long it takes, and how it ends.
type Act = (Duration, Result<(), CallError>);

fn acts(chance: &mut Chance, failing: f64) -> Vec<Act> {
    let act = |chance: &mut Chance| {
        let takes = MS * chance.below(400) as u32;
        if !chance.happens(failing) {
            return (takes, Ok(()));
        }
        // Seldom what ends a task at once, so that most go far.
        let kind = if chance.happens(0.9) { KINDS[chance.below(4)] } else { *chance.pick(&KINDS) };
        let error = CallError::new(kind, "as scripted");
        let asks = chance.happens(0.2);
        (takes, Err(if asks { error.retry_after(MS * chance.below(12_000) as u32) } else { error }))
    };
    (0..64).map(|_| act(chance)).collect()
}

type Ended = Result<Execution<()>, ExecuteError>;

/// What is compared of the two forms.
fn told(ended: &Ended) -> String {
    match ended {
        Ok(done) => format!("{done:?}"),
        Err(error) => format!("{error:?}"),
    }
}

struct Case<'a> {
    router: &'a Router,
    request: Request<'a>,
    settings: ExecutionSettings,
    acts: &'a [Act],
    resting: &'a [(&'a str, usize)],
}

impl Case<'_> {
    /// Carried out in both forms, which must agree in everything; gives the calls made, with their times.
    fn run(&self) -> (Vec<(String, Duration, Duration)>, Ended) {
        let blocking = Stage::new(0.25);
        let calls = RefCell::new(Vec::new());
        let (with_log, memory) = executor(&blocking);
        let with_log = with_log.with_settings(self.settings);
        self.tire(&with_log, &blocking);
        let ended = with_log.execute_with_fallback(self.router, &self.request, |attempt: Attempt<'_>| {
            let mut calls = calls.borrow_mut();
            let (takes, result) = &self.acts[calls.len()];
            calls.push((attempt.model.to_owned(), blocking.elapsed(), attempt.timeout));
            // A blocking call keeps to its time by itself.
            if *takes >= attempt.timeout {
                blocking.pass(attempt.timeout);
                let limit = attempt.timeout.as_millis();
                return Err(CallError::new("timeout", format!("no answer within {limit} ms")));
            }
            blocking.pass(*takes);
            result.clone().map(Reply::new)
        });
        let blocking_log = memory.take();
        let stage = Stage::new(0.25);
        let (with_log, memory) = executor(&stage);
        let with_log = with_log.with_settings(self.settings);
        self.tire(&with_log, &stage);
        let made = RefCell::new(Vec::new());
        let timer = StageTimer(stage.clone());
        let other = with_log.execute_with_fallback_async(self.router, &self.request, timer, async |attempt| {
            let (takes, result) = &self.acts[made.borrow().len()];
            made.borrow_mut().push((attempt.model.to_owned(), stage.elapsed(), attempt.timeout));
            // A limit that comes at the same time wins, as above.
            stage.rest(if *takes == attempt.timeout { *takes + MS } else { *takes }).await;
            result.clone().map(Reply::new)
        });
        assert_eq!(told(&stage.block_on(other)), told(&ended));
        assert_eq!((made.into_inner(), memory.take()), (calls.borrow().clone(), blocking_log));
        (calls.into_inner(), ended)
    }

    fn tire(&self, executor: &merit_router::Executor, stage: &Stage) {
        let now = merit_router::Host::now(stage);
        for (model, times) in self.resting {
            (0..*times).for_each(|_| executor.cool_downs().failed(model, now, now));
        }
    }
}

#[test]
fn whatever_the_models_do_the_rules_hold_and_both_forms_agree() {
    let tables = [router(plain()), router(probes()), router(greedy()), router(unicode())];
    let mut chance = Chance(17);
    let mut stopped = BTreeMap::new();
    for case in 0..1_500 {
        let router = chance.pick(&tables);
        let row = chance.pick(&router.table().segments);
        let ids: Vec<&str> = router.table().models.keys().map(String::as_str).collect();
        let exclude: Vec<&str> = ids.iter().copied().filter(|_| chance.happens(0.1)).collect();
        let resting: Vec<(&str, usize)> = ids.iter().map(|id| (*id, chance.below(6))).collect();
        let task = format!("task-{case}");
        let request = Request {
            task_id: Some(&task),
            exclude: &exclude,
            max_cost: chance.happens(0.2).then(|| chance.unit() * 0.05),
            ..Request::new(&row.role, &row.category, &row.difficulty)
        };
        let settings = ExecutionSettings {
            tries_per_model: chance.below(4) as u32,
            max_attempts: chance.below(9) as u32,
            deadline: chance.happens(0.3).then(|| MS * chance.below(5_000) as u32),
            timeout: MS * (50 + chance.below(400) as u32),
            ..ExecutionSettings::default()
        };
        let failing = *chance.pick(&[0.5, 0.9, 1.0]);
        let acts = acts(&mut chance, failing);
        let case = Case { router, request, settings, acts: &acts, resting: &resting };
        let (calls, ended) = case.run();
        let end = match &ended {
            Ok(done) => {
                assert_eq!(done.attempts.len(), calls.len());
                assert!(done.attempts.iter().rev().skip(1).all(|report| report.error.is_some()));
                assert_eq!(calls.last().map(|call| &call.0), Some(&done.model));
                "Served".to_owned()
            }
            Err(ExecuteError::Failed(failure)) => {
                assert_eq!(failure.attempts.len(), calls.len());
                assert!(failure.attempts.iter().all(|report| report.error.is_some()));
                format!("{:?}", failure.stopped)
            }
            Err(error) => format!("{error:?}").chars().take_while(char::is_ascii_alphabetic).collect(),
        };
        *stopped.entry(end).or_insert(0) += 1;
        holds(&case, &calls, &ended);
    }
    let ends: Vec<&str> = stopped.keys().map(String::as_str).collect();
    assert_eq!(ends, ["Choose", "Deadline", "InvalidRequest", "MaxAttempts", "NobodyLeft", "Served"], "{stopped:?}");
}

/// The rules of one execution.
fn holds(case: &Case<'_>, calls: &[(String, Duration, Duration)], ended: &Ended) {
    let Case { router, request, settings, .. } = case;
    assert!(calls.len() <= settings.max_attempts.max(1) as usize);
    let mut turns: Vec<(&str, u32)> = Vec::new();
    for (model, at, timeout) in calls {
        match turns.last_mut() {
            Some((last, tries)) if *last == model => *tries += 1,
            _ => turns.push((model, 1)),
        }
        assert!(!request.exclude.contains(&model.as_str()), "{model} was excluded");
        assert!(*timeout <= settings.timeout && *timeout > Duration::ZERO);
        assert!(settings.deadline.is_none_or(|deadline| *at + *timeout <= deadline), "no call outlasts the deadline");
    }
    assert!(turns.iter().all(|(_, tries)| *tries <= settings.tries_per_model.max(1)), "{turns:?}");
    let mut models: Vec<&str> = turns.iter().map(|turn| turn.0).collect();
    models.sort_unstable();
    models.dedup();
    assert_eq!(models.len(), turns.len(), "each model has one turn: {turns:?}");
    if let Err(ExecuteError::Failed(failure)) = ended
        && failure.stopped == Stopped::NobodyLeft
    {
        let whole = router.choose(request).expect("a choice was made");
        let row = router.row(request.role, request.category, request.difficulty);
        let rested = |model: &str| case.resting.iter().any(|(id, failures)| *id == model && *failures >= 3);
        let drawn = Some(whole.model).filter(|model| rested(model) || row.fallback.iter().any(|id| id == model));
        for model in drawn.into_iter().chain(whole.fallback.iter()) {
            assert!(models.contains(&model), "{model} could have served: {turns:?}");
        }
    }
    if let Err(ExecuteError::Choose(_)) = ended {
        assert!(router.choose(request).is_err(), "rest alone leaves no task without a choice");
    }
}
