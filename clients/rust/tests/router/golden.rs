//! Golden vectors: tables and choices that every client must repeat.
//!
//! `tests/golden/tables/*.json` are the tables; each line of `tests/golden/choose.jsonl` is a request
//! with its number u (as u53 = u · 2⁵³, an integer, so that no reader's decimals matter) and the
//! answer, or the kind of refusal. Where the request has a task id, u follows from it.
//! `MERIT_BLESS=1 cargo test -p merit-router` writes them anew; otherwise they are compared.

use std::fs;
use std::path::PathBuf;

use merit_router::table::round12;
use merit_router::{Arm, ChooseError, Draft, Request, Router, choose, uniform};
use serde::Serialize;

use crate::chance::Chance;
use crate::tables::{greedy, plain, probes, sealed, unicode};

#[derive(Serialize)]
struct Case<'a> {
    table: &'a str,
    request: Asked<'a>,
    u53: u64,
    answer: Option<Told<'a>>,
    error: Option<&'a str>,
}

#[derive(Serialize)]
struct Asked<'a> {
    role: &'a str,
    category: &'a str,
    difficulty: &'a str,
    task_id: Option<&'a str>,
    attempt: u32,
    exclude: &'a [&'a str],
    max_cost: Option<f64>,
    input_tokens: Option<u64>,
    output_tokens: Option<u64>,
}

#[derive(Serialize)]
struct Told<'a> {
    model: &'a str,
    name: &'a str,
    provider: &'a str,
    /// To 12 significant digits.
    propensity: f64,
    arm: Arm,
    row_used: String,
    fallback: Vec<&'a str>,
    /// To 12 significant digits.
    cost_usd: Option<f64>,
}

fn folder() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/golden"))
}

/// Compares with the file, or writes it where that is asked for.
fn golden(name: &str, text: &str) {
    let path = folder().join(name);
    if std::env::var_os("MERIT_BLESS").is_some() {
        fs::create_dir_all(path.parent().expect("in a folder")).expect("a folder to write to");
        fs::write(&path, text).expect("a file to write to");
    }
    let stands = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    for (number, (line, expected)) in text.lines().zip(stands.lines()).enumerate() {
        assert_eq!(line, expected, "{name}, line {}", number + 1);
    }
    assert_eq!(text.lines().count(), stands.lines().count(), "{name}");
}

fn line(name: &str, router: &Router, request: &Request<'_>, u: f64) -> String {
    let asked = Asked {
        role: request.role,
        category: request.category,
        difficulty: request.difficulty,
        task_id: request.task_id,
        attempt: request.attempt,
        exclude: request.exclude,
        max_cost: request.max_cost,
        input_tokens: request.input_tokens,
        output_tokens: request.output_tokens,
    };
    let (answer, error) = match choose(router, request, u) {
        Ok(answer) => (
            Some(Told {
                model: answer.model,
                name: answer.name,
                provider: answer.provider,
                propensity: round12(answer.propensity),
                arm: answer.arm,
                row_used: answer.row_used.to_string(),
                fallback: answer.fallback.to_vec(),
                cost_usd: answer.expected.cost_usd.map(round12),
            }),
            None,
        ),
        Err(ChooseError::AllExcluded { .. }) => (None, Some("all_excluded")),
        Err(other) => panic!("{other}"),
    };
    let case = Case { table: name, request: asked, u53: (u * 2.0_f64.powi(53)) as u64, answer, error };
    serde_json::to_string(&case).expect("plain data")
}

/// Cases of one table: its own rows and strangers, with and without limits.
fn cases(name: &str, draft: Draft, seed: u64) -> Vec<String> {
    let (table, bytes) = sealed(draft);
    golden(&format!("tables/{name}.json"), &String::from_utf8(bytes).expect("UTF-8"));
    let router = Router::new(&table).expect("sound");
    let mut chance = Chance(seed);
    let mut lines = Vec::new();
    let models: Vec<&str> = table.models.keys().map(String::as_str).collect();
    for number in 0..2_500 {
        let row = chance.pick(&table.segments);
        let name_or = |chance: &mut Chance, name: &'static str, of: &str| {
            if of == "*" && chance.happens(0.9) { name.to_owned() } else { of.to_owned() }
        };
        let role = name_or(&mut chance, "stranger", &row.role);
        let category = name_or(&mut chance, "code_review", &row.category);
        let difficulty = name_or(&mut chance, "advanced", &row.difficulty);
        let exclude: Vec<&str> = if chance.happens(0.4) {
            models.iter().copied().filter(|_| chance.happens(0.4)).collect()
        } else {
            Vec::new()
        };
        let id = match number % 40 {
            0 => String::new(),
            1 => format!("задача-{number} ✓"),
            2 => "long ".repeat(40) + &number.to_string(),
            _ => format!("task-{number}"),
        };
        let request = Request {
            role: &role,
            category: &category,
            difficulty: &difficulty,
            task_id: Some(&id),
            attempt: *chance.pick(&[1, 1, 1, 2, 3, 10, u32::MAX]),
            exclude: &exclude,
            max_cost: chance.happens(0.4).then(|| *chance.pick(&[0.0, 0.001, 0.004, 0.01, 0.03, 1.0])),
            input_tokens: chance.happens(0.3).then(|| chance.bits() % 5_000),
            output_tokens: chance.happens(0.3).then(|| chance.bits() % 2_000),
        };
        let u = uniform(&table.digest, &role, &category, &difficulty, &id, request.attempt);
        lines.push(line(name, &router, &request, u));
    }
    // The borders of the interval's parts, drawn with u as given.
    let step = 2.0_f64.powi(-53);
    let on_grid = |u: f64| (u.max(0.0) / step).floor() * step;
    let border = on_grid(table.policy.epsilon);
    let probing = on_grid(table.policy.epsilon - 0.0025);
    for row in &table.segments {
        for u in [0.0, probing, border, border + step, 0.5, 1.0 - step] {
            lines.push(line(name, &router, &Request::new(&row.role, &row.category, &row.difficulty), u));
        }
    }
    // The probes' part is narrow; few tasks fall there by themselves.
    let probing = table.segments.iter().filter(|row| row.candidates.iter().any(|c| c.probe_weight > 0.0));
    for row in probing {
        for _ in 0..100 {
            let exclude: Vec<&str> = models.iter().copied().filter(|_| chance.happens(0.2)).collect();
            let request = Request { exclude: &exclude, ..Request::new(&row.role, &row.category, &row.difficulty) };
            lines.push(line(name, &router, &request, on_grid(table.policy.epsilon - 0.02 * chance.unit())));
        }
    }
    lines
}

#[test]
fn choices_are_the_golden_ones() {
    let mut lines = Vec::new();
    for (name, draft, seed) in
        [("plain", plain(), 1), ("probes", probes(), 2), ("greedy", greedy(), 3), ("unicode", unicode(), 4)]
    {
        lines.extend(cases(name, draft, seed));
    }
    for part in ["\"explore\"", "\"exploit\"", "\"probe\"", "\"forced\"", "all_excluded"] {
        assert!(lines.iter().any(|line| line.contains(part)), "no case of {part}");
    }
    golden("choose.jsonl", &(lines.join("\n") + "\n"));
}
