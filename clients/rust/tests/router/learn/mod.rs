//! Learning between two nights: what it changes, what it must not change, and a known truth.

mod algorithms;
mod following;
mod proof;
mod properties;
mod stage;
mod threads;
mod truth;
