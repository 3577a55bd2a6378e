//! Draws and tables → the log that estimators read.

use std::collections::BTreeMap;

use merit_router::{ChooseError, Request, Router, distribution};

use super::account::LeftOut;
use super::draw::LoggedDraw;
use super::registry::Registry;
use super::reward::Rewards;
use crate::evaluate::ope::{Candidate, Context, Draw, Log};

/// Logged and computed propensities that differ by more than this disagree: tables are written to 12 digits.
const PROPENSITY_SLACK: f64 = 1e-6;

/// The two tables in question.
#[derive(Clone, Copy, Debug)]
pub struct Pair<'a> {
    /// The one that wants to be used.
    pub candidate: &'a Router,
    /// The one it is compared with.
    pub baseline: &'a Router,
}

/// A log with the names of its rows and models.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Judged {
    /// The log.
    pub log: Log,
    /// The rows, by their place in the log.
    pub rows: Vec<String>,
    /// The ids of the models, by their place in the log.
    pub models: Vec<String>,
    /// What became of the draws.
    pub left_out: LeftOut,
}

/// Why a draw is left out.
type Reason = fn(&mut LeftOut) -> &mut usize;

/// What shapes a draw beyond its table.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Key<'a> {
    version: i64,
    segment: [&'a str; 3],
    excluded: Option<&'a str>,
    cap: Option<u64>,
    tokens: [Option<i64>; 2],
}

/// The log of the draws that the registry's tables made, with the probabilities that the pair's tables give in the same
/// contexts. Rows are those of the tables that drew.
pub fn log(draws: &[LoggedDraw], registry: &Registry, pair: Pair<'_>, rewards: &Rewards<'_>) -> Judged {
    let routers = || registry.routers().chain([pair.candidate, pair.baseline]);
    let mut models: Vec<String> = routers().flat_map(|router| router.models().map(str::to_owned)).collect();
    models.sort_unstable();
    models.dedup();
    let number = |model: &str| models.binary_search_by(|known| known.as_str().cmp(model)).unwrap_or_default() as u32;
    let mut names: Vec<String> =
        registry.routers().flat_map(|router| router.rows().map(|row| row.to_string())).collect();
    names.sort_unstable();
    names.dedup();

    let mut judged = Judged { rows: names, models: Vec::new(), ..Judged::default() };
    let mut known: BTreeMap<Key<'_>, Result<u32, Reason>> = BTreeMap::new();
    let mut contexts: Vec<Context> = Vec::new();
    let mut tasks = Tasks::default();
    for draw in draws {
        judged.left_out.draws += 1;
        let task = tasks.number(draw);
        let used = usable(draw, registry).and_then(|(propensity, router, key)| {
            let place = *known.entry(key).or_insert_with(|| {
                let context = context(draw, router, pair, &judged.rows, &number)?;
                contexts.push(context);
                Ok(contexts.len() as u32 - 1)
            });
            let place = place?;
            let candidates = &contexts[place as usize].candidates;
            let model = number(&draw.drawn);
            let drawn = candidates.iter().position(|candidate| candidate.model == model);
            let agrees = |place: &usize| (candidates[*place].logged - propensity).abs() <= PROPENSITY_SLACK;
            let known = models.binary_search(&draw.drawn).is_ok();
            let drawn = drawn.filter(|place| known && agrees(place)).ok_or(OTHER_TABLE)?;
            let reward = rewards.of(draw);
            Ok(Draw { task, context: place, candidate: drawn as u32, reward, propensity: Some(propensity) })
        });
        match used {
            Ok(draw) => judged.log.draws.push(draw),
            Err(reason) => *reason(&mut judged.left_out) += 1,
        }
    }
    judged.log.rows = judged.rows.len();
    judged.log.models = models.len();
    judged.log.contexts = contexts;
    judged.models = models;
    judged
}

const MISSING: Reason = |left_out| &mut left_out.missing_propensity;
const IMPOSSIBLE: Reason = |left_out| &mut left_out.impossible_propensity;
const UNKNOWN_TABLE: Reason = |left_out| &mut left_out.unknown_table;
const UNREADABLE: Reason = |left_out| &mut left_out.unreadable_context;
const OTHER_TABLE: Reason = |left_out| &mut left_out.other_table;
const NO_ANSWER: Reason = |left_out| &mut left_out.no_answer;

/// The propensity, the table that drew, and the context's key.
fn usable<'d, 'r>(draw: &'d LoggedDraw, registry: &'r Registry) -> Result<(f64, &'r Router, Key<'d>), Reason> {
    let propensity = draw.propensity.ok_or(MISSING)?;
    if !(propensity > 0.0 && propensity <= 1.0) {
        return Err(IMPOSSIBLE);
    }
    let version = draw.table_version.ok_or(UNKNOWN_TABLE)?;
    let router = registry.get(version).ok_or(UNKNOWN_TABLE)?;
    let segment = [draw.role.as_str(), &draw.category, &draw.difficulty];
    let row = router.row(segment[0], segment[1], segment[2]).to_string();
    if draw.row_used.as_ref().is_some_and(|used| *used != row) {
        return Err(OTHER_TABLE);
    }
    let cap = draw.max_cost.map(f64::to_bits);
    let tokens = [draw.est_input_tokens, draw.est_output_tokens];
    Ok((propensity, router, Key { version, segment, excluded: draw.excluded.as_deref(), cap, tokens }))
}

/// The probabilities of all three tables in the context of a draw.
fn context(
    draw: &LoggedDraw,
    router: &Router,
    pair: Pair<'_>,
    rows: &[String],
    number: &impl Fn(&str) -> u32,
) -> Result<Context, Reason> {
    let excluded: Vec<String> = match &draw.excluded {
        Some(text) => serde_json::from_str(text).map_err(|_| UNREADABLE)?,
        None => Vec::new(),
    };
    let excluded: Vec<&str> = excluded.iter().map(String::as_str).collect();
    let tokens = |estimate: Option<i64>| estimate.map(u64::try_from).transpose().map_err(|_| UNREADABLE);
    let request = Request {
        exclude: &excluded,
        max_cost: draw.max_cost,
        input_tokens: tokens(draw.est_input_tokens)?,
        output_tokens: tokens(draw.est_output_tokens)?,
        ..Request::new(&draw.role, &draw.category, &draw.difficulty)
    };
    let shares = |router: &Router, no_answer: Reason| -> Result<Vec<(u32, f64)>, Reason> {
        let shares = distribution(router, &request).map_err(|error| match error {
            ChooseError::AllExcluded { .. } => no_answer,
            _ => UNREADABLE,
        })?;
        let possible = shares.iter().filter(|share| share.propensity > 0.0);
        Ok(possible.map(|share| (number(share.model), share.propensity)).collect())
    };
    let mut candidates: BTreeMap<u32, [f64; 3]> = BTreeMap::new();
    for (place, (router, reason)) in
        [(router, UNREADABLE), (pair.candidate, NO_ANSWER), (pair.baseline, NO_ANSWER)].into_iter().enumerate()
    {
        for (model, share) in shares(router, reason)? {
            candidates.entry(model).or_default()[place] += share;
        }
    }
    let row = router.row(&draw.role, &draw.category, &draw.difficulty).to_string();
    let row = rows.binary_search(&row).unwrap_or_default() as u32;
    let candidate =
        |(model, [logged, target, baseline]): (u32, [f64; 3])| Candidate { model, logged, target, baseline };
    Ok(Context { row, candidates: candidates.into_iter().map(candidate).collect() })
}

/// Numbers tasks in the order they come; draws come by task.
#[derive(Default)]
struct Tasks<'a> {
    last: Option<&'a str>,
    count: u64,
}

impl<'a> Tasks<'a> {
    fn number(&mut self, draw: &'a LoggedDraw) -> u64 {
        if self.last != Some(&draw.task) {
            self.last = Some(&draw.task);
            self.count += 1;
        }
        self.count
    }
}
