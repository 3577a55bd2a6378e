//! Build on the one part, play the other.

use std::collections::BTreeMap;

use super::baselines::{best_by_segment, best_single, evenly, right, singles, zero_router};
use super::error::ReplayError;
use super::evidence::evidence;
use super::matrix::Matrix;
use super::parts::Part;
use super::plays::{Play, play};
use super::result::{Coverage, Replay};
use super::settings::ReplaySettings;
use super::summary::summary;
use super::table::weights;
use crate::policy::PolicySettings;

/// Every player's plays of the tested tasks, in one order.
pub(super) struct Played {
    pub(super) oracle: Vec<Play>,
    pub(super) random: Vec<Play>,
    pub(super) by_segment: Vec<Play>,
    /// One entry a budget.
    pub(super) budgets: Vec<BudgetPlayed>,
    /// The tested tasks.
    pub(super) tasks: Vec<usize>,
}

/// The plays at one budget.
#[derive(Clone, Default)]
pub(super) struct BudgetPlayed {
    pub(super) exploit: Vec<Play>,
    pub(super) drawn: Vec<Play>,
    pub(super) best_single: Vec<Play>,
    pub(super) zero_router: Vec<Play>,
    /// The best single model of each part.
    pub(super) chosen: Vec<usize>,
}

/// Builds a table for each part and budget and replays it on the part's test tasks.
///
/// The build part's evidence is every run of a compared model; best single and zero router are chosen on the build tasks
/// that all models ran, and all figures are over the test tasks that all models ran ([`Coverage`] counts the others).
/// Leave out models that ran few tasks with [`Matrix::with_coverage`].
///
/// # Errors
/// Settings out of range, parts without a task that every model ran, a budget where no cost is known, tables that cannot
/// be built or have a candidate that ran no task (an announced model).
///
/// ```
/// use merit::evaluate::replay::{replay, Matrix, Outcome, ReplayModel, ReplaySettings, Task};
/// use merit::segment::Segment;
/// let model = |name: &str| ReplayModel { name: name.into(), provider: name.into() };
/// // One is good at maths, the other at code.
/// let tasks = (0..100).map(|task| {
///     let maths = task % 2 == 0;
///     let score = |good| Some(Outcome::once(true, Some(if good { 0.9 } else { 0.6 }), Some(0.01)));
///     let segment = Segment::new("unknown", if maths { "maths" } else { "code" }, "unknown");
///     Task { id: format!("{task:03}"), segment, outcomes: vec![score(maths), score(!maths)] }
/// });
/// let matrix = Matrix::new(vec![model("one"), model("other")], tasks.collect())?;
/// let found = replay(&matrix, &ReplaySettings { replicates: 100, ..ReplaySettings::default() })?;
/// let unlimited = &found.budgets[0];
/// assert!(unlimited.exploit.score.quality.mean > 0.89 && unlimited.best_single.quality.mean < 0.76);
/// assert!(unlimited.exploit.beyond_best_single.low > 0.0);
/// # Ok::<(), merit::evaluate::replay::ReplayError>(())
/// ```
pub fn replay(matrix: &Matrix, settings: &ReplaySettings) -> Result<Replay, ReplayError> {
    settings.check()?;
    let parts = settings.parts.of(matrix)?;
    let (played, coverage) = played(matrix, &parts, settings)?;
    Ok(summary(matrix, settings, coverage, &played))
}

/// The plays of every part.
pub(super) fn played(
    matrix: &Matrix,
    parts: &[Part],
    settings: &ReplaySettings,
) -> Result<(Played, Coverage), ReplayError> {
    let empty = || BudgetPlayed::default();
    let mut played = Played {
        oracle: Vec::new(),
        random: Vec::new(),
        by_segment: Vec::new(),
        budgets: settings.budgets.iter().map(|_| empty()).collect(),
        tasks: Vec::new(),
    };
    let mut left_out = 0;
    for part in parts {
        let complete = |tasks: &[usize], name: &'static str| {
            let complete: Vec<usize> = tasks.iter().copied().filter(|&task| matrix.is_complete(task)).collect();
            let models = matrix.models().len();
            if complete.is_empty() { Err(ReplayError::NoTask { part: name, models }) } else { Ok(complete) }
        };
        let tested = complete(&part.test, "test")?;
        left_out += part.test.len() - tested.len();
        play_part(matrix, part, &complete(&part.build, "build")?, &tested, settings, &mut played)?;
    }
    let coverage = Coverage {
        models: matrix.models().len(),
        tasks: matrix.tasks().len(),
        tested: played.tasks.len(),
        left_out,
        parts: parts.len(),
    };
    Ok((played, coverage))
}

fn play_part(
    matrix: &Matrix,
    part: &Part,
    chosen_on: &[usize],
    tested: &[usize],
    settings: &ReplaySettings,
    played: &mut Played,
) -> Result<(), ReplayError> {
    let single = singles(matrix, chosen_on);
    let by_segment = best_by_segment(matrix, chosen_on);
    let models = single.len();
    let right: Vec<Vec<bool>> = tested.iter().map(|&task| right(matrix, task)).collect();
    let each = |weights: &dyn Fn(usize) -> Vec<f64>| -> Vec<Play> {
        let tasks = tested.iter().zip(&right).enumerate();
        tasks.map(|(place, (&task, right))| play(matrix, task, &weights(place), right)).collect()
    };
    let alone = |chosen: usize| (0..models).map(|model| f64::from(u8::from(model == chosen))).collect::<Vec<f64>>();
    played.oracle.extend(each(&|place| evenly(&right[place])));
    played.random.extend(each(&|_| vec![1.0 / models as f64; models]));
    let unlimited = best_single(&single, None);
    let segment = |place: usize| &matrix.tasks()[tested[place]].segment;
    played.by_segment.extend(each(&|place| alone(by_segment.get(segment(place)).copied().unwrap_or(unlimited))));
    let evidence = evidence(matrix, &part.build, settings.reading);
    let segments = matrix.segments(tested);
    for (&budget, played) in settings.budgets.iter().zip(&mut played.budgets) {
        if let Some(budget) = budget.filter(|_| evidence.0.iter().all(|arm| arm.cost_usd.is_none())) {
            return Err(ReplayError::NoCost { budget });
        }
        let policy = PolicySettings { budget_usd_per_task: budget, ..settings.policy.clone() };
        let rows: BTreeMap<_, _> = weights(matrix, &evidence, &policy, segments.clone())?;
        played.exploit.extend(each(&|place| rows[segment(place)].exploit.clone()));
        played.drawn.extend(each(&|place| rows[segment(place)].drawn.clone()));
        let chosen = best_single(&single, budget);
        played.chosen.push(chosen);
        played.best_single.extend(each(&|_| alone(chosen)));
        let zero = zero_router(&single, budget);
        played.zero_router.extend(each(&|_| zero.clone()));
    }
    played.tasks.extend(tested);
    Ok(())
}
