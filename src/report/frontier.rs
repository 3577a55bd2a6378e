//! Cost against value in each category, as a picture's coordinates.

use std::collections::BTreeMap;

use merit_router::Table;
use merit_router::table::{Candidate, Row};
use serde::Serialize;

use super::label::{self, Label, Spot};
use super::plot::{Scale, Tick, coordinate, range};
use super::recommendation::{category_rows, label as name_of, leader};
use super::{format, text};
use crate::stats::hull::{Point, concave_hull};

/// The picture's width.
const WIDTH: f64 = 640.0;
/// Its height.
const HEIGHT: f64 = 300.0;
/// The place of the axes: left, right, top, bottom.
const FRAME: [f64; 4] = [48.0, WIDTH - 14.0, 14.0, HEIGHT - 34.0];
/// The greatest cost over the least from which on the axis is logarithmic.
const WIDE_SPREAD: f64 = 20.0;
/// The most categories that have a picture.
const MOST_PLOTS: usize = 24;
/// The most models a description names.
const DESCRIBED: usize = 8;

/// The cost-value plane of one category.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FrontierPlot {
    /// The category.
    pub category: String,
    /// The picture in words.
    pub description: String,
    /// Whether the cost axis is logarithmic.
    pub logarithmic: bool,
    /// The cost axis.
    pub x_ticks: Vec<Tick>,
    /// The value axis.
    pub y_ticks: Vec<Tick>,
    /// The hull of single calls: `x,y x,y …`.
    pub hull: String,
    /// The table's frontier, which counts what a failure's fallback costs and earns; empty where it has no two points.
    pub chain: String,
    /// The models.
    pub points: Vec<FrontierMark>,
    /// How many models have no place: no cost known or no calls.
    pub left_out: usize,
}

/// A model in the plane.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FrontierMark {
    /// Its place by cost.
    pub x: String,
    /// Its place by value.
    pub y: String,
    /// The place of the interval's lower bound.
    pub y_low: String,
    /// The place of the interval's upper bound.
    pub y_high: String,
    /// Model, cost, value and evidence in words.
    pub title: String,
    /// Its name beside it; none where there is no room.
    pub label: Option<Label>,
    /// Whether it is a vertex of the hull.
    pub on_hull: bool,
    /// Whether exploration may draw it.
    pub eligible: bool,
    /// Whether it is the recommended model.
    pub recommended: bool,
}

/// The pictures, by falling share of traffic; a category without two figures to compare has one all the same.
pub(super) fn frontiers(table: &Table, traffic: &BTreeMap<String, f64>) -> Vec<FrontierPlot> {
    category_rows(table, traffic).into_iter().filter_map(plot).take(MOST_PLOTS).collect()
}

/// A candidate that has a place in the plane.
struct Placed<'a> {
    candidate: &'a Candidate,
    cost: f64,
}

fn plot(row: &Row) -> Option<FrontierPlot> {
    let placed: Vec<Placed<'_>> = row
        .candidates
        .iter()
        .filter(|candidate| candidate.n > 0 && candidate.value.mean.is_finite())
        .filter_map(|candidate| candidate.cost_usd.mean.map(|cost| Placed { candidate, cost }))
        .collect();
    let hull = hull(&placed);
    let chain: Vec<(f64, f64)> = row.frontier.iter().map(|point| (point.cost_usd, point.value)).collect();
    let costs: Vec<f64> = placed.iter().map(|point| point.cost).chain(chain.iter().map(|point| point.0)).collect();
    let means = placed.iter().map(|point| point.candidate.value.mean).chain(chain.iter().map(|point| point.1));
    let (least, most) = range(costs.iter().copied().filter(|cost| *cost > 0.0)).unwrap_or((1.0, 1.0));
    let logarithmic = most / least > WIDE_SPREAD;
    let [left, right, top, bottom] = FRAME;
    let x = if logarithmic {
        Scale::logarithmic(costs.iter().copied(), (left, right))?
    } else {
        Scale::even(costs.iter().copied(), (left, right))?
    };
    let y = Scale::even(means, (bottom, top))?;
    let line = |points: &mut dyn Iterator<Item = (f64, f64)>| -> String {
        let places: Vec<String> = points.map(|(cost, value)| place(&x, &y, cost, value)).collect();
        if places.len() < 2 { String::new() } else { places.join(" ") }
    };
    Some(FrontierPlot {
        category: name_of(row),
        description: description(&placed, &hull),
        logarithmic,
        x_ticks: x.ticks(|cost| format::usd(Some(cost))),
        y_ticks: y.ticks(|value| format!("{value:.3}").trim_end_matches('0').trim_end_matches('.').to_string()),
        hull: line(&mut hull.iter().map(|&index| (placed[index].cost, placed[index].candidate.value.mean))),
        chain: line(&mut chain.iter().copied()),
        points: marks(row, &placed, &hull, &x, &y),
        left_out: row.candidates.len() - placed.len(),
    })
}

/// The vertices of the hull over the eligible models.
fn hull(placed: &[Placed<'_>]) -> Vec<usize> {
    let eligible: Vec<usize> = (0..placed.len()).filter(|&index| placed[index].candidate.eligible).collect();
    let points: Vec<Point> = eligible
        .iter()
        .map(|&index| Point { cost: placed[index].cost, value: placed[index].candidate.value.mean })
        .collect();
    concave_hull(&points).into_iter().map(|vertex| eligible[vertex]).collect()
}

fn marks(row: &Row, placed: &[Placed<'_>], hull: &[usize], x: &Scale, y: &Scale) -> Vec<FrontierMark> {
    let recommended = leader(row).map(|candidate| candidate.model.as_str());
    let is_recommended = |index: usize| recommended == Some(placed[index].candidate.model.as_str());
    let spots: Vec<Spot> = placed
        .iter()
        .map(|point| Spot {
            x: x.place(point.cost),
            y: y.place(point.candidate.value.mean),
            name: text::name(&point.candidate.model),
        })
        .collect();
    // Those that matter most get their names first: room is scarce.
    let mut order: Vec<usize> = (0..placed.len()).collect();
    order.sort_by_key(|index| (!is_recommended(*index), !hull.contains(index), !placed[*index].candidate.eligible));
    let mut labels = label::place(&spots, &order, FRAME);
    let mark = |(index, point): (usize, &Placed<'_>)| {
        let value = point.candidate.value;
        FrontierMark {
            x: coordinate(spots[index].x),
            y: coordinate(spots[index].y),
            y_low: coordinate(y.place(value.low)),
            y_high: coordinate(y.place(value.high)),
            title: title(point),
            label: labels.remove(&index),
            on_hull: hull.contains(&index),
            eligible: point.candidate.eligible,
            recommended: is_recommended(index),
        }
    };
    placed.iter().enumerate().map(mark).collect()
}

fn place(x: &Scale, y: &Scale, cost: f64, value: f64) -> String {
    format!("{},{}", coordinate(x.place(cost)), coordinate(y.place(value)))
}

fn title(point: &Placed<'_>) -> String {
    let candidate = point.candidate;
    format!(
        "{}: value {} ({} to {}), {} a call, {} effective calls{}",
        text::name(&candidate.model),
        format::value(Some(candidate.value.mean)),
        format::value(Some(candidate.value.low)),
        format::value(Some(candidate.value.high)),
        format::usd(Some(point.cost)),
        format::effective(Some(candidate.n_eff)),
        if candidate.eligible { "" } else { "; not eligible" }
    )
}

fn description(placed: &[Placed<'_>], hull: &[usize]) -> String {
    let named: Vec<String> = hull
        .iter()
        .take(DESCRIBED)
        .map(|&index| {
            let point = &placed[index];
            let value = format::value(Some(point.candidate.value.mean));
            format!("{} ({} at {})", text::name(&point.candidate.model), value, format::usd(Some(point.cost)))
        })
        .collect();
    let more = if hull.len() > DESCRIBED { format!(" and {} more", hull.len() - DESCRIBED) } else { String::new() };
    format!("{} models by cost of a call and value; on the frontier: {}{more}", placed.len(), named.join(", "))
}
