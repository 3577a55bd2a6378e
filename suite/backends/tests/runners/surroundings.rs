//! A machine whose pauses take no time and are written down, and whose environment is the test's.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime};

use merit_backends::{BackendKind, BackendSettings, Cancel, Host, Runner, Surroundings, open};

use crate::stub::Stub;

/// A key that must be seen nowhere but in the request.
pub(crate) const KEY: &str = "sk-secret-0123456789-abcdefghijklmnop";

/// A clock that goes on with the pauses too, though nobody waits.
pub(crate) struct Machine {
    begun: Instant,
    slept: Mutex<Duration>,
    chance: f64,
}

impl Machine {
    /// How long it slept in all.
    pub(crate) fn slept(&self) -> Duration {
        *self.slept.lock().expect("nobody panics with it")
    }
}

impl Host for Machine {
    fn now(&self) -> Instant {
        Instant::now() + self.slept()
    }

    fn wall(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_790_000_000) + self.begun.elapsed() + self.slept()
    }

    fn sleep(&self, pause: Duration) {
        *self.slept.lock().expect("nobody panics with it") += pause;
    }

    fn uniform(&self) -> f64 {
        self.chance
    }
}

/// Surroundings with the machine, and an environment of these variables.
pub(crate) fn surroundings(variables: &[(&str, &str)]) -> (Surroundings, Arc<Machine>) {
    let machine = Arc::new(Machine { begun: Instant::now(), slept: Mutex::default(), chance: 1.0 });
    let variables: BTreeMap<String, OsString> =
        variables.iter().map(|&(name, value)| (name.to_owned(), value.into())).collect();
    let host: Arc<dyn Host> = Arc::clone(&machine) as _;
    let lookup = Arc::new(move |name: &str| variables.get(name).cloned());
    (Surroundings { host, cancel: Cancel::new(), variables: lookup }, machine)
}

/// The three protocols, as settings for the stub.
pub(crate) const SPOKEN: [BackendKind; 3] = [BackendKind::Anthropic, BackendKind::Gemini, BackendKind::OpenAi];

/// A backend at the stub, with a key.
pub(crate) fn at_stub(kind: BackendKind, stub: &Stub) -> BackendSettings {
    let path = match kind {
        BackendKind::Anthropic | BackendKind::Gemini => "",
        _ => "/v1",
    };
    BackendSettings {
        kind: Some(kind),
        base_url: Some(format!("{}{path}", stub.url)),
        key_variable: Some("STUB_KEY".to_owned()),
        models: vec!["ok".to_owned()],
        ..BackendSettings::named("stub")
    }
}

/// A runner at the stub, and its machine.
pub(crate) fn runner(settings: BackendSettings) -> (Runner, Arc<Machine>) {
    let (surroundings, machine) = surroundings(&[("STUB_KEY", KEY)]);
    let mut runners = open(&[settings], &surroundings).expect("the settings are good");
    (runners.remove(0), machine)
}
