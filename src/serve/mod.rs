//! The views of `merit sql` over PostgreSQL's wire protocol, for psql, Grafana and whatever else speaks it.
//!
//! Read-only by construction: a statement is a question, a setting of the client's own, or refused; nothing here can
//! write. Every question sees the store as of its start. [`Server`] listens; each connection has a thread of its own
//! ([`wire`] reads and writes its messages, [`scram`] asks for the password), a session with prepared statements and
//! portals, and a `catalog` that answers what clients ask of a PostgreSQL before they let a person ask anything.
//! docs/serve.md is the user's page.
//!
//! The protocol is PostgreSQL's version 3 (<https://www.postgresql.org/docs/current/protocol.html>).

mod cancellation;
mod catalog;
mod connection;
mod copy;
mod error;
mod failure;
mod parameter;
mod refusal;
mod rows;
pub mod scram;
mod server;
mod session;
mod snapshot;
mod statement;
mod value;
mod variables;
pub mod wire;

pub use error::ServeError;
pub use refusal::Refusal;
pub use server::{Server, Stopper};
