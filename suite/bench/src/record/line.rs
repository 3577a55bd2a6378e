//! The call records of a run, one JSON line each, in the order of the plan.

use merit_backends::MALFORMED;
use merit_router::CallRecord;
use serde::Serialize;

use crate::ask::{self, read_judge, read_triage};
use crate::journal::{Attempt, Call, State};
use crate::plan::{Kind, Plan, Step, Task, call_id};

/// A call record with its name and its instant, as merit's native reader takes them.
#[derive(Serialize)]
struct Line<'a> {
    call_id: &'a str,
    /// Microseconds since 1970.
    timestamp: i64,
    #[serde(flatten)]
    record: CallRecord<'a>,
}

/// What a record says beyond the record's own fields: no content, no identity.
#[derive(Serialize)]
struct Extra<'a> {
    run: &'a str,
    project: &'a str,
    project_version: u32,
    repeat: u32,
    workflow: &'a str,
    backend: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    served_model: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stop: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    judged_model: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    judging: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    judge_score: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    triage_category: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    triage_difficulty: Option<&'a str>,
}

/// What the last attempt of a call came to.
#[derive(Default)]
struct Verdict {
    usable: bool,
    score: Option<f64>,
    judge: Option<String>,
    judge_score: Option<f64>,
    labels: Option<(&'static str, &'static str)>,
}

/// The records of all settled calls, as JSON lines; whether they are all calls of the plan; and how many records.
///
/// An answer that is not graded yet is not settled: a record's first word is its last.
pub(crate) fn lines(run: &str, plan: &Plan, state: &State) -> (Vec<u8>, bool, usize) {
    let (mut text, mut complete, mut count) = (Vec::new(), true, 0);
    for task in plan.tasks(run) {
        for step in &task.steps {
            match state.call(&task.id, *step) {
                Some(call) if is_settled(state, &task, *step, call) => {
                    for attempt in &call.attempts {
                        write(&mut text, (run, plan), state, &task, *step, call, attempt);
                        count += 1;
                    }
                }
                Some(_) => complete = false,
                // Nobody judges work that is not there.
                None if step.kind == Kind::Judge && work_failed(state, &task) => {}
                None => complete = false,
            }
        }
    }
    (text, complete, count)
}

fn is_settled(state: &State, task: &Task<'_>, step: Step, call: &Call) -> bool {
    step.kind != Kind::Work || call.text.is_none() || state.grade(&task.id).is_some()
}

fn work_failed(state: &State, task: &Task<'_>) -> bool {
    state.call(&task.id, Step::WORK).is_some_and(|call| call.text.is_none())
}

fn write(
    text: &mut Vec<u8>,
    (run, plan): (&str, &Plan),
    state: &State,
    task: &Task<'_>,
    step: Step,
    call: &Call,
    attempt: &Attempt,
) {
    let is_last = call.attempts.last().is_some_and(|last| last.number == attempt.number);
    let verdict = match &call.text {
        Some(answer) if is_last => verdict(state, task, step, answer),
        _ => Verdict::default(),
    };
    let role = task.role(step.kind);
    let callee = plan.callee(task.target, step.kind);
    let is_judge = step.kind == Kind::Judge;
    let judged_model = task.target.name();
    let extra = Extra {
        run,
        project: &task.project.id,
        project_version: task.project.version,
        repeat: task.repeat,
        workflow: plan.workflow.name(),
        backend: &callee.backend,
        served_model: attempt.served_model.as_deref(),
        stop: attempt.stop.as_deref(),
        judged_model: is_judge.then_some(judged_model.as_str()),
        judging: is_judge.then_some(step.number),
        judge_score: verdict.judge_score,
        triage_category: verdict.labels.map(|labels| labels.0),
        triage_difficulty: verdict.labels.map(|labels| labels.1),
    };
    let extra = serde_json::to_string(&extra).expect("texts and finite numbers are JSON");
    let malformed = (!verdict.usable).then_some(MALFORMED);
    let error_kind = attempt.error_kind.as_deref().or(malformed.as_ref().map(|kind| kind.as_str()));
    let record = CallRecord {
        source: Some("benchmark"),
        task_id: Some(&task.id),
        attempt: attempt.number,
        provider: Some(&callee.provider),
        role: Some(role),
        task_category: Some(task.project.category.name()),
        task_difficulty: Some(task.project.difficulty.name()),
        score: verdict.score,
        error_kind,
        latency_ms: Some(attempt.latency_ms),
        input_tokens: attempt.input_tokens,
        cached_input_tokens: attempt.cached_input_tokens,
        output_tokens: attempt.output_tokens,
        cost_usd: attempt.cost_usd,
        judge: verdict.judge.as_deref(),
        tag: plan.tag.as_deref(),
        extra: Some(&extra),
        ..CallRecord::new(&callee.model, verdict.usable)
    };
    let call_id = call_id(&task.id, role, step, attempt.number);
    let line = Line { call_id: &call_id, timestamp: attempt.started_at, record };
    serde_json::to_writer(&mut *text, &line).expect("texts and finite numbers are JSON");
    text.push(b'\n');
}

fn verdict(state: &State, task: &Task<'_>, step: Step, answer: &str) -> Verdict {
    match step.kind {
        Kind::Work => {
            let grade = state.grade(&task.id);
            let judge = grade.map(|grade| format!("merit-grade {}", grade.version));
            Verdict { usable: true, score: grade.map(|grade| grade.score), judge, ..Verdict::default() }
        }
        Kind::Judge => {
            let judge_score = read_judge(answer).ok().map(|said| said.score);
            Verdict { usable: judge_score.is_some(), judge_score, ..Verdict::default() }
        }
        Kind::Triage => match read_triage(answer) {
            Ok(said) => Verdict {
                usable: true,
                score: Some(said.score(task.project.category, task.project.difficulty)),
                judge: Some(ask::LABELS.to_owned()),
                labels: Some((said.category.name(), said.difficulty.name())),
                ..Verdict::default()
            },
            Err(_) => Verdict::default(),
        },
    }
}

/// The readable scores that judges gave a task's work, and how many of their answers could not be read.
pub(crate) fn judged(state: &State, task: &Task<'_>) -> (Vec<f64>, usize) {
    let steps = task.steps.iter().filter(|step| step.kind == Kind::Judge);
    let answers = steps.filter_map(|step| state.call(&task.id, *step)?.text.as_deref());
    let (mut scores, mut malformed) = (Vec::new(), 0);
    for answer in answers {
        match read_judge(answer) {
            Ok(said) => scores.push(said.score),
            Err(_) => malformed += 1,
        }
    }
    (scores, malformed)
}
