//! The JSON Schema knows every member that a table writes, and no other.

use merit_router::table::json_schema;
use serde_json::Value;

use crate::tables::{plain, sealed};

fn names(object: &Value) -> Vec<&String> {
    let mut names: Vec<&String> = object.as_object().expect("an object").keys().collect();
    names.sort();
    names
}

#[test]
fn members_of_schema_and_table_are_the_same() {
    let schema: Value = serde_json::from_str(&json_schema()).expect("JSON");
    let table: Value = serde_json::from_slice(&sealed(plain()).1).expect("JSON");
    let definition = |name: &str| &schema["$defs"][name]["properties"];
    let row = &table["segments"][0];
    for (described, written) in [
        (&schema["properties"], &table),
        (definition("Row"), row),
        (definition("Candidate"), &row["candidates"][0]),
        (definition("Interval"), &row["candidates"][0]["score"]),
        (definition("Policy"), &table["policy"]),
        (definition("Inputs"), &table["inputs"]),
        (definition("Model"), &table["models"]["opus"]),
        (definition("Price"), &table["models"]["opus"]["price"]),
    ] {
        assert_eq!(names(described), names(written));
    }
    assert_eq!(definition("Candidate")["weight"]["type"], "number");
}

#[test]
fn the_copy_in_the_documents_is_current() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/routing-table.schema.json");
    if std::env::var_os("MERIT_BLESS").is_some() {
        std::fs::write(path, json_schema()).expect("a file to write to");
    }
    let copy = std::fs::read_to_string(path).expect("the copy is there");
    assert_eq!(copy, json_schema(), "write it anew: MERIT_BLESS=1 cargo test -p merit-router --features schema");
}
