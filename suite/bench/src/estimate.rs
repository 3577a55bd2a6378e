//! What a run may cost, before it does.

use merit_backends::Request;
use merit_grade::Suite;
use serde::Serialize;

use crate::ask::{SHORT_ANSWER_TOKENS, judge_request, triage_request, work_request};
use crate::error::BenchError;
use crate::plan::{Kind, Plan, Target, task_id};
use crate::price::{Price, Prices};

/// Characters a token, for prompts: about right for English and code, too many for other scripts.
const CHARACTERS_PER_TOKEN: u64 = 4;

/// What an answer is guessed to have in tokens, where its limit is not less.
const WORK_TOKENS: u64 = 1_500;
const SHORT_TOKENS: u64 = 150;

/// How the figures come to be, for people.
const METHOD: &str = "input: characters / 4; output: 1,500 tokens for work and 150 for triage and judge, or the limit where \
                      that is less; at most: every answer as long as its limit; retries are not counted";

/// What a plan may cost. Calls that are made already are counted too.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Estimate {
    /// All calls of the plan; judges are asked only of work that is there.
    pub calls: usize,
    /// Prompt tokens.
    pub input_tokens: u64,
    /// Guessed tokens of answers.
    pub output_tokens: u64,
    /// Tokens of answers that are all as long as their limit.
    pub most_output_tokens: u64,
    /// The guessed cost of the calls that have a price, US dollars.
    pub cost_usd: f64,
    /// Their cost with answers as long as their limit, US dollars.
    pub most_usd: f64,
    /// Models without a price, as `model@provider`: their calls are in no cost.
    pub unpriced: Vec<String>,
    /// The same for each called model.
    pub models: Vec<ModelEstimate>,
    /// How the figures come to be.
    pub method: &'static str,
}

/// What the calls of one model may cost.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ModelEstimate {
    /// `model@provider`.
    pub model: String,
    /// Its calls.
    pub calls: usize,
    /// Prompt tokens.
    pub input_tokens: u64,
    /// Guessed tokens of answers.
    pub output_tokens: u64,
    /// Tokens of answers that are all as long as their limit.
    pub most_output_tokens: u64,
    /// The guessed cost; None where the model has no price.
    pub cost_usd: Option<f64>,
    /// The cost with answers as long as their limit; None where the model has no price.
    pub most_usd: Option<f64>,
}

/// Prompt tokens of a request: characters / 4, rounded up.
fn input_tokens(request: &Request) -> u64 {
    let characters = request.prompt.chars().count() + request.system.as_deref().unwrap_or_default().chars().count();
    (characters as u64).div_ceil(CHARACTERS_PER_TOKEN)
}

/// What one call costs whose answer is as long as its limit.
pub(crate) fn most_usd(request: &Request, price: Option<Price>) -> Option<f64> {
    Some(price?.cost_usd(input_tokens(request), 0, request.max_output_tokens.into()))
}

/// Estimates a plan; nothing is called.
///
/// # Errors
/// The plan is not sound, or names a project that the suite does not have.
pub fn estimate(plan: &Plan, suite: &Suite, prices: &Prices<'_>) -> Result<Estimate, BenchError> {
    plan.check()?;
    let mut models: Vec<(Target, ModelEstimate)> = Vec::new();
    for task in plan.tasks("estimate") {
        let Some(project) = suite.project(&task.project.id) else {
            return Err(BenchError::Project {
                project: task.project.id.clone(),
                version: task.project.version,
                problem: "the suite has none of this name".to_owned(),
            });
        };
        let limit = u64::from(plan.max_output_tokens);
        let guess = WORK_TOKENS.min(limit);
        for step in &task.steps {
            let callee = plan.callee(task.target, step.kind);
            let model = callee.model.as_str();
            // A judge reads the answer too: as long as it is guessed.
            let (request, guessed, most) = match step.kind {
                Kind::Triage => (triage_request(project, model), SHORT_TOKENS, u64::from(SHORT_ANSWER_TOKENS)),
                Kind::Work => (work_request(project, model, plan.max_output_tokens), guess, limit),
                Kind::Judge => {
                    let mark = task_id("estimate", "", callee, 1);
                    (judge_request(project, "", &mark, model), SHORT_TOKENS, u64::from(SHORT_ANSWER_TOKENS))
                }
            };
            let (read, most_read) = if step.kind == Kind::Judge { (guess, limit) } else { (0, 0) };
            let input = input_tokens(&request);
            let entry = entry(&mut models, callee);
            let price = prices(&callee.model, &callee.provider);
            let cost = |input, output| price.map(|price| price.cost_usd(input, 0, output));
            entry.calls += 1;
            entry.input_tokens += input + read;
            entry.output_tokens += guessed;
            entry.most_output_tokens += most;
            entry.cost_usd = entry.cost_usd.zip(cost(input + read, guessed)).map(|(sum, more)| sum + more);
            entry.most_usd = entry.most_usd.zip(cost(input + most_read, most)).map(|(sum, more)| sum + more);
        }
    }
    let models: Vec<ModelEstimate> = models.into_iter().map(|(_, estimate)| estimate).collect();
    Ok(Estimate {
        calls: models.iter().map(|model| model.calls).sum(),
        input_tokens: models.iter().map(|model| model.input_tokens).sum(),
        output_tokens: models.iter().map(|model| model.output_tokens).sum(),
        most_output_tokens: models.iter().map(|model| model.most_output_tokens).sum(),
        cost_usd: models.iter().filter_map(|model| model.cost_usd).sum(),
        most_usd: models.iter().filter_map(|model| model.most_usd).sum(),
        unpriced: models.iter().filter(|model| model.cost_usd.is_none()).map(|model| model.model.clone()).collect(),
        models,
        method: METHOD,
    })
}

fn entry<'a>(models: &'a mut Vec<(Target, ModelEstimate)>, target: &Target) -> &'a mut ModelEstimate {
    let at = models.iter().position(|(known, _)| known.model == target.model && known.provider == target.provider);
    let at = at.unwrap_or_else(|| {
        let none = ModelEstimate {
            model: target.name(),
            calls: 0,
            input_tokens: 0,
            output_tokens: 0,
            most_output_tokens: 0,
            cost_usd: Some(0.0),
            most_usd: Some(0.0),
        };
        models.push((target.clone(), none));
        models.len() - 1
    });
    &mut models[at].1
}
