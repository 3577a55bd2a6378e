//! The calls and outcomes of one day, drawn one after the other.

use std::borrow::Cow;

use super::arrivals::{Arrivals, tasks_on};
use super::clock::{DAY_US, epoch_day};
use super::cost::cached_share;
use super::draws::{Draws, Purpose, cumulative};
use super::identifier::Identifier;
use super::policy::Choice;
use super::work::{Work, logistic};
use super::{FactorLevel, FailureKind, SimulationError, SimulationSettings, Truth, World};
use crate::call::{Call, Outcome};

/// From an answer that failed to the next attempt, in microseconds.
const RETRY_US: i64 = 20_000;

/// Every second production call carries a tag, every tenth an extra.
const TAGGED_SHARE: f64 = 0.5;
const EXTRA_SHARE: f64 = 0.1;

/// Takes the records as they are drawn.
pub(super) trait Recorder {
    /// Takes one call.
    fn call(&mut self, call: &Call<'_>) -> Result<(), SimulationError>;
    /// Takes one outcome.
    fn outcome(&mut self, outcome: &Outcome<'_>) -> Result<(), SimulationError>;
}

/// What is the same on every day of a run.
pub(super) struct Plan<'w> {
    world: &'w World,
    settings: &'w SimulationSettings,
    truth: Truth<'w>,
    roles: Vec<f64>,
    categories: Vec<f64>,
    difficulties: Vec<f64>,
    failures: Vec<f64>,
    judges: Vec<f64>,
    /// By segment.
    choices: Vec<Choice>,
    outages: Vec<Downtime>,
}

/// An outage in absolute microseconds.
struct Downtime {
    model: usize,
    from: i64,
    until: i64,
    failing_share: f64,
}

/// One arm on one day, ready for draws.
struct Arm {
    work: Work,
    /// P(success) at the first attempt, and after a failure of the same task.
    reliability: [f64; 2],
}

/// One task: who asks for what, when, and the length of its prompt.
struct Task<'p> {
    arrival: i64,
    segment: usize,
    factors: [&'p FactorLevel; 3],
    z_input: f64,
    z_score: f64,
    cached_share: f64,
    benchmark: bool,
    tag: Option<&'p str>,
    extra: Option<&'p str>,
}

impl<'w> Plan<'w> {
    /// The plan of a validated world and validated settings.
    pub(super) fn new(world: &'w World, settings: &'w SimulationSettings) -> Self {
        let levels = |levels: &[FactorLevel]| cumulative(levels.iter().map(|level| level.share));
        let start = epoch_day(settings.start) * DAY_US;
        let downtime = |outage: &super::Outage| {
            let from = start + i64::from(outage.day) * DAY_US + hours_us(outage.hour);
            let model = world.model_index(&outage.model)?;
            Some(Downtime { model, from, until: from + hours_us(outage.hours), failing_share: outage.failing_share })
        };
        Self {
            world,
            settings,
            truth: Truth::new(world, settings.seed, settings.days),
            roles: levels(&world.roles),
            categories: levels(&world.categories),
            difficulties: levels(&world.difficulties),
            failures: cumulative(FailureKind::SHARES),
            judges: cumulative(world.scoring.judges.iter().map(|judge| judge.share)),
            choices: world.segments().map(|(segment, _)| world.choice(&segment)).collect(),
            outages: world.outages.iter().filter_map(downtime).collect(),
        }
    }

    /// Draws day `day` (0 is the first) into `recorder`. The day's stream of random numbers is its own.
    pub(super) fn record(&self, day: u32, recorder: &mut impl Recorder) -> Result<(), SimulationError> {
        let date = epoch_day(self.settings.start) + i64::from(day);
        let count = tasks_on(date, self.settings.calls_per_day);
        let arms = self.arms(day);
        let mut draws = Draws::new(self.settings.seed, Purpose::Day, u64::from(day));
        let mut arrivals = Arrivals::new(count);
        let mut id = Identifier::new(self.settings.seed, date);
        let mut number = 0;
        while let Some(instant) = arrivals.next(&mut draws) {
            id.set_task(number);
            number += 1;
            let task = self.task(date * DAY_US + instant, &mut draws);
            self.attempts(&task, &arms, &mut id, &mut draws, recorder)?;
        }
        Ok(())
    }

    /// The arms of a day, segments outermost.
    fn arms(&self, day: u32) -> Vec<Arm> {
        let arm = |segment, model| {
            let work = self.truth.work(segment, model, day);
            let later = work.reliability_logit + self.world.policy.fallback_shift;
            Arm { work, reliability: [logistic(work.reliability_logit), logistic(later)] }
        };
        let models = self.world.models.len();
        self.world.segment_indices().flat_map(|segment| (0..models).map(move |model| arm(segment, model))).collect()
    }

    fn task(&self, arrival: i64, draws: &mut Draws) -> Task<'w> {
        let role = draws.pick(&self.roles);
        let category = draws.pick(&self.categories);
        let difficulty = draws.pick(&self.difficulties);
        let benchmark = draws.chance(self.settings.benchmark_share);
        let (z_input, z_score) = draws.normals();
        Task {
            arrival,
            segment: (role * self.categories.len() + category) * self.difficulties.len() + difficulty,
            factors: [&self.world.roles[role], &self.world.categories[category], &self.world.difficulties[difficulty]],
            z_input,
            z_score,
            cached_share: cached_share(draws),
            benchmark,
            tag: some_of(&self.world.tags, if benchmark { 0.0 } else { TAGGED_SHARE }, draws),
            extra: some_of(&self.world.extras, if benchmark { 0.0 } else { EXTRA_SHARE }, draws),
        }
    }

    /// Draws a model, runs it, and falls back while it fails; a benchmark has one attempt and no fallback.
    fn attempts(
        &self,
        task: &Task<'_>,
        arms: &[Arm],
        id: &mut Identifier,
        draws: &mut Draws,
        recorder: &mut impl Recorder,
    ) -> Result<(), SimulationError> {
        let models = self.world.models.len();
        let choice = &self.choices[task.segment];
        let (drawn, explored) = if task.benchmark {
            (((draws.uniform() * models as f64) as usize).min(models - 1), false)
        } else {
            choice.draw(draws)
        };
        let mut tried = vec![drawn];
        let mut timestamp = task.arrival;
        let mut attempt = 1;
        loop {
            let model = tried[tried.len() - 1];
            let arm = &arms[task.segment * models + model];
            id.set_attempt(attempt);
            let mut call = self.call(task, arm, model, timestamp, attempt > 1, draws);
            call.call_id = Some(Cow::Borrowed(id.call()));
            call.attempt = Some(i64::from(attempt));
            if !task.benchmark {
                call.task_id = Some(Cow::Borrowed(id.task()));
                call.table_version = Some(self.world.policy.table_version);
                call.drawn_model = Some(Cow::Borrowed(&self.world.models[drawn].name));
                call.propensity = (attempt == 1).then(|| choice.propensities[drawn]);
                call.arm = Some(Cow::Borrowed(match (attempt, explored) {
                    (1, true) => "explore",
                    (1, false) => "exploit",
                    _ => "fallback",
                }));
                call.row_used = Some(Cow::Borrowed(&choice.row_used));
            }
            let succeeded = call.success == Some(true);
            let latency_us = (call.latency_ms.unwrap_or(0.0) * 1e3) as i64; // at most a minute
            let outcome = if succeeded { self.score(&mut call, task, &arm.work, draws) } else { None };
            recorder.call(&call)?;
            if let Some(outcome) = outcome {
                recorder.outcome(&outcome)?;
            }
            if succeeded || task.benchmark || attempt == self.world.policy.max_attempts {
                return Ok(());
            }
            let Some(next) = self.world.next_fallback(&tried) else { return Ok(()) };
            tried.push(next);
            timestamp += latency_us + RETRY_US;
            attempt += 1;
        }
    }

    /// One attempt: does it succeed, how long does it take, what does it cost.
    fn call<'a>(
        &'a self,
        task: &Task<'a>,
        arm: &Arm,
        model: usize,
        timestamp: i64,
        later: bool,
        draws: &mut Draws,
    ) -> Call<'a> {
        let (tokens, named) = (&self.world.tokens, &self.world.models[model]);
        let failure = self.failure(arm.reliability[usize::from(later)], model, timestamp, draws);
        let (z_output, z_pace) = draws.normals();
        let answer_ms = arm.work.answer_ms(z_output, z_pace);
        let latency_ms = failure.map_or(answer_ms, |kind| kind.latency_ms(answer_ms)).round();
        let count = |length: f64, limit: f64, billed: bool| {
            // Within the limit, which is at most 1e12: far inside i64.
            if billed { length.round().clamp(1.0, limit) as i64 } else { 0 }
        };
        let bills = |billed: fn(FailureKind) -> bool| failure.is_none_or(billed);
        let input = count(arm.work.input.at(task.z_input), tokens.input_limit, bills(FailureKind::bills_input));
        let output = count(arm.work.output.at(z_output), tokens.output_limit, bills(FailureKind::bills_output));
        let cached = (input as f64 * task.cached_share).round() as i64;
        let logged = draws.chance(self.world.cost_logged_share);
        let [role, category, difficulty] = task.factors;
        Call {
            timestamp: Some(timestamp),
            source: Some(Cow::Borrowed(if task.benchmark { "benchmark" } else { "production" })),
            model: Some(Cow::Borrowed(&named.name)),
            provider: Some(Cow::Borrowed(&named.provider)),
            role: Some(Cow::Borrowed(&role.name)),
            task_category: Some(Cow::Borrowed(&category.name)),
            task_difficulty: Some(Cow::Borrowed(&difficulty.name)),
            success: Some(failure.is_none()),
            error_kind: failure.map(|kind| Cow::Borrowed(kind.word())),
            latency_ms: Some(latency_ms),
            input_tokens: Some(input),
            cached_input_tokens: Some(cached),
            output_tokens: Some(output),
            cost_usd: logged.then(|| named.price.cost_usd(input, cached, output)),
            tag: task.tag.map(Cow::Borrowed),
            extra: task.extra.map(Cow::Borrowed),
            ..Call::default()
        }
    }

    /// Whether and how an attempt fails.
    fn failure(&self, reliability: f64, model: usize, timestamp: i64, draws: &mut Draws) -> Option<FailureKind> {
        let down = |outage: &&Downtime| outage.model == model && (outage.from..outage.until).contains(&timestamp);
        if let Some(outage) = self.outages.iter().find(down)
            && draws.chance(outage.failing_share)
        {
            return Some(FailureKind::ServerError);
        }
        (!draws.chance(reliability)).then(|| FailureKind::ALL[draws.pick(&self.failures)])
    }

    /// Scores a success, if anybody does: in the call itself, or later as an outcome.
    fn score<'a>(
        &'a self,
        call: &mut Call<'a>,
        task: &Task<'_>,
        work: &Work,
        draws: &mut Draws,
    ) -> Option<Outcome<'a>> {
        let scoring = &self.world.scoring;
        if task.benchmark {
            call.score = Some(work.score(task.z_score, scoring.benchmark_offset));
            call.judge = Some(Cow::Borrowed(&scoring.benchmark_judge));
            return None;
        }
        if !draws.chance(self.settings.scored_share) {
            return None;
        }
        let judge = &scoring.judges[draws.pick(&self.judges)];
        let score = Some(work.score(task.z_score, judge.bias));
        let judge = Some(Cow::Borrowed(judge.name.as_str()));
        let latest = self.settings.max_delay_days;
        let delay = (draws.uniform() * (f64::from(latest) + 1.0)).min(f64::from(latest)).floor();
        if delay == 0.0 {
            (call.score, call.judge) = (score, judge);
            return None;
        }
        // Within the day that ends `delay` days after the call.
        let days = delay - draws.uniform();
        let observed_at = call.timestamp? + (days * DAY_US as f64) as i64;
        let call_id = call.call_id.clone();
        Some(Outcome { call_id, observed_at: Some(observed_at), score, judge, ..Outcome::default() })
    }
}

/// One of the texts with probability `share`, each as likely as any other.
fn some_of<'a>(texts: &'a [String], share: f64, draws: &mut Draws) -> Option<&'a str> {
    let point = draws.uniform();
    let chosen = (point < share).then(|| (point / share * texts.len() as f64) as usize)?;
    texts.get(chosen).map(String::as_str)
}

fn hours_us(hours: f64) -> i64 {
    (hours * 3.6e9).round() as i64
}
