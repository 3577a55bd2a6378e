//! What `\?` says.

use super::command::COMMANDS;

/// The commands, a line each.
pub(super) fn text() -> String {
    let form = |name: &str, argument: &str| format!("{name} {argument}").trim_end().to_string();
    let width = COMMANDS.iter().map(|(name, argument, _)| form(name, argument).len()).max().unwrap_or_default();
    let lines =
        COMMANDS.iter().map(|(name, argument, meaning)| format!("  {:width$}  {meaning}\n", form(name, argument)));
    format!(
        "A question ends with ; and may take several lines. Tab completes names, Ctrl-C drops a question or stops one.\n{}",
        lines.collect::<String>()
    )
}
