//! The protocol's messages: what clients send ([`request`]) and what they are answered ([`answer`]).

pub mod answer;
pub mod request;

pub use answer::{Answers, Field, TransactionStatus};
pub use request::{Body, Opening, Request, Target};
