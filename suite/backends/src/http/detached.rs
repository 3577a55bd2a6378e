//! A blocking call that can be given up.

use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use super::client::timed_out;
use crate::cancel::{Cancel, GLANCE};
use crate::error::{CANCELLED, CallError, PROGRAM};

/// How long a call may take beyond its timeout, which it should keep itself, before it is given up.
const GRACE: Duration = Duration::from_secs(2);

/// Does the work in a thread of its own, and returns at once when it is cancelled. The thread is left to itself then: it
/// ends with its timeout, or with the process.
pub(super) fn detached<T: Send + 'static>(
    timeout: Duration,
    cancel: &Cancel,
    work: impl FnOnce() -> Result<T, CallError> + Send + 'static,
) -> Result<T, CallError> {
    if cancel.is_cancelled() {
        return Err(CallError::new(CANCELLED, "the run was cancelled"));
    }
    let (sender, receiver) = channel();
    let begun = Instant::now();
    thread::Builder::new()
        .name("merit-call".to_owned())
        // Nobody may be there to take the result any more, and then nobody wants it.
        .spawn(move || sender.send(work()).ok())
        .map_err(|error| CallError::new(PROGRAM, format!("no thread for the call: {error}")))?;
    loop {
        match receiver.recv_timeout(GLANCE) {
            Ok(result) => return result,
            Err(RecvTimeoutError::Timeout) if cancel.is_cancelled() => {
                return Err(CallError::new(CANCELLED, "the run was cancelled"));
            }
            Err(RecvTimeoutError::Timeout) if begun.elapsed() > timeout.saturating_add(GRACE) => {
                return Err(timed_out(timeout));
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => {
                return Err(CallError::new(PROGRAM, "the call's thread ended without a result; please report it"));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_never_ends_is_given_up() {
        let cancel = Cancel::new();
        let (hold, held) = channel::<()>();
        let other = cancel.clone();
        let waiting = thread::spawn(move || {
            detached(Duration::from_secs(3_600), &other, move || {
                held.recv().ok();
                Ok(())
            })
        });
        cancel.cancel();
        let result = waiting.join().expect("it does not panic");
        assert_eq!(result.map_err(|error| error.kind().clone()), Err(CANCELLED));
        drop(hold);
    }

    #[test]
    fn a_result_comes_back() {
        assert_eq!(detached(Duration::ZERO, &Cancel::new(), || Ok(7)), Ok(7));
    }
}
