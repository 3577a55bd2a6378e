//! Lines on their way to the writer.
//!
//! The lock is held to copy a line in or to swap the buffer out, never while a file is written.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// A bounded queue of lines in one buffer, so that a batch is written as it lies there.
#[derive(Debug)]
pub(super) struct Queue {
    capacity: usize,
    state: Mutex<State>,
    /// Something is to be done.
    work: Condvar,
    /// A round is over.
    done: Condvar,
}

#[derive(Debug, Default)]
struct State {
    lines: Vec<u8>,
    /// How many records are not dealt with: those in `lines`, and those that the writer has taken.
    records: usize,
    taken: usize,
    /// The writer is waiting for work.
    idle: bool,
    /// The last round that somebody waits for, and the last one that is over.
    wanted: u64,
    over: u64,
    closing: bool,
    stopped: bool,
}

/// What the writer is to do in one round.
#[derive(Clone, Copy, Debug)]
pub(super) struct Round {
    /// To be told to [`Queue::finish`].
    pub(super) number: u64,
    /// Whether it is the last one.
    pub(super) last: bool,
}

impl Queue {
    pub(super) fn new(capacity: usize) -> Self {
        Self {
            capacity: capacity.max(1),
            state: Mutex::new(State::default()),
            work: Condvar::new(),
            done: Condvar::new(),
        }
    }

    /// Adds a line with its newline; false where the queue is full or closed.
    pub(super) fn push(&self, line: &[u8]) -> bool {
        let mut state = self.state();
        if state.closing || state.stopped || state.records >= self.capacity {
            return false;
        }
        state.lines.extend_from_slice(line);
        state.records += 1;
        if state.idle {
            state.idle = false;
            self.work.notify_one();
        }
        true
    }

    /// Waits until everything pushed before is dealt with.
    pub(super) fn flush(&self) {
        let mut state = self.state();
        state.wanted += 1;
        let number = state.wanted;
        self.work.notify_one();
        while state.over < number && !state.stopped {
            state = self.done.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Takes nothing more, and waits until the writer has stopped.
    pub(super) fn close(&self) {
        let mut state = self.state();
        state.closing = true;
        self.work.notify_one();
        while !state.stopped {
            state = self.done.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Waits for work, at most for `patience`, and swaps the lines into `lines`, which must be empty.
    pub(super) fn take(&self, lines: &mut Vec<u8>, patience: Option<Duration>) -> Round {
        let mut state = self.state();
        let idle = |state: &mut State| {
            state.idle = state.lines.is_empty() && state.wanted == state.over && !state.closing;
            state.idle
        };
        state = match patience {
            None => self.work.wait_while(state, idle).unwrap_or_else(PoisonError::into_inner),
            Some(patience) => {
                self.work.wait_timeout_while(state, patience, idle).unwrap_or_else(PoisonError::into_inner).0
            }
        };
        state.idle = false;
        state.taken = state.records;
        std::mem::swap(&mut state.lines, lines);
        Round { number: state.wanted, last: state.closing }
    }

    /// A round is over: those who wait for it go on.
    pub(super) fn finish(&self, round: Round) {
        let mut state = self.state();
        state.records -= std::mem::take(&mut state.taken);
        state.over = round.number;
        self.done.notify_all();
    }

    /// The writer takes no more; returns how many records nobody has dealt with.
    pub(super) fn stop(&self) -> usize {
        let mut state = self.state();
        state.stopped = true;
        self.done.notify_all();
        std::mem::take(&mut state.records)
    }

    /// The state is sound whatever panicked while it was locked: nothing between two of its changes can panic, but for
    /// want of memory.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
