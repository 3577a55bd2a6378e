//! `findings`: faults that a review must find, and none that are not there.

use regex::Regex;
use serde::Deserialize;
use serde_json::Value;

use super::text::{ANSWER, folded, patterns, place_of};
use super::{Fault, Place, Verdict, is_weight, one, toml_file};
use crate::answer::{json_in, json_of_file};
use crate::grade::Work;
use crate::matching;

/// So many stated findings are read.
const MOST: usize = 50;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Spec {
    findings: String,
    r#in: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    finding: Vec<SeededSpec>,
    #[serde(default)]
    harmless: Vec<HarmlessSpec>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SeededSpec {
    id: String,
    file: String,
    lines: [u64; 2],
    words: Vec<String>,
    #[serde(default = "one")]
    weight: f64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HarmlessSpec {
    #[serde(default, rename = "id")]
    _id: String,
    file: String,
    lines: [u64; 2],
    words: Vec<String>,
}

/// Where a fault is, and which words tell it.
#[derive(Clone)]
struct Spot {
    file: String,
    lines: [u64; 2],
    words: Vec<Regex>,
}

/// Seeded faults with their weights, and remarks that count neither way.
#[derive(Clone)]
pub(crate) struct Findings {
    place: String,
    seeded: Vec<(String, Spot, f64)>,
    harmless: Vec<Spot>,
    /// The given file, where there is but one: a finding need not name it.
    only: Option<String>,
}

pub(super) fn read(spec: Spec, place: &Place<'_>) -> Result<Findings, Fault> {
    let file: File = toml_file(&spec.findings, place)?;
    let within = |problem: String| Fault::within(&spec.findings, problem);
    if file.finding.is_empty() {
        return Err(within("it has no finding".into()));
    }
    let spot = |name: &str, file: String, lines: [u64; 2], words: &[String]| -> Result<Spot, Fault> {
        let text = place.files.text(&format!("given/{file}"));
        let length = text.map_err(|problem| within(format!("{name}: {problem}")))?.lines().count() as u64;
        if !(1..=lines[1]).contains(&lines[0]) || lines[1] > length {
            return Err(within(format!("{name}: lines must be [first, last] within the {length} lines of {file}")));
        }
        let words = patterns(words).map_err(|fault| within(format!("{name}: {}", fault.problem)))?;
        Ok(Spot { file, lines, words })
    };
    let mut seeded: Vec<(String, Spot, f64)> = Vec::new();
    for finding in file.finding {
        let name = format!("finding \"{}\"", finding.id);
        if !is_weight(finding.weight) {
            return Err(within(format!("{name}: weight must be above 0")));
        }
        if seeded.iter().any(|(id, ..)| *id == finding.id) {
            return Err(within(format!("{name}: another one has this id")));
        }
        let spot = spot(&name, finding.file, finding.lines, &finding.words)?;
        seeded.push((finding.id, spot, finding.weight));
    }
    let harmless = file.harmless.into_iter().enumerate();
    let harmless =
        harmless.map(|(at, entry)| spot(&format!("harmless {}", at + 1), entry.file, entry.lines, &entry.words));
    let mut given = place.files.below("given").map(|(path, _)| path.to_string());
    let only = given.next().filter(|_| given.next().is_none());
    Ok(Findings { seeded, harmless: harmless.collect::<Result<_, _>>()?, place: place_of(spec.r#in, place)?, only })
}

/// A finding as the answer states it.
struct Stated {
    file: String,
    line: u64,
    problem: String,
}

impl Spot {
    fn tells(&self, stated: &Stated) -> bool {
        let same_file = stated.file == self.file
            || stated.file.ends_with(&format!("/{}", self.file))
            || self.file.ends_with(&format!("/{}", stated.file));
        same_file
            && (self.lines[0]..=self.lines[1]).contains(&stated.line)
            && self.words.iter().any(|words| words.is_match(&stated.problem))
    }
}

impl Findings {
    /// Share: F1 = 2·P·R / (P + R). P is matched findings over stated ones, R matched weight over weight. Pairs are one
    /// to one, chosen for the greatest matched weight; a stated finding that is left over counts neither way where it
    /// is harmless.
    pub(crate) fn run(&self, work: &Work<'_>) -> Verdict {
        let json = match self.place.as_str() {
            ANSWER => json_in(work.answer),
            file => work.file(file).and_then(|text| json_of_file(text, file)),
        };
        let stated = match json.and_then(|json| self.stated(&json)) {
            Ok(stated) => stated,
            Err(why) => return Verdict::nothing(why),
        };
        let edges: Vec<Vec<usize>> = self
            .seeded
            .iter()
            .map(|(_, spot, _)| (0..stated.len()).filter(|at| spot.tells(&stated[*at])).collect())
            .collect();
        let weights: Vec<f64> = self.seeded.iter().map(|(_, _, weight)| *weight).collect();
        let partners = matching::heaviest(&edges, &weights, stated.len());
        let mut verdict = Verdict::default();
        let mut found = 0.0;
        for ((id, _, weight), partner) in self.seeded.iter().zip(&partners) {
            match partner {
                Some(_) => found += weight,
                None => verdict.failed.push(format!("does not find: {id}")),
            }
        }
        let matched = partners.iter().flatten().count();
        let mut counted = matched;
        for (at, finding) in stated.iter().enumerate().filter(|(at, _)| !partners.contains(&Some(*at))) {
            if !self.harmless.iter().any(|spot| spot.tells(finding)) {
                counted += 1;
                let place = format!("{} line {}", finding.file, finding.line);
                verdict.failed.push(format!("finding {} ({place}) is none of those seeded", at + 1));
            }
        }
        if matched > 0 {
            let (precision, recall) = (matched as f64 / counted as f64, found / weights.iter().sum::<f64>());
            verdict.share = 2.0 * precision * recall / (precision + recall);
        }
        verdict
    }

    fn stated(&self, json: &Value) -> Result<Vec<Stated>, String> {
        let list = json.as_array().or_else(|| match json.as_object()?.values().collect::<Vec<_>>().as_slice() {
            [Value::Array(list)] => Some(list),
            _ => None,
        });
        let list = list.ok_or("the json block is no list of findings")?;
        Ok(list.iter().take(MOST).map(|entry| self.stated_one(entry)).collect())
    }

    /// An entry without a usable line matches nothing and counts as stated.
    fn stated_one(&self, entry: &Value) -> Stated {
        let text = |key: &str| entry.get(key).and_then(Value::as_str).unwrap_or_default();
        let file = match (text("file").trim().trim_start_matches("./"), &self.only) {
            ("", Some(only)) => only.clone(),
            (named, _) => named.to_string(),
        };
        let line = match entry.get("line") {
            Some(Value::Number(line)) => line.as_u64(),
            // Of a range the first line: else one over the whole file would hit everything.
            Some(Value::String(text)) => {
                let first = text.split(['-', '–']).next().unwrap_or_default().trim();
                first.trim_start_matches(['L', 'l']).parse().ok()
            }
            _ => None,
        };
        Stated { file, line: line.unwrap_or(0), problem: folded(text("problem")) }
    }
}
