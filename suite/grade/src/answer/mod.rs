//! A model's answer, Markdown text: its fenced blocks, the files and the JSON in it.

mod block;
mod extract;
mod json;

pub use block::{Block, blocks};
pub use extract::extract;
pub(crate) use json::{json_in, json_of_file};

/// A fence of backticks that is longer than any in `content`.
pub(crate) fn fence_for(content: &str) -> String {
    let longest = content.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    "`".repeat((longest + 1).max(3))
}
