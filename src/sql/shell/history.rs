//! Where the questions of earlier conversations are kept.

use std::ffi::OsString;
use std::path::PathBuf;

/// How many are kept.
pub const LENGTH: usize = 2000;

/// `$XDG_STATE_HOME/merit/history`, else `~/.local/state/merit/history` (XDG Base Directory Specification 0.8: state that
/// is to outlive a restart); none where there is no home. `variable` looks a variable of the environment up; a relative
/// path in one is ignored, as the specification asks.
///
/// ```
/// use merit::sql::shell::history::path;
/// let home = |name: &str| (name == "HOME").then(|| "/home/ana".into());
/// assert_eq!(path(home), Some("/home/ana/.local/state/merit/history".into()));
/// ```
pub fn path(variable: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    let absolute = |name: &str| variable(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let state = absolute("XDG_STATE_HOME").or_else(|| absolute("HOME").map(|home| home.join(".local/state")))?;
    Some(state.join("merit/history"))
}

#[cfg(test)]
mod tests {
    use super::path;

    #[test]
    fn the_state_folder_comes_first_and_a_relative_one_is_ignored() {
        let of = |state: &'static str, home: &'static str| {
            path(move |name| Some(if name == "HOME" { home } else { state }.into()))
        };
        assert_eq!(of("/state", "/home/a"), Some("/state/merit/history".into()));
        assert_eq!(of("state", "/home/a"), Some("/home/a/.local/state/merit/history".into()));
        assert_eq!(of("", ""), None);
    }
}
