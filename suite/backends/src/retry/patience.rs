//! How often and how long a call is tried.

use std::time::Duration;

use super::backoff::backoff;
use crate::error::CallError;

/// How often, how long and how patiently a call is tried.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Patience {
    /// Tries after the first.
    pub max_retries: u32,
    /// Time for one attempt.
    pub timeout: Duration,
    /// Time for all attempts and pauses; the wait for a slot is not in it.
    pub deadline: Duration,
    /// The pause before the first retry, before it is spread; each further one is twice as long.
    pub pause: Duration,
    /// The longest pause of one's own.
    pub pause_cap: Duration,
    /// The longest pause a provider may ask for (`Retry-After`); one that asks for more is not waited for.
    pub longest_wait: Duration,
}

impl Default for Patience {
    /// 4 retries, 300 s an attempt, 900 s in all, pauses of up to 1 s to 30 s, and up to 120 s where a provider asks.
    fn default() -> Self {
        Self {
            max_retries: 4,
            timeout: Duration::from_secs(300),
            deadline: Duration::from_secs(900),
            pause: Duration::from_secs(1),
            pause_cap: Duration::from_secs(30),
            longest_wait: Duration::from_secs(120),
        }
    }
}

/// What follows a failure.
#[derive(Debug, PartialEq)]
pub(crate) enum Next {
    /// A pause, then another try.
    Wait(Duration),
    /// Nothing: this is the outcome.
    Fail(CallError),
}

impl Patience {
    /// What follows the `number`-th failed attempt, with so much time left and a random number in \[0, 1\].
    pub(crate) fn next(&self, error: CallError, number: u32, left: Duration, r: f64) -> Next {
        if !error.may_pass() || number > self.max_retries {
            return Next::Fail(error);
        }
        let asked = error.retry_after().unwrap_or_default();
        if asked > self.longest_wait {
            let place = format!("asked to wait {} s, longer than {} s", asked.as_secs(), self.longest_wait.as_secs());
            return Next::Fail(error.within(&place));
        }
        let pause = backoff(self.pause, self.pause_cap, number, r).max(asked);
        if pause >= left {
            return Next::Fail(error.within("no time is left for another try"));
        }
        Next::Wait(pause)
    }
}

#[cfg(test)]
mod tests {
    use merit_router::ErrorKind;

    use super::*;

    const LONG: Duration = Duration::from_secs(900);

    fn error(kind: ErrorKind, asked: Option<u64>) -> CallError {
        CallError::new(kind, "no").with_retry_after(asked.map(Duration::from_secs))
    }

    fn wait(patience: &Patience, error: CallError, number: u32, left: Duration, r: f64) -> Option<u64> {
        match patience.next(error, number, left, r) {
            Next::Wait(pause) => Some(pause.as_secs()),
            Next::Fail(_) => None,
        }
    }

    #[test]
    fn what_may_pass_is_tried_as_often_as_allowed() {
        let patience = Patience::default();
        let waits = [1, 2, 3, 4, 5].map(|k| wait(&patience, error(ErrorKind::ServerError, None), k, LONG, 1.0));
        assert_eq!(waits, [Some(1), Some(2), Some(4), Some(8), None]);
        for kind in [ErrorKind::InvalidRequest, ErrorKind::Authentication, ErrorKind::Timeout, ErrorKind::ContentFilter]
        {
            assert_eq!(wait(&patience, error(kind, None), 1, LONG, 1.0), None);
        }
    }

    #[test]
    fn a_provider_that_asks_is_waited_for_up_to_a_limit() {
        let patience = Patience::default();
        let of = |asked, left| wait(&patience, error(ErrorKind::RateLimit, Some(asked)), 1, left, 0.0);
        assert_eq!([of(7, LONG), of(120, LONG), of(121, LONG)], [Some(7), Some(120), None]);
        assert_eq!(of(7, Duration::from_secs(7)), None);
        let Next::Fail(error) = patience.next(error(ErrorKind::RateLimit, Some(3_600)), 1, LONG, 0.0) else {
            panic!("an hour is not waited for")
        };
        assert_eq!(error.to_string(), "rate_limit: asked to wait 3600 s, longer than 120 s: no");
    }
}
