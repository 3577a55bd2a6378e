//! One night: every stream's evidence.

use super::evidence::{DayDifferences, Evidence, Hit};
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
pub(super) struct Scan {
    /// Every stream whose best candidate day reaches the floor.
    pub(super) hits: Vec<(Stream, Hit)>,
    /// How days differ from each other tonight, for tomorrow night: in all arms …
    pub(super) arm_days: DayDifferences,
    /// … and in all models and judges.
    pub(super) wide_days: DayDifferences,
}

/// Looks at every stream, keeping those whose best candidate day reaches `floor`.
pub(super) fn scan(field: &Field, variances: &[Option<f64>], night: i32, floor: f64) -> Scan {
    let mut found =
        Scan { hits: Vec::new(), arm_days: DayDifferences::default(), wide_days: DayDifferences::default() };
    let mut keep = |stream: Stream, evidence: &Evidence| {
        let hit = evidence.best(field.figure, night, floor, field.days_like(stream));
        found.hits.extend(hit.map(|hit| (stream, hit)));
        let days = if matches!(stream, Stream::Arm(_)) { &mut found.arm_days } else { &mut found.wide_days };
        days.add(evidence.day_differences(0));
    };
    let mut of_judges: Vec<Evidence> = field.judges.iter().map(|_| Evidence::new()).collect();
    for (model, (_, arms)) in field.models.iter().enumerate() {
        let Some(pooled) = variances[model] else { continue };
        let mut of_model = Evidence::new();
        for arm in arms.clone() {
            let mut of_arm = Evidence::new();
            for place in field.arms[arm].strata.clone() {
                add(field, place, pooled, night, &mut of_arm);
                add(field, place, pooled, night, &mut of_model);
                if let Some(judge) = field.strata[place].judge {
                    add(field, place, pooled, night, &mut of_judges[judge as usize]);
                }
            }
            keep(Stream::Arm(arm), &of_arm);
        }
        keep(Stream::Model(model), &of_model);
    }
    for (judge, evidence) in of_judges.iter().enumerate() {
        keep(Stream::Judge(judge), evidence);
    }
    found
}
