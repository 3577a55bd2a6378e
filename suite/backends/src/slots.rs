//! How many calls one provider has under way at most.

use std::sync::{Condvar, Mutex, PoisonError};

use crate::cancel::{Cancel, GLANCE};

/// A counting semaphore.
#[derive(Debug)]
pub(crate) struct Slots {
    free: Mutex<u32>,
    freed: Condvar,
}

impl Slots {
    pub(crate) fn new(count: u32) -> Self {
        Self { free: Mutex::new(count), freed: Condvar::new() }
    }

    /// Waits for a slot; None where it is cancelled.
    pub(crate) fn take(&self, cancel: &Cancel) -> Option<Slot<'_>> {
        // A count is whole whatever happened to the thread that held it.
        let mut free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if cancel.is_cancelled() {
                return None;
            }
            if *free > 0 {
                *free -= 1;
                return Some(Slot(self));
            }
            free = self.freed.wait_timeout(free, GLANCE).unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

/// A slot that is held until it is dropped.
pub(crate) struct Slot<'a>(&'a Slots);

impl Drop for Slot<'_> {
    fn drop(&mut self) {
        *self.0.free.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        self.0.freed.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::thread;

    use super::*;

    #[test]
    fn never_more_than_there_are_and_all_get_one() {
        let (slots, cancel) = (Slots::new(3), Cancel::new());
        let (busy, most, served) = (AtomicU32::new(0), AtomicU32::new(0), AtomicU32::new(0));
        thread::scope(|scope| {
            for _ in 0..12 {
                scope.spawn(|| {
                    for _ in 0..50 {
                        let slot = slots.take(&cancel).expect("nobody cancels");
                        most.fetch_max(busy.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                        thread::yield_now();
                        busy.fetch_sub(1, Ordering::SeqCst);
                        served.fetch_add(1, Ordering::SeqCst);
                        drop(slot);
                    }
                });
            }
        });
        assert_eq!(served.into_inner(), 600);
        assert!((1..=3).contains(&most.into_inner()));
    }

    #[test]
    fn whoever_waits_is_cancelled() {
        let (slots, cancel) = (Slots::new(1), Cancel::new());
        let held = slots.take(&cancel).expect("it is free");
        thread::scope(|scope| {
            let waiting = scope.spawn(|| slots.take(&cancel).is_none());
            cancel.cancel();
            assert!(waiting.join().expect("it does not panic"));
        });
        drop(held);
        assert!(slots.take(&Cancel::new()).is_some());
    }
}
