//! How a caller, such as a handler of Ctrl-C, ends all that is under way.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// How often whoever waits looks whether it is cancelled.
pub(crate) const GLANCE: Duration = Duration::from_millis(50);

/// A flag that is set once. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct Cancel(Arc<AtomicBool>);

impl Cancel {
    /// A flag that nobody has set.
    pub fn new() -> Self {
        Self::default()
    }

    /// Ends every wait and every call: programs are killed, answers under way are given up. Each of them fails with the
    /// kind `cancelled` within a moment.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Release);
    }

    /// Whether it is set.
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}
