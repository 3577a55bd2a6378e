//! The JSON object in an answer.

use merit_grade::answer::blocks;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// The object that an answer ends with: its last fenced block that is one, else the whole text, else what stands between
/// the first `{` and the last `}`. The error is a sentence.
pub(super) fn object_in<T: DeserializeOwned>(answer: &str) -> Result<T, String> {
    let blocks = blocks(answer);
    let fenced = blocks.iter().rev().map(|block| block.content.as_str());
    let braced = answer.find('{').zip(answer.rfind('}')).and_then(|(from, to)| answer.get(from..=to));
    let object = |text: &str| serde_json::from_str::<Value>(text.trim()).ok().filter(Value::is_object);
    let value = fenced.chain([answer]).chain(braced).find_map(object).ok_or("the answer has no JSON object")?;
    serde_json::from_value(value).map_err(|error| error.to_string())
}
