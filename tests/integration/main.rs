//! The program as its users meet it: the real binary over real files.

mod harness;

mod crash;
mod errors;
mod night;
mod order;
mod second_engine;
mod shared_logs;
mod simulated;
