//! What a driver says came of a call, and whether that is what is due.

use serde::Deserialize;
use serde_json::Value;

use super::case::Expected;
use super::shortened;
use crate::compare::Comparison;
use crate::sandbox::{End, Finished};

/// One line of a driver.
#[derive(Deserialize)]
#[serde(untagged, deny_unknown_fields)]
enum Outcome {
    Value {
        #[serde(deserialize_with = "any")]
        value: Value,
    },
    Raised {
        raised: Vec<String>,
        message: String,
    },
    Steps {
        steps: Vec<Outcome>,
    },
    Failure {
        failure: String,
    },
}

/// Lets `null` be a value.
fn any<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Value, D::Error> {
    Value::deserialize(deserializer)
}

/// Compares the last line that the driver printed; nothing that a program forges there is more than a result it could
/// have returned.
pub(super) fn judge(expected: &Expected, finished: &Finished) -> Result<(), String> {
    let stdout = String::from_utf8_lossy(&finished.stdout);
    let line = stdout.trim_end().lines().last().unwrap_or_default();
    let outcome: Outcome = serde_json::from_str(line).map_err(|_| without_result(finished))?;
    match (expected, outcome) {
        (_, Outcome::Failure { failure }) => Err(failure),
        (Expected::Value(due, comparison), Outcome::Value { value }) => {
            if comparison.equal(due, &value) {
                Ok(())
            } else {
                Err(format!("gave {}", shortened(&value.to_string())))
            }
        }
        (Expected::Rows { rows, ordered }, Outcome::Value { value: Value::Array(found) }) => {
            let comparison = Comparison::default();
            let same = match ordered {
                true => comparison.equal(&Value::Array(rows.clone()), &Value::Array(found.clone())),
                false => comparison.multisets(rows, &found),
            };
            if same { Ok(()) } else { Err(format!("gave {} other rows", found.len())) }
        }
        (Expected::Error(due), Outcome::Raised { raised, .. }) => {
            let found = raised.first().cloned().unwrap_or_default();
            if raised.contains(due) { Ok(()) } else { Err(format!("raised {found}, which is another error than due")) }
        }
        (Expected::Error(_), Outcome::Value { value }) => {
            Err(format!("gave {} where an error is due", shortened(&value.to_string())))
        }
        (Expected::Steps(due, comparison), Outcome::Steps { steps }) => steps_judged(due, &steps, comparison),
        (_, Outcome::Raised { raised, message }) => {
            Err(format!("raised {}: {}", raised.first().cloned().unwrap_or_default(), shortened(&message)))
        }
        _ => Err("gave no result".into()),
    }
}

fn without_result(finished: &Finished) -> String {
    let last = finished.stderr.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or_default();
    match finished.end {
        End::Exited(code) => format!("ended with code {code} and without a result {}", shortened(last)).trim().into(),
        _ => "ended without a result".into(),
    }
}

fn steps_judged(due: &[Value], steps: &[Outcome], comparison: &Comparison) -> Result<(), String> {
    if due.len() != steps.len() {
        return Err("gave too few results".into());
    }
    for (at, (due, found)) in due.iter().zip(steps).enumerate() {
        let error = due.as_object().filter(|due| due.len() == 1).and_then(|due| due.get("error")?.as_str());
        let right = match (found, error) {
            (Outcome::Raised { raised, .. }, Some(error)) => raised.iter().any(|name| name == error),
            (Outcome::Value { value }, None) => comparison.equal(due, value),
            _ => false,
        };
        if !right {
            let gave = match found {
                Outcome::Value { value } => format!("gave {}", shortened(&value.to_string())),
                Outcome::Raised { raised, message } => {
                    format!("raised {}: {}", raised.first().cloned().unwrap_or_default(), shortened(message))
                }
                Outcome::Failure { failure } => failure.clone(),
                Outcome::Steps { .. } => "gave no result".into(),
            };
            return Err(format!("step {}: {gave}", at + 1));
        }
    }
    Ok(())
}
