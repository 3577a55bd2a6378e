//! Two tables over logged draws: every estimator, overall and row by row.

use serde::Serialize;

use super::account::LeftOut;
use super::log::Judged;
use crate::evaluate::ope::{self, Estimator, OpeError, OpeSettings, Policy, Section};

/// An estimate as it is answered.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Figure {
    /// The value of a draw, or the difference of two.
    pub value: f64,
    /// The interval's lower end.
    pub low: f64,
    /// The interval's upper end.
    pub high: f64,
    /// The ends with the draws that the log cannot tell of at their worst and their best; none where there are none.
    pub bounds: Option<(f64, f64)>,
}

/// One estimator's figures.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Estimates {
    /// `ipw`, `snipw`, `dm`, `dr`, `switch_dr` or `dros`.
    pub estimator: &'static str,
    /// What a draw would have earned under the candidate.
    pub candidate: Option<Figure>,
    /// What a draw would have earned under the baseline.
    pub baseline: Option<Figure>,
    /// The candidate's less the baseline's, paired draw by draw.
    pub difference: Option<Figure>,
}

/// The draws of all rows or of one.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Part {
    /// The row of the table that drew; none: all of them.
    pub row: Option<String>,
    /// Draws it rests on.
    pub draws: usize,
    /// Tasks they belong to.
    pub tasks: usize,
    /// As many draws of the candidate's own would tell as much.
    pub effective_draws_candidate: f64,
    /// The same for the baseline.
    pub effective_draws_baseline: f64,
    /// One for each estimator.
    pub estimates: Vec<Estimates>,
    /// What a reader must know, a sentence each.
    pub warnings: Vec<String>,
}

/// What logged draws say of two tables.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Comparison {
    /// Draws that could not be used, by reason.
    pub left_out: LeftOut,
    /// The lowest and the highest reward there can be.
    pub reward_range: (f64, f64),
    /// All rows.
    pub overall: Part,
    /// Every row with draws.
    pub rows: Vec<Part>,
}

/// Estimates what a draw would have earned under the pair that [`log`](super::log()) was made for, and the difference.
///
/// # Errors
/// [`OpeError::NoDraws`] where no draw can be used; the account says why.
pub fn compare(judged: &Judged, range: (f64, f64)) -> Result<Comparison, OpeError> {
    let settings = OpeSettings { lowest_reward: range.0, highest_reward: range.1, ..OpeSettings::default() };
    let candidate = ope::evaluate(&judged.log, Policy::Target, &settings)?;
    let baseline = ope::evaluate(&judged.log, Policy::Baseline, &settings)?;
    let difference = ope::compare(&judged.log, &settings)?;
    let part = |sections: [&Section; 3]| part(sections, &judged.rows);
    let mut overall = part([&candidate.overall, &baseline.overall, &difference.overall]);
    overall.warnings.splice(0..0, judged.left_out.sentences());
    let rows = candidate.rows.iter().zip(&baseline.rows).zip(&difference.rows);
    Ok(Comparison {
        left_out: judged.left_out,
        reward_range: range,
        overall,
        rows: rows.map(|((candidate, baseline), difference)| part([candidate, baseline, difference])).collect(),
    })
}

const NAMES: [(Estimator, &str); 6] = [
    (Estimator::InversePropensity, "ipw"),
    (Estimator::SelfNormalised, "snipw"),
    (Estimator::DirectMethod, "dm"),
    (Estimator::DoublyRobust, "dr"),
    (Estimator::SwitchDoublyRobust, "switch_dr"),
    (Estimator::ShrunkenDoublyRobust, "dros"),
];

fn part(sections: [&Section; 3], rows: &[String]) -> Part {
    let figure = |section: &Section, estimator: Estimator| {
        let found = section.estimates.iter().find(|estimate| estimate.estimator == estimator)?;
        Some(Figure { value: found.value, low: found.low, high: found.high, bounds: found.bounds })
    };
    let estimates = NAMES.map(|(estimator, name)| Estimates {
        estimator: name,
        candidate: figure(sections[0], estimator),
        baseline: figure(sections[1], estimator),
        difference: figure(sections[2], estimator),
    });
    let effective = |section: &Section| section.overlaps.first().map_or(0.0, |(_, overlap)| overlap.effective_draws);
    Part {
        row: sections[2].row.and_then(|row| rows.get(row as usize)).cloned(),
        draws: sections[2].draws,
        tasks: sections[2].tasks,
        effective_draws_candidate: effective(sections[0]),
        effective_draws_baseline: effective(sections[1]),
        estimates: estimates.into(),
        // The difference has both policies' warnings.
        warnings: sections[2].warnings.iter().map(|warning| plain(&warning.to_string())).collect(),
    }
}

/// In this command's words.
fn plain(sentence: &str) -> String {
    sentence.replace("the target policy", "the candidate").replace("the baseline policy", "the baseline")
}
