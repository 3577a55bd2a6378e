//! `merit serve` as its clients meet it: the real psql, a Python driver, and the dashboard's own queries.

use std::io::{BufRead as _, BufReader, ErrorKind, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::harness::{Place, call, program, python, texts};

const PASSWORD: &str = "correct horse";

/// A server over a place's data, ended with the test.
pub(crate) struct Serving {
    child: Child,
    address: String,
    port: String,
}

impl Serving {
    pub(crate) fn start(place: &Place, arguments: &[&str], password: Option<&str>) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_merit"));
        command
            .current_dir(place.path(""))
            .arg("--data")
            .arg(place.data())
            .args(["serve", "--port", "0"])
            .args(arguments);
        command.env_remove("MERIT_SERVE_PASSWORD").stdout(Stdio::piped());
        command.envs(password.map(|password| ("MERIT_SERVE_PASSWORD", password)));
        let mut child = command.spawn().expect("the server starts");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("piped")).read_line(&mut line).expect("it says where it listens");
        let word = line.split(" on ").nth(1).and_then(|rest| rest.split(',').next()).expect("an address");
        let (address, port) = word.rsplit_once(':').expect("a port");
        Self { address: address.into(), port: port.into(), child }
    }

    pub(crate) fn psql(&self, password: &str, arguments: &[&str]) -> Option<(i32, String, String)> {
        let mut command = Command::new(program("psql", "postgresql-client")?);
        command.args(["-X", "-h", &self.address, "-p", &self.port, "-U", "analyst", "-d", "merit"]);
        let output = command.args(arguments).env("PGPASSWORD", password).env("PGCONNECT_TIMEOUT", "20").output();
        let output = output.expect("psql runs");
        let (out, error) = texts(&output);
        Some((output.status.code().unwrap_or(-1), out, error))
    }

    /// A question's answer without a head, columns parted by bars.
    pub(crate) fn ask(&self, question: &str) -> Option<String> {
        let (code, out, error) = self.psql("", &["-At", "-c", question])?;
        assert!(code == 0 && error.is_empty(), "{question}\n{out}\n{error}");
        Some(out)
    }

    /// Sends a signal and waits for the end; the exit code.
    fn signal(mut self, signal: &str) -> Option<i32> {
        let sent = Command::new("kill").args([signal, &self.child.id().to_string()]).status().expect("kill runs");
        assert!(sent.success());
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_secs(30) {
            if let Some(status) = self.child.try_wait().expect("its state is known") {
                return status.code();
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!("{signal} does not end it");
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ended = self.child.kill();
        let _ended = self.child.wait();
    }
}

pub(crate) fn small_world() -> Place {
    let place = Place::new();
    let folder = place.path("logs").to_string_lossy().into_owned();
    place.succeed(&["simulate", "--days", "12", "--calls-per-day", "300", "-o", &folder]);
    place.succeed(&["analyze", "--as-of", "2026-06-13", "--quiet", "--logs", &folder]);
    place
}

#[test]
fn psql_asks_describes_copies_and_is_refused() {
    let place = small_world();
    let serving = Serving::start(&place, &[], None);
    let Some(count) = serving.ask("SELECT COUNT(*) FROM calls") else { return };
    assert_eq!(count.trim().parse::<i64>().expect("a number"), place.count("SELECT COUNT(*) FROM calls"));
    let run = |arguments: &[&str]| serving.psql("", arguments).expect("psql is there");
    let good = |arguments: &[&str]| {
        let (code, out, error) = run(arguments);
        assert!(code == 0 && error.is_empty(), "{arguments:?}\n{out}\n{error}");
        out
    };

    // What there is, and of which columns.
    let tables = good(&["-c", "\\dt"]);
    assert!(
        tables.contains("routing_table") && tables.contains("arms_daily") && !tables.contains("pg_class"),
        "{tables}"
    );
    assert!(good(&["-c", "\\dv"]).contains("calls"));
    assert!(good(&["-c", "\\d"]).contains("decayed_scores"));
    let table = good(&["-c", "\\d routing_table"]);
    assert!(table.contains("weight") && table.contains("double precision"), "{table}");
    let view = good(&["-c", "\\d+ calls"]);
    assert!(view.contains("timestamp with time zone") && view.contains("View \"public.calls\""), "{view}");
    for command in [
        "\\d public.*",
        "\\dn",
        "\\l",
        "\\du",
        "\\dT",
        "\\df",
        "\\dp",
        "\\dx",
        "\\d+",
        "\\conninfo",
        "\\dS",
        "\\df+",
        "\\db",
        "\\z",
    ] {
        good(&["-c", command]);
    }
    let (code, _, error) = run(&["-c", "\\di"]);
    assert!(code == 0 && error.contains("Did not find any relations"), "{error}");
    assert_eq!(good(&["-At", "-c", "SHOW server_version"]), "14.0\n");
    assert!(good(&["-c", "SHOW TABLES"]).contains("routing_table"));

    // What drivers and tools ask first.
    let clients = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/serve/clients.sql");
    let first = good(&["-At", "-v", "ON_ERROR_STOP=1", "-f", &clients.to_string_lossy()]);
    assert!(first.contains("score|double precision") && first.contains("\nrouting_table\n"), "{first}");

    // Copies: the same rows as the question's, in a file of the client's.
    let csv = good(&["-c", "COPY (SELECT arm, weight FROM routing_table ORDER BY 1, 2 LIMIT 3) TO STDOUT CSV HEADER"]);
    assert!(csv.starts_with("arm,weight\n") && csv.lines().count() == 4, "{csv}");
    let file = place.path("rows.tsv");
    good(&["-c", &format!("\\copy routing_table TO '{}'", file.display())]);
    let rows = std::fs::read_to_string(&file).expect("copied").lines().count() as i64;
    assert_eq!(rows, place.count("SELECT COUNT(*) FROM routing_table"));

    // An error points at its place.
    let (code, _, error) = run(&["-c", "SELECT arm\nFROM calls WHERE weigth > 1"]);
    assert!(code == 1 && error.contains("LINE 2: FROM calls WHERE weigth > 1"), "{error}");
    let place_of =
        |error: &str| error.lines().find(|line| line.trim() == "^").map(|line| line.find('^').expect("there"));
    assert_eq!(place_of(&error), Some("LINE 2: FROM calls WHERE ".len()), "{error}");
    let (code, _, error) = run(&["-c", "SELECT * FORM calls"]);
    assert!(
        code == 1 && error.contains("LINE 1") && place_of(&error) == Some("LINE 1: SELECT * FORM ".len()),
        "{error}"
    );
    let (_, _, error) = run(&["-v", "VERBOSITY=verbose", "-c", "SELECT * FROM nowhere"]);
    assert!(error.contains("42P01") && error.contains("HINT:"), "{error}");

    // Nothing changes anything; drivers' settings and transactions are taken.
    for statement in ["DELETE FROM calls", "CREATE TABLE x (a int)", "COPY calls TO '/tmp/x'", "SELECT 1 INTO x"] {
        let (code, out, error) = run(&["-c", statement]);
        assert!(code == 1 && error.contains("ERROR:"), "{statement}\n{out}\n{error}");
    }
    let (_, _, error) = run(&["-c", "DELETE FROM calls"]);
    assert!(error.contains("cannot execute DELETE"), "{error}");
    let settings =
        "SET extra_float_digits = 3; BEGIN READ ONLY; SET LOCAL timezone TO 'UTC'; SELECT 7 AS seven; COMMIT";
    assert_eq!(good(&["-At", "-c", settings]), "SET\nBEGIN\nSET\n7\nCOMMIT\n");
    assert_eq!(serving.signal("-TERM"), Some(0));
}

#[test]
fn a_python_driver_binds_prepares_copies_and_proves_its_password() {
    let place = small_world();
    let Some(python) = python() else { return };
    let serving = Serving::start(&place, &[], Some(PASSWORD));
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/python/psycopg_client.py");
    let output = Command::new(python).arg(script).args([&serving.address, &serving.port, PASSWORD]).output();
    let output = output.expect("Python runs");
    let (out, error) = texts(&output);
    assert!(output.status.success() && out.contains("is content"), "{out}\n{error}");
    // psql proves it too, and neither a wrong one nor none lets in.
    if let Some((code, out, error)) = serving.psql(PASSWORD, &["-At", "-c", "SELECT 1"]) {
        assert!(code == 0 && out == "1\n", "{error}");
        let (code, _, error) = serving.psql("wrong", &["-c", "SELECT 1"]).expect("psql is there");
        assert!(code == 2 && error.contains("the password is wrong"), "{error}");
        assert_eq!(serving.psql("", &["-w", "-c", "SELECT 1"]).expect("psql is there").0, 2);
    }
    assert_eq!(serving.signal("-INT"), Some(0));
}

#[test]
fn a_new_night_is_seen_by_the_next_question() {
    let place = Place::new();
    let line = |id: &str| call(id, "2026-06-10T10:00:00Z", "claude-opus", "\"score\":7");
    place.write("data/inbox/1.jsonl", &line("a"));
    // A store without a table serves already what there is.
    place.succeed(&["ingest", &place.data().join("inbox/1.jsonl").to_string_lossy()]);
    let serving = Serving::start(&place, &[], None);
    let Some(before) = serving.ask("SELECT COUNT(*) FROM calls") else { return };
    assert_eq!(before, "1\n");
    place.succeed(&["analyze", "--as-of", "2026-06-11", "--quiet"]);
    assert_eq!(serving.ask("SELECT DISTINCT table_version FROM routing_table").expect("psql"), "1\n");
    place.write("data/inbox/2.jsonl", &line("b"));
    place.succeed(&["analyze", "--as-of", "2026-06-11", "--quiet"]);
    let after = serving.ask("SELECT DISTINCT table_version, (SELECT COUNT(*) FROM calls) FROM routing_table");
    assert_eq!(after.expect("psql"), "2|2\n");
}

/// A connection that has a place and does not say who it is. The client before may still be leaving.
fn hold(address: &str) -> TcpStream {
    let begun = Instant::now();
    loop {
        let stream = TcpStream::connect(address).expect("it listens");
        stream.set_read_timeout(Some(Duration::from_secs(1))).expect("a timeout");
        // Who is let in hears nothing; who is turned away is told so at once.
        let waits = [ErrorKind::WouldBlock, ErrorKind::TimedOut];
        if stream.peek(&mut [0]).is_err_and(|error| waits.contains(&error.kind())) {
            stream.set_read_timeout(None).expect("no timeout");
            return stream;
        }
        assert!(begun.elapsed() < Duration::from_secs(10), "no place");
    }
}

#[test]
fn limits_hold_and_a_slow_question_is_stopped() {
    let place = Place::new();
    place.write("data/inbox/1.jsonl", &call("a", "2026-06-10T10:00:00Z", "claude-opus", "\"score\":7"));
    place.succeed(&["analyze", "--as-of", "2026-06-11", "--quiet"]);
    let settings = place.write("limits.toml", "[serve]\nmax_connections = 2\nstatement_timeout_seconds = 2\n");
    let serving = Serving::start(&place, &["--config", &settings.to_string_lossy()], None);
    let endless = "SELECT COUNT(*) FROM generate_series(1, 4000000000) AS a(x) WHERE x % 7 = 3";
    let Some((code, _, error)) = serving.psql("", &["-c", endless]) else { return };
    assert!(code == 1 && error.contains("statement timeout"), "{error}");
    let (code, _, error) = serving.psql("", &["-c", "SET statement_timeout = '200ms'", "-c", endless]).expect("psql");
    assert!(code == 1 && error.contains("statement timeout"), "{error}");
    // Two take both places; the third is told so and the first one's place is free when it leaves.
    let address = format!("{}:{}", serving.address, serving.port);
    let mut held = vec![hold(&address), hold(&address)];
    let until = |wanted: &dyn Fn(i32, &str) -> bool| {
        let begun = Instant::now();
        loop {
            let (code, _, error) = serving.psql("", &["-c", "SELECT 1"]).expect("psql");
            if wanted(code, &error) {
                break;
            }
            assert!(begun.elapsed() < Duration::from_secs(12), "{code} {error}");
            std::thread::sleep(Duration::from_millis(50));
        }
    };
    until(&|code, error| code == 2 && error.contains("too many clients"));
    // Bytes that are no message end that connection alone.
    let mut broken = held.pop().expect("two");
    broken.write_all(&[0, 0, 0, 9, 0, 3, 0, 0, 7]).expect("sent");
    let mut answer = Vec::new();
    broken.read_to_end(&mut answer).expect("answered");
    assert!(String::from_utf8_lossy(&answer).contains("breaks the protocol"), "{answer:?}");
    drop((broken, held));
    until(&|code, _| code == 0);
    assert_eq!(serving.signal("-INT"), Some(0));
}

#[test]
fn an_address_that_others_reach_needs_a_password() {
    let place = Place::new();
    place.write("data/inbox/1.jsonl", &call("a", "2026-06-10T10:00:00Z", "claude-opus", "\"score\":7"));
    place.succeed(&["ingest", &place.data().join("inbox/1.jsonl").to_string_lossy()]);
    let refused = |arguments: &[&str], password: Option<&str>| {
        let mut command = place.command();
        command.args(["serve", "--port", "0"]).args(arguments).env_remove("MERIT_SERVE_PASSWORD");
        command.envs(password.map(|password| ("MERIT_SERVE_PASSWORD", password)));
        let output = command.timeout(Duration::from_secs(60)).output().expect("it ends by itself");
        assert_eq!(output.status.code(), Some(1));
        texts(&output).1
    };
    assert!(refused(&["--address", "0.0.0.0"], None).contains("there is no password; set MERIT_SERVE_PASSWORD"));
    assert!(refused(&["--address", "0.0.0.0"], Some("grün")).contains("printable ASCII"));
    let serving = Serving::start(&place, &["--address", "0.0.0.0"], Some(PASSWORD));
    if let Some((code, out, error)) = serving.psql(PASSWORD, &["-At", "-c", "SELECT 1"]) {
        assert!(code == 0 && out == "1\n", "{error}");
    }
    let serving = Serving::start(&place, &[], Some(PASSWORD));
    let address = format!("{}:{}", serving.address, serving.port);
    let taken = place.command().args(["serve", "--port", &serving.port]).output().expect("it ends by itself");
    assert!(texts(&taken).1.contains(&format!("cannot listen on {address}")), "{}", texts(&taken).1);
}

#[test]
fn hostile_names_come_through_as_they_are() {
    let place = Place::new();
    let name = "a\\\"'; DROP TABLE calls; -- 🙂<script>";
    let mut lines = String::new();
    for n in 0..3 {
        lines += &call(&format!("c{n}"), "2026-06-10T10:00:00Z", name, "\"score\":7");
    }
    place.write("data/inbox/calls.jsonl", &lines);
    place.succeed(&["analyze", "--as-of", "2026-06-11", "--quiet"]);
    let serving = Serving::start(&place, &[], None);
    let Some(found) = serving.ask("SELECT DISTINCT model FROM calls") else { return };
    assert_eq!(found, "a\"'; DROP TABLE calls; -- 🙂<script>\n");
    let quoted = "SELECT COUNT(*) FROM calls WHERE model = 'a\"''; DROP TABLE calls; -- 🙂<script>'";
    assert_eq!(serving.ask(quoted).expect("psql"), "3\n");
}
