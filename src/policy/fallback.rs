//! The order in which to try models after a failure.

use super::arm::Arm;

/// The longest published fallback list; after so many failures another model is not the remedy.
pub(super) const LONGEST: usize = 10;

/// Positions in `arms` by falling mean value (given an earlier failure; its shift is 0 until fitted), ties by position, no
/// two neighbours of one provider while another provider is left: a provider that is down takes all its models with it.
pub(super) fn order(arms: &[&Arm]) -> Vec<usize> {
    let mut left: Vec<usize> = (0..arms.len()).collect();
    left.sort_by(|&one, &other| arms[other].value.mean().total_cmp(&arms[one].value.mean()).then(one.cmp(&other)));
    let mut order: Vec<usize> = Vec::new();
    while !left.is_empty() {
        let last = order.last().map(|&index| arms[index].provider.as_str());
        let next = left.iter().position(|&index| Some(arms[index].provider.as_str()) != last).unwrap_or(0);
        order.push(left.remove(next));
    }
    order
}

/// Who is tried when the arm at `failed` fails: the first of `order` of another provider, else the first other one.
pub(super) fn next(arms: &[&Arm], order: &[usize], failed: usize) -> Option<usize> {
    let others = || order.iter().copied().filter(|&index| index != failed);
    others().find(|&index| arms[index].provider != arms[failed].provider).or_else(|| others().next())
}
