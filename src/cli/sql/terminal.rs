//! The prompt: lines are read and edited, statements run when they are whole.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use rustyline::completion::Completer;
use rustyline::error::ReadlineError;
use rustyline::highlight::Highlighter;
use rustyline::hint::Hinter;
use rustyline::history::DefaultHistory;
use rustyline::validate::Validator;
use rustyline::{CompletionType, Config, Editor, Helper};

use super::conversation::{Conversation, Flow};
use crate::sql::shell::complete::complete;
use crate::sql::shell::{Piece, history, pieces};
use crate::sql::{Catalog, SqlError};

const PROMPT: &str = "merit> ";
const CONTINUED: &str = "   ...> ";

/// Talks until the reader leaves.
pub(super) fn run(mut conversation: Conversation<'_>, data: &Path) -> Result<ExitCode> {
    let config = Config::builder().completion_type(CompletionType::List).max_history_size(history::LENGTH)?.build();
    let mut editor: Editor<Names, DefaultHistory> = Editor::with_config(config).context("cannot use the terminal")?;
    editor.set_helper(Some(Names { catalog: conversation.session.catalog().clone(), open: String::new() }));
    let kept = history_file();
    if let Some(path) = &kept {
        // Before the first conversation there is none.
        let _ = editor.load_history(path);
    }
    let tables = conversation.session.catalog().tables.len();
    println!("merit {}, {}: {tables} tables; \\? for help", env!("CARGO_PKG_VERSION"), data.display());
    conversation.begin();
    let mut open = String::new();
    loop {
        if let Some(names) = editor.helper_mut() {
            names.open.clone_from(&open);
        }
        match editor.readline(if open.is_empty() { PROMPT } else { CONTINUED }) {
            Ok(line) => {
                conversation.screen.size = editor.dimensions().map(|(columns, rows)| (columns.into(), rows.into()));
                if open.is_empty() && ["exit", "quit"].contains(&line.trim()) {
                    break;
                }
                open.push_str(if open.is_empty() && line.trim() == "help" { "\\?" } else { &line });
                open.push('\n');
                if take(&mut conversation, &mut editor, &mut open, kept.as_deref()).is_left() {
                    break;
                }
            }
            Err(ReadlineError::Interrupted) => open.clear(),
            Err(ReadlineError::Eof) => break,
            Err(error) => return Err(error).context("cannot read from the terminal"),
        }
    }
    conversation.end();
    Ok(ExitCode::SUCCESS)
}

/// Runs what is whole and leaves what is not.
fn take(
    conversation: &mut Conversation<'_>,
    editor: &mut Editor<Names, DefaultHistory>,
    open: &mut String,
    kept: Option<&Path>,
) -> Flow {
    let text = std::mem::take(open);
    for piece in pieces(&text) {
        let range = piece.range();
        if let Piece::Rest(_) = piece {
            text[range.start..].clone_into(open);
            break;
        }
        remember(editor, &text[range.clone()], matches!(piece, Piece::Statement(_)), kept);
        match conversation.run(&text[range], &piece, 0) {
            Ok(Flow::Left) => return Flow::Left,
            Ok(Flow::On) => {}
            Err(SqlError::Interrupted) => eprintln!("interrupted"),
            Err(error) => eprintln!("{error}"),
        }
    }
    Flow::On
}

fn remember(editor: &mut Editor<Names, DefaultHistory>, text: &str, is_statement: bool, kept: Option<&Path>) {
    let line = if is_statement { format!("{text};") } else { text.to_string() };
    // A history that cannot be kept must not stop the conversation.
    let is_new = editor.add_history_entry(line).unwrap_or(false);
    if let (true, Some(path)) = (is_new, kept) {
        let _ = editor.append_history(path);
    }
}

/// The file of the history, its folder made.
fn history_file() -> Option<PathBuf> {
    let path = history::path(|name| std::env::var_os(name))?;
    std::fs::create_dir_all(path.parent()?).ok()?;
    Some(path)
}

/// The names to complete, and the lines of the statement that are there already.
struct Names {
    catalog: Catalog,
    open: String,
}

impl Completer for Names {
    type Candidate = String;

    fn complete(
        &self,
        line: &str,
        cursor: usize,
        _: &rustyline::Context<'_>,
    ) -> rustyline::Result<(usize, Vec<String>)> {
        Ok(complete(&self.catalog, &self.open, line, cursor))
    }
}

impl Hinter for Names {
    type Hint = String;
}

impl Highlighter for Names {}
impl Validator for Names {}
impl Helper for Names {}
