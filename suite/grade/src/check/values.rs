//! `values`: single values of the answer's JSON.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::text::{ANSWER, place_of};
use super::{Fault, Place, Verdict, is_weight, one, toml_file};
use crate::answer::{json_in, json_of_file};
use crate::compare::{Comparison, within};
use crate::grade::Work;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Spec {
    values: String,
    r#in: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    value: Vec<ValueSpec>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ValueSpec {
    path: String,
    equals: Option<Value>,
    tolerance: Option<f64>,
    relative: Option<f64>,
    one_of: Option<Vec<Value>>,
    set: Option<Vec<Value>>,
    #[serde(default)]
    near: BTreeMap<String, f64>,
    #[serde(default = "one")]
    weight: f64,
}

#[derive(Clone)]
enum Due {
    /// This value; numbers to within an absolute or a relative distance.
    Value(Value, Option<f64>, Option<f64>),
    OneOf(Vec<Value>),
    Set(Vec<Value>),
}

#[derive(Clone)]
struct Expected {
    path: String,
    due: Due,
    near: BTreeMap<String, f64>,
    weight: f64,
}

/// Values that the answer's JSON must have, by path.
#[derive(Clone)]
pub(crate) struct Values {
    place: String,
    values: Vec<Expected>,
}

pub(super) fn read(spec: Spec, place: &Place<'_>) -> Result<Values, Fault> {
    let file: File = toml_file(&spec.values, place)?;
    if file.value.is_empty() {
        return Err(Fault::within(&spec.values, "it has no value"));
    }
    let values = file.value.into_iter().map(|value| {
        let path = value.path.clone();
        read_one(value).map_err(|problem| Fault::within(&spec.values, format!("value \"{path}\": {problem}")))
    });
    Ok(Values { values: values.collect::<Result<_, _>>()?, place: place_of(spec.r#in, place)? })
}

fn read_one(spec: ValueSpec) -> Result<Expected, String> {
    let bounded = spec.tolerance.is_some() || spec.relative.is_some();
    let due = match (spec.equals, spec.one_of, spec.set) {
        (Some(value), None, None) if !bounded || value.is_number() => Due::Value(value, spec.tolerance, spec.relative),
        (Some(_), None, None) => return Err("tolerance and relative are for numbers".into()),
        (None, Some(values), None) if !values.is_empty() && !bounded => Due::OneOf(values),
        (None, None, Some(values)) if !bounded && spec.near.is_empty() => Due::Set(values),
        _ => return Err("give one of equals (with tolerance or relative for a number), one_of, set".into()),
    };
    if spec.tolerance.is_some() && spec.relative.is_some() {
        return Err("give tolerance or relative, not both".into());
    }
    if [spec.tolerance, spec.relative].into_iter().flatten().any(|bound| !(bound >= 0.0 && bound.is_finite())) {
        return Err("tolerance and relative must not be negative".into());
    }
    if !is_weight(spec.weight) {
        return Err("weight must be above 0".into());
    }
    if spec.near.values().any(|share| !(*share > 0.0 && *share < 1.0)) {
        return Err("near gives shares between 0 and 1".into());
    }
    if spec.path.is_empty() {
        return Err("path is empty".into());
    }
    Ok(Expected { path: spec.path, due, near: spec.near, weight: spec.weight })
}

impl Values {
    /// Share: Σ weight · share of the value / Σ weight.
    pub(crate) fn run(&self, work: &Work<'_>) -> Verdict {
        let json = match self.place.as_str() {
            ANSWER => json_in(work.answer),
            file => work.file(file).and_then(|text| json_of_file(text, file)),
        };
        let json = match json {
            Ok(json) => json,
            Err(why) => return Verdict::nothing(why),
        };
        let mut verdict = Verdict::default();
        let (mut got, mut all) = (0.0, 0.0);
        for value in &self.values {
            let found = at(&json, &value.path);
            let share = found.map_or(0.0, |found| value.share(found));
            all += value.weight;
            got += value.weight * share;
            match found {
                None => verdict.failed.push(format!("{} is not there", value.path)),
                Some(_) if share == 0.0 => verdict.failed.push(format!("{} is wrong", value.path)),
                Some(_) if share < 1.0 => verdict.failed.push(format!("{} is partly right ({share:.2})", value.path)),
                Some(_) => {}
            }
        }
        verdict.share = got / all;
        verdict
    }
}

impl Expected {
    fn share(&self, found: &Value) -> f64 {
        let right = match &self.due {
            Due::Value(due, tolerance, relative) => equal(due, found, *tolerance, *relative),
            Due::OneOf(values) => values.iter().any(|due| equal(due, found, None, None)),
            Due::Set(due) => return overlap(due, found),
        };
        match found.as_str() {
            _ if right => 1.0,
            Some(label) => self.near.get(label).copied().unwrap_or(0.0),
            None => 0.0,
        }
    }
}

fn equal(due: &Value, found: &Value, tolerance: Option<f64>, relative: Option<f64>) -> bool {
    match (due.as_f64(), found.as_f64(), relative) {
        (Some(due), Some(found), Some(relative)) => within(due, found, relative),
        _ => Comparison { tolerance, unordered: false }.equal(due, found),
    }
}

/// F1 of two sets: 2·|both| / (|due| + |found|), 1 where both are empty.
fn overlap(due: &[Value], found: &Value) -> f64 {
    let Some(found) = found.as_array() else { return 0.0 };
    let distinct = |values: &[Value]| -> Vec<Value> {
        let mut kept: Vec<Value> = Vec::new();
        for value in values {
            if !kept.iter().any(|other| equal(other, value, None, None)) {
                kept.push(value.clone());
            }
        }
        kept
    };
    let (due, found) = (distinct(due), distinct(found));
    if due.is_empty() && found.is_empty() {
        return 1.0;
    }
    let both = due.iter().filter(|due| found.iter().any(|found| equal(due, found, None, None))).count();
    2.0 * both as f64 / (due.len() + found.len()) as f64
}

/// The value at a path: names and positions with points between them.
fn at<'a>(json: &'a Value, path: &str) -> Option<&'a Value> {
    path.split('.').try_fold(json, |value, part| match value {
        Value::Object(members) => members.get(part),
        Value::Array(values) => values.get(part.parse::<usize>().ok()?),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn share(spec: &str, found: Value) -> f64 {
        let spec: ValueSpec = toml::from_str(&format!("path = \"a\"\n{spec}")).expect("a value");
        read_one(spec).expect("a sound value").share(&found)
    }

    #[test]
    fn values_are_compared_as_they_say() {
        assert_eq!(share("equals = 3", json!(3.0)), 1.0);
        assert_eq!(share("equals = 3", json!("3")), 0.0);
        assert_eq!(share("equals = 100\nrelative = 0.05", json!(104.9)), 1.0);
        assert_eq!(share("equals = 100\nrelative = 0.05", json!(106)), 0.0);
        assert_eq!(share("equals = 1.5\ntolerance = 0.1", json!(1.59)), 1.0);
        assert_eq!(share("equals = true", json!(1)), 0.0);
        assert_eq!(share("one_of = [\"a\", \"b\"]", json!("b")), 1.0);
        assert_eq!(share("equals = \"high\"\nnear = { medium = 0.5 }", json!("medium")), 0.5);
        assert_eq!(share("equals = \"high\"\nnear = { medium = 0.5 }", json!("low")), 0.0);
    }

    #[test]
    fn sets_are_worth_their_f1() {
        assert_eq!(share("set = [\"a\", \"b\"]", json!(["b", "a", "a"])), 1.0);
        assert_eq!(share("set = [\"a\", \"b\"]", json!(["a"])), 2.0 / 3.0);
        assert_eq!(share("set = [\"a\"]", json!(["b"])), 0.0);
        assert_eq!(share("set = []", json!([])), 1.0);
        assert_eq!(share("set = [\"a\"]", json!("a")), 0.0);
    }

    #[test]
    fn paths_lead_through_objects_and_lists() {
        let json = json!({"a": {"b": [{"c": 7}]}});
        assert_eq!(at(&json, "a.b.0.c"), Some(&json!(7)));
        assert_eq!(at(&json, "a.b.1.c"), None);
        assert_eq!(at(&json, "a.b.0.c.d"), None);
    }

    #[test]
    fn contradictions_are_refused() {
        for spec in [
            "",
            "equals = 1\none_of = [1]",
            "equals = \"a\"\ntolerance = 1.0",
            "equals = 1\ntolerance = -1.0",
            "equals = 1\nweight = 0.0",
            "set = [1]\nnear = { a = 0.5 }",
        ] {
            let spec: ValueSpec = toml::from_str(&format!("path = \"a\"\n{spec}")).expect("a value");
            assert!(read_one(spec).is_err());
        }
    }
}
