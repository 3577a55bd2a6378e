//! The draw of an execution, and whom to try after it.

use std::time::Instant;

use serde::Serialize;

use crate::choose::{Answer, Arm, ChooseError, Expected, Request};
use crate::router::Router;

/// The answer of the draw, in a form that outlives the table and the request.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Draw {
    /// The drawn model's id. Another one may have served.
    pub model: String,
    /// The name to call at the provider.
    pub name: String,
    /// The provider.
    pub provider: String,
    /// The exact probability with which the request drew this model, in (0, 1].
    pub propensity: f64,
    /// How it came to be chosen.
    pub arm: Arm,
    /// The table that chose.
    pub table_version: u64,
    /// The task: the request's, or the one that was made up.
    pub task_id: String,
    /// The attempt that was drawn for.
    pub attempt: u32,
    /// The row that answered, as role/category/difficulty.
    pub row_used: String,
    /// What was excluded from the draw: the request's, then the models that rested.
    pub excluded: Vec<String>,
    /// The fallback of the answer.
    pub fallback: Vec<String>,
    /// What was expected of the call.
    pub expected: Expected,
    /// Why the model stands where it does in the row.
    pub reason: String,
}

impl From<&Answer<'_>> for Draw {
    fn from(answer: &Answer<'_>) -> Self {
        let owned = |models: &[&str]| models.iter().map(|model| (*model).to_owned()).collect();
        Self {
            model: answer.model.to_owned(),
            name: answer.name.to_owned(),
            provider: answer.provider.to_owned(),
            propensity: answer.propensity,
            arm: answer.arm,
            table_version: answer.table_version,
            task_id: answer.task_id.as_deref().unwrap_or_default().to_owned(),
            attempt: answer.attempt,
            row_used: answer.row_used.to_string(),
            excluded: owned(answer.context.excluded),
            fallback: owned(&answer.fallback.to_vec()),
            expected: answer.expected,
            reason: answer.reason.to_owned(),
        }
    }
}

/// What a draw excludes: the request's models as they are, then those of the table that rest, by their ids.
pub(super) fn exclusions<'a>(router: &'a Router, request: &Request<'a>, resting: &[(String, Instant)]) -> Vec<&'a str> {
    let known = resting.iter().filter_map(|(model, _)| router.models().find(|id| id == model));
    request.exclude.iter().copied().chain(known.filter(|id| !request.exclude.contains(id))).collect()
}

/// Draws with these exclusions, which go on where the request's own end. Gives the answer and all who are to be tried
/// after it: its fallback, then those who were left out because they rest.
///
/// If the resting models are all there are, the draw is made among them.
pub(super) fn draw<'a>(
    router: &'a Router,
    request: &Request<'a>,
    excluded: &'a [&'a str],
) -> Result<(Answer<'a>, Vec<&'a str>), ChooseError> {
    let resting = &excluded[request.exclude.len()..];
    let alone = |answer: Answer<'a>| {
        let rest = answer.fallback.to_vec();
        (answer, rest)
    };
    if resting.is_empty() {
        return router.choose(request).map(alone);
    }
    let answer = match router.choose(&Request { exclude: excluded, ..*request }) {
        Err(ChooseError::AllExcluded { .. }) => return router.choose(request).map(alone),
        answer => answer?,
    };
    let mut rest = answer.fallback.to_vec();
    // Whom the same task would have been given if nobody rested.
    let whole = router.choose(&Request { task_id: answer.task_id.as_deref(), ..*request })?;
    let left_out = std::iter::once(whole.model).chain(whole.fallback.iter());
    rest.extend(left_out.filter_map(|model| resting.iter().copied().find(|resting| *resting == model)));
    Ok((answer, rest))
}
