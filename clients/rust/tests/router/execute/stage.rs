//! A machine whose time passes only when it is told to, and callers that follow a script.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use merit_router::{Attempt, AttemptLog, AttemptRecord, CallError, Executor, Host, Reply, Request, Router, Timer};

pub(crate) const MS: Duration = Duration::from_millis(1);
pub(crate) const SECOND: Duration = Duration::from_secs(1);

/// The machine. Its chance is always the same number.
pub(crate) struct Stage {
    began: Instant,
    chance: f64,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    elapsed: Duration,
    pauses: Vec<Duration>,
    /// Who sleeps until when, each with a number.
    sleepers: BTreeSet<(Duration, u64)>,
    slept: u64,
}

impl Stage {
    pub(crate) fn new(chance: f64) -> Arc<Self> {
        Arc::new(Self { began: Instant::now(), chance, state: Mutex::default() })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no test failed while it held the lock")
    }

    /// Lets time pass.
    pub(crate) fn pass(&self, time: Duration) {
        self.state().elapsed += time;
    }

    pub(crate) fn elapsed(&self) -> Duration {
        self.state().elapsed
    }

    /// What was waited for so far; then it is forgotten.
    pub(crate) fn pauses(&self) -> Vec<Duration> {
        std::mem::take(&mut self.state().pauses)
    }

    /// Carries out a future; whenever it waits, time goes to the first sleeper's end.
    pub(crate) fn block_on<F: Future>(&self, future: F) -> F::Output {
        let mut future = pin!(future);
        loop {
            if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
                return output;
            }
            let mut state = self.state();
            let (end, _) = state.sleepers.pop_first().expect("who waits, waits for a sleeper");
            state.elapsed = state.elapsed.max(end);
        }
    }

    /// A future's sleep.
    pub(crate) fn rest(self: &Arc<Self>, time: Duration) -> Sleep {
        let mut state = self.state();
        state.slept += 1;
        let ticket = (state.elapsed + time, state.slept);
        state.sleepers.insert(ticket);
        Sleep { stage: Arc::clone(self), ticket }
    }
}

impl Host for Stage {
    fn now(&self) -> Instant {
        self.began + self.elapsed()
    }

    fn wall(&self) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(1_800_000_000) + self.elapsed()
    }

    fn sleep(&self, pause: Duration) {
        self.pass(pause);
        self.state().pauses.push(pause);
    }

    fn uniform(&self) -> f64 {
        self.chance
    }
}

/// The machine's timers; time limits are those that come with the trait.
#[derive(Clone)]
pub(crate) struct StageTimer(pub(crate) Arc<Stage>);

impl Timer for StageTimer {
    async fn sleep(&self, pause: Duration) {
        self.0.rest(pause).await;
    }
}

pub(crate) struct Sleep {
    stage: Arc<Stage>,
    ticket: (Duration, u64),
}

impl Future for Sleep {
    type Output = ();

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        if self.stage.elapsed() >= self.ticket.0 { Poll::Ready(()) } else { Poll::Pending }
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        self.stage.state().sleepers.remove(&self.ticket);
    }
}

/// A request of the plain table whose draw is this model; after gemini come opus, sonnet, llama.
pub(crate) fn drawn_to(router: &Router, model: &str) -> Request<'static> {
    const TASKS: [&str; 40] = [
        "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o", "p", "q", "r", "s", "t", "u", "v",
        "w", "x", "y", "z", "0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "aa", "bb", "cc", "dd",
    ];
    let requests =
        TASKS.map(|task| Request { task_id: Some(task), ..Request::new("executor", "debugging", "advanced") });
    let drawn = |request: &Request<'_>| router.choose(request).expect("a choice").model == model;
    requests.into_iter().find(drawn).expect("one of so many is drawn to it")
}

/// What models do, call by call; beyond the script they succeed.
#[derive(Default)]
pub(crate) struct Script {
    acts: BTreeMap<String, VecDeque<CallError>>,
    /// Who was called, by model and time given.
    pub(crate) calls: Vec<(String, Duration)>,
}

impl Script {
    /// With so many failures of a kind at a model to come.
    pub(crate) fn fails(mut self, model: &str, times: usize, kind: &'static str) -> Self {
        let error = CallError::new(kind, format!("{model} is out"));
        self.acts.entry(model.to_owned()).or_default().extend(vec![error; times]);
        self
    }

    /// With one failure that says when to come back.
    pub(crate) fn asks(mut self, model: &str, pause: Duration) -> Self {
        let error = CallError::new("rate_limit", "too many").retry_after(pause);
        self.acts.entry(model.to_owned()).or_default().push_back(error);
        self
    }

    /// One call, which takes 100 ms of the stage's time.
    pub(crate) fn call(&mut self, stage: &Stage, attempt: Attempt<'_>) -> Result<Reply<String>, CallError> {
        self.calls.push((attempt.model.to_owned(), attempt.timeout));
        assert_eq!(attempt.name, format!("{}-latest", attempt.model), "the name to call belongs to the model");
        stage.pass(100 * MS);
        match self.acts.get_mut(attempt.model).and_then(VecDeque::pop_front) {
            Some(error) => Err(error),
            None => Ok(Reply::new(attempt.model.to_owned())),
        }
    }

    /// The models that were called, in order.
    pub(crate) fn models(&self) -> Vec<&str> {
        self.calls.iter().map(|(model, _)| model.as_str()).collect()
    }
}

/// What a log was told.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Logged {
    pub(crate) model: String,
    pub(crate) drawn: String,
    pub(crate) attempt: u32,
    pub(crate) arm: String,
    pub(crate) propensity: Option<f64>,
    pub(crate) excluded: Vec<String>,
    pub(crate) at: Duration,
    pub(crate) latency: Duration,
    pub(crate) error: Option<String>,
}

/// A log in memory.
#[derive(Default)]
pub(crate) struct Memory(Mutex<Vec<Logged>>);

impl Memory {
    pub(crate) fn take(&self) -> Vec<Logged> {
        std::mem::take(&mut self.0.lock().expect("sound"))
    }
}

impl AttemptLog for Memory {
    fn attempt(&self, record: &AttemptRecord<'_>) -> Option<String> {
        let mut logged = self.0.lock().expect("sound");
        let at = record.started_at.duration_since(UNIX_EPOCH).expect("after 1970") - Duration::from_secs(1_800_000_000);
        logged.push(Logged {
            model: record.model.to_owned(),
            drawn: record.answer.model.to_owned(),
            attempt: record.attempt,
            arm: format!("{:?}", record.arm),
            propensity: record.propensity,
            excluded: record.answer.context.excluded.iter().map(|model| (*model).to_owned()).collect(),
            at,
            latency: record.latency,
            error: record.result.err().map(|error| error.kind.to_string()),
        });
        Some(format!("call-{}", logged.len()))
    }
}

/// An executor on a stage, its settings the usual, with a log.
pub(crate) fn executor(stage: &Arc<Stage>) -> (Executor, Arc<Memory>) {
    let memory = Arc::new(Memory::default());
    (Executor::default().with_host(Arc::clone(stage)).with_log(Arc::clone(&memory)), memory)
}
