//! `merit sql`: questions in SQL, from the command line, a file, a pipe, or asked one after the other.

mod conversation;
mod interrupt;
mod pager;
mod screen;
mod terminal;

use std::io::{BufRead as _, IsTerminal as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use clap::Args;

use self::conversation::Conversation;
use self::interrupt::Interrupts;
use self::screen::Screen;
use super::context::Context;
use super::output;
use crate::sql::format::{self, Format};
use crate::sql::shell::{Piece, Session, pieces};
use crate::sql::{self, Catalog, Parameters};

/// Asks over calls, outcomes, rollups, marts, prices and the standing table; read-only. Without a question: a shell on a
/// terminal, else what stdin says.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Questions, each ended by ; where there are several
    #[arg(short, value_name = "SQL", conflicts_with = "file")]
    command: Vec<String>,
    /// A file that holds them
    #[arg(short, value_name = "FILE")]
    file: Option<PathBuf>,
    /// A value for $NAME in questions: a number, a date, true or false, else text; may be given again
    #[arg(long = "param", value_name = "NAME=VALUE")]
    parameters: Vec<String>,
    /// How to answer [default: table, or what the output file's name says]
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// Where to put the answers [default: stdout]
    #[arg(short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// List the SQL functions of merit's own, each with an example
    #[arg(long, conflicts_with_all = ["command", "file", "parameters"])]
    functions: bool,
    #[arg(skip)]
    interrupts: Option<Interrupts>,
}

impl Arguments {
    fn is_conversation(&self) -> bool {
        let is_asked = !self.command.is_empty() || self.file.is_some() || self.functions;
        !is_asked && std::io::stdin().is_terminal() && std::io::stdout().is_terminal()
    }

    /// In a conversation Ctrl-C stops a question, not merit.
    pub(super) fn hold_interrupts(&mut self) {
        self.interrupts = self.is_conversation().then(Interrupts::hold).flatten();
    }
}

pub(super) fn run(context: &Context, mut arguments: Arguments) -> Result<ExitCode> {
    if arguments.functions {
        return functions(&arguments);
    }
    let mut parameters = Parameters::default();
    arguments.parameters.iter().try_for_each(|assignment| parameters.set(assignment))?;
    let inputs = context.inputs()?;
    let runtime = context.runtime()?;
    let (engine, catalog) = runtime.block_on(async {
        let engine = sql::views::open(&inputs).await?;
        let catalog = Catalog::of(&engine).await?;
        Ok::<_, sql::SqlError>((engine, catalog))
    })?;
    let mut session = Session::new(engine, catalog, parameters);
    session.set_format(arguments.format);
    session.set_output(arguments.output.clone());
    let is_conversation = arguments.is_conversation();
    let interrupts = arguments.interrupts.take();
    let mut conversation = Conversation::new(context, session, runtime, interrupts, Screen::new(is_conversation));
    if is_conversation {
        return terminal::run(conversation, context.layout.root());
    }
    match (&arguments.command[..], &arguments.file) {
        ([], Some(path)) => {
            let failed = || format!("cannot read the question {}", path.display());
            let text = std::fs::read_to_string(path).with_context(failed)?;
            conversation.script(&text, Some(path))?;
        }
        ([], None) => stdin(&mut conversation)?,
        (commands, _) => {
            for text in commands {
                conversation.script(text, None)?;
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Each statement is answered as soon as its line is there.
fn stdin(conversation: &mut Conversation<'_>) -> Result<()> {
    let name = Path::new("<stdin>");
    let (mut text, mut from) = (String::new(), 0);
    let mut stdin = std::io::stdin().lock();
    while stdin.read_line(&mut text).context("cannot read stdin")? > 0 {
        let cut = pieces(&text[from..]);
        for piece in cut.iter().filter(|piece| !matches!(piece, Piece::Rest(_))) {
            if conversation.piece(&text, from, piece, Some(name), 0)?.is_left() {
                return Ok(());
            }
        }
        from = match cut.last() {
            Some(Piece::Rest(range)) => from + range.start,
            _ => text.len(),
        };
    }
    for piece in pieces(&text[from..]) {
        conversation.piece(&text, from, &piece, Some(name), 0)?;
    }
    Ok(())
}

fn functions(arguments: &Arguments) -> Result<ExitCode> {
    let (schema, batches) = sql::shell::functions();
    let chosen = arguments.format.or_else(|| arguments.output.as_deref().map(Format::of_file));
    let bytes = match chosen.unwrap_or(Format::Table) {
        Format::Table => format::blocks(&schema, &batches)?,
        format => format::write(format, &schema, &batches)?,
    };
    match &arguments.output {
        Some(path) => {
            std::fs::write(path, bytes).with_context(|| format!("cannot write the list to {}", path.display()))?;
            Ok(ExitCode::SUCCESS)
        }
        None => output::print(&bytes),
    }
}
