//! Limits alone: a scratch folder on the disk, and the hunt for what a program leaves behind.

use std::fs;
use std::io;
use std::os::unix::fs::{MetadataExt, chown};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use nix::sys::signal::{Signal, kill, killpg};
use nix::unistd::Pid;

use super::kind::{UNPRIVILEGED, is_root};

/// So often the hunt is repeated.
const ROUNDS: usize = 100;

static RUNS: AtomicU64 = AtomicU64::new(0);

/// The scratch folder of one run.
pub(super) struct Scratch {
    folder: tempfile::TempDir,
    mark: String,
    user: u32,
}

impl Scratch {
    pub(super) fn new(trusted: bool) -> io::Result<Self> {
        let folder = tempfile::Builder::new().prefix("merit-grade-").tempdir()?;
        let mark = format!("{}-{}", std::process::id(), RUNS.fetch_add(1, Ordering::Relaxed));
        if is_root() && !trusted {
            chown(folder.path(), Some(UNPRIVILEGED), Some(UNPRIVILEGED))?;
        }
        let user = fs::metadata(folder.path())?.uid();
        Ok(Self { folder, mark, user })
    }

    pub(super) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(super) fn mark(&self) -> &str {
        &self.mark
    }

    /// How many processes and threads the user has already: the kernel's limit counts them too.
    pub(super) fn processes(&self) -> u32 {
        processes()
            .filter(|process| fs::metadata(format!("/proc/{process}")).is_ok_and(|data| data.uid() == self.user))
            .map(threads)
            .sum()
    }

    /// Kills the group of the supervisor and every process that still has the run's mark in its environment. One that
    /// has left the group and has also cleared its environment is not found.
    pub(super) fn kill(&self, supervisor: u32) {
        let mark = format!("MERIT_SANDBOX={}\0", self.mark).into_bytes();
        // Who has ended meanwhile need not be killed.
        killpg(pid(supervisor), Signal::SIGKILL).ok();
        // A process that forks while the list is read may be missed: again, until none is left.
        for _ in 0..ROUNDS {
            let marked = |process: &u32| {
                let environment = fs::read(format!("/proc/{process}/environ")).unwrap_or_default();
                environment.windows(mark.len()).any(|window| window == mark)
            };
            let left: Vec<u32> = processes().filter(marked).collect();
            if left.is_empty() {
                break;
            }
            for process in left {
                kill(pid(process), Signal::SIGKILL).ok();
            }
        }
    }
}

fn pid(process: u32) -> Pid {
    Pid::from_raw(i32::try_from(process).expect("the kernel's numbers fit"))
}

fn processes() -> impl Iterator<Item = u32> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok())
}

fn threads(process: u32) -> u32 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let count = |line: &str| line.strip_prefix("Threads:")?.trim().parse().ok();
    status.lines().find_map(count).unwrap_or(0)
}
