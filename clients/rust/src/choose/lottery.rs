//! The draw itself: an exact distribution over the candidates left, and the candidate at u.
//!
//! Of the unit interval, the first e = max(0, ε − Σ probes) explores: K equal parts for the K
//! eligible candidates left (none left: e = 0). Then come the probe weights of the candidates left,
//! in table order. The rest exploits, in proportion to the raw exploit weights of the candidates
//! left; where these are all zero it goes to one heir, the first of the fallback still left, else the
//! first candidate left. Without exclusions and caps these shares are the table's weights.

use super::answer::Arm;
use super::seats::Seat;

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
    pub(crate) fn of(seats: &[Seat], fallback: &[usize], epsilon: f64, left: impl Fn(usize) -> bool) -> Option<Self> {
        let (mut first, mut eligible, mut probes, mut exploit) = (None, 0, 0.0, 0.0);
        for (position, seat) in seats.iter().enumerate() {
            if left(position) {
                first = first.or(Some(position));
                eligible += usize::from(seat.eligible);
                probes += seat.probe_weight;
                exploit += seat.exploit_weight;
            }
        }
        let first = first?;
        let explore = if eligible == 0 { 0.0 } else { (epsilon - probes).max(0.0) };
        let mut rest = explore;
        if probes > 0.0 {
            for (position, seat) in seats.iter().enumerate() {
                rest += if left(position) { seat.probe_weight } else { 0.0 };
            }
        }
        let heir =
            if exploit > 0.0 { first } else { fallback.iter().copied().find(|seat| left(*seat)).unwrap_or(first) };
        Some(Self { eligible, explore, rest, exploit, heir })
    }

    /// Whether some part of the interval explores.
    pub(super) fn explores(&self) -> bool {
        self.explore > 0.0
    }
}

/// A draw among the candidates of a row that `left` lets in.
pub(crate) struct Lottery<'a, L: Fn(usize) -> bool> {
    pub(crate) seats: &'a [Seat],
    pub(crate) left: L,
    /// Of the same candidates.
    pub(crate) totals: Totals,
    /// Their exploit weights summed up to each, in table order, where that was done beforehand.
    pub(crate) sums: Option<&'a [f64]>,
}

impl<L: Fn(usize) -> bool> Lottery<'_, L> {
    /// The exact probability of a candidate.
    #[inline]
    pub(crate) fn share(&self, position: usize) -> f64 {
        if !(self.left)(position) {
            return 0.0;
        }
        let seat = &self.seats[position];
        let explore = if seat.eligible { self.totals.explore / self.totals.eligible as f64 } else { 0.0 };
        let exploit = if self.totals.exploit > 0.0 {
            seat.exploit_weight / self.totals.exploit
        } else {
            f64::from(u8::from(position == self.totals.heir))
        };
        explore + seat.probe_weight + (1.0 - self.totals.rest).max(0.0) * exploit
    }

    /// The candidate at u in \[0, 1), and on which part of the interval u fell.
    #[inline]
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
        let mut eligible = (0..self.seats.len()).filter(|seat| self.seats[*seat].eligible && (self.left)(*seat));
        eligible.nth(number).unwrap_or(self.totals.heir)
    }

    fn probe(&self, u: f64) -> Option<usize> {
        let mut end = self.totals.explore;
        (0..self.seats.len()).filter(|seat| (self.left)(*seat)).find(|seat| {
            end += self.seats[*seat].probe_weight;
            u < end
        })
    }

    #[inline]
    fn exploit(&self, u: f64) -> usize {
        if self.totals.exploit <= 0.0 {
            return self.totals.heir;
        }
        let target = u * self.totals.exploit;
        if let Some(sums) = self.sums {
            // A candidate without a weight has the sum of the one before it, so it is never the first beyond.
            let first = sums.iter().position(|sum| *sum > target);
            return first.unwrap_or_else(|| sums.partition_point(|sum| *sum < self.totals.exploit));
        }
        let (mut end, mut last) = (0.0, self.totals.heir);
        for (position, seat) in self.seats.iter().enumerate() {
            if seat.exploit_weight > 0.0 && (self.left)(position) {
                end += seat.exploit_weight;
                last = position;
                if end > target {
                    break;
                }
            }
        }
        last
    }
}
