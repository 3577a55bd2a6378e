//! What each model did and cost on the last day with calls.

use super::Exposition;
use super::standing::Standing;
use crate::day::Day;

/// The families of the last day, out of the mart `daily_scores`.
pub(super) fn add(exposition: &mut Exposition, standing: &Standing) {
    let Some(rows) = read(standing) else { return };
    let Some(last) = rows.iter().map(|row| row.day).max() else { return };
    exposition
        .family("merit_last_day_timestamp_seconds", "Start of the day that the metrics merit_last_day_… are of.")
        .sample(&[], Day(last).start() as f64 / 1e6);
    let mut family = |name, help, of: fn(&DayOfModel) -> Option<f64>| {
        let family = exposition.family(name, help);
        for row in rows.iter().filter(|row| row.day == last) {
            family.optional(&[("model", &row.model)], of(row));
        }
    };
    family("merit_last_day_spend_usd", "Logged cost of the model's calls on the last day.", |row| row.spend);
    family("merit_last_day_calls", "The model's calls on the last day.", |row| row.calls);
    family("merit_last_day_success_ratio", "Share of them with a usable answer.", |row| row.success);
    family("merit_last_day_score", "Their mean score, 0 to 10.", |row| row.score);
}

struct DayOfModel {
    day: i32,
    model: String,
    calls: Option<f64>,
    success: Option<f64>,
    score: Option<f64>,
    spend: Option<f64>,
}

fn read(standing: &Standing) -> Option<Vec<DayOfModel>> {
    let columns = standing.columns("daily_scores")?;
    let (days, models) = (columns.day("day").ok()?, columns.text("arm").ok()?);
    let number = |name| columns.number(name).ok();
    let (calls, success) = (number("n")?, number("reliability")?);
    let (score, spend) = (number("score")?, number("cost_usd")?);
    let row = |row: usize| {
        Some(DayOfModel {
            day: days[row]?,
            model: models[row].clone()?,
            calls: calls[row],
            success: success[row],
            score: score[row],
            spend: spend[row],
        })
    };
    Some((0..days.len()).filter_map(row).collect())
}
