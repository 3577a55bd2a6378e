//! docs/questions.md: every question runs, and its answer is the one that stands there.

use std::path::Path;

use merit::night::NightInputs;
use merit::settings::Settings;
use merit::sql::format::{self, Format};
use merit::sql::{self, Parameters};

use crate::harness::{Place, sample};

const ANSWER: &str = "```text\n";
const END: &str = "```\n";
/// A reader takes in this many lines at a glance; frame and header are four of them.
const MAX_LINES: usize = 12;

#[test]
fn the_twenty_questions_have_their_answers() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/questions.md");
    let page = std::fs::read_to_string(&path).expect("the page");
    let place = Place::new();
    let logs = [sample("calls.parquet"), sample("outcomes.parquet")];
    place.succeed(&["analyze", "--quiet", "--as-of", "2026-08-30", "--logs", &logs[0], &logs[1]]);
    let inputs = NightInputs::read(&place.data(), Settings::default(), 2).expect("readable");
    let runtime = tokio::runtime::Builder::new_multi_thread().thread_stack_size(16 << 20).build().expect("a runtime");
    let engine = runtime.block_on(sql::views::open(&inputs)).expect("a store");
    let mut questions = 0;
    let mut found = String::new();
    for (n, part) in page.split("\n## ").enumerate() {
        found.push_str(if n == 0 { "" } else { "\n## " });
        let Some((before, rest)) = part.split_once("```sql\n") else {
            found.push_str(part);
            continue;
        };
        let (question, rest) = rest.split_once(END).expect("the question ends");
        let (between, rest) = rest.split_once(ANSWER).expect("an answer follows");
        let (_, after) = rest.split_once(END).expect("the answer ends");
        let mut parameters = Parameters::default();
        if let Some((_, rest)) = before.split_once("--param ") {
            parameters.set(rest.split('`').next().unwrap_or_default()).expect("a parameter");
        }
        let (schema, batches) = runtime
            .block_on(sql::ask_with(&engine, question, &parameters))
            .unwrap_or_else(|error| panic!("{before}\n{error}"));
        let answer = format::write(Format::Table, &schema, &batches).expect("a table");
        let answer = String::from_utf8(answer).expect("text");
        assert!(
            answer.lines().count() <= MAX_LINES && batches.iter().any(|batch| batch.num_rows() > 0),
            "{before}\n{answer}"
        );
        found.push_str(&format!("{before}```sql\n{question}{END}{between}{ANSWER}{answer}{END}{after}"));
        questions += 1;
    }
    assert_eq!(questions, 20);
    if std::env::var_os("MERIT_BLESS").is_some() {
        std::fs::write(&path, &found).expect("writable");
        return;
    }
    for (found, written) in found.split("\n## ").zip(page.split("\n## ")) {
        assert_eq!(found, written, "an answer has changed; where that is right, MERIT_BLESS=1 writes it");
    }
}
