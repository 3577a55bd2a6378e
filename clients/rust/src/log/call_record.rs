//! One attempt at one model, as merit reads it.

use std::time::SystemTime;

use serde::{Serialize, Serializer};

use super::timestamp::Timestamp;
use crate::choose::{Answer, Arm, Request, RowName};
use crate::execute::AttemptRecord;

/// A call to be logged. The members are those of merit's call record; the log adds `call_id` and, where none is given,
/// `timestamp`. What is None is left out of the line, and so is a number that JSON cannot hold (NaN, infinite).
///
/// ```
/// # use merit_router::{CallRecord, Request, Router};
/// # let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/golden/tables/plain.json");
/// # let router = Router::load(path).expect("a golden table");
/// # let request = Request::new("executor", "debugging", "advanced");
/// # let answer = router.choose(&request).expect("nothing is excluded");
/// let first = CallRecord { latency_ms: Some(60_000.0), ..CallRecord::failed(&request, &answer, "timeout") };
/// let second = CallRecord::succeeded(&request, &answer).fallback("opus", "north", 2);
/// assert_eq!((first.propensity, second.propensity), (Some(answer.propensity), None));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct CallRecord<'a> {
    /// When the call was made; None: the moment it is recorded.
    #[serde(skip)]
    pub timestamp: Option<SystemTime>,
    /// `production` or `benchmark`; None: production.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<&'a str>,
    /// The task this call served; attempts of one task share it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task_id: Option<&'a str>,
    /// 1 for the first try of a task in its role, 2 for the first fallback, and so on.
    pub attempt: u32,
    /// The model that served the call, by its id in the table.
    pub model: &'a str,
    /// Who served it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider: Option<&'a str>,
    /// Who asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<&'a str>,
    /// What for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task_category: Option<&'a str>,
    /// How hard.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task_difficulty: Option<&'a str>,
    /// How good the answer was, 0 to 10, where that is known at once.
    #[serde(skip_serializing_if = "no_number")]
    pub score: Option<f64>,
    /// Whether a usable answer came back without error or timeout.
    pub success: bool,
    /// What went wrong: `timeout`, `rate_limit`, `server_error`, or a word of your own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_kind: Option<&'a str>,
    /// From request to last token, in milliseconds.
    #[serde(skip_serializing_if = "no_number")]
    pub latency_ms: Option<f64>,
    /// Prompt tokens, cached ones included.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub input_tokens: Option<u64>,
    /// The part of `input_tokens` that the provider had cached.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cached_input_tokens: Option<u64>,
    /// Tokens of the answer, reasoning included.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output_tokens: Option<u64>,
    /// All tokens, where only the total is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_count: Option<u64>,
    /// What the call cost, US dollars.
    #[serde(skip_serializing_if = "no_number")]
    pub cost_usd: Option<f64>,
    /// Who gave the score.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub judge: Option<&'a str>,
    /// The routing table that chose.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub table_version: Option<u64>,
    /// The model the table drew.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub drawn_model: Option<&'a str>,
    /// The probability with which the table drew it, in (0, 1]; None for a fallback.
    #[serde(skip_serializing_if = "no_number")]
    pub propensity: Option<f64>,
    /// How it was chosen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub arm: Option<Arm>,
    /// The table's row that was used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub row_used: Option<RowName<'a>>,
    /// The models that were excluded from the draw; written as text that holds a JSON list.
    #[serde(skip_serializing_if = "<[_]>::is_empty", serialize_with = "list_as_text")]
    pub excluded: &'a [&'a str],
    /// The cap for this task, US dollars.
    #[serde(skip_serializing_if = "no_number")]
    pub max_cost: Option<f64>,
    /// The estimate of prompt tokens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub est_input_tokens: Option<u64>,
    /// The estimate of answer tokens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub est_output_tokens: Option<u64>,
    /// Free: tenant, team, environment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tag: Option<&'a str>,
    /// Everything else, as text that holds a JSON object. Put neither content nor identity into it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extra: Option<&'a str>,
}

/// What `extra` says of a call whose model was drawn by learned weights.
const LEARNED: &str = r#"{"learned":true}"#;

impl<'a> CallRecord<'a> {
    /// A first attempt at a model that no table chose.
    pub fn new(model: &'a str, success: bool) -> Self {
        Self {
            timestamp: None,
            source: None,
            task_id: None,
            attempt: 1,
            model,
            provider: None,
            role: None,
            task_category: None,
            task_difficulty: None,
            score: None,
            success,
            error_kind: None,
            latency_ms: None,
            input_tokens: None,
            cached_input_tokens: None,
            output_tokens: None,
            token_count: None,
            cost_usd: None,
            judge: None,
            table_version: None,
            drawn_model: None,
            propensity: None,
            arm: None,
            row_used: None,
            excluded: &[],
            max_cost: None,
            est_input_tokens: None,
            est_output_tokens: None,
            tag: None,
            extra: None,
        }
    }

    /// The drawn model gave a usable answer. Where learned weights drew it, `extra` says so.
    pub fn succeeded(request: &Request<'a>, answer: &'a Answer<'a>) -> Self {
        Self {
            task_id: answer.task_id.as_deref(),
            attempt: answer.attempt,
            provider: Some(answer.provider),
            role: Some(request.role),
            task_category: Some(request.category),
            task_difficulty: Some(request.difficulty),
            table_version: Some(answer.table_version),
            drawn_model: Some(answer.model),
            propensity: Some(answer.propensity),
            arm: Some(answer.arm),
            row_used: Some(answer.row_used),
            excluded: answer.context.excluded,
            max_cost: answer.context.max_cost,
            est_input_tokens: answer.context.est_input_tokens,
            est_output_tokens: answer.context.est_output_tokens,
            extra: answer.learned().then_some(LEARNED),
            ..Self::new(answer.model, true)
        }
    }

    /// The drawn model gave none.
    pub fn failed(request: &Request<'a>, answer: &'a Answer<'a>, error_kind: &'a str) -> Self {
        Self { success: false, error_kind: Some(error_kind), ..Self::succeeded(request, answer) }
    }

    /// The same where not the drawn model but one of the fallback list was called. It was not drawn, so it has no
    /// propensity.
    #[must_use]
    pub fn fallback(self, model: &'a str, provider: &'a str, attempt: u32) -> Self {
        Self { model, provider: Some(provider), attempt, arm: Some(Arm::Fallback), propensity: None, ..self }
    }
}

impl<'a> From<&'a AttemptRecord<'a>> for CallRecord<'a> {
    fn from(attempt: &'a AttemptRecord<'a>) -> Self {
        let drawn = Self::succeeded(attempt.request, attempt.answer);
        let usage = attempt.result.unwrap_or_default();
        Self {
            timestamp: Some(attempt.started_at),
            attempt: attempt.attempt,
            model: attempt.model,
            provider: Some(attempt.provider),
            success: attempt.result.is_ok(),
            error_kind: attempt.result.err().map(|error| error.kind.as_str()),
            latency_ms: Some(attempt.latency.as_micros() as f64 / 1e3),
            input_tokens: usage.input_tokens,
            cached_input_tokens: usage.cached_input_tokens,
            output_tokens: usage.output_tokens,
            cost_usd: usage.cost_usd,
            propensity: attempt.propensity,
            arm: Some(attempt.arm),
            ..drawn
        }
    }
}

/// The line of a call.
#[derive(Serialize)]
pub(super) struct CallLine<'a> {
    pub(super) call_id: &'a str,
    pub(super) timestamp: Timestamp,
    #[serde(flatten)]
    pub(super) record: &'a CallRecord<'a>,
}

/// Whether there is no number that JSON can hold.
pub(super) fn no_number(number: &Option<f64>) -> bool {
    !number.is_some_and(f64::is_finite)
}

fn list_as_text<S: Serializer>(list: &[&str], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&serde_json::to_string(list).expect("a list of texts is JSON"))
}
