//! A process with a time limit, and the end of all it started.

use std::ffi::OsString;
use std::io::{self, Read, Write};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use merit_router::ErrorKind;

use crate::cancel::Cancel;
use crate::error::{CANCELLED, CallError, MALFORMED, PROGRAM};

/// The most that is read of an output.
const LONGEST: u64 = 32 * 1024 * 1024;

/// How long the ends of its outputs are waited for after the process is gone.
const LAST_WORDS: Duration = Duration::from_secs(5);

/// A process to be run.
pub(super) struct Task<'a> {
    pub(super) program: &'a Path,
    pub(super) arguments: Vec<String>,
    pub(super) folder: &'a Path,
    pub(super) environment: Vec<(&'static str, OsString)>,
    pub(super) removed: Vec<&'static str>,
    pub(super) input: String,
}

/// A process that ended by itself.
pub(crate) struct Finished {
    pub(super) status: ExitStatus,
    pub(super) output: String,
    pub(super) errors: String,
}

/// Runs a process to its end, or ends it and all it started.
pub(super) fn run(task: Task<'_>, timeout: Duration, cancel: &Cancel) -> Result<Finished, CallError> {
    let name = task.program.display();
    let mut command = Command::new(task.program);
    command.args(&task.arguments).current_dir(task.folder);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    for variable in &task.removed {
        command.env_remove(variable);
    }
    command.envs(task.environment);
    lead_a_group(&mut command);
    let begun = Instant::now();
    let child = command.spawn().map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => {
            CallError::new(PROGRAM, format!("the program {name} is not found; install it, or set program to its path"))
        }
        _ => CallError::new(PROGRAM, format!("the program {name} cannot be started: {error}")),
    })?;
    let mut child = Guard(child);
    feed(&mut child.0, task.input);
    let outputs = child.0.stdout.take().zip(child.0.stderr.take());
    let Some((output, errors)) = outputs.map(|(output, errors)| (collect(output), collect(errors))) else {
        return Err(CallError::new(PROGRAM, format!("the program {name} has no outputs; please report it")));
    };
    let status = wait(&mut child.0, begun, timeout, cancel)?;
    // What it left behind would hold its outputs open.
    end(&mut child.0);
    Ok(Finished { status, output: whole(&output)?, errors: whole(&errors)? })
}

/// Waits for the end with pauses that grow from 2 to 50 ms.
fn wait(child: &mut Child, begun: Instant, timeout: Duration, cancel: &Cancel) -> Result<ExitStatus, CallError> {
    let mut pause = Duration::from_millis(2);
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Ok(status),
            Ok(None) => {}
            Err(error) => return Err(CallError::new(PROGRAM, format!("the program cannot be waited for: {error}"))),
        }
        if cancel.is_cancelled() {
            return Err(CallError::new(CANCELLED, "the run was cancelled, and the program with it"));
        }
        let left = timeout.saturating_sub(begun.elapsed());
        if left.is_zero() {
            let message = format!("no answer within {} s; the program was ended", timeout.as_secs_f64());
            return Err(CallError::new(ErrorKind::Timeout, message));
        }
        thread::sleep(pause.min(left));
        pause = (pause * 2).min(Duration::from_millis(50));
    }
}

/// Writes the input in a thread of its own: a program may answer before it has read all.
fn feed(child: &mut Child, input: String) {
    if let Some(mut pipe) = child.stdin.take() {
        // A program that does not want all of it says so itself, or gives an answer without.
        thread::spawn(move || pipe.write_all(input.as_bytes()).ok());
    }
}

/// Reads an output in a thread of its own, up to its end or to the limit.
fn collect(pipe: impl Read + Send + 'static) -> Receiver<io::Result<Vec<u8>>> {
    let (sender, receiver) = channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        let read = pipe.take(LONGEST + 1).read_to_end(&mut bytes);
        sender.send(read.map(|_| bytes)).ok()
    });
    receiver
}

fn whole(output: &Receiver<io::Result<Vec<u8>>>) -> Result<String, CallError> {
    let bytes = output
        .recv_timeout(LAST_WORDS)
        .map_err(|_| CallError::new(PROGRAM, "the program left something behind that keeps its output open"))?
        .map_err(|error| CallError::new(PROGRAM, format!("the program's output cannot be read: {error}")))?;
    if bytes.len() as u64 > LONGEST {
        return Err(CallError::new(MALFORMED, format!("the program's output has more than {LONGEST} bytes")));
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// A process that does not outlive whoever waits for it.
struct Guard(Child);

impl Drop for Guard {
    fn drop(&mut self) {
        end(&mut self.0);
        // It is gone, or was waited for before: there is nothing to be told.
        self.0.wait().ok();
    }
}

#[cfg(unix)]
fn lead_a_group(command: &mut Command) {
    use std::os::unix::process::CommandExt as _;
    command.process_group(0);
}

/// Ends the process's whole group; where there is none any more, all is well.
#[cfg(unix)]
fn end(child: &mut Child) {
    use nix::sys::signal::{Signal, killpg};
    use nix::unistd::Pid;
    let group = i32::try_from(child.id()).map(Pid::from_raw);
    if !group.is_ok_and(|group| killpg(group, Signal::SIGKILL).is_ok()) {
        child.kill().ok();
    }
}

#[cfg(not(unix))]
fn lead_a_group(_command: &mut Command) {}

/// Ends the process itself: elsewhere there are no groups to be ended.
#[cfg(not(unix))]
fn end(child: &mut Child) {
    child.kill().ok();
}
