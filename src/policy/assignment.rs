//! A model for each category, with the reason, beside the one the settings declared to begin with.

use std::collections::BTreeSet;

use super::result::{Assignment, Candidate, SegmentPolicy};
use super::settings::PolicySettings;
use crate::segment::ANY;

/// The leaders of the rows (\*, category, \*), by category.
pub(super) fn assignments(rows: &[SegmentPolicy], settings: &PolicySettings) -> Vec<Assignment> {
    let of_category =
        |row: &&SegmentPolicy| row.segment.role == ANY && row.segment.category != ANY && row.segment.difficulty == ANY;
    rows.iter().filter(of_category).filter_map(|row| assignment(row, settings)).collect()
}

fn assignment(row: &SegmentPolicy, settings: &PolicySettings) -> Option<Assignment> {
    let category = &row.segment.category;
    let leader = row.candidates.iter().reduce(|best, next| if leads(next, best) { next } else { best })?;
    let models: BTreeSet<&String> = row.candidates.iter().map(|candidate| &candidate.model).collect();
    let declared: Vec<String> =
        models.into_iter().filter(|model| settings.is_declared(category, model)).cloned().collect();
    let beside = if declared.is_empty() {
        String::new()
    } else if declared.contains(&leader.model) {
        "; as declared".into()
    } else {
        format!("; declared: {}", declared.join(", "))
    };
    Some(Assignment {
        category: category.clone(),
        model: leader.model.clone(),
        rationale: format!("{}{beside}", row.rationale),
        declared,
    })
}

/// Whether a candidate goes before another: exploited more, then more probably the best; ties stay as they stand.
fn leads(one: &Candidate, other: &Candidate) -> bool {
    let by_weight = one.exploit_weight.total_cmp(&other.exploit_weight);
    by_weight.then(one.p_best.total_cmp(&other.p_best)).is_gt()
}
