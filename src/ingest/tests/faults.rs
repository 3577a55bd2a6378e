//! What is wrong is told, with its place and the remedy.

use super::*;

fn error(name: &str, content: &[u8], adapter: &Adapter) -> String {
    let read = ingest_with(name, content, adapter, &IngestSettings::new(NOW)).map(|_| ());
    let message = read.expect_err("an error").to_string();
    // What stands before the file's name is the temporary folder.
    message.split_once(name).map_or(message.clone(), |(_, rest)| format!("{name}{rest}"))
}

fn adapter(sql: &str) -> Adapter {
    Adapter::from_sources("mine", vec![("mine.sql".to_owned(), sql.to_owned())]).expect("a sound header")
}

#[test]
fn files_that_cannot_be_read_are_named() {
    let native = Adapter::native();
    assert_eq!(
        error("a.gz", b"{}", &native),
        "a.gz is named like a gzip file, but its content is not; rename it or make it again"
    );
    assert_eq!(
        error("a.parquet", b"{}", &native),
        "a.parquet is named like a Parquet file, but its content is not; rename it or make it again"
    );
    assert_eq!(
        error("a.csv", b"a,a\n1,2\n", &native),
        "a.csv cannot be taken: column \"a\" is named twice; rename one"
    );
    assert_eq!(
        error("a.csv", b"_line,a\n1,2\n", &native),
        "a.csv cannot be taken: the name \"_line\" is taken by what merit adds; rename the column"
    );
    let missing =
        read_file("none.jsonl".as_ref(), &native, &IngestSettings::new(NOW), &mut MemorySink::default(), &|_| {});
    assert!(missing.expect_err("missing").to_string().starts_with("cannot open none.jsonl: "));
}

#[test]
fn rows_that_are_no_records_are_told_why() {
    let settings = IngestSettings { max_line_bytes: 100, chunk_bytes: 64, ..IngestSettings::new(NOW) };
    let text = [b"{\"model\":\"\xff\"}\n".as_slice(), b"[1]\n", &[b'x'; 300], b"\n", b"3\n{\"model\"\n"].concat();
    let (report, sink) = ingest_with("a.jsonl", &text, &Adapter::native(), &settings).expect("readable");
    assert_eq!((report.read, report.quarantined), (5, 5));
    assert_eq!(
        reasons(&sink),
        [
            (1, "not valid UTF-8 at byte 11 of the row"),
            (2, "the line is a JSON list; one object a line is expected"),
            (3, "the row has 300 bytes; at most 100 are taken, check its line ends and quotes"),
            (4, "the line is no JSON object"),
            (5, "not valid JSON: EOF while parsing an object at line 1 column 8"),
        ]
    );
}

#[test]
fn foreign_lines_that_are_no_objects_are_told_why() {
    let adapter = adapter("SELECT _line FROM raw WHERE false");
    let (report, sink) = ingest("a.jsonl", b"{\"a\":1}\n[1]\n3\n{\n\xff\n", &adapter);
    assert_eq!((report.read, report.skipped, report.quarantined), (5, 1, 4));
    assert_eq!(
        reasons(&sink),
        [
            (2, "the line is a JSON list; one object a line is expected"),
            (3, "the line is no JSON object"),
            (4, "not valid JSON: EOF while parsing an object at line 1 column 1"),
            (5, "not valid UTF-8 at byte 1 of the row"),
        ]
    );
}

#[test]
fn an_adapter_that_is_not_row_wise_is_refused_by_name() {
    const LATER: &str = "leave that to the jobs over the stored calls";
    for (sql, what, remedy) in [
        ("SELECT max(_line) AS _line FROM raw", "GROUP BY or an aggregate function", LATER),
        ("SELECT _line FROM raw ORDER BY _line", "ORDER BY", LATER),
        ("SELECT _line FROM raw LIMIT 1", "LIMIT", LATER),
        ("SELECT DISTINCT _line FROM raw", "DISTINCT or UNION without ALL", LATER),
        ("SELECT a._line FROM raw a JOIN raw b ON a._line = b._line", "a join", LATER),
        ("SELECT _line, row_number() OVER () AS attempt FROM raw", "a window function", LATER),
        ("SELECT _line FROM raw WHERE _line IN (SELECT _line FROM raw)", "a subquery within an expression", LATER),
        ("SELECT 1 AS _line", "a SELECT without FROM raw", "select from raw"),
        ("SELECT _line FROM calls", "the table \"calls\"", "raw is the only table it has"),
        ("CREATE TABLE x AS SELECT 1", "anything but one SELECT", "select from raw"),
        (
            "SELECT _line, now() AS timestamp FROM raw",
            "now(), which does not depend on the row alone",
            "the same log must always give the same records: use what the row says",
        ),
    ] {
        assert_eq!(
            error("a.jsonl", b"{}\n", &adapter(sql)),
            format!("a.jsonl: mine.sql: an adapter looks at one row at a time, so {what} cannot stand in it; {remedy}")
        );
    }
}

#[test]
fn output_columns_are_fields_of_the_record() {
    assert_eq!(
        error("a.jsonl", b"{}\n", &adapter("SELECT _line, 1 AS latency FROM raw")),
        "a.jsonl: mine.sql: adapter column \"latency\" is no field of a call; did you mean \"latency_ms\"?"
    );
    let far = error("a.jsonl", b"{}\n", &adapter("-- record: outcome\nSELECT _line, 1 AS temperature FROM raw"));
    assert!(
        far.contains("is no field of an outcome; put it into extra, or name a field: call_id, observed_at, "),
        "{far}"
    );
    assert_eq!(
        error("a.jsonl", b"{}\n", &adapter("SELECT 'm' AS model FROM raw")),
        "a.jsonl: mine.sql: the column _line is missing; pass raw._line through unchanged, so that a fault can name its line"
    );
    assert_eq!(
        error("a.jsonl", b"{}\n", &adapter("SELECT _line + 7 AS _line FROM raw")),
        "a.jsonl: mine.sql: a record has a _line that is not among its rows; \
         pass raw._line through unchanged, so that a fault can name its line"
    );
    assert_eq!(
        error("a.jsonl", b"{}\n", &adapter("SELECT _line, 1 AS success FROM raw")),
        "a.jsonl: mine.sql: adapter column \"success\" has type Int64, true or false is expected"
    );
}

#[test]
fn sql_that_fails_says_where() {
    let planned = error("a.jsonl", b"{}\n", &adapter("SELECT _line, nothing FROM raw"));
    assert!(planned.starts_with("a.jsonl: mine.sql: ") && planned.contains("nothing"), "{planned}");
    let run = error("a.jsonl", b"\n{}\n", &adapter("SELECT _line, CAST(_record AS BIGINT) AS attempt FROM raw"));
    assert!(run.contains("mine.sql: the adapter failed near line 2 of the log: "), "{run}");
    assert!(run.ends_with("use TRY_CAST where a value may be anything"), "{run}");
}

#[test]
fn a_file_without_the_columns_is_told_what_lacks() {
    assert_eq!(
        error("a.csv", b"a,b\n1,2\n", &Adapter::builtin("tau2bench").expect("built in")),
        "a.csv: no variant of adapter \"tau2bench\" fits: tau2bench.calls.sql asks for the column \"simulation_id\", \
         \"turn\", \"latency_kind\" that the file lacks; tau2bench.outcomes.sql asks for the column \
         \"extra_simulation_id\", \"extra_agent\" that the file lacks"
    );
}

#[test]
fn a_sink_that_fails_ends_the_reading() {
    struct Full;
    impl Sink for Full {
        fn calls(&mut self, _: RecordBatch) -> Result<(), SinkError> {
            Err("the disk is full".into())
        }
        fn outcomes(&mut self, _: RecordBatch) -> Result<(), SinkError> {
            Ok(())
        }
        fn quarantine(&mut self, _: &[QuarantinedRow]) -> Result<(), SinkError> {
            Ok(())
        }
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("a.jsonl");
    std::fs::write(&path, r#"{"timestamp":"2024-03-01T12:00:00Z","model":"m","success":true}"#).expect("writable");
    let error = read_file(&path, &Adapter::native(), &IngestSettings::new(NOW), &mut Full, &|_| {});
    let message = error.expect_err("full").to_string();
    assert!(message.ends_with("a.jsonl could not be stored: the disk is full"), "{message}");
}
