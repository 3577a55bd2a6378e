//! What is wrong with a backend's settings.

use super::kind::BackendKind;
use super::written::BackendSettings;

/// A setting that cannot be kept.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("bench.backends, name = {name:?}: {fault}")]
pub struct SettingsError {
    pub(super) name: String,
    pub(super) fault: Fault,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Fault {
    #[error("name is empty; say what the backend is called")]
    NoName,
    #[error(
        "kind is not said and the name is none of those that need none; set kind to anthropic, gemini, groq, openrouter, openai, claude-program or gemini-program"
    )]
    UnknownKind,
    #[error("models is empty; name at least one model")]
    NoModel,
    #[error("models names {0:?}, which is empty, has white space or begins with -")]
    OddModel(String),
    #[error("models names {0:?} twice; once is enough")]
    TwiceModel(String),
    #[error("{setting} = {value} is out of its range; it goes from {least} to {most}")]
    Range { setting: &'static str, value: u64, least: u64, most: u64 },
    #[error("deadline_seconds = {deadline} is less than timeout_seconds = {timeout}; one attempt must fit")]
    Deadline { deadline: u64, timeout: u64 },
    #[error("{setting} does not belong to kind = {kind:?}; leave it out", kind = kind.as_str())]
    Foreign { setting: &'static str, kind: BackendKind },
    #[error("{0} is empty; leave it out or say it")]
    Empty(&'static str),
    #[error(
        "key_variable is no name of an environment variable; it names where the key is, the key itself never stands in a file"
    )]
    NoVariable,
}

/// What does not depend on the kind.
pub(super) fn plain(settings: &BackendSettings) -> Result<(), Fault> {
    if settings.name.trim().is_empty() {
        return Err(Fault::NoName);
    }
    models(&settings.models)?;
    let empty = |text: &Option<String>| text.as_ref().is_some_and(|text| text.trim().is_empty());
    for (setting, is_empty) in [
        ("base_url", empty(&settings.base_url)),
        ("provider", empty(&settings.provider)),
        ("program", settings.program.as_ref().is_some_and(|program| program.as_os_str().is_empty())),
    ] {
        if is_empty {
            return Err(Fault::Empty(setting));
        }
    }
    // A key in the place of its name would be shown in messages: the value is not.
    let is_name = |name: &String| {
        let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        plain && name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') && name.len() <= 64
    };
    if settings.key_variable.as_ref().is_some_and(|name| !is_name(name)) {
        return Err(Fault::NoVariable);
    }
    for (setting, value, least, most) in [
        ("concurrency", settings.concurrency.map(u64::from), 1, 1_000),
        ("timeout_seconds", settings.timeout_seconds, 1, 86_400),
        ("deadline_seconds", settings.deadline_seconds, 1, 604_800),
        ("max_retries", settings.max_retries.map(u64::from), 0, 20),
    ] {
        if let Some(value) = value.filter(|value| !(least..=most).contains(value)) {
            return Err(Fault::Range { setting, value, least, most });
        }
    }
    match (settings.deadline_seconds, settings.timeout_seconds.unwrap_or(1)) {
        (Some(deadline), timeout) if deadline < timeout => Err(Fault::Deadline { deadline, timeout }),
        _ => Ok(()),
    }
}

fn models(models: &[String]) -> Result<(), Fault> {
    if models.is_empty() {
        return Err(Fault::NoModel);
    }
    for (at, model) in models.iter().enumerate() {
        // A model that begins with - would be an option to a program.
        if model.is_empty() || model.starts_with('-') || model.contains(|c: char| c.is_whitespace() || c.is_control()) {
            return Err(Fault::OddModel(model.clone()));
        }
        if models[..at].contains(model) {
            return Err(Fault::TwiceModel(model.clone()));
        }
    }
    Ok(())
}

/// Whether every setting belongs to the kind.
pub(super) fn fits(settings: &BackendSettings, kind: BackendKind) -> Result<(), Fault> {
    for (setting, is_written, belongs) in [
        ("base_url", settings.base_url.is_some(), !kind.is_program()),
        ("allow_insecure", settings.allow_insecure, !kind.is_program()),
        ("program", settings.program.is_some(), kind.is_program()),
        ("max_tokens_field", settings.max_tokens_field.is_some(), kind.speaks_chat_completions()),
    ] {
        if is_written && !belongs {
            return Err(Fault::Foreign { setting, kind });
        }
    }
    Ok(())
}
