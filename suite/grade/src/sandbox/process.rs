//! A process with bounds on time and output.

use std::io::{self, Read, Write};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use super::memory::Watch;

/// What a process may take before it is killed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    pub(super) wall: Duration,
    pub(super) stdout: usize,
    pub(super) stderr: usize,
    /// Resident memory of the process and all that descend from it, in bytes.
    pub(super) memory: u64,
}

/// Why a process ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stopped {
    ByItself,
    Time,
    Output,
    Memory,
}

/// What there is of a process that has ended.
pub(super) struct Ended {
    pub(super) stopped: Stopped,
    pub(super) stdout: Vec<u8>,
    pub(super) stderr: Vec<u8>,
}

/// How often the memory is looked at.
const TICK: Duration = Duration::from_millis(100);

/// How long a killed process's pipes may stay open.
const GRACE: Duration = Duration::from_secs(2);

enum Stream {
    Stdout,
    Stderr,
}

struct Closed {
    stream: Stream,
    bytes: Vec<u8>,
    overflow: bool,
}

/// Starts a command, feeds it `input` and waits for the end; `kill` ends whatever is left of it.
pub(super) fn run(
    command: &mut Command,
    input: Vec<u8>,
    bounds: Bounds,
    kill: impl Fn(&mut Child),
) -> io::Result<Ended> {
    let started = Instant::now();
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    let (sender, closed) = mpsc::channel();
    let mut stdin = child.stdin.take().expect("piped above");
    // A process that does not read what it is fed closes the pipe: what becomes of it is told by its report.
    thread::spawn(move || stdin.write_all(&input).ok());
    read(child.stdout.take().expect("piped above"), Stream::Stdout, bounds.stdout, sender.clone());
    read(child.stderr.take().expect("piped above"), Stream::Stderr, bounds.stderr, sender);
    let mut ended = Ended { stopped: Stopped::ByItself, stdout: Vec::new(), stderr: Vec::new() };
    let outcome = watch(&Watch::new(child.id(), bounds.memory), &closed, started + bounds.wall, &mut ended);
    kill(&mut child);
    if let Some(still_open) = outcome {
        // Everything that held the pipes is dead now, so that the readers end.
        let deadline = Instant::now() + GRACE;
        for _ in 0..still_open {
            let Ok(stream) = closed.recv_timeout(deadline.saturating_duration_since(Instant::now())) else { break };
            keep(&mut ended, stream);
        }
    }
    child.wait()?;
    Ok(ended)
}

fn read(mut from: impl Read + Send + 'static, stream: Stream, bound: usize, sender: mpsc::Sender<Closed>) {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        // A pipe that breaks has ended.
        let _ = from.by_ref().take(bound as u64 + 1).read_to_end(&mut bytes);
        let overflow = bytes.len() > bound;
        bytes.truncate(bound);
        // Nobody listens any more where the grader has given up waiting.
        sender.send(Closed { stream, bytes, overflow }).ok();
    });
}

fn keep(ended: &mut Ended, closed: Closed) -> bool {
    match closed.stream {
        Stream::Stdout => ended.stdout = closed.bytes,
        Stream::Stderr => ended.stderr = closed.bytes,
    }
    closed.overflow
}

/// Waits for both pipes to close; gives how many are still open where it stopped for another reason.
fn watch(memory: &Watch, closed: &Receiver<Closed>, mut deadline: Instant, ended: &mut Ended) -> Option<usize> {
    let mut open = 2;
    let mut supervised = true;
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            if supervised {
                ended.stopped = Stopped::Time;
            }
            return Some(open);
        }
        match closed.recv_timeout(left.min(TICK)) {
            Ok(stream) => {
                open -= 1;
                let of_supervisor = matches!(stream.stream, Stream::Stderr);
                if keep(ended, stream) {
                    ended.stopped = Stopped::Output;
                    return Some(open);
                }
                if open == 0 {
                    return None;
                }
                if of_supervisor {
                    // The supervisor has ended; who still holds standard output was left behind.
                    supervised = false;
                    deadline = deadline.min(Instant::now() + TICK);
                }
            }
            Err(RecvTimeoutError::Timeout) => {
                if memory.exceeded() {
                    ended.stopped = Stopped::Memory;
                    return Some(open);
                }
            }
            Err(RecvTimeoutError::Disconnected) => return None,
        }
    }
}
