//! The answers that prove a project's grader: what each must score.

use std::collections::BTreeMap;

use super::{Project, SuiteError};

/// What an answer of the proof must score.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Expected {
    /// This much, to within 0.005.
    Score(f64),
    /// At most this much.
    AtMost(f64),
}

impl Expected {
    /// Whether a score is as expected.
    pub fn holds(self, score: f64) -> bool {
        match self {
            Expected::Score(expected) => (score - expected).abs() <= 0.005,
            Expected::AtMost(bound) => score <= bound,
        }
    }
}

/// One answer of the proof.
#[derive(Clone, Debug, PartialEq)]
pub struct Proof {
    /// The file's stem: `reference`, `empty`, `other-…`, `faulty-…`, `cheat-…`.
    pub name: String,
    /// The model's whole answer.
    pub answer: String,
    /// What it must score.
    pub expected: Expected,
}

impl Project {
    /// The answers of `answers/`, with what each must score: the reference and other right ones (`other-…`) 10, the
    /// empty one at most 1, the rest what `answers/expected.toml` says.
    ///
    /// # Errors
    /// [`SuiteError::Invalid`] where there is no reference, no empty answer, fewer than three faulty ones with
    /// different scores, fewer than two cheats where the answer's code is run, or an answer without its expected score.
    pub fn proofs(&self) -> Result<Vec<Proof>, SuiteError> {
        let invalid = |file: &str, problem: String| SuiteError::Invalid {
            project: self.id.clone(),
            file: format!("answers/{file}"),
            problem: problem.trim().to_string(),
        };
        let text = self.files.text("answers/expected.toml").map_err(|problem| invalid("expected.toml", problem))?;
        let mut scores: BTreeMap<String, f64> =
            toml::from_str(text).map_err(|error| invalid("expected.toml", error.to_string()))?;
        let mut proofs = Vec::new();
        for (path, bytes) in self.files.below("answers").filter(|(path, _)| *path != "expected.toml") {
            let name = path.strip_suffix(".md").ok_or_else(|| invalid(path, "is no .md file".into()))?.to_string();
            let answer = String::from_utf8_lossy(bytes).into_owned();
            let stated = scores.remove(&name);
            let expected = match (name.as_str(), stated) {
                ("reference", None) => Expected::Score(10.0),
                ("empty", None) => Expected::AtMost(1.0),
                (_, None | Some(10.0)) if name.starts_with("other-") => Expected::Score(10.0),
                (_, Some(score)) if name.starts_with("faulty-") || name.starts_with("cheat-") => Expected::Score(score),
                ("reference" | "empty", Some(_)) => {
                    return Err(invalid("expected.toml", format!("{name} is fixed; leave its score out")));
                }
                (_, None) => return Err(invalid("expected.toml", format!("the score of {name} is missing"))),
                _ => return Err(invalid(path, "is none of reference, empty, other-…, faulty-…, cheat-…".into())),
            };
            proofs.push(Proof { name, answer, expected });
        }
        if let Some((name, _)) = scores.first_key_value() {
            return Err(invalid(&format!("{name}.md"), "is not there, but expected.toml has its score".into()));
        }
        if let Some((file, problem)) = shortfall(&proofs, self.checks.iter().any(|check| check.kind.runs_answers())) {
            return Err(invalid(file, problem));
        }
        Ok(proofs)
    }
}

fn shortfall(proofs: &[Proof], runs_answers: bool) -> Option<(&'static str, String)> {
    let scores = |prefix: &str| -> Vec<f64> {
        let score = |proof: &Proof| match proof.expected {
            Expected::Score(score) => score,
            Expected::AtMost(bound) => bound,
        };
        proofs.iter().filter(|proof| proof.name.starts_with(prefix)).map(score).collect()
    };
    for name in ["reference", "empty"] {
        if !proofs.iter().any(|proof| proof.name == name) {
            return Some(("", format!("{name}.md is not there")));
        }
    }
    let mut faulty = scores("faulty-");
    faulty.sort_by(f64::total_cmp);
    faulty.dedup();
    if faulty.len() < 3 {
        return Some(("", "three faulty answers with different scores are due".into()));
    }
    if runs_answers && scores("cheat-").len() < 2 {
        return Some(("", "two cheats are due where the answer's code is run".into()));
    }
    None
}
