//! Ctrl-C in a conversation: it stops the question that runs, and nothing else.
//!
//! The signal is blocked in every thread and waited for in one of its own. So it has to be held before any other thread
//! is started, and given back to the pager, which has its own use for it.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use futures::FutureExt as _;
use tokio::sync::Notify;

use crate::sql::SqlError;

/// Nobody is there to talk to yet: it ends merit, as it does without a conversation.
const STARTING: u8 = 0;
/// Nothing runs.
const IDLE: u8 = 1;
/// A question runs.
const RUNNING: u8 = 2;
/// What a shell says of a program that Ctrl-C ended.
#[cfg(unix)]
const ENDED: i32 = 130;

/// Ctrl-C, held.
#[derive(Clone, Debug)]
pub(super) struct Interrupts {
    state: Arc<AtomicU8>,
    heard: Arc<Notify>,
}

impl Interrupts {
    /// Holds the signal; none where that is not possible.
    pub(super) fn hold() -> Option<Self> {
        let interrupts = Self { state: Arc::new(AtomicU8::new(STARTING)), heard: Arc::new(Notify::new()) };
        #[cfg(unix)]
        {
            let signal = sigint();
            signal.thread_block().ok()?;
            let waiting = interrupts.clone();
            std::thread::spawn(move || {
                while signal.wait().is_ok() {
                    match waiting.state.load(Ordering::SeqCst) {
                        STARTING => std::process::exit(ENDED),
                        RUNNING => waiting.heard.notify_one(),
                        _ => {}
                    }
                }
            });
            Some(interrupts)
        }
        #[cfg(not(unix))]
        {
            let _ = interrupts;
            None
        }
    }

    /// From now on there is a prompt to come back to.
    pub(super) fn begin(&self) {
        self.state.store(IDLE, Ordering::SeqCst);
    }

    /// The answer, or [`SqlError::Interrupted`] where Ctrl-C came first.
    pub(super) async fn stop<T>(&self, answer: impl Future<Output = Result<T, SqlError>>) -> Result<T, SqlError> {
        // One that came just after the last answer is not meant for this question.
        let _ = self.heard.notified().now_or_never();
        self.state.store(RUNNING, Ordering::SeqCst);
        let answer = tokio::select! {
            biased;
            () = self.heard.notified() => Err(SqlError::Interrupted),
            answer = answer => answer,
        };
        self.state.store(IDLE, Ordering::SeqCst);
        answer
    }
}

#[cfg(unix)]
fn sigint() -> nix::sys::signal::SigSet {
    let mut signal = nix::sys::signal::SigSet::empty();
    signal.add(nix::sys::signal::Signal::SIGINT);
    signal
}

/// Starts a child that Ctrl-C reaches: it takes over what its parent blocks.
pub(super) fn obeyed_by_child<T>(start: impl FnOnce() -> T) -> T {
    #[cfg(unix)]
    {
        let signal = sigint();
        let was_blocked = nix::sys::signal::SigSet::thread_get_mask()
            .is_ok_and(|mask| mask.contains(nix::sys::signal::Signal::SIGINT));
        let is_free = was_blocked && signal.thread_unblock().is_ok();
        let started = start();
        if is_free {
            // It was possible before.
            let _ = signal.thread_block();
        }
        started
    }
    #[cfg(not(unix))]
    start()
}
