//! `facts`: what a text must state, and what it must not.

use regex::Regex;
use serde::Deserialize;

use super::text::{folded, patterns, place_of, text_of};
use super::{Fault, Place, Verdict, is_weight, one};
use crate::grade::Work;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Spec {
    fact: Vec<FactSpec>,
    #[serde(default)]
    lie: Vec<LieSpec>,
    r#in: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FactSpec {
    name: String,
    any: Vec<String>,
    #[serde(default = "one")]
    weight: f64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LieSpec {
    name: String,
    any: Vec<String>,
    costs: f64,
}

/// Facts with weights, and false statements with what each takes off.
#[derive(Clone)]
pub(crate) struct Facts {
    place: String,
    facts: Vec<(String, Vec<Regex>, f64)>,
    lies: Vec<(String, Vec<Regex>, f64)>,
}

pub(super) fn read(spec: Spec, place: &Place<'_>) -> Result<Facts, Fault> {
    if spec.fact.is_empty() {
        return Err(Fault::new("fact is empty"));
    }
    let mut facts = Vec::new();
    for fact in spec.fact {
        if !is_weight(fact.weight) {
            return Err(Fault::new(format!("fact \"{}\": weight must be above 0", fact.name)));
        }
        facts.push((fact.name, patterns(&fact.any)?, fact.weight));
    }
    let mut lies = Vec::new();
    for lie in spec.lie {
        if !(lie.costs > 0.0 && lie.costs <= 1.0) {
            return Err(Fault::new(format!("lie \"{}\": costs must be above 0 and at most 1", lie.name)));
        }
        lies.push((lie.name, patterns(&lie.any)?, lie.costs));
    }
    Ok(Facts { place: place_of(spec.r#in, place)?, facts, lies })
}

impl Facts {
    /// Share: the weight of the stated facts over all weight, less what the lies cost, not below 0.
    pub(crate) fn run(&self, work: &Work<'_>) -> Verdict {
        let text = match text_of(work, &self.place) {
            Ok(text) => folded(text),
            Err(why) => return Verdict::nothing(why),
        };
        let stated = |patterns: &[Regex]| patterns.iter().any(|pattern| pattern.is_match(&text));
        let mut verdict = Verdict::default();
        let (mut found, mut all) = (0.0, 0.0);
        for (name, patterns, weight) in &self.facts {
            all += weight;
            if stated(patterns) {
                found += weight;
            } else {
                verdict.failed.push(format!("does not state: {name}"));
            }
        }
        let mut share: f64 = found / all;
        for (name, patterns, costs) in &self.lies {
            if stated(patterns) {
                share -= costs;
                verdict.failed.push(format!("states what is false: {name}"));
            }
        }
        verdict.share = share.max(0.0);
        verdict
    }
}
