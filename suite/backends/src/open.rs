//! Settings → runners that are ready to be called.

use std::collections::BTreeMap;
use std::env;
use std::ffi::OsString;
use std::fmt;
use std::sync::Arc;

use merit_router::{Host, SystemHost};

use crate::backend::Backend;
use crate::cancel::Cancel;
use crate::http::{Endpoint, EndpointError, HttpBackend};
use crate::program::{Claude, Dialect, Gemini as GeminiProgram, ProgramBackend};
use crate::runner::Runner;
use crate::secret::{KeyError, Secret, find_key};
use crate::settings::{BackendKind, BackendSettings, Plan, Service, SettingsError};
use crate::slots::Slots;
use crate::wire::{Anthropic, Gemini, OpenAi, Protocol};

/// Looks an environment variable up.
type Variables = Arc<dyn Fn(&str) -> Option<OsString> + Send + Sync>;

/// What runners take from around them. What is not replaced is the system's.
#[derive(Clone)]
pub struct Surroundings {
    /// Clocks, pauses and chance.
    pub host: Arc<dyn Host>,
    /// What ends all runs.
    pub cancel: Cancel,
    /// The environment, where the keys are.
    pub variables: Variables,
}

impl Default for Surroundings {
    fn default() -> Self {
        Self { host: Arc::new(SystemHost), cancel: Cancel::new(), variables: Arc::new(|name| env::var_os(name)) }
    }
}

impl fmt::Debug for Surroundings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Surroundings").field("cancel", &self.cancel).finish_non_exhaustive()
    }
}

/// Why a backend cannot be opened.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// A setting cannot be kept.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// Two backends have one name.
    #[error("bench.backends: the name {0:?} is used twice; give each backend its own")]
    Twice(String),
    /// The address is not taken.
    #[error("bench.backends, name = {name:?}: {error}")]
    Endpoint {
        /// The backend's name.
        name: String,
        /// Why.
        error: EndpointError,
    },
    /// The key is missing or odd.
    #[error("bench.backends, name = {name:?}: {error}")]
    Key {
        /// The backend's name.
        name: String,
        /// Why.
        error: KeyError,
    },
}

/// Opens backends. Those of one provider share its slots, as many as the least of their settings says. Nothing is called.
///
/// # Errors
/// A sentence that names the backend and what to change, at the first one that cannot be opened.
pub fn open(settings: &[BackendSettings], surroundings: &Surroundings) -> Result<Vec<Runner>, OpenError> {
    let plans = settings.iter().map(BackendSettings::plan).collect::<Result<Vec<_>, _>>()?;
    let mut least = BTreeMap::new();
    for (at, plan) in plans.iter().enumerate() {
        if plans[..at].iter().any(|other| other.name == plan.name) {
            return Err(OpenError::Twice(plan.name.clone()));
        }
        let count = least.entry(plan.provider.clone()).or_insert(plan.concurrency);
        *count = plan.concurrency.min(*count);
    }
    let slots: BTreeMap<String, Arc<Slots>> =
        least.into_iter().map(|(provider, count)| (provider, Arc::new(Slots::new(count)))).collect();
    plans.into_iter().map(|plan| runner(plan, &slots, surroundings)).collect()
}

fn runner(plan: Plan, slots: &BTreeMap<String, Arc<Slots>>, surroundings: &Surroundings) -> Result<Runner, OpenError> {
    let backend = backend(&plan, &*surroundings.variables)?;
    let slots = Arc::clone(&slots[&plan.provider]);
    let Plan { name, provider, models, patience, .. } = plan;
    let (host, cancel) = (Arc::clone(&surroundings.host), surroundings.cancel.clone());
    Ok(Runner { name, provider, models, backend, patience, slots, host, cancel })
}

fn backend(plan: &Plan, variables: &dyn Fn(&str) -> Option<OsString>) -> Result<Box<dyn Backend>, OpenError> {
    let key = || -> Result<Secret, OpenError> {
        find_key(&plan.key_variables, variables).map_err(|error| OpenError::Key { name: plan.name.clone(), error })
    };
    Ok(match &plan.service {
        Service::Http { base_url, allow_insecure, max_tokens_field } => {
            let secret = if plan.key_variables.is_empty() { None } else { Some(key()?) };
            let endpoint = Endpoint::read(base_url, secret.is_some(), *allow_insecure)
                .map_err(|error| OpenError::Endpoint { name: plan.name.clone(), error })?;
            let reports_cost = plan.kind == BackendKind::OpenRouter;
            let protocol: Box<dyn Protocol> = match plan.kind {
                BackendKind::Anthropic => Box::new(Anthropic),
                BackendKind::Gemini => Box::new(Gemini),
                _ => Box::new(OpenAi { limit: *max_tokens_field, reports_cost }),
            };
            Box::new(HttpBackend::new(protocol, endpoint, secret))
        }
        Service::Program { program, must_have_key } => {
            let dialect: Box<dyn Dialect> = match plan.kind {
                BackendKind::GeminiProgram => Box::new(GeminiProgram),
                _ => Box::new(Claude),
            };
            let secret = if *must_have_key { Some(key()?) } else { None };
            Box::new(ProgramBackend::new(dialect, program.clone(), secret, variables))
        }
    })
}
