//! Crash points for the tests: the process dies at the n-th write, fsync, link, unlink or rename.
//!
//! In a build for distribution every call is nothing. In a development build `MERIT_FAILPOINT=rename:3` makes the
//! third rename of the process abort it, as a power cut would, and `rename:3:error` makes it fail.

use std::io;

/// Marks a step that a crash may come before.
///
/// # Errors
/// None today; the signature leaves room for injected I/O errors.
#[cfg(not(debug_assertions))]
#[inline(always)]
pub fn hit(_step: &str) -> io::Result<()> {
    Ok(())
}

/// Marks a step that a crash may come before.
///
/// # Errors
/// An I/O error where `MERIT_FAILPOINT` asks for one with `STEP:N:error`; with `STEP:N` the process aborts.
#[cfg(debug_assertions)]
pub fn hit(step: &str) -> io::Result<()> {
    use std::sync::atomic::{AtomicU64, Ordering};
    static HITS: AtomicU64 = AtomicU64::new(0);
    let Ok(wish) = std::env::var("MERIT_FAILPOINT") else { return Ok(()) };
    let mut parts = wish.split(':');
    let (wanted, number) = (parts.next().unwrap_or_default(), parts.next().and_then(|n| n.parse().ok()).unwrap_or(1));
    if wanted != step && wanted != "any" {
        return Ok(());
    }
    if HITS.fetch_add(1, Ordering::SeqCst) + 1 != number {
        return Ok(());
    }
    if parts.next() == Some("error") {
        return Err(io::Error::other(format!("failpoint {step} {number}")));
    }
    std::process::abort()
}
