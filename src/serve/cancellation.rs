//! Queries that run, and how they are stopped: by their client, by the clock, by the server's end.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use tokio::sync::Notify;

use super::Refusal;

/// What a connection waits on while it computes.
#[derive(Debug, Default)]
pub(super) struct Cancellation {
    is_asked: AtomicBool,
    asked: Notify,
}

impl Cancellation {
    /// Forgets what was asked before; a query begins.
    pub(super) fn begin(&self) {
        self.is_asked.store(false, Ordering::SeqCst);
    }

    /// Asks for the end of the query that runs.
    fn ask(&self) {
        self.is_asked.store(true, Ordering::SeqCst);
        self.asked.notify_waiters();
    }

    /// The work's result, unless its end is asked for or its time is up before.
    pub(super) async fn guard<T>(
        &self,
        deadline: Option<Instant>,
        work: impl Future<Output = Result<T, Refusal>>,
    ) -> Result<T, Refusal> {
        let asked = self.asked.notified();
        tokio::pin!(asked);
        // From here on no call of `ask` is missed.
        asked.as_mut().enable();
        let stopped = |why: &str| Refusal::new("57014", format!("canceling statement due to {why}"));
        if self.is_asked.load(Ordering::SeqCst) {
            return Err(stopped("user request"));
        }
        let time_is_up = async {
            match deadline {
                Some(deadline) => tokio::time::sleep_until(deadline.into()).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            () = asked => Err(stopped("user request")),
            () = time_is_up => {
                Err(stopped("statement timeout").hint("serve.statement_timeout_seconds in merit.toml allows more."))
            }
            done = work => done,
        }
    }
}

/// All connections' cancellations by process number and secret.
#[derive(Debug, Default)]
pub(super) struct Cancellations {
    running: Mutex<BTreeMap<i32, (i32, Arc<Cancellation>)>>,
}

impl Cancellations {
    /// A new connection's.
    pub(super) fn add(&self, process: i32, secret: i32) -> Arc<Cancellation> {
        let cancellation = Arc::new(Cancellation::default());
        self.lock().insert(process, (secret, Arc::clone(&cancellation)));
        cancellation
    }

    /// The connection is gone.
    pub(super) fn remove(&self, process: i32) {
        self.lock().remove(&process);
    }

    /// What a client asks for; nothing happens where the secret is wrong.
    pub(super) fn ask(&self, process: i32, secret: i32) {
        if let Some((known, cancellation)) = self.lock().get(&process)
            && *known == secret
        {
            cancellation.ask();
        }
    }

    /// The server ends.
    pub(super) fn ask_all(&self) {
        self.lock().values().for_each(|(_, cancellation)| cancellation.ask());
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<i32, (i32, Arc<Cancellation>)>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
