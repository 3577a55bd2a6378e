//! What a table says of the gate: `evaluation.gate`.

use merit_router::Table;
use serde_json::{Value, json};

use super::step::Moved;
use crate::day::Day;
use crate::evaluate::gate::{Challenger, Verdict};
use crate::settings::Gate;

/// The gate's part of a table's lineage.
pub(super) struct Lineage {
    decision: &'static str,
    sentence: String,
    /// Version and digest of the table that the step is measured from.
    pub(super) anchor: Option<(u64, String)>,
    /// What was said of the challenger that was judged.
    pub(super) verdict: Option<Verdict>,
    /// The challenger from this night on.
    pub(super) challenger: Option<Challenger>,
    pub(super) moved: Option<Moved>,
}

impl Lineage {
    pub(super) fn new(decision: &'static str, sentence: String) -> Self {
        Self { decision, sentence, anchor: None, verdict: None, challenger: None, moved: None }
    }

    /// Refuted, but weight left unsafe models of the table in use: the table keeps its other weights.
    pub(super) fn only_safety_moves(&mut self, standing: &Table, moved: Moved) {
        self.sentence.push_str(&format!(
            "; of tonight's candidate only the safety moves are published, on the weights of v{}",
            standing.table_version
        ));
        self.anchor = Some((standing.table_version, standing.digest.clone()));
        self.moved = Some(moved);
    }

    pub(super) fn json(&self) -> Value {
        // JSON has no infinity: a bound that is not known is null.
        let finite = |value: f64| value.is_finite().then_some(value);
        let judged = self.verdict.map(|verdict| {
            json!({
                "number": verdict.number, "nights": verdict.nights, "patience": verdict.patience,
                "draws": verdict.draws, "effective_draws": finite(verdict.effective_draws),
                "gain": verdict.gain, "lower": finite(verdict.lowest_gain), "upper": finite(verdict.highest_gain),
                "tolerance": verdict.tolerance,
            })
        });
        let challenger = self.challenger.as_ref().map(|challenger| {
            json!({
                "number": challenger.number, "digest": challenger.table,
                "frozen_on": Day(challenger.frozen_on).to_string(), "level": challenger.level,
            })
        });
        json!({
            "decision": self.decision,
            "sentence": self.sentence,
            "anchor": self.anchor.as_ref().map(|(version, digest)| json!({"version": version, "digest": digest})),
            "judged": judged,
            "challenger": challenger,
            "moved": self.moved.as_ref().map(Moved::json),
        })
    }
}

/// What is said where nobody wants a gate.
pub(in crate::night) fn ungated(settings: &Gate) -> Value {
    let lineage = match settings.skipped {
        true => Lineage::new("skipped by --no-gate", "published without asking the gate".into()),
        false => Lineage::new("off", "gate.enabled is false: structural checks only".into()),
    };
    lineage.json()
}

/// Whether a candidate with this part was refused.
pub(in crate::night) fn is_refusal(gate: &Value) -> bool {
    ["refused", "refuted"].iter().any(|decision| gate["decision"] == *decision)
}

/// The sentence of a gate's part.
pub(super) fn sentence(gate: &Value) -> String {
    gate["sentence"].as_str().unwrap_or_default().to_string()
}

/// Version and digest of the table that a bounded one was measured from; none for one that was published as it is.
pub(in crate::night) fn base_of(gate: &Value) -> Option<(u64, String)> {
    Some((gate["anchor"]["version"].as_u64()?, gate["anchor"]["digest"].as_str()?.to_string()))
}

/// The cap that a bounded table was held to.
pub(in crate::night) fn cap_of(gate: &Value) -> Option<f64> {
    gate["moved"]["cap"].as_f64()
}
