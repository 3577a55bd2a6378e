//! The JSON of an answer.

use serde_json::Value;

use super::blocks;

/// The answer's JSON: the last block of language json, else the last block without a language that is JSON, else the
/// whole text where that is JSON. The error is a sentence.
pub(crate) fn json_in(answer: &str) -> Result<Value, String> {
    let blocks = blocks(answer);
    if let Some(block) =
        blocks.iter().rev().find(|block| matches!(block.language().as_str(), "json" | "json5" | "jsonc"))
    {
        return parse(&block.content, "the last json block");
    }
    let unlabelled = blocks.iter().rev().filter(|block| block.language().is_empty());
    let mut candidates = unlabelled.map(|block| block.content.as_str()).chain([answer]);
    let read =
        |text: &str| serde_json::from_str::<Value>(text).ok().filter(|value| value.is_object() || value.is_array());
    candidates.find_map(read).ok_or_else(|| "the answer has no json block".into())
}

/// The JSON of a file of the answer.
pub(crate) fn json_of_file(text: &str, name: &str) -> Result<Value, String> {
    parse(text, name)
}

fn parse(text: &str, place: &str) -> Result<Value, String> {
    serde_json::from_str(text).map_err(|error| format!("{place} is not JSON: {error}"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_last_json_block_counts_and_a_broken_one_is_not_passed_over() {
        assert_eq!(json_in("```json\n1\n```\n```json\n[2]\n```\n```py\n3\n```"), Ok(json!([2])));
        let broken = json_in("```json\n[1]\n```\n```json\n[2\n```").expect_err("broken");
        assert!(broken.contains("not JSON"), "{broken}");
    }

    #[test]
    fn unlabelled_blocks_and_bare_json_are_taken_where_there_is_no_json_block() {
        assert_eq!(json_in("so:\n```\n{\"a\": 1}\n```\n"), Ok(json!({"a": 1})));
        assert_eq!(json_in(" {\"a\": 1}\n"), Ok(json!({"a": 1})));
        assert!(json_in("I cannot do that.").is_err());
        assert!(json_in("12").is_err());
    }
}
