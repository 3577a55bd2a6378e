//! Names that follow from what they name: SHA-256 over length-prefixed parts.

use sha2::{Digest, Sha256};

use super::definition::Target;
use super::task::Step;

/// The first `bytes` bytes of the hash of parts, in hex.
fn name_of(parts: &[&str], bytes: usize) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part.as_bytes());
    }
    hash.finalize().iter().take(bytes).map(|byte| format!("{byte:02x}")).collect()
}

/// The name of a run that was given none: 16 hex digits of its plan.
pub(super) fn run_id(plan: &str) -> String {
    name_of(&["run", plan], 8)
}

/// The task of a (run, project, model, repeat).
pub(crate) fn task_id(run: &str, project: &str, target: &Target, repeat: u32) -> String {
    name_of(&["task", run, project, &target.backend, &target.provider, &target.model, &repeat.to_string()], 16)
}

/// One attempt of one step of a task. `role` is the record's.
pub(crate) fn call_id(task: &str, role: &str, step: Step, attempt: u32) -> String {
    name_of(&["call", task, role, &step.number.to_string(), &attempt.to_string()], 16)
}

/// Whether a text can name a run, which is a folder and a part of a file's name.
pub(crate) fn is_run_name(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    name.len() <= 64 && name.starts_with(plain) && name.chars().all(|c| plain(c) || c == '-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_do_not_run_into_each_other() {
        let target = |backend: &str, model: &str| Target {
            backend: backend.into(),
            provider: "north".into(),
            model: model.into(),
        };
        let id = task_id("r", "p", &target("a", "b"), 1);
        assert_eq!(id.len(), 32);
        assert_eq!(id, task_id("r", "p", &target("a", "b"), 1));
        for other in [
            task_id("rp", "", &target("a", "b"), 1),
            task_id("r", "p", &target("", "b"), 1),
            task_id("r", "p", &target("a", "b"), 2),
        ] {
            assert_ne!(id, other);
        }
    }

    #[test]
    fn a_runs_name_is_a_folders() {
        assert!(is_run_name("2026-11-28-first") && is_run_name("a"));
        for odd in ["", "-a", "../a", "a/b", "A", "a b", ".a", &"a".repeat(65)] {
            assert!(!is_run_name(odd), "{odd}");
        }
    }
}
