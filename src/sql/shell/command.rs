//! Commands to the shell itself: a backslash, a name, perhaps an argument.

use std::path::PathBuf;

use crate::sql::SqlError;
use crate::sql::format::Format;
use crate::sql::nearest::nearest;

/// A command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// `\?`: what there is.
    Help,
    /// `\q`: leave.
    Quit,
    /// `\d` lists the tables, `\d TABLE` a table's columns.
    Describe(Option<String>),
    /// `\df` lists merit's functions, `\df NAME` explains those whose names hold it, the engine's too.
    Functions(Option<String>),
    /// `\timing`: say how long an answer took; a switch.
    Timing(Option<bool>),
    /// `\x`: a block a row in place of aligned columns; a switch.
    Expanded(Option<bool>),
    /// `\f FORMAT`: how answers are written; without one, as the file's name says.
    Format(Option<Format>),
    /// `\o FILE`: answers go there; without one, back to the screen.
    Output(Option<PathBuf>),
    /// `\i FILE`: run a file.
    Include(PathBuf),
    /// `\set NAME VALUE`: a value for `$NAME`; without one, list them.
    Set(Option<(String, String)>),
    /// `\unset NAME`: forget it.
    Unset(String),
}

/// Name and argument of each command, and what it does.
pub(super) const COMMANDS: &[(&str, &str, &str)] = &[
    ("\\?", "", "this list"),
    ("\\d", "[TABLE]", "the tables, or a table's columns"),
    ("\\df", "[NAME]", "merit's functions, or every function whose name holds NAME, with an example"),
    ("\\timing", "[on|off]", "say how long an answer took"),
    ("\\x", "[on|off]", "a block a row, for rows wider than the screen"),
    ("\\f", "[FORMAT]", "how answers are written: table, csv, json, ndjson, parquet; without one, as FILE of \\o says"),
    ("\\o", "[FILE]", "answers go to FILE; without one, back to the screen"),
    ("\\i", "FILE", "run the statements of a file"),
    ("\\set", "[NAME VALUE]", "a value for $NAME in questions; without one, list them"),
    ("\\unset", "NAME", "forget it"),
    ("\\q", "", "leave; Ctrl-D does too"),
];

impl Command {
    /// The names of all commands, with their backslash.
    pub fn names() -> impl Iterator<Item = &'static str> {
        COMMANDS.iter().map(|(name, _, _)| *name)
    }

    /// Reads a line that begins with a backslash.
    ///
    /// ```
    /// use merit::sql::shell::Command;
    /// assert_eq!(Command::parse("\\d calls")?, Command::Describe(Some("calls".into())));
    /// assert!(Command::parse("\\timimg").expect_err("a slip").to_string().contains("did you mean \\timing"));
    /// # Ok::<(), merit::sql::SqlError>(())
    /// ```
    ///
    /// # Errors
    /// [`SqlError::Command`] saying how it is called.
    pub fn parse(line: &str) -> Result<Self, SqlError> {
        let line = line.trim().trim_end_matches(';').trim_end();
        let (name, argument) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        let argument = argument.trim();
        let some = (!argument.is_empty()).then(|| argument.to_string());
        Ok(match name {
            "\\?" | "\\h" | "\\help" => Self::Help,
            "\\q" | "\\quit" => Self::Quit,
            "\\d" | "\\d+" | "\\dt" | "\\dv" => Self::Describe(some.map(unquoted)),
            "\\df" => Self::Functions(some),
            "\\timing" => Self::Timing(switch(name, argument)?),
            "\\x" => Self::Expanded(switch(name, argument)?),
            "\\f" | "\\format" => Self::Format(match some {
                Some(given) => Some(Format::named(&given).ok_or_else(|| no_format(&given))?),
                None => None,
            }),
            "\\o" => Self::Output(some.map(|path| unquoted(path).into())),
            "\\i" => Self::Include(some.map(|path| unquoted(path).into()).ok_or_else(|| usage("\\i FILE"))?),
            "\\set" => Self::Set(match some {
                Some(given) => {
                    let (name, value) =
                        given.split_once(char::is_whitespace).ok_or_else(|| usage("\\set NAME VALUE"))?;
                    Some((name.to_string(), value.trim().to_string()))
                }
                None => None,
            }),
            "\\unset" => Self::Unset(some.ok_or_else(|| usage("\\unset NAME"))?),
            _ => {
                let meant = nearest(name, Self::names()).map(|meant| format!("; did you mean {meant}?"));
                return Err(SqlError::Command(format!("there is no command {name}{}", meant.unwrap_or_default())));
            }
        })
    }
}

fn usage(form: &str) -> SqlError {
    SqlError::Command(format!("it is called as {form}"))
}

fn no_format(given: &str) -> SqlError {
    let names: Vec<&str> = Format::ALL.into_iter().map(Format::name).collect();
    let meant = nearest(given, names.iter().copied()).map(|meant| format!("; did you mean {meant}?"));
    SqlError::Command(format!(
        "there is no format {given}{}; there are {}",
        meant.unwrap_or_default(),
        names.join(", ")
    ))
}

fn switch(name: &str, argument: &str) -> Result<Option<bool>, SqlError> {
    match argument {
        "" => Ok(None),
        "on" => Ok(Some(true)),
        "off" => Ok(Some(false)),
        _ => Err(usage(&format!("{name} [on|off]"))),
    }
}

/// Without the quotes round it.
fn unquoted(text: String) -> String {
    let inside = |quote: char| text.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
    inside('\'').or_else(|| inside('"')).map_or_else(|| text.clone(), str::to_string)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_read_with_and_without_their_argument() {
        for (line, command) in [
            ("\\q", Command::Quit),
            ("\\?", Command::Help),
            ("\\d", Command::Describe(None)),
            ("\\d calls;", Command::Describe(Some("calls".into()))),
            ("\\timing", Command::Timing(None)),
            ("\\x off", Command::Expanded(Some(false))),
            ("\\f  csv ", Command::Format(Some(Format::Csv))),
            ("\\o 'my answers.csv'", Command::Output(Some("my answers.csv".into()))),
            ("\\o", Command::Output(None)),
            ("\\i a.sql", Command::Include("a.sql".into())),
            ("\\set team team search", Command::Set(Some(("team".into(), "team search".into())))),
            ("\\unset team", Command::Unset("team".into())),
        ] {
            assert_eq!(Command::parse(line).expect(line), command, "{line}");
        }
    }

    #[test]
    fn slips_are_told_how_it_is_called() {
        for (line, part) in [
            ("\\foo", "no command \\foo"),
            ("\\dff", "did you mean \\df?"),
            ("\\i", "\\i FILE"),
            ("\\timing maybe", "[on|off]"),
            ("\\f jsn", "did you mean json?"),
            ("\\set a", "\\set NAME VALUE"),
        ] {
            let error = Command::parse(line).expect_err(line).to_string();
            assert!(error.contains(part) && error.contains("\\?"), "{line}: {error}");
        }
    }

    #[test]
    fn every_listed_command_is_one() {
        for (name, argument, _) in COMMANDS {
            let given = match *argument {
                "" => name.to_string(),
                "[on|off]" => format!("{name} on"),
                "[FORMAT]" => format!("{name} csv"),
                "[NAME VALUE]" => format!("{name} a 1"),
                _ => format!("{name} thing"),
            };
            assert!(Command::parse(&given).is_ok(), "{given}");
        }
    }
}
