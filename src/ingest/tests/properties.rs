//! What holds for any file.

use proptest::prelude::*;

use super::*;

/// Lines that are often almost records.
fn line() -> impl Strategy<Value = Vec<u8>> {
    let value = prop_oneof![
        Just("null".to_owned()),
        Just("true".to_owned()),
        Just("\"2024-03-01T12:00:00Z\"".to_owned()),
        any::<i64>().prop_map(|value| value.to_string()),
        any::<f64>().prop_map(|value| value.to_string()),
        any::<String>().prop_map(|text| serde_json::to_string(&text).expect("text")),
        Just("{\"a\":[1,{\"prompt\":2}]}".to_owned()),
    ];
    let name = prop_oneof![
        prop::sample::select(crate::call::CALL_FIELDS).prop_map(|field| field.name.to_owned()),
        Just("observed_at".to_owned()),
        "[a-z]{1,3}",
    ];
    let sound = Just(r#"{"timestamp":"2024-03-01T12:00:00Z","model":"m","success":true}"#.as_bytes().to_vec());
    let record = prop::collection::vec((name, value), 0..6).prop_map(|entries| {
        let entries: Vec<String> = entries.iter().map(|(name, value)| format!("{name:?}:{value}")).collect();
        format!("{{{}}}", entries.join(",")).into_bytes()
    });
    prop_oneof![sound, record, prop::collection::vec(any::<u8>(), 0..40)]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_make_it_panic_and_every_row_is_accounted_for(lines in prop::collection::vec(line(), 0..30)) {
        let content = lines.join(&b'\n');
        let expected = content.split(|byte| *byte == b'\n').filter(|line| !line.iter().all(u8::is_ascii_whitespace));
        let expected = expected.count() as u64;
        // A byte order mark or the magic of a packed format at the start makes it another file.
        let content = [b"\n".as_slice(), &content].concat();
        let (report, _) = ingest("any.jsonl", &content, &Adapter::native());
        prop_assert_eq!(report.read, expected);
    }

    #[test]
    fn the_result_does_not_depend_on_the_chunk(lines in prop::collection::vec(line(), 0..30), chunk_bytes in 1..300usize) {
        let content = [b"\n".as_slice(), &lines.join(&b'\n')].concat();
        let (whole, expected) = ingest("any.jsonl", &content, &Adapter::native());
        let settings = IngestSettings { chunk_bytes, ..IngestSettings::new(NOW) };
        let (chunked, found) = ingest_with("any.jsonl", &content, &Adapter::native(), &settings).expect("readable");
        prop_assert_eq!(FileReport { file: whole.file.clone(), ..chunked }, whole);
        prop_assert_eq!(json(&found.calls), json(&expected.calls));
        prop_assert_eq!(json(&found.outcomes), json(&expected.outcomes));
        prop_assert_eq!(reasons(&found), reasons(&expected));
    }

    #[test]
    fn no_bytes_of_a_csv_make_it_panic(rows in prop::collection::vec("[a-z0-9,\"\n]{0,20}", 0..20)) {
        let content = format!("timestamp,model,success\n{}", rows.join("\n"));
        let (report, _) = ingest("any.csv", content.as_bytes(), &Adapter::native());
        prop_assert!(report.balances());
    }
}
