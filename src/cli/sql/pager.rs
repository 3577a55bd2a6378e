//! The reader's own pager.

use std::io::Write as _;
use std::process::{Command, Stdio};

use super::interrupt;

/// What `less` is told where the reader's LESS says nothing: leave lines whole, and quit where all fits.
const LESS: &str = "FRSX";

/// Shows a text in `$PAGER`, else in `less`; false where there is none, or it could not run.
pub(super) fn show(text: &str) -> bool {
    let chosen = std::env::var("PAGER").unwrap_or_else(|_| "less".into());
    if chosen.trim().is_empty() || chosen == "cat" {
        return false;
    }
    let mut command = Command::new("sh");
    command.arg("-c").arg(&chosen).stdin(Stdio::piped());
    if std::env::var_os("LESS").is_none() {
        command.env("LESS", LESS);
    }
    let Ok(mut child) = interrupt::obeyed_by_child(|| command.spawn()) else { return false };
    if let Some(mut stdin) = child.stdin.take() {
        // A reader who leaves before the end closes the pipe.
        let _ = stdin.write_all(text.as_bytes());
    }
    // sh says 127 where it does not find the program.
    child.wait().is_ok_and(|status| status.code() != Some(127))
}
