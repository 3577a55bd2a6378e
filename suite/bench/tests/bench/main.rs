//! Runs with models that are known: of this process, and of the stub server.

mod comparing;
mod crashes;
mod failures;
mod fake;
mod pages;
mod ranks;
mod running;
mod spending;
mod stub;
mod toys;
