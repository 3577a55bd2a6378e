//! The worked example of docs/adapters.md works.

use super::*;

/// The fenced block of the document that begins with this line after its fence.
fn block<'a>(document: &'a str, fence: &str) -> &'a str {
    let (_, rest) = document.split_once(&format!("```{fence}\n")).expect("the document has the block");
    rest.split_once("```").expect("the block is closed").0
}

#[test]
fn the_worked_example_gives_what_the_document_says() {
    let document = include_str!("../../../docs/adapters.md");
    let adapter = Adapter::from_sources("desk", vec![("desk.sql".into(), block(document, "sql").to_owned())]);
    let (report, sink) = ingest("desk.jsonl", block(document, "jsonl").as_bytes(), &adapter.expect("sound"));
    let account = format!(
        "read {}, calls {}, skipped {}, quarantined {}",
        report.read, report.calls, report.skipped, report.quarantined
    );
    let records = json(&sink.calls);
    let bad = sink.quarantined.iter().map(|row| format!("line {}: {}", row.line, row.reason));
    let told: Vec<String> = records.into_iter().chain(bad).chain([account]).collect();
    assert_eq!(told.join("\n"), block(document, "text").trim_end());
}

#[test]
fn every_function_and_header_key_the_document_names_is_there() {
    let document = include_str!("../../../docs/adapters.md");
    for key in ["purpose", "record", "requires", "default_timestamp"] {
        assert!(document.contains(&format!("`{key}`")), "{key}");
    }
    for name in Adapter::names() {
        assert!(document.contains(&format!("`{name}`")), "{name}");
    }
}
