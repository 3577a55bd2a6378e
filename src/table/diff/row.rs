//! One row in two tables → what differs.

use std::collections::BTreeSet;

use merit_router::Table;
use merit_router::table::{Candidate, Row};

use super::compare::gained_and_lost;
use super::types::{CandidateDiff, Change, RowDiff, Standing};
use super::why::{Place, causes};

/// What differs in a row of both tables; none where nothing does.
pub(super) fn compare_row((from, before): (&Table, &Row), (to, after): (&Table, &Row)) -> Option<RowDiff> {
    let (from, to) = (Place { table: from, row: before }, Place { table: to, row: after });
    let models: BTreeSet<&String> =
        before.candidates.iter().chain(&after.candidates).map(|candidate| &candidate.model).collect();
    let weight = |place: &Place<'_>, model: &str| place.candidate(model).map_or(0.0, |candidate| candidate.weight);
    let moved = 0.5 * models.iter().map(|model| (weight(&to, model) - weight(&from, model)).abs()).sum::<f64>();
    let mut candidates: Vec<CandidateDiff> =
        models.into_iter().filter_map(|model| candidate(from, to, model)).collect();
    candidates.sort_by(|one, other| other.moved.abs().total_cmp(&one.moved.abs()));
    let (flags_gained, flags_lost) = gained_and_lost(&before.flags, &after.flags);
    let row = RowDiff {
        row: after.to_string(),
        traffic_share: after.traffic_share,
        moved,
        evidence: Change::found(before.evidence.clone(), after.evidence.clone()),
        candidates,
        fallback: Change::found(before.fallback.clone(), after.fallback.clone()),
        flags_gained,
        flags_lost,
    };
    let differs = row.evidence.is_some()
        || row.fallback.is_some()
        || !(row.candidates.is_empty() && row.flags_gained.is_empty() && row.flags_lost.is_empty());
    differs.then_some(row)
}

fn candidate(from: Place<'_>, to: Place<'_>, model: &str) -> Option<CandidateDiff> {
    let standing = Change::found(standing(from.row, model), standing(to.row, model))?;
    let weight = |standing: &Option<Standing>| standing.as_ref().map_or(0.0, |standing| standing.weight);
    let (causes, why) = causes(from, to, model);
    Some(CandidateDiff {
        model: model.into(),
        moved: weight(&standing.to) - weight(&standing.from),
        standing,
        causes,
        why,
    })
}

fn standing(row: &Row, model: &str) -> Option<Standing> {
    let place = row.candidates.iter().position(|candidate| candidate.model == model)?;
    let candidate: &Candidate = &row.candidates[place];
    Some(Standing {
        rank: place + 1,
        weight: candidate.weight,
        exploit_weight: candidate.exploit_weight,
        probe_weight: candidate.probe_weight,
        eligible: candidate.eligible,
        reason: candidate.reason.clone(),
        value: candidate.value,
        score: candidate.score,
        success: candidate.success,
        strength: candidate.strength,
        cost_usd: candidate.cost_usd,
    })
}
