//! The draw itself: an exact distribution over the candidates left, and the candidate at u.
//!
//! Of the unit interval, the first e = max(0, ε − Σ probes) explores: K equal parts for the K
//! eligible candidates left (none left: e = 0). Then come the probe weights of the candidates left,
//! in table order. The rest exploits, in proportion to the raw exploit weights of the candidates
//! left; where these are all zero it goes to one heir, the first of the fallback still left, else the
//! first candidate left. Without exclusions and caps these shares are the table's weights.

use super::answer::Arm;
use super::seats::Odds;

/// The sums that a draw is made with, over the candidates left.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Totals {
    /// K.
    eligible: usize,
    /// e.
    explore: f64,
    /// Where the rest begins: e plus the probe weights left, summed in table order.
    rest: f64,
    /// Σ of the exploit weights left, in table order.
    exploit: f64,
    /// Who takes the rest where that Σ is zero.
    heir: usize,
}

impl Totals {
    /// Sums over the candidates that `left` lets in; None where that is nobody.
    pub(crate) fn of(odds: &[Odds], fallback: &[usize], epsilon: f64, left: impl Fn(usize) -> bool) -> Option<Self> {
        let (mut first, mut eligible, mut probes, mut exploit) = (None, 0, 0.0, 0.0);
        for (position, odds) in odds.iter().enumerate() {
            if left(position) {
                first = first.or(Some(position));
                eligible += usize::from(odds.eligible);
                probes += odds.probe_weight;
                exploit += odds.exploit_weight;
            }
        }
        let first = first?;
        let explore = if eligible == 0 { 0.0 } else { (epsilon - probes).max(0.0) };
        let mut rest = explore;
        if probes > 0.0 {
            for (position, odds) in odds.iter().enumerate() {
                rest += if left(position) { odds.probe_weight } else { 0.0 };
            }
        }
        let heir =
            if exploit > 0.0 { first } else { fallback.iter().copied().find(|seat| left(*seat)).unwrap_or(first) };
        Some(Self { eligible, explore, rest, exploit, heir })
    }
}

/// A draw among the candidates of a row that `left` lets in.
pub(crate) struct Lottery<'a, L: Fn(usize) -> bool> {
    pub(crate) odds: &'a [Odds],
    pub(crate) left: L,
    /// Of the same candidates.
    pub(crate) totals: Totals,
}

impl<L: Fn(usize) -> bool> Lottery<'_, L> {
    /// The exact probability of a candidate.
    pub(crate) fn share(&self, position: usize) -> f64 {
        if !(self.left)(position) {
            return 0.0;
        }
        let odds = &self.odds[position];
        let explore = if odds.eligible { self.totals.explore / self.totals.eligible as f64 } else { 0.0 };
        let exploit = if self.totals.exploit > 0.0 {
            odds.exploit_weight / self.totals.exploit
        } else {
            f64::from(u8::from(position == self.totals.heir))
        };
        explore + odds.probe_weight + (1.0 - self.totals.rest).max(0.0) * exploit
    }

    /// The candidate at u in \[0, 1), and on which part of the interval u fell.
    pub(crate) fn draw(&self, u: f64) -> (usize, Arm) {
        if u < self.totals.explore {
            let number = ((u / self.totals.explore) * self.totals.eligible as f64) as usize;
            return (self.nth_eligible(number.min(self.totals.eligible - 1)), Arm::Explore);
        }
        if u < self.totals.rest
            && let Some(position) = self.probe(u)
        {
            return (position, Arm::Probe);
        }
        (self.exploit((u - self.totals.rest) / (1.0 - self.totals.rest)), Arm::Exploit)
    }

    fn nth_eligible(&self, number: usize) -> usize {
        let mut eligible = (0..self.odds.len()).filter(|seat| self.odds[*seat].eligible && (self.left)(*seat));
        eligible.nth(number).unwrap_or(self.totals.heir)
    }

    fn probe(&self, u: f64) -> Option<usize> {
        let mut end = self.totals.explore;
        (0..self.odds.len()).filter(|seat| (self.left)(*seat)).find(|seat| {
            end += self.odds[*seat].probe_weight;
            u < end
        })
    }

    fn exploit(&self, u: f64) -> usize {
        if self.totals.exploit <= 0.0 {
            return self.totals.heir;
        }
        let (mut end, mut last) = (0.0, self.totals.heir);
        for (position, odds) in self.odds.iter().enumerate() {
            if odds.exploit_weight > 0.0 && (self.left)(position) {
                end += odds.exploit_weight;
                last = position;
                if end > u * self.totals.exploit {
                    break;
                }
            }
        }
        last
    }
}
