//! Exit codes: 0 done, 1 failed, 2 wrong usage (clap's), 3 the gate refused, 4 input not to be trusted.

use std::process::ExitCode;

/// The old table stands because the input is not to be trusted.
pub(super) const NOT_TRUSTED: u8 = 4;

/// Says what went wrong; exit code 1.
pub(super) fn fail(error: &anyhow::Error) -> ExitCode {
    eprintln!("merit: {error:#}");
    ExitCode::FAILURE
}

/// Whether an error is a pipe that its reader closed, as `head` does: no failure.
pub(super) fn is_closed_pipe(error: &std::io::Error) -> bool {
    error.kind() == std::io::ErrorKind::BrokenPipe
}
