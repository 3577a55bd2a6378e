//! What is written → what is done. Pure: no key is looked up, nothing is opened.

use std::path::PathBuf;
use std::time::Duration;

use super::check::{self, Fault, SettingsError};
use super::kind::BackendKind;
use super::well_known::{of_kind, of_name};
use super::written::BackendSettings;
use crate::retry::Patience;
use crate::wire::LimitField;

/// A backend with every default filled in and every setting checked.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// What it is called in reports.
    pub name: String,
    /// What it speaks.
    pub kind: BackendKind,
    /// The call record's `provider`.
    pub provider: String,
    /// The models to be called.
    pub models: Vec<String>,
    /// Calls at once.
    pub concurrency: u32,
    /// How often and how long a call is tried.
    pub patience: Patience,
    /// Environment variables that may hold the key; the first one that is set counts. Empty: no key is sent.
    pub key_variables: Vec<String>,
    /// A service or a program.
    pub service: Service,
}

/// What is called.
#[derive(Clone, Debug, PartialEq)]
pub enum Service {
    /// A service over HTTP.
    Http {
        /// Where it is.
        base_url: String,
        /// Whether a key may be sent over plain HTTP to another machine.
        allow_insecure: bool,
        /// What it calls the most tokens of an answer.
        max_tokens_field: LimitField,
    },
    /// A program on this machine.
    Program {
        /// Its name or path.
        program: PathBuf,
        /// Whether a key is given to it: then one must be there. Else it has its own login, or what the environment has.
        must_have_key: bool,
    },
}

impl BackendSettings {
    /// Fills in what is not written and checks the rest.
    ///
    /// # Errors
    /// A sentence that names the backend and the setting, where the kind is unknown, a setting does not belong to the
    /// kind, or a value is out of its range.
    pub fn plan(&self) -> Result<Plan, SettingsError> {
        self.fill_in().map_err(|fault| SettingsError { name: self.name.clone(), fault })
    }

    fn fill_in(&self) -> Result<Plan, Fault> {
        check::plain(self)?;
        let known = of_name(&self.name);
        let kind = self.kind.or(known.map(|(kind, _)| kind)).ok_or(Fault::UnknownKind)?;
        check::fits(self, kind)?;
        let defaults = of_kind(kind);
        // An address of the name's own counts only where the kind is the name's too.
        let local = known.filter(|(of_name, _)| *of_name == kind).and_then(|(_, base_url)| base_url);
        let base_url = self.base_url.as_deref().or(local);
        let own = |variable: &String| vec![variable.clone()];
        let default_keys = || match base_url {
            // Whoever answers at another address, the vendor's key is not meant for them.
            Some(_) => Vec::new(),
            None => defaults.key_variables.iter().map(|&variable| variable.to_owned()).collect(),
        };
        let service = if kind.is_program() {
            let program = self.program.clone().unwrap_or_else(|| defaults.program.into());
            Service::Program { program, must_have_key: self.key_variable.is_some() }
        } else {
            let base_url = base_url.unwrap_or(defaults.base_url).to_owned();
            let newer = kind == BackendKind::Groq || (kind == BackendKind::OpenAi && base_url == defaults.base_url);
            let usual = if newer { LimitField::MaxCompletionTokens } else { LimitField::MaxTokens };
            let max_tokens_field = self.max_tokens_field.unwrap_or(usual);
            Service::Http { base_url, allow_insecure: self.allow_insecure, max_tokens_field }
        };
        let elsewhere = kind == BackendKind::OpenAi && base_url.is_some();
        let provider = if elsewhere { self.name.as_str() } else { defaults.provider };
        Ok(Plan {
            name: self.name.clone(),
            kind,
            provider: self.provider.clone().unwrap_or_else(|| provider.to_owned()),
            models: self.models.clone(),
            concurrency: self.concurrency.unwrap_or(if local.is_some() { 1 } else { defaults.concurrency }),
            patience: self.patience(),
            key_variables: self.key_variable.as_ref().map_or_else(default_keys, own),
            service,
        })
    }

    fn patience(&self) -> Patience {
        let usual = Patience::default();
        let timeout = self.timeout_seconds.map_or(usual.timeout, Duration::from_secs);
        let deadline = self.deadline_seconds.map_or(timeout * 3, Duration::from_secs);
        Patience { max_retries: self.max_retries.unwrap_or(usual.max_retries), timeout, deadline, ..usual }
    }
}
