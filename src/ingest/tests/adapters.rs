//! The logs people really have: a small fixture each, and the records it gives.

use super::*;

fn fixture(name: &str) -> (FileReport, MemorySink) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/adapters").join(name);
    let adapter = Adapter::builtin(name.split('.').next().expect("a name")).expect("built in");
    ingest_path(&path, &adapter, &IngestSettings::new(NOW)).expect("the fixture can be read")
}

/// The account and the records of a fixture, to be compared with what stands in tests/golden.
fn assert_golden(name: &str) {
    let (report, sink) = fixture(name);
    let bad = sink.quarantined.iter().map(|row| format!("line {}: {}", row.line, row.reason));
    let account = format!(
        "read {} = calls {} + outcomes {} + skipped {} + quarantined {}",
        report.read, report.calls, report.outcomes, report.skipped, report.quarantined
    );
    let lines: Vec<String> = std::iter::once(account).chain(json(&sink.calls)).chain(bad).collect();
    insta::with_settings!({ prepend_module_to_snapshot => false, snapshot_path => "../../../tests/golden/adapters" }, {
        insta::assert_snapshot!(name, lines.join("\n"));
    });
}

#[test]
fn litellm_spend_logs_as_json_lines() {
    assert_golden("litellm.jsonl");
}

#[test]
fn litellm_spend_logs_as_csv() {
    assert_golden("litellm.csv");
}

#[test]
fn openrouter_generations() {
    assert_golden("openrouter.jsonl");
}

#[test]
fn opentelemetry_spans() {
    assert_golden("otel.jsonl");
}

#[test]
fn records_of_one_line_have_names_of_their_own() {
    let sql = "SELECT _line, unnest(json_get_array(_record, 'calls')) AS model, TRUE AS success, \
               '2024-03-01T12:00:00Z' AS timestamp FROM raw";
    let adapter = Adapter::from_sources("many", vec![("many.sql".into(), sql.into())]).expect("sound");
    let line = "{\"calls\":[\"a\",\"b\",\"a\"]}\n";
    let (report, sink) = ingest("many.jsonl", format!("{line}{{\"calls\":[]}}\n{line}").as_bytes(), &adapter);
    assert_eq!((report.read, report.calls, report.skipped), (7, 6, 1));
    let models: Vec<String> = texts(&sink.calls, "model").into_iter().flatten().collect();
    assert_eq!(models, ["\"a\"", "\"b\"", "\"a\""].repeat(2).into_iter().map(str::to_owned).collect::<Vec<_>>());
    let names: Vec<String> = texts(&sink.calls, "call_id").into_iter().flatten().collect();
    let hash = identity::RecordHash::new("many", line.trim_end().as_bytes());
    let expected: Vec<String> =
        [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2)].map(|(ordinal, index)| hash.call_id(ordinal, index)).into();
    assert_eq!(names, expected);
}

#[test]
fn a_union_of_branches_keeps_the_order_of_the_lines() {
    let branch = |name: &str| {
        format!("SELECT _line, '{name}' AS model, TRUE AS success, '2024-03-01T12:00:00Z' AS timestamp FROM raw")
    };
    let sql = format!("{} UNION ALL {}", branch("first"), branch("second"));
    let adapter = Adapter::from_sources("both", vec![("both.sql".into(), sql)]).expect("sound");
    let (report, sink) = ingest("both.jsonl", b"{}\n{}\n", &adapter);
    assert_eq!((report.read, report.calls), (4, 4));
    let models: Vec<String> = texts(&sink.calls, "model").into_iter().flatten().collect();
    assert_eq!(models, ["first", "second", "first", "second"]);
}

#[test]
fn a_value_that_its_field_cannot_hold_sends_its_row_to_quarantine() {
    let sql = "SELECT _line, 'm' AS model, TRUE AS success, '2024-03-01T12:00:00Z' AS timestamp, \
               json_as_text(_record, 'score') AS score, json_as_text(_record, 'extra') AS extra FROM raw";
    let adapter = Adapter::from_sources("mine", vec![("mine.sql".into(), sql.into())]).expect("sound");
    let (_, sink) = ingest("a.jsonl", b"{\"score\":\"good\"}\n{\"score\":8}\n{\"extra\":[1]}\n", &adapter);
    assert_eq!(reasons(&sink), [(1, "score \"good\" is not a number"), (3, "extra is not a JSON object")]);
    assert_eq!(sink.quarantined[0].raw, "{\"score\":\"good\"}");
}

#[test]
fn an_adapter_works_within_a_callers_runtime() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    runtime.block_on(async { assert_eq!(fixture("otel.jsonl").0.calls, 2) });
}
