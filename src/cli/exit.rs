//! Exit codes: 0 done, 1 failed, 2 wrong usage (clap's), 3 the gate refused, 4 input not to be trusted.

use std::process::ExitCode;

/// The old table stands because the gate refuses the new one.
pub(super) const REFUSED: u8 = 3;

/// The old table stands because the input is not to be trusted.
pub(super) const NOT_TRUSTED: u8 = 4;

/// Says what went wrong; exit code 1.
pub(super) fn fail(error: &anyhow::Error) -> ExitCode {
    eprintln!("merit: {}", sentence(error));
    ExitCode::FAILURE
}

/// An error and its causes, each said once: many sentences have their cause in them.
fn sentence(error: &anyhow::Error) -> String {
    let mut sentence = error.to_string();
    for cause in error.chain().skip(1).map(ToString::to_string) {
        if !sentence.contains(&cause) {
            sentence.push_str(": ");
            sentence.push_str(&cause);
        }
    }
    sentence
}

/// Whether an error is a pipe that its reader closed, as `head` does: no failure.
pub(super) fn is_closed_pipe(error: &std::io::Error) -> bool {
    error.kind() == std::io::ErrorKind::BrokenPipe
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_cause_is_said_once() {
        let error = anyhow::anyhow!("no disk").context("reading a: no disk").context("the night failed");
        assert_eq!(super::sentence(&error), "the night failed: reading a: no disk");
    }
}
