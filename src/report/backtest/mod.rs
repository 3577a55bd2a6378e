//! A back-test in words, as a table, and as one page with a picture.

mod page;
mod picture;
#[cfg(test)]
mod tests;
mod words;

pub use page::page;
pub use words::{ASSUMED, NOT_JUDGED, Words, words};
