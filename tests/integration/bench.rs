//! The benchmark suite from the outside: three stub models of different quality run, a night over their calls.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};

use crate::harness::{Place, python};

/// One project of each category, quick to grade.
const PROJECTS: [&str; 7] = [
    "alert-digest",
    "review-hive-scales",
    "snapshot-retention",
    "document-gate-outage",
    "architecture-frost-sensor-sizing",
    "system-cold-room-door-log",
    "triage-pool-desk",
];

/// Quality by model: what it answers.
const MODELS: [&str; 3] = ["stub-good", "stub-fair", "stub-poor"];

fn projects() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("data/projects")
}

/// What each model answers: the reference, the faulty answer with the best score, nothing that helps.
fn answers() -> Value {
    let read =
        |path: PathBuf| std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut of_model: std::collections::BTreeMap<&str, serde_json::Map<String, Value>> = Default::default();
    for project in PROJECTS {
        let folder = projects().join(project).join("answers");
        let expected: toml::Table = read(folder.join("expected.toml")).parse().expect("scores");
        let faulty = expected
            .iter()
            .filter(|(name, _)| name.starts_with("faulty-"))
            .max_by(|one, two| number(one.1).total_cmp(&number(two.1)))
            .expect("a faulty answer");
        let texts =
            [read(folder.join("reference.md")), read(folder.join(format!("{}.md", faulty.0))), "I cannot.".into()];
        for (model, text) in MODELS.into_iter().zip(texts) {
            of_model.entry(model).or_default().insert(project.into(), text.into());
        }
    }
    json!(of_model)
}

fn number(value: &toml::Value) -> f64 {
    value.as_float().or_else(|| value.as_integer().map(|whole| whole as f64)).expect("a score")
}

/// The stub server, ended with the test.
struct Stub {
    process: Child,
    url: String,
    _answers: tempfile::NamedTempFile,
}

impl Stub {
    fn start(python: &Path) -> Self {
        let mut file = tempfile::NamedTempFile::new().expect("a temporary file");
        write!(file, "{}", answers()).expect("written");
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/stub_server.py");
        let mut command = Command::new(python);
        command.arg(script).arg("--answers").arg(file.path()).stdout(Stdio::piped());
        let mut process = command.spawn().expect("the stub server starts");
        let mut line = String::new();
        BufReader::new(process.stdout.take().expect("piped")).read_line(&mut line).expect("its address");
        Self { process, url: line.trim().to_string(), _answers: file }
    }
}

impl Drop for Stub {
    fn drop(&mut self) {
        let _ended = self.process.kill().and_then(|()| self.process.wait());
    }
}

#[test]
fn three_models_run_and_the_table_ranks_them_rightly_at_their_price() {
    let Some(python) = python() else { return };
    let stub = Stub::start(&python);
    let place = Place::new();
    let settings = format!(
        "[[bench.backends]]\nname = \"stub\"\nkind = \"openai\"\nprovider = \"stub\"\nbase_url = \"{}/v1\"\nmodels = [{}]\n",
        stub.url,
        MODELS.map(|model| format!("\"{model}\"")).join(", ")
    );
    let settings = place.write("merit.toml", &settings);
    let prices = MODELS
        .iter()
        .zip([30, 3, 1])
        .map(|(model, price)| format!("stub,{model},2026-01-01,{price},,{price},the test,2026-01-01\n"));
    let header = "provider,model,effective_from,input_usd_per_mtok,cached_input_usd_per_mtok,output_usd_per_mtok,source,retrieved\n";
    let prices = place.write("prices.csv", &(header.to_string() + &prices.collect::<String>()));
    let flags = ["--config", &settings.to_string_lossy(), "--prices", &prices.to_string_lossy()].map(str::to_string);
    let run = |more: &[&str]| {
        let arguments: Vec<&str> = flags.iter().map(String::as_str).chain(more.iter().copied()).collect();
        place.succeed(&arguments)
    };
    let chosen = PROJECTS.join(",");
    let bench = ["bench", "run", "--backend", "stub", "--project", &chosen, "--repeat", "3"];

    let estimate: Value =
        serde_json::from_str(&run(&[&bench[..], &["--dry-run", "--format", "json"]].concat())).expect("JSON");
    assert_eq!(estimate["calls"], json!(3 * 3 * PROJECTS.len()));
    assert_eq!(estimate["unpriced"], json!([]));
    let report: Value = serde_json::from_str(&run(&[&bench[..], &["--format", "json"]].concat())).expect("JSON");
    assert_eq!(report["settled"], estimate["calls"]);
    run(&bench);
    // Calls count from the day after theirs on.
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("after 1970").as_micros();
    let tomorrow = merit::day::Day::of_timestamp(now as i64).next().to_string();
    run(&["analyze", "--as-of", &tomorrow]);
    assert_eq!(place.count("SELECT COUNT(*) FROM calls"), 3 * 3 * PROJECTS.len() as i64, "each once, though run twice");

    for row in place.sql(
        "SELECT task_category, model, AVG(score) AS score, SUM(cost_usd) AS logged, \
         SUM((input_tokens + output_tokens) / 1e6) AS mtok FROM calls GROUP BY task_category, model",
    ) {
        let price =
            [30.0, 3.0, 1.0][MODELS.iter().position(|model| row["model"] == *model).expect("one of the models")];
        let (logged, tokens) = (row["logged"].as_f64().expect("a cost"), row["mtok"].as_f64().expect("tokens"));
        assert!((logged - tokens * price).abs() <= 1e-6 * logged, "{row}");
    }
    let table: Value = serde_json::from_slice(&place.table()).expect("JSON");
    let leaves = table["segments"].as_array().expect("segments").iter();
    let leaves: Vec<&Value> = leaves.filter(|row| row["role"] != "*" && row["difficulty"] != "*").collect();
    assert!(leaves.len() >= PROJECTS.len());
    for row in leaves.iter().filter(|row| row["category"] != "*") {
        let score = |model: &str| {
            let candidates = row["candidates"].as_array().expect("candidates");
            let found = candidates.iter().find(|one| one["model"].as_str().is_some_and(|id| id.starts_with(model)));
            found.and_then(|candidate| candidate["score"]["mean"].as_f64()).expect("a score")
        };
        let [good, fair, poor] = MODELS.map(score);
        assert!(good > fair && fair > poor, "{} {good} {fair} {poor}", row["category"]);
    }
    let comparison = run(&["bench", "compare", "stub-good", "stub-poor"]);
    assert!(comparison.contains("alert-digest") && comparison.contains("stub-good"), "{comparison}");
}

#[test]
fn what_cannot_be_run_is_refused_in_a_sentence() {
    let place = Place::new();
    let error = place.fail(1, &["bench", "run", "--dry-run"]);
    assert!(error.contains("[[bench.backends]]"), "{error}");
    let error = place.fail(1, &["bench", "run", "--backend", "ollama", "--dry-run"]);
    assert!(error.contains("--model"), "{error}");
    let error =
        place.fail(1, &["bench", "run", "--backend", "ollama", "--model", "m", "--project", "nobody", "--dry-run"]);
    assert!(error.contains("merit bench list"), "{error}");
    let error = place.fail(1, &["bench", "list", "nonsense"]);
    assert!(error.contains("code_generation") && error.contains("beginner"), "{error}");
}

#[test]
fn the_list_says_what_there_is() {
    let place = Place::new();
    let stats: Value =
        serde_json::from_str(&place.succeed(&["bench", "list", "--stats", "--format", "json"])).expect("JSON");
    assert_eq!(stats["projects"], json!(30));
    let debugging = place.succeed(&["bench", "list", "debugging", "beginner"]);
    assert!(debugging.contains("snapshot-retention") && !debugging.contains("ring-journal"), "{debugging}");
}
