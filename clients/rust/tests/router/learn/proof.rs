//! What learning costs where nothing changes, and what it saves where something does.

#![allow(clippy::print_stdout, reason = "a proof shows its figures")]

use super::stage::{Known, known, learner, weight};
use super::truth::run;
use crate::chance::Chance;

/// Models as the nightly build would weigh them: close ones share, others do not.
const WORLDS: [[Known<'static>; 3]; 3] = [
    [("a", 1.0, 0.95, 400.0), ("b", 0.0, 0.90, 400.0), ("c", 0.0, 0.80, 100.0)],
    [("a", 0.8, 0.93, 400.0), ("b", 0.2, 0.925, 400.0), ("c", 0.0, 0.80, 100.0)],
    [("a", 0.95, 0.90, 4_000.0), ("b", 0.05, 0.895, 4_000.0), ("c", 0.0, 0.85, 400.0)],
];

/// Mean values with learning and without, over a day of 1,000 tasks, and over seeds.
fn compared(world: &[Known<'static>; 3], truth: impl Fn(&str) -> f64) -> (f64, f64) {
    const SEEDS: u64 = 20;
    let (mut with, mut without) = (0.0, 0.0);
    for seed in 0..SEEDS {
        let tasks = 1_000 * seed as usize..1_000 * (seed as usize + 1);
        let mean = |observes: bool| {
            let learner = learner(&known(world));
            run(&learner, &mut Chance(seed), tasks.clone(), observes, &truth) / SEEDS as f64
        };
        (with, without) = (with + mean(true), without + mean(false));
    }
    (with, without)
}

#[test]
#[ignore = "proof: 20 days each of three worlds, steady and broken"]
fn proof_learning_costs_little_in_a_steady_world_and_saves_most_of_a_break() {
    for world in &WORLDS {
        let value = |model: &str| world.iter().find(|one| one.0 == model).map_or(0.0, |one| one.2);
        let (with, without) = compared(world, value);
        println!("steady: {with:.4} with, {without:.4} without");
        assert!(with > without - 0.005, "steady {world:?}: {with} with, {without} without");
        let broken = |model: &str| if model == "a" { 0.0 } else { value(model) };
        let (with, without) = compared(world, broken);
        println!("broken: {with:.4} with, {without:.4} without");
        assert!(with > 0.8, "broken {world:?}: {with} with, {without} without");
    }
}

#[test]
#[ignore = "proof: exploration alone brings a recovered model back, in thousands of tasks"]
fn proof_a_recovered_model_comes_back() {
    for (number, world) in WORLDS.iter().enumerate() {
        let value = |model: &str| world.iter().find(|one| one.0 == model).map_or(0.0, |one| one.2);
        let broken = |model: &str| if model == "a" { 0.0 } else { value(model) };
        let learner = learner(&known(world));
        let mut chance = Chance(number as u64);
        run(&learner, &mut chance, 0..200, true, broken);
        let mut tasks = 200;
        while weight(&learner, "a") < 0.5 * world[0].1 && tasks < 30_000 {
            run(&learner, &mut chance, tasks..tasks + 100, true, value);
            tasks += 100;
        }
        println!("world {number}: back after {} tasks", tasks - 200);
        assert!(tasks < 30_000, "{world:?}: {}", weight(&learner, "a"));
    }
}
