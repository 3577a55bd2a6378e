//! The cap: what is spent, and what the calls under way may cost at most, never exceed it.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How often whoever waits looks whether the run has ended.
const GLANCE: Duration = Duration::from_millis(50);

#[derive(Debug, Default)]
struct Sums {
    spent: f64,
    /// What each call under way may cost.
    under_way: Vec<f64>,
}

/// The run's money, in US dollars.
#[derive(Debug)]
pub(super) struct Budget {
    cap: Option<f64>,
    sums: Mutex<Sums>,
    changed: Condvar,
}

/// What came of asking for money.
#[derive(Debug, PartialEq)]
pub(super) enum Reserved {
    /// The call may be made.
    Yes,
    /// It could exceed the cap, and nothing is under way that may turn out cheaper.
    Exceeds { spent: f64, cap: f64 },
    /// The run has ended meanwhile.
    Ended,
}

impl Budget {
    pub(super) fn new(cap: Option<f64>, spent: f64) -> Self {
        Self { cap, sums: Mutex::new(Sums { spent, under_way: Vec::new() }), changed: Condvar::new() }
    }

    fn sums(&self) -> MutexGuard<'_, Sums> {
        self.sums.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sets aside what a call may cost; waits while calls under way hold what is left.
    pub(super) fn reserve(&self, most: f64, ended: &dyn Fn() -> bool) -> Reserved {
        let mut sums = self.sums();
        loop {
            if ended() {
                return Reserved::Ended;
            }
            let held: f64 = sums.under_way.iter().sum();
            match self.cap {
                Some(cap) if sums.spent + held + most > cap => {
                    if sums.under_way.is_empty() {
                        return Reserved::Exceeds { spent: sums.spent, cap };
                    }
                }
                _ => {
                    sums.under_way.push(most);
                    return Reserved::Yes;
                }
            }
            sums = self.changed.wait_timeout(sums, GLANCE).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Gives back what was set aside and counts what was spent.
    pub(super) fn settle(&self, most: f64, spent: f64) {
        let mut sums = self.sums();
        if let Some(at) = sums.under_way.iter().position(|held| *held == most) {
            sums.under_way.swap_remove(at);
        }
        sums.spent += spent;
        drop(sums);
        self.changed.notify_all();
    }

    pub(super) fn spent(&self) -> f64 {
        self.sums().spent
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_under_way_counts_until_it_is_settled() {
        let budget = Budget::new(Some(1.0), 0.25);
        let going = || false;
        assert_eq!(budget.reserve(0.5, &going), Reserved::Yes);
        // 0.25 + 0.5 + 0.5 would be too much, but the call under way may turn out cheaper.
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| budget.reserve(0.5, &going));
            budget.settle(0.5, 0.125);
            assert_eq!(waiting.join().expect("no panic"), Reserved::Yes);
        });
        assert_eq!(budget.spent(), 0.375);
        budget.settle(0.5, 0.5);
        assert_eq!(budget.reserve(0.126, &going), Reserved::Exceeds { spent: 0.875, cap: 1.0 });
        assert_eq!(budget.reserve(0.125, &going), Reserved::Yes, "the cap itself may be spent");
        assert_eq!(budget.reserve(0.125, &|| true), Reserved::Ended);
    }
}
