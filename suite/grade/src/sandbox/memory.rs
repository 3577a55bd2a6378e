//! How much memory a process and its descendants hold.
//!
//! A limit of the kernel's binds one process each; without control groups, which are rarely ours to make, the sum has
//! to be looked at from outside.

use std::fs;

/// Resident memory that is no file's, in bytes, of a process and all that descend from it; 0 for one that has ended.
fn of_tree(root: u32) -> u64 {
    let mut waiting = vec![root];
    let mut sum = 0;
    while let Some(process) = waiting.pop() {
        sum += of_process(process);
        let Ok(threads) = fs::read_dir(format!("/proc/{process}/task")) else { continue };
        for thread in threads.flatten() {
            let children = fs::read_to_string(thread.path().join("children")).unwrap_or_default();
            waiting.extend(children.split_whitespace().filter_map(|child| child.parse::<u32>().ok()));
        }
    }
    sum
}

/// What the machine has left and has in all, in bytes; `None` where the kernel does not say.
pub(super) fn of_machine() -> Option<(u64, u64)> {
    let said = fs::read_to_string("/proc/meminfo").ok()?;
    let kibibytes = |name: &str| -> Option<u64> {
        said.lines().find_map(|line| line.strip_prefix(name))?.trim().strip_suffix(" kB")?.trim().parse().ok()
    };
    Some((kibibytes("MemAvailable:")? * 1024, kibibytes("MemTotal:")? * 1024))
}

/// Watches the memory of one run.
pub(super) struct Watch {
    root: u32,
    bound: u64,
    available: Option<u64>,
}

impl Watch {
    /// A watch over a process and its descendants, who may hold `bound` bytes.
    pub(super) fn new(root: u32, bound: u64) -> Self {
        Self { root, bound, available: of_machine().map(|(available, _)| available) }
    }

    /// Whether they hold more, or the machine is down to a sixteenth of its memory and has lost as much as they may
    /// hold since the start: memory that belongs to no process (files in memory that nobody has mapped) is seen only
    /// there.
    pub(super) fn exceeded(&self) -> bool {
        let machine = self.available.zip(of_machine());
        let drained =
            |(before, (now, all)): (u64, (u64, u64))| now < all / 16 && before.saturating_sub(now) > self.bound;
        of_tree(self.root) > self.bound || machine.is_some_and(drained)
    }
}

fn of_process(process: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let kibibytes = |line: &str| -> Option<u64> {
        let value = line.strip_prefix("RssAnon:").or(line.strip_prefix("RssShmem:"))?;
        value.trim().strip_suffix(" kB")?.trim().parse().ok()
    };
    status.lines().filter_map(kibibytes).sum::<u64>() * 1024
}

#[cfg(test)]
mod tests {
    use std::process::{Command, Stdio};

    use super::*;

    #[test]
    fn the_machine_has_no_more_left_than_it_has() {
        let (available, all) = of_machine().expect("the kernel says");
        assert!(available > 0 && available < all);
    }

    #[test]
    fn a_tree_holds_at_least_what_its_leaf_holds() {
        let mut child = Command::new("sleep").arg("30").stdout(Stdio::null()).spawn().expect("sleep is there");
        let alone = of_process(std::process::id());
        assert!(alone > 0 && of_tree(std::process::id()) > alone);
        child.kill().expect("it runs");
        child.wait().expect("it has ended");
        assert_eq!(of_tree(child.id()), 0);
    }
}
