//! An orchestrator in Rust: choose a model, call it, fail over, log every attempt, score the answer.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program says what came of it")]

use std::{collections::BTreeMap, env, error::Error, process::ExitCode, sync::Arc, time::Duration};

use merit_router::{Attempt, CallError, CallLog, CoolDownSettings, CoolDowns, ExecutionSettings, Executor};
use merit_router::{LiveRouter, LogSettings, OutcomeRecord, Reply, Request, Usage};
use serde_json::{Value, json};

/// How hard the task is, and what is to be multiplied by 1 to 10.
fn task(number: u64) -> (&'static str, u64) {
    if 7 * number % 10 < 5 { ("beginner", 10 + number % 90) } else { ("advanced", 100 + 7 * number % 900) }
}

/// One call.
fn ask(server: &str, attempt: Attempt<'_>, factor: u64) -> Result<Reply<String>, CallError> {
    let text = format!("Multiply {factor} by 1, 2, and so on to 10. Answer with ten numbers.");
    let body = json!({ "model": attempt.name, "messages": [{ "role": "user", "content": text }] }).to_string();
    let post = ureq::post(format!("{server}/v1/chat/completions")).config().http_status_as_error(false);
    let mut response = post.timeout_global(Some(attempt.timeout)).build().send(body).map_err(broken)?;
    let kind = match response.status().as_u16() {
        200 => return answer(&response.body_mut().read_to_string().map_err(broken)?),
        400 => "invalid_request",
        401 => "authentication",
        429 => "rate_limit",
        500.. => "server_error",
        _ => "unexpected_status",
    };
    let wait = response.headers().get("Retry-After").and_then(|wait| wait.to_str().ok()?.parse().ok());
    let error = CallError::new(kind, format!("status {}", response.status()));
    Err(CallError { retry_after: wait.map(Duration::from_secs), ..error })
}

fn broken(error: ureq::Error) -> CallError {
    CallError::new(if matches!(error, ureq::Error::Timeout(_)) { "timeout" } else { "connection" }, error.to_string())
}

fn answer(body: &str) -> Result<Reply<String>, CallError> {
    let reply: Value = serde_json::from_str(body).map_err(|error| CallError::new("bad_json", error.to_string()))?;
    let (text, used) = (reply["choices"][0]["message"]["content"].as_str(), &reply["usage"]);
    let (input_tokens, output_tokens) = (used["prompt_tokens"].as_u64(), used["completion_tokens"].as_u64());
    let usage = Usage { input_tokens, output_tokens, cost_usd: used["cost"].as_f64(), ..Usage::default() };
    Ok(Reply { value: text.unwrap_or_default().to_owned(), usage })
}

/// From 0 to 10: how many of the ten products are right.
fn score(answer: &str, factor: u64) -> f64 {
    answer.split(' ').zip(1..=10).map(|(text, n)| f64::from(text == (factor * n).to_string())).sum()
}

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let given: Vec<String> = env::args().skip(1).collect();
    let [table, inbox, server, tasks, prefix] = given.as_slice() else { Err("give: table inbox server tasks prefix")? };
    let (mut by_model, tasks, ms) = (BTreeMap::<String, u64>::new(), tasks.parse()?, Duration::from_millis);
    // A day of this demo lasts seconds, and patience is short in proportion. In production begin with the defaults.
    let patience = ExecutionSettings { timeout: ms(1_000), pause: ms(10), pause_cap: ms(100), ..Default::default() };
    let rests = CoolDowns::new(CoolDownSettings { rest: ms(1), rest_cap: ms(20), ..Default::default() });
    let live = LiveRouter::watch(table, LiveRouter::INTERVAL)?;
    let log = Arc::new(CallLog::open(inbox, LogSettings::default())?);
    let executor = Executor::new(patience).with_log(Arc::clone(&log)).with_cool_downs(Arc::new(rests));
    for number in 0..tasks {
        let ((difficulty, factor), id) = (task(number), format!("{prefix}{number}"));
        let request = Request { task_id: Some(&id), ..Request::new("executor", "arithmetic", difficulty) };
        match executor.execute_with_fallback(&live.current(), &request, |attempt| ask(server, attempt, factor)) {
            Ok(done) => {
                let outcome = OutcomeRecord::new(done.call_id().unwrap_or_default());
                let score = Some(score(&done.value, factor));
                log.outcome(&OutcomeRecord { score, judge: Some("products"), ..outcome });
                *by_model.entry(done.model).or_default() += 1;
            }
            Err(error) => eprintln!("{error}"),
        }
    }
    log.close();
    let served: u64 = by_model.values().sum();
    println!("served {served}, failed {}", tasks - served);
    by_model.iter().for_each(|(model, n)| println!("{model} {:.1} %", 100.0 * *n as f64 / served as f64));
    Ok(if served == tasks { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
