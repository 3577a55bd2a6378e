//! One night: every stream's evidence.

use rayon::prelude::*;

use super::evidence::{DayDifferences, Evidence, Hit, LEAST_WEIGHT};
use super::field::{Field, Stream};
use super::result::Figure;

/// Scores spread by at least a fifth of a point: below that they are a matter of rounding.
const LEAST_VARIANCE: f64 = 0.02 * 0.02;

/// With how many scores' weight a stratum's variance is drawn towards that of its model.
const VARIANCE_PRIOR: f64 = 8.0;

/// A model's variance is known from this many degrees of freedom on.
const LEAST_FREEDOM: f64 = 5.0;

/// Per model, the variance of one value within strata tonight; none where too little is known.
pub(super) fn variances(field: &Field) -> Vec<Option<f64>> {
    let variance = |model| {
        let (mut scatter, mut freedom) = (0.0, 0.0);
        for stratum in &field.strata[field.strata_of_model(model)] {
            let total = stratum.total();
            if total.count >= 2.0 {
                scatter += total.scatter();
                freedom += total.count - 1.0;
            }
        }
        (freedom >= LEAST_FREEDOM).then(|| scatter / freedom)
    };
    (0..field.models.len()).map(variance).collect()
}

/// Adds a stratum to a stream's evidence.
fn add(field: &Field, place: usize, pooled: f64, night: i32, evidence: &mut Evidence) {
    let stratum = &field.strata[place];
    let total = stratum.total();
    if total.count < 2.0 {
        return;
    }
    let variance = match field.figure {
        Figure::Success => total.scatter() / (total.count - 1.0),
        Figure::Score => {
            let drawn = (total.scatter() + VARIANCE_PRIOR * pooled) / (total.count - 1.0 + VARIANCE_PRIOR);
            drawn.max(LEAST_VARIANCE)
        }
    };
    evidence.add(stratum.window(), total, variance, night);
}

/// The evidence of some strata taken together.
pub(super) fn evidence_of(
    field: &Field,
    strata: impl IntoIterator<Item = usize>,
    variances: &[Option<f64>],
    night: i32,
) -> Evidence {
    let mut evidence = Evidence::new();
    for place in strata {
        if let Some(pooled) = variances[field.arms[field.arm_of(place)].model] {
            add(field, place, pooled, night, &mut evidence);
        }
    }
    evidence
}

/// What a night shows.
#[derive(Default)]
pub(super) struct Scan {
    /// Every stream whose best candidate day reaches the floor.
    pub(super) hits: Vec<(Stream, Hit)>,
    /// How days differ from each other tonight, for tomorrow night: in all arms …
    pub(super) arm_days: DayDifferences,
    /// … and in all models and judges.
    pub(super) wide_days: DayDifferences,
}

/// An arm with fewer calls in its window cannot have the least weight on any candidate day: n₀n₁/(n₀+n₁) ≤ n/4.
const LEAST_ARM_CALLS: f64 = 4.0 * LEAST_WEIGHT;

/// How days differ changes slowly: arms, of which there are many, are asked once in so many days.
const DAYS_BETWEEN: i32 = 7;

/// Looks at every stream, keeping those whose best candidate day reaches `floor`.
///
/// Models are looked at in parallel and put together in their order, so the sums have one order on any number of threads.
pub(super) fn scan(field: &Field, variances: &[Option<f64>], night: i32, floor: f64) -> Scan {
    let is_asked = night.rem_euclid(DAYS_BETWEEN) == 0;
    let models: Vec<(Scan, Vec<Evidence>)> = (0..field.models.len())
        .into_par_iter()
        .filter_map(|model| Some(scan_model(field, model, variances[model]?, night, floor, is_asked)))
        .collect();
    let mut found = Scan::default();
    let mut of_judges = vec![Evidence::new(); field.judges.len()];
    for (model, judges) in models {
        found.hits.extend(model.hits);
        found.arm_days.add(model.arm_days);
        found.wide_days.add(model.wide_days);
        of_judges.iter_mut().zip(&judges).for_each(|(judge, part)| judge.join(part));
    }
    for (judge, evidence) in of_judges.iter().enumerate() {
        let hit = evidence.best(field.figure, night, floor, field.wide_days);
        found.hits.extend(hit.map(|hit| (Stream::Judge(judge), hit)));
        found.wide_days.add(evidence.day_differences(0));
    }
    if !is_asked {
        found.arm_days = field.arm_days;
    }
    found
}

/// One model and its arms, and what it tells of each judge.
fn scan_model(
    field: &Field,
    model: usize,
    pooled: f64,
    night: i32,
    floor: f64,
    is_asked: bool,
) -> (Scan, Vec<Evidence>) {
    let mut found = Scan::default();
    let mut of_judges = vec![Evidence::new(); if field.figure == Figure::Score { field.judges.len() } else { 0 }];
    let mut of_model = Evidence::new();
    for arm in field.models[model].1.clone() {
        let strata = field.arms[arm].strata.clone();
        for place in strata.clone() {
            add(field, place, pooled, night, &mut of_model);
            if let Some(judge) = field.strata[place].judge {
                add(field, place, pooled, night, &mut of_judges[judge as usize]);
            }
        }
        let calls: f64 = field.strata[strata.clone()].iter().map(|stratum| stratum.total().count).sum();
        if calls < LEAST_ARM_CALLS {
            continue;
        }
        let mut of_arm = Evidence::new();
        strata.for_each(|place| add(field, place, pooled, night, &mut of_arm));
        let hit = of_arm.best(field.figure, night, floor, field.arm_days);
        found.hits.extend(hit.map(|hit| (Stream::Arm(arm), hit)));
        if is_asked {
            found.arm_days.add(of_arm.day_differences(0));
        }
    }
    let hit = of_model.best(field.figure, night, floor, field.wide_days);
    found.hits.extend(hit.map(|hit| (Stream::Model(model), hit)));
    found.wide_days.add(of_model.day_differences(0));
    (found, of_judges)
}
