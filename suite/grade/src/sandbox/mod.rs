//! Where programs of unknown intent run.
//!
//! A program gets a scratch folder with the files it may see, limits, and nothing else; expected results never enter.
//! The files come through standard input as an archive, so that nothing of a run is ever on the disk, and what is
//! wanted back comes through standard error, said by a supervisor that ends with the program. The supervisor runs as
//! the program's user: a program that attacks it can make its own run fail, or hand back other files than it wrote.
//! Either is no more than a wrong answer.

mod archive;
mod kind;
mod memory;
mod plain;
mod process;
mod report;

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

pub use kind::SandboxKind;

use crate::project::Limits;
use archive::Archive;
use kind::Start;
use process::{Bounds, Stopped};

/// Standard output is read to here, in bytes.
pub const LARGEST_OUTPUT: usize = 1 << 20;

/// A sandbox that was tried and works.
#[derive(Clone, Debug)]
pub struct Sandbox {
    kind: SandboxKind,
    hidden: Vec<PathBuf>,
    without_user_namespaces: bool,
}

/// A sandbox that does not work.
#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    /// Its program cannot be started.
    #[error("cannot start the sandbox ({kind:?}): {source}; install bubblewrap and util-linux")]
    Start {
        /// Which one.
        kind: SandboxKind,
        /// What the system said.
        source: io::Error,
    },
    /// It could not be prepared.
    #[error("the sandbox does not work here ({kind:?}): {said}")]
    Broken {
        /// Which one.
        kind: SandboxKind,
        /// What its program said.
        said: String,
    },
    /// None of the kinds works.
    #[error("no sandbox works here: {0}; install bubblewrap, or allow unprivileged user namespaces")]
    None(String),
}

/// A program to be run, and what it finds.
#[derive(Clone, Debug, Default)]
pub struct Run {
    /// The program and its arguments; the working folder holds `files`.
    pub program: Vec<String>,
    /// Files of the working folder, by relative path.
    pub files: BTreeMap<String, Vec<u8>>,
    /// Files of the folder `../control`: drivers and what they need.
    pub control: BTreeMap<String, Vec<u8>>,
    /// Those of `control` and `files` that can be executed.
    pub executable: Vec<String>,
    /// Standard input.
    pub stdin: Vec<u8>,
    /// Shell text that arranges the working folder before the program starts.
    pub before: String,
    /// Shell text that looks at the working folder after the program has ended; what it prints is kept.
    pub after: String,
    /// Files of the working folder to be handed back.
    pub collect: Vec<String>,
    /// Folders of the machine that the program sees too, read-only, each with the place it has there.
    pub mounts: Vec<(PathBuf, String)>,
    /// The program needs much address space that it never touches (node, rustc).
    pub wide: bool,
    /// The program is trusted: it stays root where the grader is root, to read `mounts`.
    pub trusted: bool,
    /// How many times the wall time of the limits the whole run may take; 0 counts as 1.
    pub turns: u32,
}

/// How a program ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// By itself, with this code; 128 and more is a signal.
    Exited(i32),
    /// It was killed when its time was over.
    OutOfTime,
    /// It was killed when it had printed more than 1 MiB.
    TooMuchOutput,
    /// It was killed when its processes together held more than twice the memory of one.
    TooMuchMemory,
    /// It took the supervisor with it.
    Destroyed,
}

/// What is left of a program that has ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finished {
    /// How it ended.
    pub end: End,
    /// What it printed.
    pub stdout: Vec<u8>,
    /// The last that it printed on standard error.
    pub stderr: String,
    /// What `after` printed.
    pub after: Vec<u8>,
    /// The files asked for that are there.
    pub files: BTreeMap<String, Vec<u8>>,
}

impl Sandbox {
    /// The best sandbox that works here, found by running `true` in each.
    ///
    /// # Errors
    /// [`SandboxError::None`] where not even limits can be set.
    pub fn detect() -> Result<Self, SandboxError> {
        let mut said = Vec::new();
        for kind in SandboxKind::ALL {
            match Self::of_kind(kind) {
                Ok(sandbox) => return Ok(sandbox),
                Err(error) => said.push(error.to_string()),
            }
        }
        Err(SandboxError::None(said.join("; ")))
    }

    /// The sandbox of one kind, tried by running `true` in it.
    ///
    /// # Errors
    /// [`SandboxError`] where it does not work here.
    pub fn of_kind(kind: SandboxKind) -> Result<Self, SandboxError> {
        let mut sandbox = Self { kind, hidden: Vec::new(), without_user_namespaces: true };
        // The binary carries the hidden cases: it must not be read where it is installed below /usr.
        if let Ok(own) = std::env::current_exe() {
            sandbox.hide(&own);
        }
        if let Err(error) = sandbox.tried() {
            if kind != SandboxKind::Bubblewrap {
                return Err(error);
            }
            sandbox.without_user_namespaces = false;
            sandbox.tried()?;
        }
        Ok(sandbox)
    }

    fn tried(&self) -> Result<(), SandboxError> {
        let trial = Run { program: vec!["true".into()], ..Run::default() };
        match self.run(&trial, &Limits::default())?.end {
            End::Exited(0) => Ok(()),
            end => Err(SandboxError::Broken { kind: self.kind, said: format!("true ended so: {end:?}") }),
        }
    }

    /// Keeps programs from seeing a file or folder of the machine, where they would: below /usr.
    pub fn hide(&mut self, path: &Path) {
        let real = std::fs::canonicalize(path).unwrap_or_else(|_| path.into());
        if real.starts_with("/usr") && !self.hidden.contains(&real) {
            self.hidden.push(real);
        }
    }

    /// Which kind it is; shown, it is a sentence.
    pub fn kind(&self) -> SandboxKind {
        self.kind
    }

    /// Runs a program to its end and kills all that is left of it.
    ///
    /// # Errors
    /// [`SandboxError`] where the sandbox itself fails, which is never the program's doing.
    pub fn run(&self, run: &Run, limits: &Limits) -> Result<Finished, SandboxError> {
        let start = |source| SandboxError::Start { kind: self.kind, source };
        let plain = match self.kind {
            SandboxKind::LimitsOnly => Some(plain::Scratch::new(run.trusted).map_err(start)?),
            _ => None,
        };
        let arguments = arguments(run, limits, plain.as_ref().map_or(0, plain::Scratch::processes));
        let mut command = self.kind.command(&Start {
            disk: mebibytes(limits.disk_mib),
            mounts: &run.mounts,
            hidden: &self.hidden,
            without_user_namespaces: self.without_user_namespaces,
            privileged: run.trusted,
            scratch: plain.as_ref().map_or(Path::new("/scratch"), plain::Scratch::path),
            mark: plain.as_ref().map_or("", plain::Scratch::mark),
            arguments: &arguments,
        });
        let bounds = Bounds {
            wall: Duration::from_secs(limits.wall_seconds.into()) * run.turns.max(1),
            stdout: LARGEST_OUTPUT,
            stderr: mebibytes(limits.disk_mib) as usize + LARGEST_OUTPUT,
            memory: 2 * mebibytes(limits.memory_mib),
        };
        let ended = process::run(&mut command, archive(run), bounds, |child| {
            // It may have ended already.
            child.kill().ok();
            if let Some(scratch) = &plain {
                scratch.kill(child.id());
            }
        })
        .map_err(start)?;
        let nothing = |end| Finished {
            end,
            stdout: ended.stdout.clone(),
            stderr: String::new(),
            after: Vec::new(),
            files: BTreeMap::new(),
        };
        match ended.stopped {
            Stopped::Time => return Ok(nothing(End::OutOfTime)),
            Stopped::Output => return Ok(nothing(End::TooMuchOutput)),
            Stopped::Memory => return Ok(nothing(End::TooMuchMemory)),
            Stopped::ByItself => {}
        }
        match report::read(&ended.stderr) {
            Ok(Some(report)) => {
                let file = |(number, bytes): (usize, Vec<u8>)| Some((run.collect.get(number)?.clone(), bytes));
                Ok(Finished {
                    end: End::Exited(report.exit),
                    stdout: ended.stdout,
                    stderr: report.stderr,
                    after: report.after,
                    files: report.files.into_iter().filter_map(file).collect(),
                })
            }
            Ok(None) => Ok(nothing(End::Destroyed)),
            Err(said) => Err(SandboxError::Broken { kind: self.kind, said }),
        }
    }
}

fn mebibytes(count: u32) -> u64 {
    u64::from(count) << 20
}

/// The supervisor's arguments after the scratch folder and who is beside it.
fn arguments(run: &Run, limits: &Limits, others: u32) -> Vec<String> {
    let memory = mebibytes(limits.memory_mib);
    let mut arguments = vec![mebibytes(limits.file_mib).to_string()];
    arguments.extend([
        format!("--data={memory}"),
        format!("--fsize={}", mebibytes(limits.file_mib)),
        format!("--cpu={}", u64::from(limits.wall_seconds) + 1),
        format!("--nproc={}", limits.processes + others),
        "--nofile=256".into(),
        "--core=0".into(),
        "--msgqueue=0".into(),
        "--memlock=65536".into(),
    ]);
    if !run.wide {
        arguments.push(format!("--as={memory}"));
    }
    arguments.push("--".into());
    arguments.extend(run.program.iter().cloned());
    arguments
}

fn archive(run: &Run) -> Vec<u8> {
    let mut archive = Archive::default();
    archive.add("control/passwd", b"user:x:65534:65534::/scratch/work:/bin/sh\n", false);
    archive.add("control/stdin", &run.stdin, false);
    archive.add("control/before", run.before.as_bytes(), false);
    archive.add("control/after", run.after.as_bytes(), false);
    archive.add("control/collect", run.collect.join("\n").as_bytes(), false);
    for (folder, files) in [("control", &run.control), ("work", &run.files)] {
        for (path, content) in files {
            archive.add(&format!("{folder}/{path}"), content, run.executable.contains(path));
        }
    }
    archive.finish()
}
