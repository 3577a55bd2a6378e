//! What a table is built on and what it is tested on.

use std::collections::{BTreeMap, BTreeSet};

use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;
use rand::seq::SliceRandom;

use super::error::ReplayError;
use super::matrix::Matrix;
use crate::segment::Segment;

/// How the tasks are parted.
#[derive(Clone, Debug, PartialEq)]
pub enum Parts {
    /// k folds by task: each is tested once, by a table built on the others.
    Folds {
        /// k, at least 2.
        count: usize,
        /// The same seed gives the same folds.
        seed: u64,
    },
    /// These tasks are tested, by a table built on all others.
    Given {
        /// The ids of the test tasks.
        test: BTreeSet<String>,
    },
}

/// Positions of tasks, rising: what one table is built on and tested on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// The build tasks.
    pub build: Vec<usize>,
    /// The test tasks; no task is in both.
    pub test: Vec<usize>,
}

impl Parts {
    /// The parts of a matrix.
    ///
    /// Folds are stratified: the tasks of a segment, shuffled (Fisher & Yates, ChaCha8), are dealt out in turn, the next
    /// segment going on where the last one ended. So folds differ in size by one at most, and so do a segment's shares.
    ///
    /// # Errors
    /// Fewer than 2 folds or more than tasks; a test set that names no task, or all of them.
    pub fn of(&self, matrix: &Matrix) -> Result<Vec<Part>, ReplayError> {
        let tasks = matrix.tasks();
        if tasks.is_empty() {
            let problem = "no model is left that ran enough of them at a known cost; ask for less".into();
            return Err(ReplayError::Matrix { problem });
        }
        match self {
            Self::Folds { count, seed } => {
                if !(2..=tasks.len()).contains(count) {
                    let range = "2 or more, and not more than the tasks";
                    return Err(ReplayError::Setting { name: "folds", value: count.to_string(), range });
                }
                let folds = folds(matrix, *count, *seed);
                Ok((0..*count).map(|fold| part(tasks.len(), |task| folds[task] == fold)).collect())
            }
            Self::Given { test } => {
                let part = part(tasks.len(), |task| test.contains(&tasks[task].id));
                if part.test.is_empty() || part.build.is_empty() {
                    let problem = format!(
                        "{} of {} tasks are test tasks; leave some to build on and some to test on",
                        part.test.len(),
                        tasks.len()
                    );
                    return Err(ReplayError::Matrix { problem });
                }
                Ok(vec![part])
            }
        }
    }
}

fn part(tasks: usize, tested: impl Fn(usize) -> bool) -> Part {
    let (test, build) = (0..tasks).partition(|&task| tested(task));
    Part { build, test }
}

/// The fold of each task.
fn folds(matrix: &Matrix, count: usize, seed: u64) -> Vec<usize> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut by_segment: BTreeMap<&Segment, Vec<usize>> = BTreeMap::new();
    for (place, task) in matrix.tasks().iter().enumerate() {
        by_segment.entry(&task.segment).or_default().push(place);
    }
    let mut folds = vec![0; matrix.tasks().len()];
    let mut next = 0;
    for places in by_segment.values_mut() {
        places.shuffle(&mut random);
        for &place in places.iter() {
            folds[place] = next % count;
            next += 1;
        }
    }
    folds
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluate::replay::worlds::{World, world};

    #[test]
    fn every_task_is_tested_once_and_segments_are_shared_out_evenly() {
        let matrix = world(World::Noise, 7, 103);
        let parts = Parts::Folds { count: 5, seed: 1 }.of(&matrix).expect("valid");
        let mut tested: Vec<usize> = parts.iter().flat_map(|part| part.test.clone()).collect();
        tested.sort_unstable();
        assert_eq!(tested, (0..103).collect::<Vec<_>>());
        for part in &parts {
            assert_eq!(part.build.len() + part.test.len(), 103);
            assert!((20..=21).contains(&part.test.len()));
            for segment in matrix.segments(&tested) {
                let count = |tasks: &[usize]| {
                    tasks.iter().filter(|&&task| matrix.tasks()[task].segment == *segment).count() as f64
                };
                assert!((count(&part.test) - count(&tested) / 5.0).abs() <= 1.0);
            }
        }
        assert_eq!(parts, Parts::Folds { count: 5, seed: 1 }.of(&matrix).expect("valid"));
        assert_ne!(parts, Parts::Folds { count: 5, seed: 2 }.of(&matrix).expect("valid"));
    }

    #[test]
    fn a_given_test_set_and_parts_that_leave_nothing() {
        let matrix = world(World::Noise, 7, 10);
        let ids = |count: usize| matrix.tasks()[..count].iter().map(|task| task.id.clone()).collect::<BTreeSet<_>>();
        let parts = Parts::Given { test: ids(3) }.of(&matrix).expect("valid");
        assert_eq!(parts, [Part { build: (3..10).collect(), test: vec![0, 1, 2] }]);
        for wrong in [
            Parts::Given { test: BTreeSet::from(["nobody".to_string()]) },
            Parts::Given { test: ids(10) },
            Parts::Folds { count: 1, seed: 0 },
            Parts::Folds { count: 11, seed: 0 },
        ] {
            assert!(wrong.of(&matrix).is_err(), "{wrong:?}");
        }
    }
}
