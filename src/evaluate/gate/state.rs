//! What a night keeps for the next.

use serde::{Deserialize, Serialize};

use super::{Challenger, Finding, GateError, GateSettings, ScoredDay, Verdict};

/// The format of the state that this version writes and reads.
const FORMAT: u32 = 1;

/// The anchor, and the challenger that is being judged.
///
/// A night that runs twice (after a crash, say) takes no day in twice, so the state may be written at the end of a night
/// or not at all.
///
/// ```
/// use merit::evaluate::gate::{Finding, GateSettings, GateState, ScoredDay};
/// let settings = GateSettings::default();
/// let mut state = GateState::new("table 6");
/// state.freeze("table 7", 20_000, &settings)?;
/// let verdict = state.judge(20_000, &ScoredDay::default())?; // a day without traffic
/// assert_eq!(verdict.finding, Finding::Judging);
/// assert!(verdict.to_string().starts_with("not enough traffic to tell yet"));
/// assert_eq!(GateState::from_json(&state.to_json()?)?, state);
/// # Ok::<(), merit::evaluate::gate::GateError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GateState {
    format: u32,
    anchor: String,
    challengers: u32,
    challenger: Option<Challenger>,
}

/// Enough of any state to tell its format.
#[derive(Deserialize)]
struct AnyState {
    format: u32,
}

impl GateState {
    /// The state after the first table, which only the structural checks judge.
    pub fn new(anchor: &str) -> Self {
        Self { format: FORMAT, anchor: anchor.into(), challengers: 0, challenger: None }
    }

    /// The last accepted table.
    pub fn anchor(&self) -> &str {
        &self.anchor
    }

    /// The last challenger, decided or not.
    pub fn challenger(&self) -> Option<&Challenger> {
        self.challenger.as_ref()
    }

    /// Whether a challenger is being judged.
    pub fn is_judging(&self) -> bool {
        self.challenger.as_ref().is_some_and(|challenger| challenger.finding == Finding::Judging)
    }

    /// Freezes a table that was built from days before `day`; it is judged from `day` on, against the anchor.
    ///
    /// # Errors
    /// [`GateError::StillJudging`] while another one is; [`GateError::Setting`].
    pub fn freeze(&mut self, table: &str, day: i32, settings: &GateSettings) -> Result<(), GateError> {
        settings.check()?;
        match &self.challenger {
            Some(challenger) if self.is_judging() => Err(GateError::StillJudging { table: challenger.table.clone() }),
            _ => {
                self.challengers = self.challengers.saturating_add(1);
                self.challenger = Some(Challenger::new(self.challengers, table, day, settings));
                Ok(())
            }
        }
    }

    /// Takes in a day and says how it stands; an accepted challenger is the anchor from then on. A day that has been taken
    /// in, or any after the decision, changes nothing.
    ///
    /// # Errors
    /// [`GateError::NoChallenger`]; [`GateError::BeforeFreeze`] for a day it may have learnt from;
    /// [`GateError::Sequence`] for outcomes out of their range. The state is then as before.
    pub fn judge(&mut self, day: i32, scored: &ScoredDay) -> Result<Verdict, GateError> {
        let challenger = self.challenger.as_mut().ok_or(GateError::NoChallenger)?;
        challenger.judge(day, scored)?;
        if challenger.finding == Finding::Accepted {
            self.anchor.clone_from(&challenger.table);
        }
        Ok(challenger.verdict())
    }

    /// Makes a table the anchor without proof, for people who know better. A challenger that is being judged against the
    /// old anchor is dropped; its number stays spent.
    pub fn accept_without_proof(&mut self, table: &str) {
        self.anchor = table.into();
        self.challenger = None;
    }

    /// The state as text.
    ///
    /// # Errors
    /// [`GateError::State`] if it cannot be written.
    pub fn to_json(&self) -> Result<String, GateError> {
        Ok(serde_json::to_string_pretty(self)?)
    }

    /// Reads it back, to the last bit.
    ///
    /// # Errors
    /// [`GateError::State`] for another text; [`GateError::Format`] for that of another version.
    pub fn from_json(text: &str) -> Result<Self, GateError> {
        let AnyState { format } = serde_json::from_str(text)?;
        if format != FORMAT {
            return Err(GateError::Format { found: format, known: FORMAT });
        }
        Ok(serde_json::from_str(text)?)
    }
}
