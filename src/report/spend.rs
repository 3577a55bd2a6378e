//! What was spent on which model, day by day.

use std::collections::BTreeMap;

use serde::Serialize;

use super::mart::MartReader;
use super::palette::{COLOURS, Palette};
use super::plot::{Scale, Tick, coordinate};
use super::{format, text};
use crate::day::Day;

/// The days that the picture shows at most.
const MOST_DAYS: i32 = 60;
/// The models that a bar tells apart; the rest is one.
const TOLD_APART: usize = COLOURS - 1;
/// The rows of the table.
const MOST_ROWS: usize = 20;
/// The picture's width and height.
const SIZE: (f64, f64) = (960.0, 220.0);
/// The place of the bars: left, right, top, bottom.
const FRAME: [f64; 4] = [56.0, SIZE.0 - 8.0, 10.0, SIZE.1 - 24.0];

/// Spend by model and day.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Spend {
    /// A bar for each day with spend.
    pub days: Vec<SpendDay>,
    /// The models told apart, the dearest first, and the colour of each.
    pub legend: Vec<(String, String)>,
    /// The axis of dollars.
    pub y_ticks: Vec<Tick>,
    /// The first day of the picture.
    pub first_day: String,
    /// The last.
    pub last_day: String,
    /// The picture in words.
    pub description: String,
    /// The models by falling spend.
    pub rows: Vec<SpendRow>,
    /// How many models are not in the table.
    pub left_out: usize,
}

/// One day's bar.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SpendDay {
    /// Day, sum and parts in words.
    pub title: String,
    /// Where it begins.
    pub x: String,
    /// How wide it is.
    pub width: String,
    /// Its parts from below.
    pub parts: Vec<SpendPart>,
}

/// A model's part of a bar.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SpendPart {
    /// Its upper end.
    pub y: String,
    /// Its height.
    pub height: String,
    /// Its colour.
    pub colour: String,
}

/// A model's sums.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SpendRow {
    /// The model.
    pub model: String,
    /// The seven days before as-of.
    pub week: String,
    /// The twenty-eight days before as-of.
    pub month: String,
    /// All days.
    pub all: String,
    /// Its share of all.
    pub share: String,
}

/// Dollars by day and model, of the mart `daily_scores`; what was logged without a cost counts nothing.
pub(super) type Daily = BTreeMap<Day, BTreeMap<String, f64>>;

/// Reads them.
pub(super) fn read(marts: &mut MartReader<'_>) -> Daily {
    let days = marts.days("daily_scores", "day");
    let arms = marts.texts("daily_scores", "arm");
    let costs = marts.numbers("daily_scores", "cost_usd");
    let mut daily = Daily::new();
    for ((day, arm), cost) in days.into_iter().zip(arms).zip(costs) {
        if let (Some(day), Some(arm), Some(cost)) = (day, arm, cost.filter(|cost| *cost > 0.0)) {
            *daily.entry(day).or_default().entry(arm).or_default() += cost;
        }
    }
    daily
}

/// What was logged as spent on each model over the whole store, in dollars; a model without any logged cost is left out.
pub(super) fn by_model(daily: &Daily) -> BTreeMap<String, f64> {
    let mut spend = BTreeMap::new();
    for (arm, cost) in daily.values().flatten() {
        *spend.entry(arm.clone()).or_insert(0.0) += cost;
    }
    spend
}

/// The picture and the table of these days.
pub(super) fn spend(daily: &Daily, as_of: Day, palette: &Palette) -> Spend {
    let sums = |days: i32| {
        let mut sums: BTreeMap<&str, f64> = BTreeMap::new();
        for (_, arms) in daily.range(Day(as_of.0.saturating_sub(days))..) {
            arms.iter().for_each(|(arm, cost)| *sums.entry(arm).or_default() += cost);
        }
        sums
    };
    let (week, month, all) = (sums(7), sums(28), sums(i32::MAX));
    let total: f64 = all.values().sum();
    let mut order: Vec<&str> = all.keys().copied().collect();
    order.sort_by(|one, other| all[other].total_cmp(&all[one]).then(one.cmp(other)));
    let Some((&newest, _)) = daily.last_key_value() else { return Spend::default() };
    let oldest = daily.first_key_value().map_or(newest, |(day, _)| *day);
    let first = Day(oldest.0.max(newest.0 - MOST_DAYS + 1));
    let told: Vec<&str> = order.iter().copied().take(TOLD_APART).collect();
    // Of more models than there are colours the dearest ones get them here.
    let own = Palette::new(told.iter().copied());
    let palette = if order.len() > COLOURS { &own } else { palette };
    let shown: Vec<(&Day, &BTreeMap<String, f64>)> = daily.range(first..).collect();
    let highest = shown.iter().map(|(_, arms)| arms.values().sum::<f64>());
    let Some(y) = Scale::even(highest.chain([0.0]), (FRAME[3], FRAME[2])) else { return Spend::default() };
    let row = |arm: &&str| SpendRow {
        model: text::name(arm),
        week: format::usd(week.get(arm).copied()),
        month: format::usd(month.get(arm).copied()),
        all: format::usd(all.get(arm).copied()),
        share: format::percent(all.get(arm).map(|cost| cost / total)),
    };
    let mut legend: Vec<(String, String)> = told.iter().map(|arm| (text::name(arm), palette.of(arm))).collect();
    if order.len() > told.len() {
        legend.push((format!("{} others", order.len() - told.len()), "k8".into()));
    }
    let leading = order.first().map_or_else(String::new, |arm| {
        format!("; {} takes {} of it", text::name(arm), format::percent(Some(all[arm] / total)))
    });
    Spend {
        days: shown.iter().map(|(day, arms)| bar(**day, arms, (first, newest), &told, &y, palette)).collect(),
        legend,
        y_ticks: y.ticks(|dollars| format::usd(Some(dollars))).into_iter().step_by(2).collect(),
        first_day: first.to_string(),
        last_day: newest.to_string(),
        description: format!(
            "logged spend by day and model, {first} to {newest}; {} in all since {oldest}{leading}",
            format::usd(Some(total))
        ),
        rows: order.iter().take(MOST_ROWS).map(row).collect(),
        left_out: order.len().saturating_sub(MOST_ROWS),
    }
}

fn bar(
    day: Day,
    arms: &BTreeMap<String, f64>,
    (first, last): (Day, Day),
    told: &[&str],
    y: &Scale,
    palette: &Palette,
) -> SpendDay {
    let room = (FRAME[1] - FRAME[0]) / f64::from(last.0 - first.0 + 1);
    let others: f64 = arms.iter().filter(|(arm, _)| !told.contains(&arm.as_str())).map(|(_, cost)| cost).sum();
    let known = told.iter().filter_map(|arm| Some((text::name(arm), palette.of(arm), *arms.get(*arm)?)));
    let parts: Vec<(String, String, f64)> =
        known.chain((others > 0.0).then(|| ("others".into(), "k8".into(), others))).collect();
    let mut below = 0.0;
    let mut drawn = Vec::new();
    for (_, colour, cost) in &parts {
        let (low, high) = (y.place(below), y.place(below + cost));
        below += cost;
        drawn.push(SpendPart { y: coordinate(high), height: coordinate(low - high), colour: colour.clone() });
    }
    let named = parts.iter().map(|(name, _, cost)| format!("{name} {}", format::usd(Some(*cost))));
    SpendDay {
        title: format!("{day}: {} ({})", format::usd(Some(below)), named.collect::<Vec<_>>().join(", ")),
        x: coordinate(FRAME[0] + room * f64::from(day.0 - first.0) + 0.06 * room),
        width: coordinate((0.88 * room).min(40.0)),
        parts: drawn,
    }
}
