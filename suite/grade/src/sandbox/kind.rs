//! The kinds of sandboxes, and how each starts its supervisor.

use std::fmt;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What runs in every sandbox beside the program.
const SUPERVISE: &str = include_str!("supervise.sh");

/// What isolates programs from the machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SandboxKind {
    /// bubblewrap.
    Bubblewrap,
    /// Namespaces made with util-linux.
    Unshare,
    /// Limits alone.
    LimitsOnly,
}

impl SandboxKind {
    /// The kinds, the best first.
    pub const ALL: [SandboxKind; 3] = [SandboxKind::Bubblewrap, SandboxKind::Unshare, SandboxKind::LimitsOnly];

    /// Whether programs see neither the machine's files nor its network nor its processes.
    pub fn isolates(self) -> bool {
        self != SandboxKind::LimitsOnly
    }
}

impl fmt::Display for SandboxKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            SandboxKind::Bubblewrap => {
                "bubblewrap: own namespaces, no network, nothing of the disk but a read-only /usr, limits on time, memory, \
                 processes and files"
            }
            SandboxKind::Unshare => {
                "util-linux: own namespaces, no network, nothing of the disk but a read-only /usr, limits on time, memory, \
                 processes and files; bubblewrap is missing or may not run here"
            }
            SandboxKind::LimitsOnly => {
                "limits alone: programs are bounded in time, memory, processes and file size, but they see the disk and the \
                 network as this user does; install bubblewrap before you grade answers that you do not trust"
            }
        })
    }
}

/// Whether this process is root, whom some limits do not bind.
pub(super) fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|metadata| metadata.uid() == 0)
}

/// The user that programs run as where this process is root: `nobody` on most systems.
pub(super) const UNPRIVILEGED: u32 = 65534;

/// What differs from run to run.
pub(super) struct Start<'a> {
    /// Size of the scratch folder in bytes.
    pub(super) disk: u64,
    /// More folders of the machine, read-only, at another place.
    pub(super) mounts: &'a [(PathBuf, String)],
    /// Files and folders below /usr that must not be seen.
    pub(super) hidden: &'a [PathBuf],
    /// Forbid programs to make user namespaces of their own; old versions of bubblewrap cannot.
    pub(super) without_user_namespaces: bool,
    /// Stay root, to be able to read the mounts.
    pub(super) privileged: bool,
    /// The scratch folder of the machine, for limits alone.
    pub(super) scratch: &'a Path,
    /// Tells processes of this run from others, for limits alone.
    pub(super) mark: &'a str,
    /// What the supervisor gets.
    pub(super) arguments: &'a [String],
}

impl SandboxKind {
    /// The command that starts the supervisor.
    pub(super) fn command(self, start: &Start<'_>) -> Command {
        let mut command = if is_root() && !start.privileged {
            let mut command = Command::new("setpriv");
            command.args([format!("--reuid={UNPRIVILEGED}"), format!("--regid={UNPRIVILEGED}")]);
            command.args(["--clear-groups", "--no-new-privs", "--"]).arg(self.program());
            command
        } else {
            Command::new(self.program())
        };
        command.env_clear().env("PATH", "/usr/bin:/bin:/usr/sbin:/sbin").current_dir("/").process_group(0);
        match self {
            SandboxKind::Bubblewrap => bubblewrap(&mut command, start),
            SandboxKind::Unshare => unshare(&mut command, start),
            SandboxKind::LimitsOnly => {
                command.env("HOME", start.scratch.join("work")).env("TMPDIR", start.scratch.join("tmp"));
                command.env("MERIT_SANDBOX", start.mark);
                command.envs(ENVIRONMENT.iter().copied());
                command.args(["-c", SUPERVISE, "supervise"]).arg(start.scratch).arg("beside").args(start.arguments);
            }
        }
        command
    }

    fn program(self) -> &'static str {
        match self {
            SandboxKind::Bubblewrap => "bwrap",
            SandboxKind::Unshare => "unshare",
            SandboxKind::LimitsOnly => "bash",
        }
    }
}

/// What programs find in their environment, beside HOME and TMPDIR.
const ENVIRONMENT: [(&str, &str); 4] =
    [("PATH", "/usr/local/bin:/usr/bin:/bin"), ("LANG", "C.UTF-8"), ("TZ", "UTC"), ("PYTHONHASHSEED", "0")];

fn bubblewrap(command: &mut Command, start: &Start<'_>) {
    command.args(["--unshare-all", "--unshare-user", "--uid", "65534", "--gid", "65534", "--hostname", "sandbox"]);
    if start.without_user_namespaces {
        // Who makes one may mount file systems of any size in it.
        command.arg("--disable-userns");
    }
    // As the first process of its namespace the supervisor cannot be killed from inside, and bubblewrap waits for it:
    // it leaves no zombie to whoever is the first process outside.
    command.args([
        "--as-pid-1",
        "--die-with-parent",
        "--new-session",
        "--clearenv",
        "--setenv",
        "HOME",
        "/scratch/work",
    ]);
    for (name, value) in ENVIRONMENT {
        command.args(["--setenv", name, value]);
    }
    command.args(["--setenv", "TMPDIR", "/scratch/tmp", "--ro-bind", "/usr", "/usr"]);
    for name in ["bin", "sbin", "lib", "lib32", "lib64", "libx32"] {
        let path = Path::new("/").join(name);
        if let Ok(target) = fs::read_link(&path) {
            command.arg("--symlink").arg(target).arg(path);
        } else if path.is_dir() {
            command.arg("--ro-bind").arg(&path).arg(&path);
        }
    }
    for path in ["/etc/alternatives", "/etc/ld.so.cache"] {
        command.args(["--ro-bind-try", path, path]);
    }
    command.args(["--symlink", "/scratch/control/passwd", "/etc/passwd", "--proc", "/proc", "--dev", "/dev"]);
    command.args([
        "--size",
        "1048576",
        "--tmpfs",
        "/dev/shm",
        "--size",
        &start.disk.to_string(),
        "--tmpfs",
        "/scratch",
    ]);
    command.args(["--symlink", "scratch/tmp", "/tmp", "--chdir", "/scratch"]);
    for (from, to) in start.mounts {
        command.arg("--ro-bind").arg(from).arg(to);
    }
    for path in start.hidden {
        match path.is_dir() {
            true => command.arg("--tmpfs").arg(path).arg("--remount-ro").arg(path),
            false => command.args(["--ro-bind", "/dev/null"]).arg(path),
        };
    }
    command.args(["--remount-ro", "/dev", "--remount-ro", "/", "--", "/bin/bash", "-c", SUPERVISE, "supervise"]);
    command.args(["/scratch", "alone"]).args(start.arguments);
}

fn unshare(command: &mut Command, start: &Start<'_>) {
    command.args([
        "--user",
        "--map-root-user",
        "--mount",
        "--pid",
        "--fork",
        "--kill-child=KILL",
        "--net",
        "--ipc",
        "--uts",
    ]);
    command.args(["--", "/bin/sh", "-c", include_str!("namespaces.sh"), "namespaces"]);
    command.arg(start.disk.to_string()).arg(SUPERVISE);
    for (from, to) in start.mounts {
        command.arg(from).arg(to.trim_start_matches('/'));
    }
    command.arg("--");
    command.args(start.hidden).arg("--").args(start.arguments);
}
