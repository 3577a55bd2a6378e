//! `validator`: a trusted program judges a design that is given as data.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::text::{ANSWER, place_of};
use super::{Fault, Place, Verdict, is_weight};
use crate::answer::{json_in, json_of_file};
use crate::driver::validator;
use crate::grade::{GradeError, Work};
use crate::project::Program;
use crate::sandbox::{End, Run};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Spec {
    script: String,
    #[serde(default)]
    weights: BTreeMap<String, f64>,
    r#in: Option<String>,
}

/// A script and the weights of what it checks.
#[derive(Clone)]
pub(crate) struct Validator {
    place: String,
    script: String,
    weights: BTreeMap<String, f64>,
}

pub(super) fn read(spec: Spec, place: &Place<'_>) -> Result<Validator, Fault> {
    place.needs(Program::Python3)?;
    if !spec.weights.values().all(|weight| is_weight(*weight)) {
        return Err(Fault::new("weights must be above 0"));
    }
    let script = place.text(&spec.script)?.to_string();
    Ok(Validator { place: place_of(spec.r#in, place)?, script, weights: spec.weights })
}

/// What the script prints for one of its checks.
#[derive(Deserialize)]
#[serde(untagged)]
enum Judged {
    Share(f64),
    Explained { share: f64, why: String },
}

impl Validator {
    /// Share: the mean of the script's shares, weighted where weights are given. A script that crashes, or prints
    /// anything but shares, gives 0 and a defect.
    pub(crate) fn run(&self, work: &Work<'_>) -> Result<Verdict, GradeError> {
        let json = match self.place.as_str() {
            ANSWER => json_in(work.answer),
            file => work.file(file).and_then(|text| json_of_file(text, file)),
        };
        let json = match json {
            Ok(json) => json,
            Err(why) => return Ok(Verdict::nothing(why)),
        };
        Ok(match self.judge(&json, work)? {
            Ok(judged) => self.verdict(judged),
            Err(defect) => Verdict { defect: Some(defect), ..Verdict::nothing("the check itself fails") },
        })
    }

    fn judge(&self, json: &Value, work: &Work<'_>) -> Result<Result<BTreeMap<String, Judged>, String>, GradeError> {
        let driver = validator(&self.script);
        let mut files: BTreeMap<String, Vec<u8>> = BTreeMap::new();
        files.extend(work.project.given().map(|(path, text)| (path.to_string(), text.as_bytes().to_vec())));
        files.insert("answer.json".into(), json.to_string().into_bytes());
        let run = Run { files, program: driver.program, control: driver.control, ..Run::default() };
        let finished = work.run(&run)?;
        if finished.end != End::Exited(0) {
            let last = finished.stderr.lines().last().unwrap_or_default();
            return Ok(Err(format!("the validator ended so: {:?} {last}", finished.end)));
        }
        let judged: Result<BTreeMap<String, Judged>, _> = serde_json::from_slice(&finished.stdout);
        Ok(judged
            .map_err(|error| format!("the validator prints no shares: {error}"))
            .and_then(|judged| self.sound(judged)))
    }

    fn sound(&self, judged: BTreeMap<String, Judged>) -> Result<BTreeMap<String, Judged>, String> {
        if judged.is_empty() {
            return Err("the validator checks nothing".into());
        }
        if let Some(name) = self.weights.keys().find(|name| !judged.contains_key(*name)) {
            return Err(format!("weights names \"{name}\", which the validator does not check"));
        }
        match judged.iter().find(|(_, judged)| !(0.0..=1.0).contains(&judged.share())) {
            Some((name, judged)) => Err(format!("the share of \"{name}\" is {}", judged.share())),
            None => Ok(judged),
        }
    }

    fn verdict(&self, judged: BTreeMap<String, Judged>) -> Verdict {
        let mut verdict = Verdict::default();
        let (mut got, mut all) = (0.0, 0.0);
        for (name, judged) in judged {
            let weight = self.weights.get(&name).copied().unwrap_or(1.0);
            all += weight;
            got += weight * judged.share();
            if judged.share() < 1.0 {
                let why = match &judged {
                    Judged::Explained { why, .. } if !why.is_empty() => format!(": {why}"),
                    _ => String::new(),
                };
                verdict.failed.push(format!("{name} is right to {:.2}{why}", judged.share()));
            }
        }
        verdict.share = got / all;
        verdict
    }
}

impl Judged {
    fn share(&self) -> f64 {
        match self {
            Judged::Share(share) | Judged::Explained { share, .. } => *share,
        }
    }
}
