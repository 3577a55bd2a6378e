//! The router from outside: reading, refusing, choosing.

mod chance;
mod distribution;
mod draws;
mod execute;
mod golden;
mod learn;
mod reading;
mod reload;
#[cfg(feature = "schema")]
mod schema;
mod sealing;
mod tables;
