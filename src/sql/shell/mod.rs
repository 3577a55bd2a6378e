//! A conversation: text is cut into statements and backslash commands, answers go to the screen or to a file.
//!
//! [`pieces()`] cuts, [`Command`] reads what begins with a backslash, [`Session`] keeps what the commands set,
//! [`complete`](mod@complete) proposes names. Nothing here prints or reads a terminal.

pub mod command;
pub mod complete;
mod describe;
mod help;
pub mod history;
pub mod pieces;
mod session;
mod target;

pub use command::Command;
pub use describe::functions;
pub use pieces::{Piece, pieces};
pub use session::{Reply, Session};
