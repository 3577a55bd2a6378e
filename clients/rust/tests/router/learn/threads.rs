//! Many threads at once.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use merit_router::{Observation, Request, distribution};

use super::stage::{Known, NAMES, REQUEST, bits, good, hours, known, learner, observe};

const MODELS: [Known<'static>; 3] = [("a", 0.6, 0.93, 200.0), ("b", 0.4, 0.925, 200.0), ("c", 0.0, 0.85, 150.0)];

/// One in five fails; the thread and the call say which.
fn call(thread: usize, number: usize) -> Observation<'static> {
    let model = NAMES[(thread + number) % MODELS.len()];
    let success = !(thread * 7 + number * 3).is_multiple_of(5);
    Observation { success, ..good(model, hours((number * 5 + thread) as f64)) }
}

#[test]
fn what_threads_observe_together_is_what_one_would_have() {
    const THREADS: usize = 3;
    const CALLS: usize = 25;
    let table = known(&MODELS);
    let (together, alone) = (learner(&table), learner(&table));
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        let observers: Vec<_> = (0..THREADS)
            .map(|thread| {
                let learner = &together;
                scope.spawn(move || (0..CALLS).for_each(|number| observe(learner, call(thread, number))))
            })
            .collect();
        let chooser = scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                let router = together.current();
                let shares = distribution(&router, &REQUEST).expect("open");
                let sum: f64 = shares.iter().map(|share| share.propensity).sum();
                assert!((sum - 1.0).abs() < 1e-12, "{sum}");
                let answer = router.choose(&Request { task_id: Some("t"), ..REQUEST }).expect("open");
                let share = shares.iter().find(|share| share.model == answer.model).expect("a candidate");
                assert_eq!(share.propensity, answer.propensity);
            }
        });
        observers.into_iter().for_each(|observer| observer.join().expect("no panic"));
        done.store(true, Ordering::Relaxed);
        chooser.join().expect("no panic");
    });
    for thread in 0..THREADS {
        (0..CALLS).for_each(|number| observe(&alone, call(thread, number)));
    }
    assert_eq!(bits(&together.current(), &REQUEST), bits(&alone.current(), &REQUEST));
}

#[test]
fn rows_observed_at_once_do_not_lose_each_other() {
    let learner = learner(&known(&MODELS));
    let elsewhere = Request::new("a new", "kind of", "work");
    thread::scope(|scope| {
        for request in [REQUEST, elsewhere] {
            let learner = &learner;
            scope.spawn(move || {
                (0..20).for_each(|_| observe(learner, Observation::failed(&request, "a", hours(1.0))));
            });
        }
    });
    let shares = |request: &Request<'_>| -> Vec<u64> {
        bits(&learner.current(), request).into_iter().map(|(_, bits)| bits).collect()
    };
    assert_eq!(shares(&REQUEST), shares(&elsewhere));
    assert!(learner.current().choose(&REQUEST).expect("open").learned());
}
