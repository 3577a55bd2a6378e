//! Two models, one threshold: what RouteLLM reports, for any kinds of work.

use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;
use rand::seq::SliceRandom;
use serde::Serialize;

use super::bootstrap::bootstrap;
use super::error::ReplayError;
use super::evidence::evidence;
use super::matrix::Matrix;
use super::result::Coverage;
use super::settings::ReplaySettings;
use super::table::row;
use crate::evaluate::interval::Interval;
use crate::evaluate::metrics::{CallShare, apgr, cpt};
use crate::policy::{SegmentPolicy, build};

/// The shares of the gap for which the strong calls are counted.
const WANTED: [f64; 3] = [0.2, 0.5, 0.8];

/// The strong calls that a share of the gap takes.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct CallsForQuality {
    /// The share of the gap between the models, PGR.
    pub wanted: f64,
    /// The least share of calls to the strong model that recovers it.
    pub strong_calls: Interval,
}

/// A router between two models, at every threshold.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ThresholdCurve {
    /// What the figures are over.
    pub coverage: Coverage,
    /// The weak model's mean quality.
    pub weak: f64,
    /// The strong model's mean quality.
    pub strong: f64,
    /// By rising share of strong calls: a point a task, from the weak model alone to the strong one alone.
    #[serde(skip)]
    pub curve: Vec<CallShare>,
    /// [`apgr`]; none where the strong model is not the better one.
    pub apgr: Option<Interval>,
    /// [`cpt`] at 20 %, 50 % and 80 % of the gap; those that are reached.
    pub cpt: Vec<CallsForQuality>,
}

/// Sends the tasks with the largest expected gap to the strong model, at every threshold.
///
/// The gap of a task is expected to be that of its kind of work: the difference of the two models' posterior mean values
/// in the row of the table built on the other part, and so shrunken as far as the kinds of work differ by chance
/// (empirical Bayes). Ties, of which there are as many as tasks of a kind, are broken by the settings' seed. The
/// settings' budgets do not matter.
///
/// Every fold has a router of its own, so every fold sends the same share of its tasks to the strong model. One threshold
/// for all folds would rank tasks across routers, and against themselves: a kind of work that looks better in the build
/// part looks worse in the test part (Forman & Scholz, *SIGKDD Explorations* 12, 2010).
///
/// # Errors
/// Settings out of range, unknown models, parts without a task that both models ran, tables that cannot be built.
///
/// ```
/// use merit::evaluate::replay::{threshold_curve, Matrix, Outcome, ReplayModel, ReplaySettings, Task};
/// use merit::segment::Segment;
/// let model = |name: &str| ReplayModel { name: name.into(), provider: name.into() };
/// // The large model is better at half of the work, as good at the other half.
/// let tasks = (0..200).map(|task| {
///     let hard = task % 2 == 0;
///     let score = |score| Some(Outcome::once(true, Some(score), None));
///     let segment = Segment::new("unknown", if hard { "law" } else { "chat" }, "unknown");
///     Task { id: format!("{task:03}"), segment, outcomes: vec![score(if hard { 0.4 } else { 0.8 }), score(0.8)] }
/// });
/// let matrix = Matrix::new(vec![model("small"), model("large")], tasks.collect())?;
/// let found = threshold_curve(&matrix, "large", "small", &ReplaySettings::default())?;
/// assert!((found.apgr.expect("a gap").mean - 0.75).abs() < 1e-9); // all of it by half of the calls
/// # Ok::<(), merit::evaluate::replay::ReplayError>(())
/// ```
pub fn threshold_curve(
    matrix: &Matrix,
    strong: &str,
    weak: &str,
    settings: &ReplaySettings,
) -> Result<ThresholdCurve, ReplayError> {
    settings.check()?;
    let mut pair = [matrix.model(strong)?, matrix.model(weak)?];
    pair.sort_unstable();
    let matrix = &matrix.with(&pair);
    let (strong, weak) = (matrix.model(strong)?, matrix.model(weak)?);
    let parts = settings.parts.of(matrix)?;
    let mut random = ChaCha8Rng::seed_from_u64(settings.seed);
    let mut tested: Vec<Tested> = Vec::new();
    let mut left_out = 0;
    for part in &parts {
        let from = tested.len();
        let (arms, traffic) = evidence(matrix, &part.build, settings.reading);
        let policy = build(&arms, &traffic, &settings.policy)?;
        for &task in &part.test {
            let (Some(high), Some(low)) = (matrix.value(task, strong), matrix.value(task, weak)) else {
                left_out += 1;
                continue;
            };
            let row = row(&policy, &matrix.tasks()[task].segment);
            let mean = |model: usize| value(row, &matrix.models()[model].name);
            tested.push(Tested { expected: mean(strong) - mean(weak), place: 0.0, weak: low, strong: high });
        }
        in_turn(&mut tested[from..], &mut random);
    }
    if tested.is_empty() {
        return Err(ReplayError::NoTask { part: "test", models: 2 });
    }
    tested.sort_by(|one, other| one.place.total_cmp(&other.place));
    let statistics = |counts: &[u32]| {
        let curve = curve(&tested, counts);
        let figures = [apgr(&curve)].into_iter().chain(WANTED.map(|wanted| cpt(&curve, wanted)));
        figures.map(|figure| figure.unwrap_or(f64::NAN)).collect()
    };
    let level = settings.interval_level;
    let found = bootstrap(tested.len(), settings.replicates, level, settings.seed, statistics);
    let curve = curve(&tested, &vec![1; tested.len()]);
    let defined = |interval: &Interval| interval.mean.is_finite();
    let calls = WANTED.iter().zip(&found[1..]).filter(|(_, interval)| defined(interval));
    Ok(ThresholdCurve {
        coverage: Coverage {
            models: 2,
            tasks: matrix.tasks().len(),
            tested: tested.len(),
            left_out,
            parts: parts.len(),
        },
        weak: curve[0].quality,
        strong: curve[curve.len() - 1].quality,
        apgr: Some(found[0]).filter(defined),
        cpt: calls.map(|(&wanted, &strong_calls)| CallsForQuality { wanted, strong_calls }).collect(),
        curve,
    })
}

/// A tested task: the gap expected of it and the answers' worth.
struct Tested {
    expected: f64,
    /// The share of its fold's tasks that go to the strong model before it.
    place: f64,
    weak: f64,
    strong: f64,
}

/// Puts the tasks of one fold in the order in which they go to the strong model.
fn in_turn(tested: &mut [Tested], random: &mut ChaCha8Rng) {
    // A stable sort of shuffled tasks breaks ties by the seed.
    tested.shuffle(random);
    tested.sort_by(|one, other| other.expected.total_cmp(&one.expected));
    let count = tested.len() as f64;
    for (place, task) in tested.iter_mut().enumerate() {
        task.place = (place as f64 + 0.5) / count;
    }
}

/// The posterior mean value of a model in a row; one that never ran such work is taken to be worthless there.
fn value(row: &SegmentPolicy, model: &str) -> f64 {
    row.candidates.iter().find(|candidate| candidate.model == model).map_or(0.0, |candidate| candidate.value.mean())
}

/// The curve of tasks in the order in which they go to the strong model, each counted so often.
fn curve(tested: &[Tested], counts: &[u32]) -> Vec<CallShare> {
    let total = counts.iter().map(|&count| f64::from(count)).sum::<f64>();
    let weak: f64 = tested.iter().zip(counts).map(|(task, &count)| f64::from(count) * task.weak).sum();
    let (mut calls, mut sum) = (0.0, weak);
    let mut curve = vec![CallShare { share: 0.0, quality: weak / total }];
    for (task, &count) in tested.iter().zip(counts).filter(|(_, count)| **count > 0) {
        calls += f64::from(count);
        sum += f64::from(count) * (task.strong - task.weak);
        curve.push(CallShare { share: calls / total, quality: sum / total });
    }
    curve
}
