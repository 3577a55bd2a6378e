//! What a function of merit's own is called, takes and gives: one text for the list, the shell and the tests.

use serde::Serialize;

/// A function of merit's own, described.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Reference {
    /// Its name in SQL.
    pub name: &'static str,
    /// How it is called; what may be left out stands in brackets.
    pub signature: &'static str,
    /// What it gives, in a sentence or two.
    pub meaning: &'static str,
    /// A question that shows it.
    pub example: &'static str,
    /// The one value that the example gives, as text.
    pub answer: &'static str,
}
