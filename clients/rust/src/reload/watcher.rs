//! A thread that does something at an interval until it is dropped.

use std::io;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::{Builder, JoinHandle};
use std::time::Duration;

/// The handle of the thread; dropping it stops the thread and waits for its end.
#[derive(Debug)]
pub(super) struct Watcher {
    /// Never sent on: the thread wakes up when it is dropped.
    alive: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Watcher {
    /// Starts a thread that looks every `interval` (a millisecond at least), first after one interval.
    pub(super) fn start(interval: Duration, look: impl Fn() + Send + 'static) -> io::Result<Self> {
        let (alive, dropped) = mpsc::channel();
        let interval = interval.max(Duration::from_millis(1));
        let thread = Builder::new().name("merit-router-reload".into()).spawn(move || {
            while dropped.recv_timeout(interval) == Err(RecvTimeoutError::Timeout) {
                look();
            }
        })?;
        Ok(Self { alive: Some(alive), thread: Some(thread) })
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        drop(self.alive.take());
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has nothing left to clean up.
            drop(thread.join());
        }
    }
}
