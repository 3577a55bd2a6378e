//! Why the fallback has its order, as far as the table tells.

use merit_router::Table;
use merit_router::table::Row;

use super::types::FallbackStep;
use crate::report::format::percent;

/// The row's fallback with a reason for each place.
///
/// The order is by value after an earlier failure, no two neighbours of one provider while another is left
/// (docs/statistics.md). A model that is worth less than a later one of the provider just before it stands where it
/// does for its provider.
pub(super) fn steps(table: &Table, row: &Row) -> Vec<FallbackStep> {
    let provider = |model: &str| table.models.get(model).map_or("", |model| model.provider.as_str());
    let value = |model: &str| {
        row.candidates.iter().find(|candidate| candidate.model == model).map_or(0.0, |candidate| candidate.value.mean)
    };
    let step = |(place, model): (usize, &String)| {
        let success = row.candidates.iter().find(|candidate| candidate.model == *model);
        let success = success.map_or(0.0, |candidate| candidate.success.mean);
        let mut why = format!("value {:.3}, {} of calls succeed", value(model), percent(Some(success)));
        let before = place.checked_sub(1).map(|before| &row.fallback[before]);
        let passed = before.and_then(|before| {
            let later = row.fallback[place + 1..].iter().find(|later| value(later) > value(model))?;
            (provider(later) == provider(before)).then_some((before, later))
        });
        if let Some((before, later)) = passed {
            let shared = provider(before);
            why +=
                &format!("; before {later}, which {shared} serves as it does {before}: if {shared} is down, both are");
        }
        FallbackStep { model: model.clone(), provider: provider(model).into(), why }
    };
    row.fallback.iter().enumerate().map(step).collect()
}
