//! Pieces of text run one after the other: questions answered, commands obeyed, files included.

use std::path::Path;
use std::time::Instant;

use tokio::runtime::Runtime;

use super::interrupt::Interrupts;
use super::screen::Screen;
use crate::cli::context::Context;
use crate::sql::SqlError;
use crate::sql::shell::{Command, Piece, Reply, Session, pieces};

/// Files included by files, at most.
const MAX_DEPTH: usize = 16;

/// A session with what it speaks through.
pub(super) struct Conversation<'c> {
    context: &'c Context,
    pub(super) session: Session,
    runtime: Runtime,
    interrupts: Option<Interrupts>,
    pub(super) screen: Screen,
}

/// Whether to go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flow {
    On,
    Left,
}

impl Flow {
    pub(super) fn is_left(self) -> bool {
        self == Self::Left
    }
}

impl<'c> Conversation<'c> {
    pub(super) fn new(
        context: &'c Context,
        session: Session,
        runtime: Runtime,
        interrupts: Option<Interrupts>,
        screen: Screen,
    ) -> Self {
        Self { context, session, runtime, interrupts, screen }
    }

    /// From now on Ctrl-C leads back to the prompt.
    pub(super) fn begin(&self) {
        self.interrupts.iter().for_each(Interrupts::begin);
    }

    /// Runs a whole text, until its first error.
    pub(super) fn script(&mut self, text: &str, file: Option<&Path>) -> Result<Flow, SqlError> {
        self.included(text, file, 0)
    }

    fn included(&mut self, text: &str, file: Option<&Path>, depth: usize) -> Result<Flow, SqlError> {
        for piece in pieces(text) {
            if self.piece(text, 0, &piece, file, depth)?.is_left() {
                return Ok(Flow::Left);
            }
        }
        Ok(Flow::On)
    }

    /// Runs one piece of `text[from..]`; an error has its place in the whole text.
    pub(super) fn piece(
        &mut self,
        text: &str,
        from: usize,
        piece: &Piece,
        file: Option<&Path>,
        depth: usize,
    ) -> Result<Flow, SqlError> {
        let range = piece.range();
        let start = from + range.start;
        let part = &text[start..from + range.end];
        self.run(part, piece, depth).map_err(|error| error.within(text, start, file))
    }

    /// Runs the text of one piece; an error has its place in it.
    pub(super) fn run(&mut self, part: &str, piece: &Piece, depth: usize) -> Result<Flow, SqlError> {
        match piece {
            Piece::Command(_) => self.obey(part, depth),
            Piece::Statement(_) | Piece::Rest(_) => self.answer(part).map(|()| Flow::On),
        }
    }

    /// Other threads for the next question: those of an interrupted one may be deep in a join and heed nothing for long.
    fn renew(&mut self) {
        if let Ok(runtime) = self.context.runtime() {
            std::mem::replace(&mut self.runtime, runtime).shutdown_background();
        }
    }

    /// Leaves without waiting for what an interrupted question still computes.
    pub(super) fn end(self) {
        self.runtime.shutdown_background();
    }

    fn answer(&mut self, sql: &str) -> Result<(), SqlError> {
        let format = self.session.format();
        self.screen.takes(format, self.session.is_on_screen())?;
        let started = Instant::now();
        let answer = match &self.interrupts {
            Some(interrupts) => self.runtime.block_on(interrupts.stop(self.session.answer(sql))),
            None => self.runtime.block_on(self.session.answer(sql)),
        };
        if let Err(SqlError::Interrupted) = answer {
            self.renew();
        }
        let took = started.elapsed();
        self.screen.show(answer?)?;
        if self.session.timing() {
            self.screen.show(format!("{:.1} ms\n", took.as_secs_f64() * 1e3).into_bytes())?;
        }
        Ok(())
    }

    fn obey(&mut self, line: &str, depth: usize) -> Result<Flow, SqlError> {
        match self.session.obey(Command::parse(line)?)? {
            Reply::Leave => Ok(Flow::Left),
            Reply::Text(text) => self.screen.show(text.into_bytes()).map(|()| Flow::On),
            Reply::Include(path) => {
                if depth >= MAX_DEPTH {
                    return Err(SqlError::Depth { path, depth });
                }
                let text =
                    std::fs::read_to_string(&path).map_err(|source| SqlError::File { path: path.clone(), source })?;
                self.included(&text, Some(&path), depth + 1)
            }
        }
    }
}
