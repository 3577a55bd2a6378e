//! Draws that cannot be used, by reason.

use serde::{Deserialize, Serialize};

/// How many draws there were, and how many were left out for which reason; the first reason that holds counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    /// All draws, used or not.
    pub draws: usize,
    /// No propensity was logged.
    pub missing_propensity: usize,
    /// The propensity lies outside (0, 1].
    pub impossible_propensity: usize,
    /// The table that chose is not named or not in the registry.
    pub unknown_table: usize,
    /// Excluded models, cap or estimates cannot be read, or are not those of a request.
    pub unreadable_context: usize,
    /// The table that is named would have used another row, or drawn the model with another propensity.
    pub other_table: usize,
    /// One of the tables in question has no answer: everybody it knows is excluded.
    pub no_answer: usize,
}

impl LeftOut {
    /// Those that are used.
    pub fn used(&self) -> usize {
        self.draws - self.reasons().iter().map(|(count, _)| count).sum::<usize>()
    }

    fn reasons(&self) -> [(usize, &'static str); 6] {
        [
            (self.missing_propensity, "have no propensity; log the one that choose returns"),
            (self.impossible_propensity, "have a propensity outside (0, 1]; log the one that choose returns"),
            (self.unknown_table, "name no table of this registry; log table_version, and keep more versions"),
            (self.unreadable_context, "have a context that is no request; log it as choose returns it"),
            (
                self.other_table,
                "have another row or propensity than the table they name gives; they were not drawn from it",
            ),
            (self.no_answer, "are requests that one of the two tables cannot answer"),
        ]
    }

    /// A sentence for each reason that holds.
    pub fn sentences(&self) -> Vec<String> {
        let reasons = self.reasons().into_iter().filter(|(count, _)| *count > 0);
        reasons.map(|(count, reason)| format!("{count} of {} draws {reason}: left out", self.draws)).collect()
    }
}
