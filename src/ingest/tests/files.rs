//! merit's own records in every format, and how they are named.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use parquet::arrow::ArrowWriter;
use sha2::{Digest, Sha256};

use super::*;
use crate::call::{Call, CallColumns};

const LOG: &str = concat!(
    r#"{"timestamp":"2024-03-01T12:00:00Z","model":"m","success":true,"score":9,"temperature":0.5,"prompt":"secret"}"#,
    "\n\n",
    r#"{"call_id":"named","timestamp":1709294400000000,"model":"m","success":false,"error_kind":"timeout"}"#,
    "\r\n",
    r#"{"call_id":"named","observed_at":"2024-03-02T12:00:00Z","score":3.5,"judge":"tests"}"#,
    "\n",
    r#"{"timestamp":"2024-03-01T12:00:00Z","model":"m"}"#,
    "\n",
);

fn gzip(content: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(content).expect("memory can be written");
    encoder.finish().expect("memory can be written")
}

#[test]
fn json_lines_become_calls_and_outcomes() {
    let (report, sink) = ingest("log.jsonl", LOG.as_bytes(), &Adapter::native());
    assert_eq!((report.read, report.calls, report.outcomes, report.skipped, report.quarantined), (4, 2, 1, 0, 1));
    assert_eq!(report.bytes, LOG.len() as u64);
    assert_eq!(report.digest, identity::hexadecimal(&Sha256::digest(LOG)));
    assert!(report.complete);
    let first = format!(
        concat!(
            r#"{{"call_id":"{}","timestamp":"2024-03-01T12:00:00Z","source":"production","attempt":1,"model":"m","#,
            r#""role":"unknown","task_category":"unknown","task_difficulty":"unknown","score":9.0,"success":true,"#,
            r#""extra":"{{\"temperature\":0.5}}"}}"#
        ),
        identity::RecordHash::new("merit", LOG.lines().next().expect("a line").as_bytes()).call_id(0, 0)
    );
    assert_eq!(json(&sink.calls)[0], first);
    assert_eq!(
        json(&sink.outcomes),
        [r#"{"call_id":"named","observed_at":"2024-03-02T12:00:00Z","score":3.5,"judge":"tests"}"#]
    );
    let bad = &sink.quarantined[0];
    let offset = LOG.rfind("{").expect("a row") as u64;
    assert_eq!((bad.line, bad.offset, bad.length), (5, offset, 48));
    assert_eq!(bad.reason, "success is missing; a call says whether a usable answer came back");
    assert_eq!((bad.adapter.as_str(), bad.raw.as_str()), ("merit", LOG.lines().last().expect("a line")));
}

#[test]
fn packed_files_are_read_through_all_their_members() {
    let (_, plain) = ingest("log.jsonl", LOG.as_bytes(), &Adapter::native());
    let (head, tail) = LOG.as_bytes().split_at(150);
    let members = [gzip(head), gzip(tail)].concat();
    let frames = [head, tail].map(|part| zstd::encode_all(part, 1).expect("memory can be packed")).concat();
    for (name, content) in [("log.jsonl.gz", members.clone()), ("log.jsonl.zst", frames), ("log", members)] {
        let (report, sink) = ingest(name, &content, &Adapter::native());
        assert_eq!(json(&sink.calls), json(&plain.calls), "{name}");
        assert_eq!(report.digest, identity::hexadecimal(&Sha256::digest(&content)));
        assert_eq!(report.bytes, content.len() as u64);
    }
}

#[test]
fn a_packed_file_cut_short_is_an_error_and_no_panic() {
    let packed = gzip(LOG.repeat(100).as_bytes());
    let settings = IngestSettings::new(NOW);
    let error = ingest_with("log.jsonl.gz", &packed[..packed.len() / 2], &Adapter::native(), &settings);
    let message = error.map(|_| ()).expect_err("cut off").to_string();
    assert!(message.contains("log.jsonl.gz after byte") && message.contains("it is cut off or damaged"), "{message}");
}

#[test]
fn a_last_line_without_newline_waits_only_where_it_must() {
    let text = LOG.trim_end();
    let settings = IngestSettings { require_final_newline: true, ..IngestSettings::new(NOW) };
    let read =
        |name: &str, content: &[u8]| ingest_with(name, content, &Adapter::native(), &settings).expect("readable").0;
    let plain = read("log.jsonl", text.as_bytes());
    assert_eq!((plain.complete, plain.read, plain.quarantined), (false, 3, 0));
    let packed = read("log.jsonl.gz", &gzip(text.as_bytes()));
    assert_eq!((packed.complete, packed.read, packed.quarantined), (true, 4, 1), "a packed file knows its end");
    let named = ingest("log.jsonl", text.as_bytes(), &Adapter::native()).0;
    assert_eq!((named.complete, named.read), (true, 4));
}

#[test]
fn csv_has_the_same_fields() {
    let text = "timestamp,model,success,score,prompt,temperature,observed_at,call_id\n\
                2024-03-01T12:00:00Z,\"a,b\",true,9,\"x\ny\",0.5,,\n\
                ,,,3,,,2024-03-02T12:00:00Z,named\n\
                2024-03-01T12:00:00Z,m,true\n\
                2024-03-01T12:00:00Z,m,maybe,,,,,\n";
    let (report, sink) = ingest("log.csv", text.as_bytes(), &Adapter::native());
    assert_eq!((report.read, report.calls, report.outcomes, report.quarantined), (4, 1, 1, 2));
    let call = &json(&sink.calls)[0];
    assert!(call.contains(r#""model":"a,b""#) && call.contains(r#""extra":"{\"temperature\":\"0.5\"}""#), "{call}");
    assert!(!call.contains("prompt"), "{call}");
    assert_eq!(
        reasons(&sink),
        [(5, "3 fields, but the header names 8"), (6, "success \"maybe\" is not true or false")]
    );
    assert_eq!(sink.quarantined[0].raw, "2024-03-01T12:00:00Z,m,true");
}

#[test]
fn parquet_has_the_same_fields() {
    let mut columns = CallColumns::default();
    for score in [9.0, 11.0] {
        let model = Some("m".into());
        let extra = Some(r#"{"a":1,"user":"u"}"#.into());
        columns.push(&Call {
            timestamp: Some(NOW),
            model,
            success: Some(true),
            score: Some(score),
            extra,
            ..Call::default()
        });
    }
    let batch = columns.finish();
    let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), None).expect("a writer");
    writer.write(&batch).expect("memory can be written");
    let file = writer.into_inner().expect("memory can be written");
    let (report, sink) = ingest("calls.parquet", &file, &Adapter::native());
    assert_eq!((report.read, report.calls, report.quarantined), (2, 1, 1));
    assert_eq!(report.digest, identity::hexadecimal(&Sha256::digest(&file)));
    assert_eq!(texts(&sink.calls, "extra"), [Some(r#"{"a":1}"#.to_owned())]);
    assert_eq!(reasons(&sink), [(2, "score 11 is out of range; a number from 0 to 10 is expected")]);
    assert!(sink.quarantined[0].raw.starts_with("{\"timestamp\":"), "{}", sink.quarantined[0].raw);
    let settings = IngestSettings::new(NOW);
    let error = ingest_with("calls.parquet", &file[..file.len() - 9], &Adapter::native(), &settings).map(|_| ());
    let message = error.expect_err("no footer").to_string();
    assert!(message.contains("calls.parquet as Parquet: "), "{message}");
}

#[test]
fn a_longer_copy_of_a_log_gives_the_same_names_and_true_repeats_stay() {
    let line = "{\"timestamp\":\"2024-03-01T12:00:00Z\",\"model\":\"m\",\"success\":true}\n";
    let names = |times: usize| {
        texts(&ingest("log.jsonl", line.repeat(times).as_bytes(), &Adapter::native()).1.calls, "call_id")
    };
    let (short, long) = (names(2), names(3));
    assert_eq!(short, long[..2]);
    let distinct: std::collections::BTreeSet<_> = long.iter().flatten().collect();
    assert_eq!(distinct.len(), 3);
    assert!(long.iter().flatten().all(|name| name.len() == 32));
}

#[test]
fn kept_fields_stay_in_extra() {
    let line = r#"{"timestamp":"2024-03-01T12:00:00Z","model":"m","success":true,"user_id":"u","messages":[]}"#;
    let settings = IngestSettings { keep_fields: vec!["user_id".into()], ..IngestSettings::new(NOW) };
    let (_, sink) = ingest_with("log.jsonl", line.as_bytes(), &Adapter::native(), &settings).expect("readable");
    assert_eq!(texts(&sink.calls, "extra"), [Some(r#"{"user_id":"u"}"#.to_owned())]);
}

#[test]
fn progress_ends_at_the_files_size() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("log.jsonl");
    std::fs::write(&path, LOG).expect("the folder can be written");
    let seen = std::cell::Cell::new(0);
    let settings = IngestSettings { chunk_bytes: 64, ..IngestSettings::new(NOW) };
    read_file(&path, &Adapter::native(), &settings, &mut MemorySink::default(), &|bytes| {
        assert!(bytes >= seen.get());
        seen.set(bytes);
    })
    .expect("readable");
    assert_eq!(seen.get(), LOG.len() as u64);
}
