//! The latest that is known of calls, as `queries/staging/calls.sql` says it: the latest score, the latest verdict and the
//! latest cost each win; ties by their content.

use std::cmp::Ordering;
use std::path::Path;

use arrow::array::{Array, AsArray};
use arrow::datatypes::{Float64Type, TimestampMicrosecondType};
use hashbrown::HashMap;
use hashbrown::hash_map::EntryRef;

use super::Stop;
use super::scan::Scan;
use crate::call::Outcome;
use crate::day::Day;
use crate::store::ReadCounter;

/// What is known of a call beyond its log; what is none is as logged.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct News {
    pub(super) score: Option<f64>,
    pub(super) judge: Option<String>,
    pub(super) success: Option<bool>,
    pub(super) cost_usd: Option<f64>,
}

struct Said {
    observed_at: i64,
    judge: Option<String>,
    score: Option<f64>,
    success: Option<bool>,
    cost_usd: Option<f64>,
}

impl Said {
    /// The latest first, then judge, score, success and cost upwards, nulls last.
    fn order(&self, other: &Self) -> Ordering {
        fn nulls_last<T>(one: Option<T>, two: Option<T>, order: impl Fn(T, T) -> Ordering) -> Ordering {
            match (one, two) {
                (Some(one), Some(two)) => order(one, two),
                (one, two) => one.is_none().cmp(&two.is_none()),
            }
        }
        let number = |one: f64, two: f64| one.total_cmp(&two);
        other
            .observed_at
            .cmp(&self.observed_at)
            .then_with(|| nulls_last(self.judge.as_deref(), other.judge.as_deref(), |one, two| one.cmp(two)))
            .then_with(|| nulls_last(self.score, other.score, number))
            .then_with(|| nulls_last(self.success, other.success, |one, two| one.cmp(&two)))
            .then_with(|| nulls_last(self.cost_usd, other.cost_usd, number))
    }
}

/// Outcomes of a file that room is made for at once.
const MOST_RESERVED: u64 = 1 << 20;

/// Reads the outcomes of a day's calls that were observed before `as_of`, by call.
pub(super) fn read<'a>(
    files: impl Iterator<Item = &'a Path>,
    as_of: Day,
    counter: &ReadCounter,
) -> Result<HashMap<String, News>, Stop> {
    // Of most calls one thing is said: it needs no list of its own.
    let mut said: HashMap<String, (Said, Vec<Said>)> = HashMap::new();
    let schema = Outcome::schema();
    let names: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
    for path in files {
        let scan = Scan::open(path, counter)?;
        said.reserve(scan.rows().min(MOST_RESERVED) as usize);
        for batch in scan.columns(&schema, &names)? {
            let batch = batch?;
            let column = |name: &str| batch.column_by_name(name).ok_or(Stop::Declined);
            let (ids, judges) = (column("call_id")?.as_string::<i32>(), column("judge")?.as_string::<i32>());
            let instants = column("observed_at")?.as_primitive::<TimestampMicrosecondType>();
            let scores = column("score")?.as_primitive::<Float64Type>();
            let costs = column("cost_usd")?.as_primitive::<Float64Type>();
            let verdicts = column("success")?.as_boolean();
            for row in (0..batch.num_rows()).filter(|row| instants.value(*row) < as_of.start()) {
                let one = Said {
                    observed_at: instants.value(row),
                    judge: judges.is_valid(row).then(|| judges.value(row).to_string()),
                    score: scores.is_valid(row).then(|| scores.value(row)),
                    success: verdicts.is_valid(row).then(|| verdicts.value(row)),
                    cost_usd: costs.is_valid(row).then(|| costs.value(row)),
                };
                match said.entry_ref(ids.value(row)) {
                    EntryRef::Occupied(mut known) => known.get_mut().1.push(one),
                    EntryRef::Vacant(new) => {
                        new.insert((one, Vec::new()));
                    }
                }
            }
        }
    }
    Ok(said.into_iter().map(|(call, (first, others))| (call, latest(first, others))).collect())
}

fn latest(first: Said, mut said: Vec<Said>) -> News {
    if said.is_empty() {
        let judge = first.judge.filter(|_| first.score.is_some());
        return News { score: first.score, judge, success: first.success, cost_usd: first.cost_usd };
    }
    said.push(first);
    said.sort_by(Said::order);
    let scored = said.iter().find(|said| said.score.is_some());
    News {
        score: scored.and_then(|said| said.score),
        judge: scored.and_then(|said| said.judge.clone()),
        success: said.iter().find_map(|said| said.success),
        cost_usd: said.iter().find_map(|said| said.cost_usd),
    }
}
