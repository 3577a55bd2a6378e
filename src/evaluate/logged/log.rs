//! Draws and tables → the log that estimators read.

use std::collections::BTreeMap;

use merit_router::{ChooseError, Request, Router, distribution};

use super::account::LeftOut;
use super::as_logged::{self, AsLogged};
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

/// Whom to believe about the policy that drew.
#[derive(Clone, Copy, Debug)]
pub enum Origin<'a> {
    /// The registry: a draw counts only if the table that it names can have made it as logged.
    Registry(&'a Registry),
    /// The log itself: tables of another place, or of no registry at all. Nothing checks its propensities.
    AsLogged(&'a AsLogged),
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
    version: Option<i64>,
    row: String,
    drawn: Option<(&'a str, u64)>,
    segment: [&'a str; 3],
    excluded: Option<&'a str>,
    cap: Option<u64>,
    tokens: [Option<i64>; 2],
}

/// The log of the draws that count, with the probabilities that the pair's tables give in the same contexts. Rows are those
/// of the tables that drew.
pub fn log(draws: &[LoggedDraw], origin: Origin<'_>, pair: Pair<'_>, rewards: &Rewards<'_>) -> Judged {
    let mut models: Vec<String> = [pair.candidate, pair.baseline].iter().flat_map(|one| names_of(one)).collect();
    let mut rows: Vec<String> = match origin {
        Origin::Registry(registry) => {
            models.extend(registry.routers().flat_map(names_of));
            registry.routers().flat_map(|router| router.rows().map(|row| row.to_string())).collect()
        }
        Origin::AsLogged(_) => {
            models.extend(draws.iter().map(|draw| draw.drawn.clone()));
            draws.iter().map(as_logged::row_of).collect()
        }
    };
    for names in [&mut models, &mut rows] {
        names.sort_unstable();
        names.dedup();
    }

    let mut judged = Judged { rows, models, ..Judged::default() };
    let mut known: BTreeMap<Key<'_>, Result<u32, Reason>> = BTreeMap::new();
    let mut contexts: Vec<Context> = Vec::new();
    let mut tasks = Tasks::default();
    for draw in draws {
        judged.left_out.draws += 1;
        let task = tasks.number(draw);
        let used = usable(draw, origin).and_then(|(propensity, key)| {
            let place = *known.entry(key).or_insert_with_key(|key| {
                let context = context(draw, propensity, key, origin, pair, &judged)?;
                contexts.push(context);
                Ok(contexts.len() as u32 - 1)
            });
            let place = place?;
            let candidates = &contexts[place as usize].candidates;
            let model = judged.models.binary_search(&draw.drawn).map_err(|_| OTHER_TABLE)? as u32;
            let drawn = candidates.iter().position(|candidate| candidate.model == model);
            let agrees = |place: &usize| (candidates[*place].logged - propensity).abs() <= PROPENSITY_SLACK;
            let drawn = drawn.filter(agrees).ok_or(OTHER_TABLE)?;
            let reward = rewards.of(draw);
            Ok(Draw { task, context: place, candidate: drawn as u32, reward, propensity: Some(propensity) })
        });
        match used {
            Ok(draw) => judged.log.draws.push(draw),
            Err(reason) => *reason(&mut judged.left_out) += 1,
        }
    }
    judged.log.rows = judged.rows.len();
    judged.log.models = judged.models.len();
    judged.log.contexts = contexts;
    judged
}

fn names_of(router: &Router) -> impl Iterator<Item = String> {
    router.models().map(str::to_owned)
}

const MISSING: Reason = |left_out| &mut left_out.missing_propensity;
const IMPOSSIBLE: Reason = |left_out| &mut left_out.impossible_propensity;
const UNKNOWN_TABLE: Reason = |left_out| &mut left_out.unknown_table;
const UNREADABLE: Reason = |left_out| &mut left_out.unreadable_context;
const OTHER_TABLE: Reason = |left_out| &mut left_out.other_table;
const NO_ANSWER: Reason = |left_out| &mut left_out.no_answer;

/// The propensity and the context's key.
fn usable<'d>(draw: &'d LoggedDraw, origin: Origin<'_>) -> Result<(f64, Key<'d>), Reason> {
    let propensity = draw.propensity.ok_or(MISSING)?;
    if !(propensity > 0.0 && propensity <= 1.0) {
        return Err(IMPOSSIBLE);
    }
    let segment = [draw.role.as_str(), &draw.category, &draw.difficulty];
    let (row, drawn) = match origin {
        Origin::Registry(registry) => {
            let router = draw.table_version.and_then(|version| registry.get(version)).ok_or(UNKNOWN_TABLE)?;
            let row = router.row(segment[0], segment[1], segment[2]).to_string();
            if draw.row_used.as_ref().is_some_and(|used| *used != row) {
                return Err(OTHER_TABLE);
            }
            (row, None)
        }
        Origin::AsLogged(log) => {
            // Where a context's draws do not agree, each is a context of its own.
            let alone = (!log.agree(draw)).then_some((draw.drawn.as_str(), propensity.to_bits()));
            (as_logged::row_of(draw), alone)
        }
    };
    let cap = draw.max_cost.map(f64::to_bits);
    let tokens = [draw.est_input_tokens, draw.est_output_tokens];
    let (version, excluded) = (draw.table_version, draw.excluded.as_deref());
    Ok((propensity, Key { version, row, drawn, segment, excluded, cap, tokens }))
}

/// The probabilities of the policy that drew and of the two tables in the context of a draw.
fn context(
    draw: &LoggedDraw,
    propensity: f64,
    key: &Key<'_>,
    origin: Origin<'_>,
    pair: Pair<'_>,
    judged: &Judged,
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
    let shares = |router: &Router, no_answer: Reason| -> Result<BTreeMap<String, f64>, Reason> {
        let shares = distribution(router, &request).map_err(|error| match error {
            ChooseError::AllExcluded { .. } => no_answer,
            _ => UNREADABLE,
        })?;
        let mut possible = BTreeMap::new();
        for share in shares.iter().filter(|share| share.propensity > 0.0) {
            *possible.entry(share.model.to_owned()).or_default() += share.propensity;
        }
        Ok(possible)
    };
    let known = match origin {
        Origin::Registry(registry) => {
            let router = draw.table_version.and_then(|version| registry.get(version)).ok_or(UNKNOWN_TABLE)?;
            Some(shares(router, UNREADABLE)?)
        }
        Origin::AsLogged(_) => None,
    };
    let (target, baseline) = (shares(pair.candidate, NO_ANSWER)?, shares(pair.baseline, NO_ANSWER)?);
    let logged = match (origin, known) {
        (Origin::AsLogged(log), _) => {
            let others: Vec<String> = target.keys().chain(baseline.keys()).cloned().collect();
            log.shares(draw, propensity, &others)
        }
        (_, known) => known.unwrap_or_default(),
    };
    let number = |model: &str| judged.models.binary_search_by(|known| known.as_str().cmp(model)).unwrap_or_default();
    let mut candidates: BTreeMap<u32, [f64; 3]> = BTreeMap::new();
    for (place, shares) in [&logged, &target, &baseline].into_iter().enumerate() {
        for (model, share) in shares {
            candidates.entry(number(model) as u32).or_default()[place] += share;
        }
    }
    let row = judged.rows.binary_search(&key.row).unwrap_or_default() as u32;
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
