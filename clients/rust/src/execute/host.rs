//! What an execution takes from the machine: clocks, pauses, chance.

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

/// The machine as an execution sees it. What is not replaced is the system's; a test replaces all and waits for nothing.
pub trait Host: Send + Sync {
    /// The clock that durations are taken from.
    fn now(&self) -> Instant {
        Instant::now()
    }

    /// The clock that is logged.
    fn wall(&self) -> SystemTime {
        SystemTime::now()
    }

    /// Waits; only the blocking form asks for it.
    fn sleep(&self, pause: Duration) {
        std::thread::sleep(pause);
    }

    /// A random number in \[0, 1), which spreads the pauses.
    fn uniform(&self) -> f64 {
        // Without random bytes pauses are not spread; that is no reason to fail.
        getrandom::u64().map_or(1.0, |bits| (bits >> 11) as f64 * 2.0_f64.powi(-53))
    }
}

impl<H: Host + ?Sized> Host for Arc<H> {
    fn now(&self) -> Instant {
        (**self).now()
    }

    fn wall(&self) -> SystemTime {
        (**self).wall()
    }

    fn sleep(&self, pause: Duration) {
        (**self).sleep(pause);
    }

    fn uniform(&self) -> f64 {
        (**self).uniform()
    }
}

/// The system's own clocks, pauses and chance.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemHost;

impl Host for SystemHost {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_systems_chance_is_a_share_and_changes() {
        let drawn: Vec<f64> = (0..64).map(|_| SystemHost.uniform()).collect();
        assert!(drawn.iter().all(|r| (0.0..1.0).contains(r)));
        assert!(drawn.windows(2).any(|pair| pair[0] != pair[1]));
    }
}
