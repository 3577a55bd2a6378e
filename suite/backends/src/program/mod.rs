//! Models behind a program: `claude` in its print mode, `gemini` without a terminal.
//!
//! A run gets an empty folder of its own, the prompt on its standard input, no tools, and no other vendor's key. When its
//! time is up everything it started is ended with it.

mod backend;
mod claude;
mod dialect;
mod gemini;
mod output;
mod process;

pub(crate) use backend::ProgramBackend;
pub(crate) use claude::Claude;
pub(crate) use dialect::Dialect;
pub(crate) use gemini::Gemini;
