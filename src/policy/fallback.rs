//! The order in which to try models after a failure.

use super::arm::Arm;

/// The longest published fallback list; after so many failures another model is not the remedy.
pub(super) const LONGEST: usize = 10;

/// Positions in `arms` of those that may be tried after a failure, by falling value given an earlier failure (ties by
/// position), no two neighbours of one provider while another provider is left: a provider that is down takes all its
/// models with it.
pub(super) fn order(arms: &[Arm]) -> Vec<usize> {
    let value = |index: usize| arms[index].after_failure * arms[index].quality.mean();
    let mut left: Vec<usize> = (0..arms.len()).filter(|&index| arms[index].is_fallback()).collect();
    left.sort_by(|&one, &other| value(other).total_cmp(&value(one)).then(one.cmp(&other)));
    let mut order: Vec<usize> = Vec::new();
    while !left.is_empty() {
        let last = order.last().map(|&index| arms[index].provider.as_str());
        let next = left.iter().position(|&index| Some(arms[index].provider.as_str()) != last).unwrap_or(0);
        order.push(left.remove(next));
    }
    order
}

/// Who is tried, in turn, when the arm at `failed` fails: the published list less the arm; where its head is of the same
/// provider, the first of another provider comes before it. What an orchestrator does with the row.
pub(super) fn followers(arms: &[Arm], order: &[usize], failed: usize) -> Vec<usize> {
    tried_after(order, failed, |index| &arms[index].provider)
}

/// The same for arms known by their providers alone.
pub(crate) fn tried_after<'a>(order: &[usize], failed: usize, provider: impl Fn(usize) -> &'a str) -> Vec<usize> {
    let mut list: Vec<usize> = order.iter().copied().take(LONGEST).filter(|&index| index != failed).collect();
    if let Some(place) = list.iter().position(|&index| provider(index) != provider(failed)) {
        let first = list.remove(place);
        list.insert(0, first);
    }
    list
}
