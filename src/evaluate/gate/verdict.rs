//! What the gate says of a challenger.

use std::fmt::{self, Display, Formatter};

use serde::{Deserialize, Serialize};

/// How it stands with a challenger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Finding {
    /// Its nights are not over.
    Judging,
    /// It is not worse than the anchor by more than the tolerance: it may replace it.
    Accepted,
    /// It is worse than the anchor by more than the tolerance.
    Refuted,
    /// Its nights are over and nobody knows.
    NotEnoughTraffic,
}

/// What is known of a challenger, with the figures that it rests on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Verdict {
    /// The how-manieth challenger it is.
    pub number: u32,
    /// How it stands.
    pub finding: Finding,
    /// Nights since the freeze.
    pub nights: u32,
    /// Nights it has.
    pub patience: u32,
    /// Draws that were scored.
    pub draws: u64,
    /// As many draws of its own would tell as much.
    pub effective_draws: f64,
    /// How many there must be.
    pub min_effective_draws: f64,
    /// The estimated gain of a draw; none without draws.
    pub gain: Option<f64>,
    /// The gain is above this, on all nights at once; −∞ without draws.
    pub lowest_gain: f64,
    /// The gain is below this, on all nights at once; ∞ without draws.
    pub highest_gain: f64,
    /// By how much it may be worse.
    pub tolerance: f64,
}

impl Display for Verdict {
    fn fmt(&self, to: &mut Formatter<'_>) -> fmt::Result {
        let Self { number, nights, patience, lowest_gain: low, highest_gain: high, tolerance, .. } = self;
        let night = |count: u32| if count == 1 { "night" } else { "nights" };
        let after = format!("after {nights} {}", night(*nights));
        match self.finding {
            Finding::Accepted => {
                return write!(
                    to,
                    "challenger {number} is accepted {after}: its gain is at least {low:+.4} (not worse than {:+.4})",
                    -tolerance
                );
            }
            Finding::Refuted => {
                return write!(
                    to,
                    "challenger {number} is refuted {after}: its gain is at most {high:+.4} (worse than {:+.4})",
                    -tolerance
                );
            }
            Finding::NotEnoughTraffic => {
                write!(to, "not enough traffic to tell: challenger {number} ends undecided {after}")?
            }
            Finding::Judging if self.effective_draws < self.min_effective_draws => {
                write!(to, "not enough traffic to tell yet: challenger {number} {after} of {patience}")?;
            }
            Finding::Judging => write!(to, "challenger {number} is being judged {after} of {patience}")?,
        }
        if self.effective_draws < self.min_effective_draws {
            let (effective, wanted) = (self.effective_draws, self.min_effective_draws);
            write!(to, "; its {} draws are worth {effective:.0} of its own, {wanted:.0} are needed", self.draws)
        } else {
            write!(to, "; its gain lies between {low:+.4} and {high:+.4}, which does not settle {:+.4}", -tolerance)
        }
    }
}
