//! What each contender earned beyond the standing setting, added up night by night: a panel a policy, a line a half-life.
//! The panels have value axes of their own: a policy that never explores would flatten all others.

use serde::Serialize;

use super::words::{half_life, policy};
use crate::day::Day;
use crate::evaluate::backtest::{Backtest, ContenderResult};
use crate::policy::Algorithm;
use crate::report::plot::{Scale, Tick, coordinate};

/// A panel's width and height.
const SIZE: (f64, f64) = (560.0, 260.0);
/// The place of the axes: left, right, top, bottom.
const FRAME: [f64; 4] = [58.0, SIZE.0 - 42.0, 12.0, SIZE.1 - 30.0];
/// Colours there are; further half-lives share the last.
const COLOURS: usize = 8;

/// The panels and what they share.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct Picture {
    width: f64,
    height: f64,
    left: f64,
    right: f64,
    top: f64,
    bottom: f64,
    x_ticks: Vec<Tick>,
    /// The half-lives with their colours.
    legend: Vec<Key>,
    panels: Vec<Panel>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
struct Key {
    colour: usize,
    label: String,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
struct Panel {
    policy: String,
    /// The panel in words.
    description: String,
    y_ticks: Vec<Tick>,
    /// The place of no gain.
    zero: String,
    lines: Vec<Line>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
struct Line {
    colour: usize,
    /// What it is and where it ends.
    title: String,
    /// `x,y x,y …`.
    points: String,
}

/// The picture; none where nothing can be drawn.
pub(super) fn picture(found: &Backtest) -> Option<Picture> {
    let [left, right, top, bottom] = FRAME;
    let standing = found.standing();
    let gains: Vec<Vec<f64>> = found.contenders.iter().map(|own| gains(own, standing)).collect();
    let days: Vec<f64> =
        found.days.first().into_iter().map(|day| day - 1).chain(found.days.iter().copied()).map(f64::from).collect();
    let x = Scale::even(days.iter().copied(), (left, right))?;
    let mut half_lives: Vec<f64> = found.contenders.iter().map(|own| own.contender.half_life_days).collect();
    half_lives.sort_by(f64::total_cmp);
    half_lives.dedup();
    let colour = |days: f64| half_lives.iter().position(|known| *known == days).unwrap_or_default().min(COLOURS - 1);
    let mut algorithms: Vec<Algorithm> = Vec::new();
    for own in &found.contenders {
        if !algorithms.contains(&own.contender.algorithm) {
            algorithms.push(own.contender.algorithm);
        }
    }
    let panel = |algorithm: Algorithm| {
        let of = found.contenders.iter().zip(&gains).filter(|(own, _)| own.contender.algorithm == algorithm);
        let of: Vec<(&ContenderResult, &Vec<f64>)> = of.collect();
        let y = Scale::even(of.iter().flat_map(|(_, gains)| gains.iter().copied()), (bottom, top))?;
        let line = |&(own, gains): &(&ContenderResult, &Vec<f64>)| {
            let place =
                |(day, gain): (&f64, &f64)| format!("{},{}", coordinate(x.place(*day)), coordinate(y.place(*gain)));
            Line {
                colour: colour(own.contender.half_life_days),
                title: format!("{}: {}", half_life(own.contender.half_life_days), ended(gains)),
                points: days.iter().zip(gains).map(place).collect::<Vec<String>>().join(" "),
            }
        };
        let lines: Vec<Line> = of.iter().map(line).collect();
        Some(Panel {
            policy: policy(algorithm),
            description: lines.iter().map(|line| line.title.as_str()).collect::<Vec<_>>().join(", "),
            y_ticks: y.ticks(gain),
            zero: coordinate(y.place(0.0)),
            lines,
        })
    };
    let date = |day: f64| if day.fract() == 0.0 { Day(day as i32).to_string() } else { String::new() };
    let mut x_ticks = x.ticks(date);
    // Dates are wide: every other one.
    if x_ticks.len() > 4 {
        x_ticks = x_ticks.into_iter().step_by(2).collect();
    }
    let keys = half_lives.iter().map(|&days| Key { colour: colour(days), label: half_life(days) });
    Some(Picture {
        width: SIZE.0,
        height: SIZE.1,
        left,
        right,
        top,
        bottom,
        x_ticks,
        legend: keys.collect(),
        panels: algorithms.into_iter().map(panel).collect::<Option<_>>()?,
    })
}

/// The gain before the first night, 0, and after each.
fn gains(own: &ContenderResult, standing: &ContenderResult) -> Vec<f64> {
    let mut sum = 0.0;
    let nights = own.by_day.iter().zip(&standing.by_day).map(|(own, standing)| {
        sum += own.utility - standing.utility;
        sum
    });
    std::iter::once(0.0).chain(nights.collect::<Vec<f64>>()).collect()
}

fn ended(gains: &[f64]) -> String {
    gains.last().map_or_else(String::new, |last| format!("{last:+.4}"))
}

fn gain(value: f64) -> String {
    let text = format!("{value:.4}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".into() } else { text.into() }
}
