//! The known name that somebody probably meant.

use datafusion::common::utils::datafusion_strsim::levenshtein;

/// The candidate with the fewest edits (Levenshtein, 1965) from `name`, in any case of letters, if those are at most a
/// third of its length, rounded up, and not all of it; of several the first by the alphabet.
///
/// ```
/// use merit::sql::nearest::nearest;
/// assert_eq!(nearest("scroe", ["role", "score"]), Some("score"));
/// assert_eq!(nearest("weather", ["role", "score"]), None);
/// ```
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let name = name.to_lowercase();
    let length = name.chars().count();
    let limit = length.div_ceil(3).min(length.saturating_sub(1));
    let distance = |candidate: &'a str| (levenshtein(&name, &candidate.to_lowercase()), candidate);
    candidates.into_iter().map(distance).filter(|(edits, _)| *edits <= limit).min().map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn case_transpositions_and_plurals_are_found_and_nonsense_is_not() {
        let tables = ["calls", "call_log", "decayed_scores", "routing_table"];
        assert_eq!(nearest("Calls", tables), Some("calls"));
        assert_eq!(nearest("call", tables), Some("calls"));
        assert_eq!(nearest("decayed_score", tables), Some("decayed_scores"));
        assert_eq!(nearest("ruoting_table", tables), Some("routing_table"));
        assert_eq!(nearest("x", tables), None);
        assert_eq!(nearest("", tables), None);
    }
}
