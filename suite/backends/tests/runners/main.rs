//! All runners: those over HTTP against the stub server, those of programs against small fake ones. Both are Python's.

mod concurrency;
mod http;
mod programs;
mod retries;
mod settings;
mod stub;
mod surroundings;
