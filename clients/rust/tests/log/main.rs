//! The call log from outside: records, threads, rotation, crashes.

mod attempts;
mod crash;
mod folder;
mod records;
mod rotation;
mod takeover;
mod threads;
mod trouble;
