//! Cost against value for the whole portfolio, in each category and in each kind of work, as coordinates of pictures.

use std::collections::BTreeMap;

use merit_router::Table;
use merit_router::table::{Candidate, Interval, Row};
use serde::Serialize;

use super::label::{self, Label, Spot};
use super::plot::{Scale, Tick, coordinate, range};
use super::recommendation::{category_rows, label as name_of, leader};
use super::{format, model, segment_row, text};
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
/// The most points of all pictures of single kinds of work together.
const MOST_POINTS: usize = 2_000;
/// The most models a description names.
const DESCRIBED: usize = 8;

/// All pictures.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Frontiers {
    /// Any work, with the frontier of the whole portfolio; none where no cost is known.
    pub portfolio: Option<FrontierPlot>,
    /// The categories by falling share of traffic.
    pub categories: Vec<FrontierPlot>,
    /// The kinds of work by falling share of traffic, where a category has several.
    pub segments: Vec<FrontierPlot>,
    /// How many kinds of work have no picture.
    pub left_out: usize,
}

/// The cost-value plane of a row of the table.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FrontierPlot {
    /// What it is of.
    pub name: String,
    /// Who asks; `*` for any.
    pub role: String,
    /// What for.
    pub category: String,
    /// How hard.
    pub difficulty: String,
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
    /// What the table's draws come to on average.
    pub chosen: Option<Chosen>,
    /// How many models have no place: no cost known or no calls.
    pub left_out: usize,
}

/// The mean of what is drawn.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Chosen {
    /// Its place by cost.
    pub x: String,
    /// Its place by value.
    pub y: String,
    /// Cost and value in words.
    pub title: String,
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
    /// The model.
    pub model: String,
    /// Its value.
    pub value: String,
    /// The value's interval.
    pub interval: String,
    /// Its cost.
    pub cost: String,
    /// The share of draws it gets.
    pub draws: String,
    /// Its name beside it; none where there is no room.
    pub label: Option<Label>,
    /// Whether it is a vertex of the hull.
    pub on_hull: bool,
    /// Whether exploration may draw it.
    pub eligible: bool,
    /// Whether it is the recommended model.
    pub recommended: bool,
}

/// The pictures.
pub(super) fn frontiers(table: &Table, traffic: &BTreeMap<String, f64>) -> Frontiers {
    let leaves = segment_row::leaves(table);
    let mut of_category: BTreeMap<&str, usize> = BTreeMap::new();
    leaves.iter().for_each(|row| *of_category.entry(&row.category).or_default() += 1);
    let several: Vec<&Row> =
        leaves.into_iter().filter(|row| of_category[row.category.as_str()] > 1 && row.traffic_share > 0.0).collect();
    let mut points = 0;
    let fitting = several.iter().take_while(|row| {
        points += row.candidates.len();
        points <= MOST_POINTS
    });
    let segments: Vec<FrontierPlot> = fitting.filter_map(|row| plot(row)).collect();
    Frontiers {
        portfolio: portfolio(table),
        categories: category_rows(table, traffic).into_iter().filter_map(plot).take(MOST_PLOTS).collect(),
        left_out: several.len() - segments.len(),
        segments,
    }
}

/// A candidate that has a place in the plane.
struct Placed<'a> {
    candidate: &'a Candidate,
    cost: f64,
    value: f64,
}

/// What is drawn besides the candidates.
struct Lines {
    /// The solid line.
    hull: Vec<(f64, f64)>,
    /// The dashed one.
    chain: Vec<(f64, f64)>,
    /// Where the draws are on average.
    chosen: Option<(f64, f64)>,
}

/// The picture of a row, of single calls; a row without two figures to compare has one all the same.
fn plot(row: &Row) -> Option<FrontierPlot> {
    let placed = placed(row, |candidate| Some((candidate.cost_usd.mean?, candidate.value.mean)));
    let vertices = hull(&placed);
    let drawn: f64 = placed.iter().map(|point| point.candidate.weight).sum();
    let mean =
        |of: fn(&Placed<'_>) -> f64| placed.iter().map(|point| point.candidate.weight * of(point)).sum::<f64>() / drawn;
    let lines = Lines {
        hull: vertices.iter().map(|&index| (placed[index].cost, placed[index].value)).collect(),
        chain: row.frontier.iter().map(|point| (point.cost_usd, point.value)).collect(),
        chosen: (drawn > 0.0).then(|| (mean(|point| point.cost), mean(|point| point.value))),
    };
    let name = if row.role == "*" && row.difficulty == "*" {
        name_of(row)
    } else {
        [&row.role, &row.category, &row.difficulty].map(|part| text::name(part)).join(" / ")
    };
    let said = description(&placed, &vertices);
    picture(row, name, said, &placed, &vertices, &lines)
}

/// The picture of the whole portfolio: the models over any work, fallbacks counted, and the frontier of all mixtures.
fn portfolio(table: &Table) -> Option<FrontierPlot> {
    let row = model::any_work(table)?;
    let placed = placed(row, |candidate| {
        let chain = candidate.chain?;
        Some((chain.cost_usd?, chain.value))
    });
    let frontier: Vec<(f64, f64)> = table.frontier.iter().map(|point| (point.cost_usd, point.value)).collect();
    let vertices = hull(&placed);
    let lines = Lines { chosen: expected(table), hull: frontier.clone(), chain: Vec::new() };
    let ends = frontier.first().zip(frontier.last()).map_or_else(String::new, |(first, last)| {
        let point = |(cost, value): &(f64, f64)| {
            format!("{} at {} a task", format::value(Some(*value)), format::usd(Some(*cost)))
        };
        format!("The frontier goes from {} to {}. ", point(first), point(last))
    });
    let chosen = lines.chosen.map_or_else(String::new, |(cost, value)| {
        let (cost, value) = (format::usd(Some(cost)), format::value(Some(value)));
        format!("The table's draws come to {value} at {cost} a task. ")
    });
    let said = format!("{ends}{chosen}{}", description(&placed, &vertices));
    picture(row, "The whole portfolio".into(), said, &placed, &vertices, &lines)
}

/// Expected cost and value of a task under the table's weights; none where a cost is not known.
fn expected(table: &Table) -> Option<(f64, f64)> {
    let (mut cost, mut value, mut traffic) = (0.0, 0.0, 0.0);
    for row in table.segments.iter().filter(|row| row.traffic_share > 0.0) {
        for candidate in row.candidates.iter().filter(|candidate| candidate.weight > 0.0) {
            let weight = row.traffic_share * candidate.weight;
            let (own_cost, own_value) = match candidate.chain {
                Some(chain) => (chain.cost_usd?, chain.value),
                None => (candidate.cost_usd.mean?, candidate.value.mean),
            };
            (cost, value, traffic) = (cost + weight * own_cost, value + weight * own_value, traffic + weight);
        }
    }
    (traffic > 0.0).then(|| (cost / traffic, value / traffic))
}

/// The candidates with calls that `place` has a place for.
fn placed<'a>(row: &'a Row, place: impl Fn(&Candidate) -> Option<(f64, f64)>) -> Vec<Placed<'a>> {
    let called = row.candidates.iter().filter(|candidate| candidate.n > 0);
    let place = |candidate: &'a Candidate| {
        let (cost, value) = place(candidate).filter(|(cost, value)| cost.is_finite() && value.is_finite())?;
        Some(Placed { candidate, cost, value })
    };
    called.filter_map(place).collect()
}

fn picture(
    row: &Row,
    name: String,
    description: String,
    placed: &[Placed<'_>],
    vertices: &[usize],
    lines: &Lines,
) -> Option<FrontierPlot> {
    let points = placed.iter().map(|point| (point.cost, point.value));
    let all: Vec<(f64, f64)> =
        points.chain(lines.hull.iter().copied()).chain(lines.chain.iter().copied()).chain(lines.chosen).collect();
    let costs = || all.iter().map(|point| point.0);
    let (least, most) = range(costs().filter(|cost| *cost > 0.0)).unwrap_or((1.0, 1.0));
    let logarithmic = most / least > WIDE_SPREAD;
    let [left, right, top, bottom] = FRAME;
    let x =
        if logarithmic { Scale::logarithmic(costs(), (left, right))? } else { Scale::even(costs(), (left, right))? };
    let y = Scale::even(all.iter().map(|point| point.1), (bottom, top))?;
    let line = |points: &[(f64, f64)]| -> String {
        let places: Vec<String> = points.iter().map(|(cost, value)| place(&x, &y, *cost, *value)).collect();
        if places.len() < 2 { String::new() } else { places.join(" ") }
    };
    Some(FrontierPlot {
        name,
        role: text::name(&row.role),
        category: text::name(&row.category),
        difficulty: text::name(&row.difficulty),
        description,
        logarithmic,
        x_ticks: x.ticks(|cost| format::usd(Some(cost))),
        y_ticks: y.ticks(|value| format!("{value:.3}").trim_end_matches('0').trim_end_matches('.').to_string()),
        hull: line(&lines.hull),
        chain: line(&lines.chain),
        points: marks(row, placed, vertices, &x, &y),
        chosen: lines.chosen.map(|(cost, value)| Chosen {
            x: coordinate(x.place(cost)),
            y: coordinate(y.place(value)),
            title: format!(
                "what the table draws: value {}, {} on average",
                format::value(Some(value)),
                format::usd(Some(cost))
            ),
        }),
        left_out: row.candidates.len() - placed.len(),
    })
}

/// The vertices of the hull over the eligible models.
fn hull(placed: &[Placed<'_>]) -> Vec<usize> {
    let eligible: Vec<usize> = (0..placed.len()).filter(|&index| placed[index].candidate.eligible).collect();
    let points: Vec<Point> =
        eligible.iter().map(|&index| Point { cost: placed[index].cost, value: placed[index].value }).collect();
    concave_hull(&points).into_iter().map(|vertex| eligible[vertex]).collect()
}

fn marks(row: &Row, placed: &[Placed<'_>], hull: &[usize], x: &Scale, y: &Scale) -> Vec<FrontierMark> {
    let recommended = leader(row).map(|candidate| candidate.model.as_str());
    let is_recommended = |index: usize| recommended == Some(placed[index].candidate.model.as_str());
    let spots: Vec<Spot> = placed
        .iter()
        .map(|point| Spot { x: x.place(point.cost), y: y.place(point.value), name: text::name(&point.candidate.model) })
        .collect();
    // Those that matter most get their names first: room is scarce.
    let mut order: Vec<usize> = (0..placed.len()).collect();
    order.sort_by_key(|index| (!is_recommended(*index), !hull.contains(index), !placed[*index].candidate.eligible));
    let mut labels = label::place(&spots, &order, FRAME);
    let mark = |(index, point): (usize, &Placed<'_>)| {
        let value = point.candidate.value;
        // The interval of the own value, moved to where the point is.
        let moved = point.value - value.mean;
        FrontierMark {
            x: coordinate(spots[index].x),
            y: coordinate(spots[index].y),
            y_low: coordinate(y.place(value.low + moved)),
            y_high: coordinate(y.place(value.high + moved)),
            title: title(point),
            model: text::name(&point.candidate.model),
            value: format::value(Some(point.value)),
            interval: model::interval(
                Some(Interval { mean: point.value, low: value.low + moved, high: value.high + moved }),
                format::value,
            ),
            cost: format::usd(Some(point.cost)),
            draws: format::percent(Some(point.candidate.weight)),
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
    let moved = point.value - candidate.value.mean;
    format!(
        "{}: value {} ({} to {}), {}, {} effective calls, {} of the draws{}",
        text::name(&candidate.model),
        format::value(Some(point.value)),
        format::value(Some(candidate.value.low + moved)),
        format::value(Some(candidate.value.high + moved)),
        format::usd(Some(point.cost)),
        format::effective(Some(candidate.n_eff)),
        format::percent(Some(candidate.weight)),
        if candidate.eligible { "" } else { "; not eligible" }
    )
}

fn description(placed: &[Placed<'_>], hull: &[usize]) -> String {
    let named: Vec<String> = hull
        .iter()
        .take(DESCRIBED)
        .map(|&index| {
            let point = &placed[index];
            let value = format::value(Some(point.value));
            format!("{} ({} at {})", text::name(&point.candidate.model), value, format::usd(Some(point.cost)))
        })
        .collect();
    let more = if hull.len() > DESCRIBED { format!(" and {} more", hull.len() - DESCRIBED) } else { String::new() };
    format!("{} models by cost and value; no mix of others beats {}{more}", placed.len(), named.join(", "))
}
