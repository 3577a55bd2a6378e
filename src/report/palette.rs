//! One colour a model on the whole page.

use std::collections::BTreeMap;

/// The colours there are; whoever gets none is grey.
pub(super) const COLOURS: usize = 8;

/// The colours of the models that matter most.
#[derive(Debug, Default)]
pub(super) struct Palette(BTreeMap<String, usize>);

impl Palette {
    /// Gives the first models of `order` a colour each.
    pub(super) fn new<'a>(order: impl Iterator<Item = &'a str>) -> Self {
        Self(order.take(COLOURS).enumerate().map(|(colour, model)| (model.to_string(), colour)).collect())
    }

    /// The style's name of a model's colour: `k0` to `k7`, else `k8`.
    pub(super) fn of(&self, model: &str) -> String {
        format!("k{}", self.0.get(model).copied().unwrap_or(COLOURS))
    }
}
