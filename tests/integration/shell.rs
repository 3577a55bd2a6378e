//! `merit sql` as one talks to it: from the command line, a file, a pipe, and a terminal.

use std::io::{Read as _, Write as _};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::harness::{Place, call, skip, texts};

/// A store with a few calls, one of a model with a name that means harm.
fn place() -> Place {
    let place = Place::new();
    let mut log = String::new();
    for (id, model, rest) in [
        ("a", "good", "\"score\":8,\"latency_ms\":900"),
        ("b", "good", "\"score\":6,\"latency_ms\":1100"),
        ("c", "<script>alert('1')</script>", ""),
        ("d", "\\u001b[31mred\\u001b]0;owned\\u0007", ""),
        ("e", "quotes \\\" ' and | bars 👩‍💻", ""),
        ("f", "csi \\u009b2J", ""),
    ] {
        log.push_str(&call(id, "2026-03-01T10:00:00Z", model, rest));
    }
    log.push_str(&call("g", "2026-03-01T10:00:00Z", &"x".repeat(500), ""));
    let path = place.write("log.jsonl", &log);
    place.succeed(&["ingest", &path.to_string_lossy()]);
    place
}

/// stdout, stderr and exit code of a conversation over a pipe.
fn piped(place: &Place, text: &str) -> (String, String, Option<i32>) {
    let output = place.command().arg("sql").write_stdin(text).output().expect("the binary runs");
    let (out, error) = texts(&output);
    (out, error, output.status.code())
}

fn says(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "\"{part}\" is missing in: {text}");
    }
}

#[test]
fn several_statements_commands_and_parameters_over_a_pipe() {
    let place = place();
    let (out, error, code) =
        piped(&place, "-- a comment; with a semicolon\nSELECT ';' AS a; SELECT\n  $n + 1 AS next;\n");
    assert_eq!((code, out.contains("| ; |")), (Some(1), true), "{out}{error}");
    says(&error, &["<stdin>:3:3", "$n", "\\set n VALUE"]);
    let talk = "\\set n 41\n\\f csv\nSELECT $n + 1 AS next;\n\\timing\n\\d calls\n\\df wils\n\\?\n\\x\n\\f table\n\
                SELECT model, score FROM calls WHERE call_id = 'a'\n";
    let (out, error, code) = piped(&place, talk);
    assert_eq!((code, error.as_str()), (Some(0), ""), "{out}");
    says(
        &out,
        &["next\n42\n", "timing is on", "| task_category", "wilson_high(successes", "\\unset NAME", "model | good"],
    );
    says(&out, &[" ms\n", "score | 8.0"]);
    let (out, _, code) = piped(&place, "SELECT 1 AS first;\n\\q\nSELECT 2 AS second;\n");
    assert_eq!((code, out.contains("first"), out.contains("second")), (Some(0), true, false));
}

#[test]
fn the_first_error_ends_a_script_with_its_place_and_a_hint() {
    let place = place();
    let file =
        place.write("wrong.sql", "SELECT 1 AS one;\n\nSELECT model,\n       scor FROM calls;\nSELECT 2 AS two;\n");
    let output = place.run(&["sql", "-f", &file.to_string_lossy()]);
    let (out, error) = texts(&output);
    assert_eq!((output.status.code(), out.contains("one"), out.contains("two")), (Some(1), true, false), "{error}");
    says(
        &error,
        &[
            "wrong.sql:4:8: there is no column \"scor\"",
            "4 |        scor FROM calls;",
            "\n    |        ^",
            "\"score\"?",
        ],
    );
    place.write("outer.sql", "\\i inner.sql\n");
    place.write("inner.sql", "SELECT 1;\n SELECT * FROM cals;\n");
    says(
        &place.fail(1, &["sql", "-f", "outer.sql"]),
        &["inner.sql:2:16", "no table \"cals\"", "did you mean \"calls\"?"],
    );
    place.write("circle.sql", "\\i circle.sql\n");
    says(&place.fail(1, &["sql", "-f", "circle.sql"]), &["circle.sql", "16 files deep"]);
}

#[test]
fn errors_say_where_and_what_was_meant() {
    let place = place();
    for (question, parts) in [
        ("SELECT scor FROM calls", &["line 1, column 8", "no column \"scor\"", "did you mean \"score\"?"][..]),
        ("SELECT * FROM call", &["line 1, column 15", "no table \"call\"", "did you mean \"calls\"?"]),
        ("SELECT wilson_lo(1, 2)", &["line 1, column 8", "no function \"wilson_lo\"", "did you mean \"wilson_low\"?"]),
        ("SELECT (1\n FROM calls", &["line 2, column 2", "expected ), found FROM", "2 |  FROM calls"]),
        ("SELECT 'open", &["line 1, column 8", "string"]),
        ("SELECT decay(1, 2, 3, 4)", &["decay(ts, half_life [, as_of])"]),
        ("SELECT 1; SELECT x", &["line 1, column 18", "no column \"x\""]),
        ("SELECT CAST(model AS DOUBLE) FROM calls WHERE call_id = 'd'", &["\\u{1b}[31mred"]),
        ("\\dd calls", &["no command \\dd", "\\d"]),
    ] {
        let error = place.fail(1, &["sql", "-c", question]);
        says(&error, parts);
        assert!(!error.chars().any(|c| c.is_control() && c != '\n'), "{question}: {error:?}");
        assert!(!error.contains("Error during planning") && !error.contains("datafusion"), "{question}: {error}");
    }
}

#[test]
fn only_questions_are_answered() {
    let place = place();
    let before = place.count("SELECT COUNT(*) FROM calls");
    let secret = place.write("secret.csv", "secret\n42\n");
    let secret = secret.to_string_lossy();
    for statement in [
        "CREATE TABLE t AS SELECT 1",
        "CREATE VIEW v AS SELECT 1",
        "CREATE EXTERNAL TABLE t (a INT) STORED AS CSV LOCATION 'secret.csv'",
        "DROP TABLE calls",
        "INSERT INTO calls SELECT * FROM calls",
        "UPDATE calls SET score = 10",
        "DELETE FROM calls",
        "TRUNCATE TABLE calls",
        "COPY calls TO 'stolen.parquet'",
        "COPY (SELECT 1) TO 'stolen.csv'",
        "SET datafusion.execution.batch_size = 1",
        "RESET datafusion.execution.batch_size",
        "BEGIN",
        "COMMIT",
        "PREPARE p AS SELECT 1",
        "EXECUTE p",
        "EXPLAIN DELETE FROM calls",
        "EXPLAIN ANALYZE INSERT INTO calls SELECT * FROM calls",
        "EXPLAIN COPY calls TO 'stolen.parquet'",
        "ALTER TABLE calls RENAME TO c",
        "GRANT SELECT ON calls TO eve",
    ] {
        let error = place.fail(1, &["sql", "-c", statement]);
        says(&error, &["merit sql only reads, so", "is refused", "SELECT"]);
    }
    for (question, part) in [
        (format!("SELECT * FROM '{secret}'"), "files are not read"),
        (format!("SELECT * FROM \"{secret}\""), "no table"),
        (format!("SELECT * FROM read_csv('{secret}')"), "no table function"),
        (format!("SELECT * FROM parquet_metadata('{secret}')"), "no table function"),
        ("WITH gone AS (DELETE FROM calls) SELECT 1".to_string(), ""),
        ("SELECT * INTO t FROM calls".to_string(), ""),
    ] {
        let error = place.fail(1, &["sql", "-c", &question]);
        assert!(error.contains(part) && !error.contains("42"), "{question}: {error}");
    }
    assert_eq!(place.count("SELECT COUNT(*) FROM calls"), before);
    assert!(!place.path("stolen.parquet").exists() && !place.path("stolen.csv").exists());
    for question in [
        "SELECT 1",
        "WITH a AS (SELECT 1) SELECT * FROM a",
        "VALUES (1), (2)",
        "EXPLAIN SELECT * FROM calls",
        "EXPLAIN ANALYZE SELECT * FROM calls",
        "SHOW TABLES",
        "SHOW COLUMNS FROM calls",
        "SHOW FUNCTIONS LIKE 'dec%'",
        "SHOW datafusion.execution.batch_size",
        "DESCRIBE calls",
    ] {
        place.succeed(&["sql", "-c", question]);
    }
}

#[test]
fn answers_go_to_files_in_every_format() {
    let place = place();
    let question = "SELECT call_id, score FROM calls WHERE score IS NOT NULL ORDER BY call_id";
    for (name, expected) in [
        ("a.csv", "call_id,score\na,8.0\nb,6.0\n"),
        ("a.ndjson", "{\"call_id\":\"a\",\"score\":8.0}\n{\"call_id\":\"b\",\"score\":6.0}\n"),
        ("a.json", "[{\"call_id\":\"a\",\"score\":8.0},{\"call_id\":\"b\",\"score\":6.0}]\n"),
        (
            "a.txt",
            "+---------+-------+\n| call_id | score |\n+---------+-------+\n| a       |   8.0 |\n| b       |   6.0 |\n+---------+-------+\n",
        ),
    ] {
        assert_eq!(place.succeed(&["sql", "-c", question, "-o", name]), "", "{name}");
        assert_eq!(std::fs::read_to_string(place.path(name)).expect(name), expected);
        let talk = format!("\\o b-{name}\n{question};\n");
        piped(&place, &talk);
        assert_eq!(std::fs::read_to_string(place.path(&format!("b-{name}"))).expect(name), expected, "\\o");
    }
    place.succeed(&["sql", "-c", question, "-o", "a.parquet"]);
    assert!(std::fs::read(place.path("a.parquet")).expect("written").starts_with(b"PAR1"));
    place.succeed(&["sql", "-c", question, "--format", "csv", "-o", "a.out"]);
    assert!(std::fs::read_to_string(place.path("a.out")).expect("written").starts_with("call_id,score"));
    let two = "SELECT 1 AS a; SELECT 2 AS b";
    place.succeed(&["sql", "-c", two, "-o", "two.csv"]);
    assert_eq!(std::fs::read_to_string(place.path("two.csv")).expect("written"), "a\n1\nb\n2\n");
    says(&place.fail(1, &["sql", "-c", two, "-o", "two.json"]), &["two.json", "one answer"]);
    says(&place.fail(1, &["sql", "-c", two, "-o", "no/such/folder.csv"]), &["no/such/folder.csv"]);
}

#[test]
fn parameters_have_types() {
    let place = place();
    let question = "SELECT decay(DATE '2026-02-22', $half_life, $as_of) AS w, $team AS team, $deep AS deep FROM calls \
                    WHERE score > $least ORDER BY call_id LIMIT $n";
    let out = place.succeed(&[
        "sql",
        "-c",
        question,
        "--format",
        "csv",
        "--param",
        "half_life=7",
        "--param",
        "as_of=2026-03-08",
        "--param",
        "team=it's; DROP",
        "--param",
        "deep=true",
        "--param",
        "least=6.5",
        "--param",
        "n=1",
    ]);
    assert_eq!(out, "w,team,deep\n0.25,it's; DROP,true\n");
    says(&place.fail(1, &["sql", "-c", "SELECT $a"]), &["line 1, column 8", "no value for $a", "--param a=VALUE"]);
    says(&place.fail(1, &["sql", "-c", "SELECT 1", "--param", "a"]), &["NAME=VALUE"]);
}

#[test]
fn the_default_as_of_is_the_stores() {
    let place = place();
    let day = "SELECT CAST(as_of() AS VARCHAR) AS day";
    assert_eq!(place.sql(day)[0]["day"], "2026-03-02", "the day after the newest call");
    place.succeed(&["analyze", "--quiet", "--as-of", "2026-03-05"]);
    assert_eq!(place.sql(day)[0]["day"], "2026-03-05", "that of the last run");
    assert_eq!(place.sql("SELECT decay(DATE '2026-03-03', 1) AS w")[0]["w"], 0.25);
    let empty = Place::new();
    says(&empty.fail(1, &["sql", "-c", "SELECT decay(DATE '2026-03-03', 1)"]), &["no as-of", "last argument"]);
}

#[test]
fn hostile_names_stay_text() {
    let place = place();
    let models = "SELECT model FROM calls ORDER BY call_id";
    let out = place.succeed(&["sql", "-c", models]);
    assert!(!out.chars().any(|c| c.is_control() && c != '\n'), "{out:?}");
    says(
        &out,
        &["<script>alert('1')</script>", "\\u{1b}[31mred", "\\u{9b}2J", "quotes \" ' and | bars 👩‍💻", &"x".repeat(500)],
    );
    let (out, error, _) = piped(&place, &format!("\\x\n{models};\n\\d\n"));
    assert!(!(out + &error).chars().any(|c| c.is_control() && c != '\n'));
    let csv = place.succeed(&["sql", "-c", models, "--format", "csv"]);
    assert!(csv.contains("\u{1b}[31mred"), "a pipe gets what is there");
}

#[test]
fn the_list_of_functions_is_there_in_both_forms() {
    let place = Place::new();
    says(
        &place.succeed(&["sql", "--functions"]),
        &["decay(ts, half_life [, as_of])", "wilson_low", "latency_quantile"],
    );
    let list = place.succeed(&["sql", "--functions", "--format", "json"]);
    let list: serde_json::Value = serde_json::from_str(&list).expect("JSON");
    let list = list.as_array().expect("a list");
    assert!(list.len() >= 12 && list.iter().all(|function| function["example"].is_string()), "{list:?}");
    let page = include_str!("../../docs/sql.md");
    for function in list {
        let signature = function["signature"].as_str().expect("text");
        assert!(page.contains(&format!("`{signature}`")), "docs/sql.md does not know {signature}");
    }
}

#[test]
fn every_shell_gets_its_completions() {
    let place = Place::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        says(&place.succeed(&["completions", shell]), &["merit", "analyze", "quarantine"]);
    }
}

/// `merit sql` at a terminal of its own, which script(1) makes.
struct Terminal {
    child: Child,
    keys: ChildStdin,
    shown: Arc<Mutex<String>>,
    seen: usize,
}

impl Terminal {
    fn open(place: &Place) -> Option<Self> {
        if !Command::new("script").arg("--version").output().is_ok_and(|output| output.status.success()) {
            skip("there is no script(1)");
            return None;
        }
        let merit = assert_cmd::cargo::cargo_bin("merit");
        // In the shell's place: some shells die of Ctrl-C although what they run does not.
        let line = format!("exec '{}' --data '{}' sql", merit.display(), place.data().display());
        let mut child = Command::new("script")
            .args(["--quiet", "--return", "--command", &line, "/dev/null"])
            .env("XDG_STATE_HOME", place.path("state"))
            .env("TERM", "xterm")
            .env("PAGER", "sed 's/^/paged /'")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("script(1) runs");
        let (keys, mut out) = (child.stdin.take().expect("piped"), child.stdout.take().expect("piped"));
        let shown = Arc::new(Mutex::new(String::new()));
        let showing = Arc::clone(&shown);
        std::thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(count @ 1..) = out.read(&mut bytes) {
                showing.lock().expect("no panic").push_str(&String::from_utf8_lossy(&bytes[..count]));
            }
        });
        let mut terminal = Self { child, keys, shown, seen: 0 };
        terminal.wait("merit> ");
        Some(terminal)
    }

    /// Types, and waits until the screen shows what is expected.
    fn type_until(&mut self, keys: &str, expected: &str) {
        self.press(keys);
        self.wait(expected);
    }

    fn press(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).and_then(|()| self.keys.flush()).expect("it listens");
    }

    /// Presses again and again until the screen shows what is expected.
    fn press_until(&mut self, keys: &str, expected: &str) {
        for _ in 0..60 {
            std::thread::sleep(Duration::from_millis(500));
            self.press(keys);
            if (0..10).any(|_| {
                std::thread::sleep(Duration::from_millis(50));
                self.shows(expected)
            }) {
                return;
            }
        }
        self.wait(expected);
    }

    /// Whether it is shown since it was last waited for.
    fn shows(&mut self, expected: &str) -> bool {
        let shown = self.shown.lock().expect("no panic");
        let Some(at) = shown[self.seen..].find(expected) else { return false };
        self.seen += at + expected.len();
        true
    }

    fn wait(&mut self, expected: &str) {
        for _ in 0..1200 {
            if self.shows(expected) {
                return;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("\"{expected}\" never came: {}", self.shown.lock().expect("no panic"));
    }

    /// Ctrl-D; all that was shown.
    fn leave(mut self) -> String {
        self.press("\u{4}");
        let status = self.child.wait().expect("it ends");
        let shown = self.shown.lock().expect("no panic").clone();
        assert!(status.success(), "{status} after {shown:?}");
        shown
    }
}

#[test]
fn a_terminal_has_a_prompt_a_history_and_completion() {
    let place = place();
    let Some(mut terminal) = Terminal::open(&place) else { return };
    terminal.type_until("SELECT nonsense\r", "...> ");
    terminal.type_until("\u{3}", "merit> ");
    terminal.type_until("SELECT 40\r", "...> ");
    terminal.type_until("+ 2 AS answer;\r", "|     42 |");
    terminal.type_until("SELECT COUNT(*) AS found FROM call_l\t;\r", "|     7 |");
    terminal.type_until("SELECT model FROM calls WHERE call_id = 'd';\r", "\\u{1b}[31mred");
    terminal.type_until("SELECT model FROM calls WHERE call_id = 'g';\r", "paged | xxxx");
    terminal.type_until("SELECT model FRM calls;\r", "line 1, column");
    terminal.type_until("\\d call_log\r", "| task_id");
    let out = terminal.leave();
    assert!(!out.contains("\u{1b}[31mred") && !out.contains("\u{7}owned"), "{out:?}");
    assert!(!out.contains("no column \"nonsense\""), "it was dropped: {out}");
    let kept = std::fs::read_to_string(place.path("state/merit/history")).expect("a history");
    says(&kept, &["SELECT 40", "+ 2 AS answer;", "FROM call_log"]);
    assert!(!kept.contains("nonsense"), "{kept}");
}

#[test]
fn an_interrupt_stops_the_question_and_not_the_shell() {
    let place = place();
    let Some(mut terminal) = Terminal::open(&place) else { return };
    let endless =
        "SELECT SUM(a.value * b.value) FROM generate_series(1, 10000000) a CROSS JOIN generate_series(1, 10000000) b;";
    terminal.press(&format!("{endless}\r"));
    // Before it has begun there is nothing to stop; and what comes with an interrupt in one read is dropped with it.
    terminal.press_until("\u{3}", "interrupted");
    terminal.press_until("SELECT 40 + 2 AS answer;\r", "|     42 |");
    terminal.leave();
}
