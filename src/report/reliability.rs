//! How reliable and how quick each model is, as bars beside the figures.

use merit_router::Table;
use merit_router::table::Candidate;
use serde::Serialize;

use super::evidence::Observations;
use super::model::{any_work, candidates, interval};
use super::plot::{Scale, coordinate};
use super::{format, text};

/// The width of a bar's picture.
const WIDTH: f64 = 200.0;
/// Where bars begin and end in it.
pub(super) const ENDS: (f64, f64) = (4.0, WIDTH - 4.0);

/// The models' bars.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Reliability {
    /// In the order of the page; models without calls are not here.
    pub rows: Vec<ReliabilityRow>,
    /// The ends of the axis of success.
    pub success_axis: (String, String),
    /// The ends of the axis of latency.
    pub latency_axis: (String, String),
}

/// One model.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ReliabilityRow {
    /// Its id.
    pub model: String,
    /// The share of usable answers.
    pub success: String,
    /// Its interval.
    pub success_interval: String,
    /// The place of the share and of its bounds.
    pub success_bar: Option<Bar>,
    /// Latency from the median to what 95 % of calls keep.
    pub latency: String,
    /// The places of both.
    pub latency_bar: Option<Bar>,
}

/// A bar from `low` to `high` with a mark at `at`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Bar {
    /// Where it begins.
    pub low: String,
    /// How long it is.
    pub length: String,
    /// Its mark.
    pub at: String,
}

/// The bars of the models in the order of the page.
pub(super) fn reliability(table: &Table, observations: &Observations, order: &[String]) -> Reliability {
    let of_table = candidates(any_work(table));
    let called = |id: &&String| observations.models.get(*id).is_some_and(|model| model.calls > 0.0);
    let shown: Vec<(&String, &Candidate)> =
        order.iter().filter(called).filter_map(|id| Some((id, *of_table.get(id.as_str())?))).collect();
    let bounds = shown.iter().flat_map(|(_, candidate)| [candidate.success.low, candidate.success.high]);
    let success = Scale::even(bounds.clone(), ENDS);
    let times = shown.iter().flat_map(|(_, candidate)| [candidate.latency_ms.p50, candidate.latency_ms.p95]);
    let latency = Scale::logarithmic(times.flatten(), ENDS);
    let rows = shown.iter().map(|(id, candidate)| {
        let (share, times) = (candidate.success, candidate.latency_ms);
        ReliabilityRow {
            model: text::name(id),
            success: format::percent(Some(share.mean)),
            success_interval: interval(Some(share), format::percent),
            success_bar: success.as_ref().map(|scale| bar(scale, share.low, share.mean, share.high)),
            latency: match (times.p50, times.p95) {
                (Some(_), Some(_)) => format!("{} to {}", format::seconds(times.p50), format::seconds(times.p95)),
                _ => format::MISSING.into(),
            },
            latency_bar: latency
                .as_ref()
                .zip(times.p50.zip(times.p95))
                .map(|(scale, (median, tail))| bar(scale, median, median, tail)),
        }
    });
    Reliability {
        rows: rows.collect(),
        success_axis: axis(success, |share| format::percent(Some(share.min(1.0)))),
        latency_axis: axis(latency, |milliseconds| format::seconds(Some(milliseconds))),
    }
}

/// The bar of these figures.
pub(super) fn bar(scale: &Scale, low: f64, at: f64, high: f64) -> Bar {
    let (start, end) = (scale.place(low), scale.place(high));
    Bar { low: coordinate(start), length: coordinate((end - start).max(1.0)), at: coordinate(scale.place(at)) }
}

fn axis(scale: Option<Scale>, write: impl Fn(f64) -> String) -> (String, String) {
    scale.map_or_else(Default::default, |scale| {
        let (low, high) = scale.ends();
        (write(low), write(high))
    })
}
