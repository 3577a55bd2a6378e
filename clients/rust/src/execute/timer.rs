//! Pauses and time limits where nothing may block.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

/// The timers of an asynchronous runtime. With the feature `tokio` there is one made of tokio's.
pub trait Timer {
    /// Waits.
    fn sleep(&self, pause: Duration) -> impl Future<Output = ()>;

    /// What a future gives within a limit; None where it does not, and then it is dropped.
    fn timeout<F: Future>(&self, limit: Duration, future: F) -> impl Future<Output = Option<F::Output>> {
        let limit = self.sleep(limit);
        async move {
            let (mut future, mut limit) = (pin!(future), pin!(limit));
            poll_fn(|context| match future.as_mut().poll(context) {
                Poll::Ready(output) => Poll::Ready(Some(output)),
                Poll::Pending => limit.as_mut().poll(context).map(|()| None),
            })
            .await
        }
    }
}

impl<T: Timer> Timer for &T {
    fn sleep(&self, pause: Duration) -> impl Future<Output = ()> {
        (**self).sleep(pause)
    }

    fn timeout<F: Future>(&self, limit: Duration, future: F) -> impl Future<Output = Option<F::Output>> {
        (**self).timeout(limit, future)
    }
}

/// tokio's timers. The runtime must have its time driver enabled.
///
/// ```
/// use merit_router::{Attempt, CallError, Executor, Reply, Request, Router, TokioTimer};
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/golden/tables/plain.json");
/// # let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
/// async fn call(attempt: Attempt<'_>) -> Result<Reply<String>, CallError> {
///     Ok(Reply::new(format!("an answer of {}", attempt.name)))
/// }
/// # runtime.block_on(async {
/// let router = Router::load(path)?;
/// let request = Request::new("executor", "debugging", "advanced");
/// let done = Executor::default().execute_with_fallback_async(&router, &request, TokioTimer, call).await?;
/// println!("{}: {}", done.model, done.value);
/// # Ok(())
/// # })
/// # }
/// ```
#[cfg(feature = "tokio")]
#[derive(Clone, Copy, Debug, Default)]
pub struct TokioTimer;

#[cfg(feature = "tokio")]
impl Timer for TokioTimer {
    async fn sleep(&self, pause: Duration) {
        tokio::time::sleep(pause).await;
    }

    async fn timeout<F: Future>(&self, limit: Duration, future: F) -> Option<F::Output> {
        tokio::time::timeout(limit, future).await.ok()
    }
}
