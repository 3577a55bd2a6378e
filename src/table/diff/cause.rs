//! What can move a candidate, each with its figures and as words.

use std::fmt;

use merit_router::table::{Interval, Price};
use serde::Serialize;

use super::types::Change;
use crate::report::format::{percent, plain, usd};
use crate::table::lines::rough;

/// A cause that two tables show.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Cause {
    /// It is a candidate now.
    Came {
        /// Why it stands where it does.
        reason: String,
    },
    /// It is no candidate any more.
    Went,
    /// It has become eligible.
    Eligible {
        /// Why.
        reason: String,
    },
    /// It is not eligible any more.
    NotEligible {
        /// Why.
        reason: String,
    },
    /// Weights are made another way.
    Algorithm(Change<String>),
    /// A change of its level was found, so earlier calls count less.
    LevelChanged {
        /// The first day of the new level.
        since: String,
    },
    /// What it is believed to be worth, in \[0, 1\].
    Value(Change<Interval>),
    /// What its evidence counts for.
    Strength(Change<f64>),
    /// What a million of its tokens cost, US dollars.
    Price(Change<Option<Price>>),
    /// What a call of it costs here, US dollars.
    Cost(Change<Option<f64>>),
    /// What a dollar weighs against value.
    Lambda(Change<f64>),
    /// The share of draws that explores.
    Epsilon(Change<f64>),
    /// How many candidates share the exploration.
    Explorers(Change<usize>),
    /// Another model took what it lost, or gave what it won.
    Rival {
        /// The other model.
        model: String,
        /// Its weight.
        weight: Change<f64>,
        /// What it is believed to be worth, where that went the way of its weight.
        value: Option<Change<Interval>>,
    },
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Came { reason } => write!(f, "it is new in this row: {reason}"),
            Self::Went => write!(f, "it is no candidate of this row any more"),
            Self::Eligible { reason } => write!(f, "it has become eligible: {reason}"),
            Self::NotEligible { reason } => write!(f, "it is not eligible any more: {reason}"),
            Self::Algorithm(change) => write!(f, "weights are made by {}, not by {}", change.to, change.from),
            Self::LevelChanged { since } => {
                write!(f, "its level changed on {since}, so its earlier calls count less")
            }
            Self::Value(change) => write!(f, "its value {}", values(change)),
            Self::Strength(change) => {
                let less = if change.to > change.from { "more" } else { "less" };
                write!(f, "{less} evidence counts (strength {:.1} → {:.1})", change.from, change.to)
            }
            Self::Price(change) => {
                write!(f, "its price went from {} to {}", price(&change.from), price(&change.to))
            }
            Self::Cost(change) => write!(f, "a call costs {}, before {}", usd(change.to), usd(change.from)),
            Self::Lambda(change) => {
                let more = if change.to > change.from { "more" } else { "less" };
                write!(f, "cost counts {more} (λ {} → {})", rough(change.from), rough(change.to))
            }
            Self::Epsilon(change) => {
                write!(f, "exploration takes {}, before {}", percent(Some(change.to)), percent(Some(change.from)))
            }
            Self::Explorers(change) => {
                write!(f, "{} candidates share the exploration, before {}", change.to, change.from)
            }
            Self::Rival { model, weight, value } => {
                let went = if weight.to > weight.from { "rose" } else { "fell" };
                write!(f, "{model} {went} {} → {}", percent(Some(weight.from)), percent(Some(weight.to)))?;
                match value {
                    Some(change) => write!(f, " as its value {}", values(change)),
                    None => Ok(()),
                }
            }
        }
    }
}

/// "rose 0.842 [0.801, 0.880] → 0.871 [0.835, 0.903]".
fn values(change: &Change<Interval>) -> String {
    let verb = if change.to.mean > change.from.mean { "rose" } else { "fell" };
    let text = |value: &Interval| format!("{:.3} [{:.3}, {:.3}]", value.mean, value.low, value.high);
    format!("{verb} {} → {}", text(&change.from), text(&change.to))
}

/// "$3 in, $15 out".
pub(super) fn price(price: &Option<Price>) -> String {
    match price {
        Some(price) => {
            let [input, output] = [price.input, price.output].map(|dollars| plain(Some(dollars)));
            format!("${input} in, ${output} out a million tokens")
        }
        None => "none known".into(),
    }
}
