//! The programs: what they are given, what is made of what they print, and that nothing of them outlives its time.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::Duration;

use merit_backends::{BackendKind, BackendSettings, Outcome, Request, Runner, Stop, Surroundings, open};
use nix::sys::signal::kill;
use nix::unistd::Pid;
use serde_json::Value;

use crate::surroundings::{KEY, surroundings};

fn settings(kind: BackendKind) -> BackendSettings {
    let program = if kind == BackendKind::ClaudeProgram { "claude" } else { "gemini" };
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/programs").join(program);
    BackendSettings { program: Some(program), models: vec!["good".to_owned()], ..BackendSettings::named(kind.as_str()) }
}

fn opened(settings: BackendSettings, surroundings: &Surroundings) -> Runner {
    open(&[settings], surroundings).expect("the settings are good").remove(0)
}

fn run(kind: BackendKind, model: &str) -> Outcome {
    opened(settings(kind), &surroundings(&[]).0).run(&Request::new(model, "hello"))
}

/// The kinds of all attempts, and the last message.
fn failed(kind: BackendKind, model: &str) -> (Vec<String>, String) {
    let outcome = run(kind, model);
    let kinds = outcome.attempts.iter().filter_map(|attempt| attempt.error_kind());
    let kinds = kinds.map(|kind| kind.as_str().to_owned()).collect();
    (kinds, outcome.result.expect_err("it fails").message().to_owned())
}

/// What a fake program says it was given.
fn given(outcome: &Outcome) -> Value {
    let answer = outcome.result.as_ref().expect("it answers");
    serde_json::from_str(&answer.text).expect("the fake program answers with JSON")
}

#[test]
fn claude_is_asked_in_an_empty_folder_without_tools() {
    let runner = opened(settings(BackendKind::ClaudeProgram), &surroundings(&[]).0);
    let prompt = "what is\n\"this\"? ".repeat(50_000);
    let request = Request { system: Some("be brief".to_owned()), ..Request::new("good", &prompt) };
    let outcome = runner.run(&request);
    let given = given(&outcome);
    assert_eq!(given["prompt"], prompt.as_str());
    assert_eq!(
        given["arguments"],
        serde_json::json!([
            "--print",
            "--output-format",
            "json",
            "--tools",
            "",
            "--strict-mcp-config",
            "--no-session-persistence",
            "--model",
            "good",
            "--system-prompt",
            "be brief",
        ])
    );
    assert_eq!(given["files"], serde_json::json!([]));
    assert_eq!(given["environment"]["CLAUDE_CODE_MAX_OUTPUT_TOKENS"], "8192");
    let folder = PathBuf::from(given["folder"].as_str().expect("a folder"));
    assert!(!folder.exists(), "{} is left behind", folder.display());

    let answer = outcome.result.expect("it answers");
    let used = answer.usage;
    assert_eq!((used.input_tokens, used.cached_input_tokens, used.output_tokens), (Some(4_312), Some(4_000), Some(56)));
    assert_eq!(used.cost_usd, Some(0.0123));
    assert_eq!((answer.stop, answer.served_model.as_deref()), (Stop::End, Some("claude-opus-5-5")));
}

#[test]
fn claudes_other_ways_to_answer_are_read() {
    let text = |model| run(BackendKind::ClaudeProgram, model).result.expect("it answers").text;
    assert_eq!(text("list"), "from a list");
    assert_eq!(text("fills-no-pipe"), "did not read");
    let cut = run(BackendKind::ClaudeProgram, "max-tokens").result.expect("it answers");
    assert!(cut.is_truncated());
}

#[test]
fn claudes_failures_have_their_words() {
    let of = |model| failed(BackendKind::ClaudeProgram, model);
    assert_eq!(of("overloaded").0, ["server_error"; 5]);
    assert_eq!(of("limited"), (vec!["rate_limit".to_owned(); 5], "the program says: Server is busy".to_owned()));
    assert_eq!(of("logged-out").0, ["authentication"]);
    assert_eq!(of("turns").0, ["program"]);
    let fails = "the program failed (exit status: 1): error: unknown option '--tools'";
    assert_eq!(of("fails"), (vec!["program".to_owned()], fails.to_owned()));
    assert_eq!(of("malformed").0, ["malformed"]);
    assert_eq!(of("wrong-shape").0, ["malformed"]);
    assert_eq!(of("floods").0, ["malformed"]);
}

#[test]
fn gemini_is_asked_in_a_folder_that_turns_its_tools_off() {
    let runner = opened(settings(BackendKind::GeminiProgram), &surroundings(&[]).0);
    let request = Request { system: Some("be brief".to_owned()), ..Request::new("good", "hello") };
    let outcome = runner.run(&request);
    let given = given(&outcome);
    assert_eq!((&given["prompt"], &given["system"]), (&"hello".into(), &"be brief".into()));
    assert_eq!(
        given["arguments"],
        serde_json::json!([
            "--output-format",
            "json",
            "--extensions",
            "none",
            "--allowed-mcp-server-names",
            "none",
            "--model",
            "good",
        ])
    );
    assert_eq!(given["settings"]["tools"]["core"], serde_json::json!([]));
    assert_eq!(given["environment"]["GEMINI_CLI_TRUST_WORKSPACE"], "true");
    assert!(!Path::new(given["folder"].as_str().expect("a folder")).exists());

    let answer = outcome.result.expect("it answers");
    let used = answer.usage;
    assert_eq!((used.input_tokens, used.cached_input_tokens, used.output_tokens), (Some(1_000), Some(600), Some(270)));
    assert_eq!((used.cost_usd, answer.served_model.as_deref()), (None, Some("good")));
    assert_eq!(run(BackendKind::GeminiProgram, "quiet").result.expect("it answers").text, "");
}

#[test]
fn geminis_failures_have_their_words() {
    let of = |model| failed(BackendKind::GeminiProgram, model);
    let limited = "the program says (ApiError): Resource has been exhausted";
    assert_eq!(of("limited"), (vec!["rate_limit".to_owned(); 5], limited.to_owned()));
    assert_eq!(of("logged-out").0, ["authentication"]);
    assert_eq!(of("odd-input").0, ["invalid_request"]);
    assert_eq!(of("fails").0, ["program"]);
    assert_eq!(of("malformed").0, ["malformed"]);
    assert_eq!(of("wrong-shape").0, ["malformed"]);
}

#[test]
fn a_program_is_given_the_key_of_the_settings_and_none_of_the_others() {
    const VARIABLES: [&str; 6] = [
        "ANTHROPIC_API_KEY",
        "GEMINI_API_KEY",
        "GOOGLE_API_KEY",
        "GROQ_API_KEY",
        "OPENAI_API_KEY",
        "OPENROUTER_API_KEY",
    ];
    // A program inherits the environment of the process, so this test is a process of its own that has all keys.
    const INSIDE: &str = "MERIT_TEST_HAS_ALL_KEYS";
    if env::var_os(INSIDE).is_none() {
        let test = "programs::a_program_is_given_the_key_of_the_settings_and_none_of_the_others";
        let mut again = Command::new(env::current_exe().expect("the test is a program"));
        again.args(["--exact", test]).env(INSIDE, "1").envs(VARIABLES.map(|variable| (variable, "inherited")));
        let output = again.output().expect("it starts");
        let printed = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success() && printed.contains("1 passed"), "{printed}");
        return;
    }
    let (surroundings, _) = surroundings(&[("OUR_KEY", KEY)]);
    for (kind, own) in [
        (BackendKind::ClaudeProgram, &["ANTHROPIC_API_KEY"][..]),
        (BackendKind::GeminiProgram, &["GEMINI_API_KEY", "GOOGLE_API_KEY"][..]),
    ] {
        for key_variable in [Some("OUR_KEY".to_owned()), None] {
            let is_given = key_variable.is_some();
            let settings = BackendSettings { key_variable, ..settings(kind) };
            let outcome = opened(settings, &surroundings).run(&Request::new("good", "hello"));
            let given = given(&outcome);
            for variable in VARIABLES {
                // The whole key in an answer is masked, so that it gets into no record.
                let expected = match own.iter().position(|own| *own == variable) {
                    Some(0) if is_given => Some("***"),
                    Some(_) if !is_given => Some("inherited"),
                    _ => None,
                };
                assert_eq!(given["environment"][variable].as_str(), expected, "{kind:?}, {variable}: {given}");
            }
        }
    }
}

#[test]
fn a_key_that_a_program_prints_is_in_no_error() {
    let (surroundings, _) = surroundings(&[("OUR_KEY", KEY)]);
    let settings = BackendSettings { key_variable: Some("OUR_KEY".to_owned()), ..settings(BackendKind::ClaudeProgram) };
    let outcome = opened(settings, &surroundings).run(&Request::new("echoes-key", "hello"));
    assert!(!format!("{outcome:?}").contains(&KEY[..8]), "{outcome:?}");
    let error = outcome.result.expect_err("it fails");
    assert_eq!(error.message(), "the program failed (exit status: 1): the key *** is wrong");
}

#[test]
fn a_path_from_here_is_found_from_its_empty_folder() {
    // Tests run in the package's folder.
    let program = Some(PathBuf::from("tests/programs/claude"));
    let settings = BackendSettings { program, ..settings(BackendKind::ClaudeProgram) };
    let outcome = opened(settings, &surroundings(&[]).0).run(&Request::new("list", "hello"));
    assert_eq!(outcome.result.expect("it answers").text, "from a list");
}

#[test]
fn a_program_that_is_not_there_is_named() {
    let program = Some(PathBuf::from("no-such-program-of-merit"));
    let settings = BackendSettings { program, ..settings(BackendKind::ClaudeProgram) };
    let error = opened(settings, &surroundings(&[]).0).run(&Request::new("good", "hello")).result.expect_err("no");
    let message = "the program no-such-program-of-merit is not found; install it, or set program to its path";
    assert_eq!((error.kind().as_str(), error.message()), ("program", message));
}

/// Waits until a process is gone; a zombie that nobody waits for any more counts as gone.
fn gone(pid: i32) -> bool {
    let is_there = || {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        let is_zombie = stat.rsplit(") ").next().is_some_and(|rest| rest.starts_with('Z'));
        kill(Pid::from_raw(pid), None).is_ok() && !is_zombie
    };
    (0..500).any(|_| {
        thread::sleep(Duration::from_millis(10));
        !is_there()
    })
}

#[test]
fn a_program_that_hangs_is_ended_with_all_it_started() {
    let folder = tempfile::tempdir().expect("a folder");
    for is_cancelled in [false, true] {
        let told = folder.path().join(format!("cancelled-{is_cancelled}"));
        let (surroundings, _) = surroundings(&[]);
        let runner = opened(settings(BackendKind::ClaudeProgram), &surroundings);
        let timeout = Duration::from_secs(if is_cancelled { 300 } else { 5 });
        let prompt = told.to_str().expect("a path of plain characters");
        let request = Request { timeout: Some(timeout), ..Request::new("hangs", prompt) };
        let outcome = thread::scope(|scope| {
            let run = scope.spawn(|| runner.run(&request));
            while is_cancelled && !told.exists() {
                thread::sleep(Duration::from_millis(10));
            }
            if is_cancelled {
                surroundings.cancel.cancel();
            }
            run.join().expect("it does not panic")
        });
        let expected = if is_cancelled { "cancelled" } else { "timeout" };
        assert_eq!(outcome.result.expect_err("it hangs").kind().as_str(), expected);
        let pids = fs::read_to_string(&told).expect("the program started within its time");
        for pid in pids.split(' ') {
            assert!(gone(pid.parse().expect("a process id")), "{pid} lives on");
        }
    }
}

#[test]
fn gemini_that_hangs_is_a_timeout() {
    let runner = opened(settings(BackendKind::GeminiProgram), &surroundings(&[]).0);
    let request = Request { timeout: Some(Duration::from_millis(500)), ..Request::new("hangs", "hello") };
    let outcome = runner.run(&request);
    assert_eq!(outcome.attempts.len(), 1);
    assert_eq!(outcome.result.expect_err("it hangs").kind().as_str(), "timeout");
}

#[test]
fn what_a_program_leaves_behind_is_ended() {
    let outcome = run(BackendKind::ClaudeProgram, "leaves");
    let pid = outcome.result.expect("it answers").text;
    assert!(gone(pid.parse().expect("a process id")), "{pid} lives on");
}
