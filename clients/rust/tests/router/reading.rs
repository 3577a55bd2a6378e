//! What a reader takes, and every refusal with its sentence.

use merit_router::table::{canonical_text, digest_of, findings, load, parse};
use merit_router::{LoadError, Router};
use serde_json::{Value, json};

use crate::chance::Chance;
use crate::tables::{plain, sealed};

/// The plain table as JSON, changed, with a digest that is right again.
fn changed(change: impl FnOnce(&mut Value)) -> Vec<u8> {
    let mut value: Value = serde_json::from_slice(&sealed(plain()).1).expect("JSON");
    change(&mut value);
    value["digest"] = json!("");
    value["digest"] = json!(digest_of(canonical_text(value.clone()).as_bytes()));
    canonical_text(value).into_bytes()
}

/// The sentence of the refusal.
fn refusal(change: impl FnOnce(&mut Value)) -> String {
    let bytes = changed(change);
    assert!(!findings(&bytes).is_empty());
    let sentence = parse(&bytes).expect_err("not to be trusted").to_string();
    match Router::parse(&bytes) {
        Err(error) => assert_eq!(error.to_string(), sentence, "who serves it and who reads it whole say the same"),
        Ok(_) => assert!(sentence.starts_with("the frontier of"), "no choice reads the frontier: {sentence}"),
    }
    sentence
}

#[test]
fn what_was_sealed_is_read_back() {
    let (table, bytes) = sealed(plain());
    assert_eq!(parse(&bytes).expect("sound"), table);
    assert_eq!(parse(&changed(|_| ())).expect("sound"), table, "the helper of these tests changes nothing by itself");
    assert!(findings(&bytes).is_empty());
}

#[test]
fn a_newer_minor_is_read_and_its_news_ignored() {
    let bytes = changed(|table| {
        table["format"]["minor"] = json!(9);
        table["aaa"] = json!({"digest": "nested"});
        table["zzz"] = json!(1.5);
        table["segments"][0]["candidates"][0]["mood"] = json!("good");
    });
    assert_eq!(parse(&bytes).expect("sound").segments, sealed(plain()).0.segments);
    assert!(Router::parse(&bytes).is_ok());
}

#[test]
fn what_is_served_is_the_same_whether_read_alone_or_with_the_whole() {
    let (table, bytes) = sealed(plain());
    let (whole, alone) = (Router::new(&table).expect("sound"), Router::parse(&bytes).expect("sound"));
    assert_eq!(format!("{whole:?}"), format!("{alone:?}"));
}

#[test]
fn a_newer_major_is_refused_before_its_members_are_looked_at() {
    let text = br#"{"format": {"major": 2, "minor": 1}, "everything": "else"}"#;
    let error = parse(text).expect_err("unknown").to_string();
    assert!(error.starts_with("format 2.1 is unknown to this reader, which knows 1.x;"), "{error}");
}

#[test]
fn what_is_not_a_table_says_where() {
    let (_, bytes) = sealed(plain());
    let cut = parse(&bytes[..bytes.len() / 2]).expect_err("cut short").to_string();
    assert!(cut.starts_with("line ") && cut.contains("EOF"), "{cut}");
    assert!(parse(b"").expect_err("empty").to_string().starts_with("line 1, column 0: EOF"));
    assert!(parse(b"\xff\xfe").is_err());
    let missing = refusal(|table| drop(table.as_object_mut().expect("an object").remove("models")));
    assert!(missing.contains("missing field `models`"), "{missing}");
    let wrong = refusal(|table| table["segments"][1]["candidates"][0]["weight"] = json!("much"));
    assert!(wrong.contains("invalid type: string \"much\"") && !wrong.starts_with("line 0"), "{wrong}");
    let null = refusal(|table| table["policy"]["epsilon"] = Value::Null);
    assert!(null.contains("invalid type: null"), "{null}");
}

#[test]
fn a_changed_content_is_refused() {
    let (_, bytes) = sealed(plain());
    let text = String::from_utf8(bytes).expect("UTF-8");
    for other in [
        text.replacen("\"rationale\": \"a small", "\"rationale\": \"A small", 1),
        text.replace('\n', "\r\n"),
        text.replacen("  \"frontier\"", "   \"frontier\"", 1),
        format!("{text}\n"),
    ] {
        let error = parse(other.as_bytes()).expect_err("changed");
        assert!(matches!(error, LoadError::Digest { .. }), "{error}");
        assert!(error.to_string().contains("fetch the published file again"));
    }
}

#[test]
fn unsound_contents_are_refused_each_with_its_sentence() {
    type Change = fn(&mut Value);
    let cases: [(Change, &str); 14] = [
        (|t| t["segments"][0]["candidates"][0]["weight"] = json!(0.5), "row */*/*: the weights sum to 1.25, not to 1"),
        (
            |t| t["segments"][0]["candidates"][0]["exploit_weight"] = json!(-0.1),
            "row */*/*, model gemini: exploit_weight is -0.1, outside [0, 1]",
        ),
        (
            |t| t["segments"][0]["candidates"][0]["probe_weight"] = json!(1.01),
            "row */*/*, model gemini: probe_weight is 1.01, outside [0, 1]",
        ),
        (
            |t| {
                for c in 0..2 {
                    t["segments"][0]["candidates"][c]["probe_weight"] = json!(0.75)
                }
            },
            "row */*/*: the probe_weights sum to 1.5, not to at most 1",
        ),
        (|t| t["policy"]["epsilon"] = json!(1.5), "the policy: epsilon is 1.5, outside [0, 1]"),
        (
            |t| drop(t["models"].as_object_mut().expect("an object").remove("opus")),
            "row */*/* names the model 'opus', which is not among the table's models",
        ),
        (
            |t| t["segments"][0]["frontier"][0]["mix"] = json!({"ghost": 1.0}),
            "the frontier of row */*/* names the model 'ghost', which is not among the table's models",
        ),
        (
            |t| t["segments"][0]["fallback"][0] = json!("ghost"),
            "row */*/*: the fallback names 'ghost', which is no candidate of the row",
        ),
        (|t| t["segments"][0]["fallback"][0] = json!("gemini"), "row */*/*: fallback names 'gemini' twice"),
        (
            |t| t["segments"][0]["candidates"][1]["model"] = json!("gemini"),
            "row */*/*: candidates names 'gemini' twice",
        ),
        (
            |t| t["segments"][1] = t["segments"][0].clone(),
            "row */*/* stands twice; a request could not tell which to use",
        ),
        (
            |t| t["segments"][0]["role"] = json!("someone"),
            "the row */*/* is missing; without it a request of a new kind has no answer",
        ),
        (|t| t["expires_at"] = json!("2026-12-07"), "expires_at is '2026-12-07', not of the form YYYY-MM-DDTHH:MM:SSZ"),
        (|t| t["created_as_of"] = json!("2026-02-30"), "created_as_of is '2026-02-30', not of the form YYYY-MM-DD"),
    ];
    for (change, sentence) in cases {
        assert_eq!(refusal(change), sentence);
    }
}

#[test]
fn a_made_table_is_checked_like_a_read_one() {
    let (mut table, _) = sealed(plain());
    table.segments.remove(0);
    assert!(matches!(Router::new(&table), Err(LoadError::NoLastRow)));
}

#[test]
fn files_are_named_in_refusals() {
    let missing = load("no/such/table.json").expect_err("missing").to_string();
    assert!(missing.starts_with("no/such/table.json: ") && missing.contains("check the path"), "{missing}");
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
    let other = load(manifest).expect_err("no table").to_string();
    assert!(other.starts_with(manifest) && other.contains("line 1, column"), "{other}");
}

#[test]
fn no_single_damaged_byte_is_taken_or_panics() {
    let (_, bytes) = sealed(plain());
    let mut chance = Chance(42);
    for _ in 0..400 {
        let mut damaged = bytes.clone();
        let place = chance.below(bytes.len());
        damaged[place] ^= 1 << chance.below(8);
        assert!(parse(&damaged).is_err(), "byte {place} became {}", damaged[place]);
        assert!(Router::parse(&damaged).is_err(), "byte {place} became {}", damaged[place]);
        assert!(parse(&bytes[..place]).is_err(), "cut after {place} bytes");
        assert!(Router::parse(&bytes[..place]).is_err(), "cut after {place} bytes");
    }
}
