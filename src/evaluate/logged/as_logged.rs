//! The policy that drew, read off the draws themselves: for tables that the registry does not have.

use std::collections::{BTreeMap, BTreeSet};

use super::draw::LoggedDraw;

/// Propensities of one model in one context that differ by more than this were not drawn from one table.
const SLACK: f64 = 1e-6;

/// What shapes a draw: version, row or segment, exclusions, cap, estimates.
type Key = (Option<i64>, String, Option<String>, Option<u64>, [Option<i64>; 2]);

/// What each context's draws say of the policy that made them.
///
/// A table gives one distribution a context, so the propensities logged there with the models drawn are parts of it. What
/// they leave of 1 belongs to models that were never drawn; it is spread evenly over those whom the tables in question may
/// draw. Where one context has two propensities for one model, or more than 1 in all, nothing is known but each draw's own.
#[derive(Clone, Debug, Default)]
pub struct AsLogged {
    contexts: BTreeMap<Key, Option<BTreeMap<String, f64>>>,
}

impl AsLogged {
    /// Reads the draws; those without a possible propensity say nothing.
    pub fn read(draws: &[LoggedDraw]) -> Self {
        let mut contexts: BTreeMap<Key, Option<BTreeMap<String, f64>>> = BTreeMap::new();
        for draw in draws {
            let Some(propensity) = draw.propensity.filter(|propensity| *propensity > 0.0 && *propensity <= 1.0) else {
                continue;
            };
            let found = contexts.entry(key(draw)).or_insert_with(|| Some(BTreeMap::new()));
            let Some(shares) = found else { continue };
            let known = *shares.entry(draw.drawn.clone()).or_insert(propensity);
            if (known - propensity).abs() > SLACK {
                *found = None;
            }
        }
        for shares in contexts.values_mut() {
            if shares.as_ref().is_some_and(|shares| shares.values().sum::<f64>() > 1.0 + SLACK) {
                *shares = None;
            }
        }
        Self { contexts }
    }

    /// Whether the draws of this one's context agree on one policy.
    pub(super) fn agree(&self, draw: &LoggedDraw) -> bool {
        self.contexts.get(&key(draw)).is_some_and(Option::is_some)
    }

    /// The policy that made a draw of this propensity, over the models drawn in its context and these others.
    pub(super) fn shares(&self, draw: &LoggedDraw, propensity: f64, others: &[String]) -> BTreeMap<String, f64> {
        let alone = || BTreeMap::from([(draw.drawn.clone(), propensity)]);
        let mut shares = self.contexts.get(&key(draw)).cloned().flatten().unwrap_or_else(alone);
        let seen: f64 = shares.values().sum();
        let unseen: BTreeSet<String> = others.iter().filter(|model| !shares.contains_key(*model)).cloned().collect();
        let rest = 1.0 - seen;
        if rest <= SLACK * shares.len() as f64 || unseen.is_empty() {
            // All that there is was drawn, or the rest is nobody's whom the tables in question know.
            shares.values_mut().for_each(|share| *share /= seen);
        } else {
            let each = rest / unseen.len() as f64;
            shares.extend(unseen.into_iter().map(|model| (model, each)));
        }
        shares
    }
}

/// The row that a draw says it used, or its segment.
pub(super) fn row_of(draw: &LoggedDraw) -> String {
    draw.row_used.clone().unwrap_or_else(|| format!("{}/{}/{}", draw.role, draw.category, draw.difficulty))
}

fn key(draw: &LoggedDraw) -> Key {
    let segment = format!("{} {}/{}/{}", row_of(draw), draw.role, draw.category, draw.difficulty);
    let tokens = [draw.est_input_tokens, draw.est_output_tokens];
    (draw.table_version, segment, draw.excluded.clone(), draw.max_cost.map(f64::to_bits), tokens)
}
