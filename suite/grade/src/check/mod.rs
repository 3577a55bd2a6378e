//! The checks of a project: read from its manifest, and run on an answer.

mod cases;
mod constraint;
mod examples;
mod facts;
mod findings;
mod mutants;
mod text;
mod validator;
mod values;

use serde::de::DeserializeOwned;

use crate::grade::{GradeError, Work};
use crate::project::{FileSet, Program};

/// What checks are read against.
pub(crate) struct Place<'a> {
    pub(crate) files: &'a FileSet,
    pub(crate) answer: &'a [String],
    pub(crate) needs: &'a [Program],
}

impl Place<'_> {
    fn needs(&self, program: Program) -> Result<(), Fault> {
        if self.needs.contains(&program) {
            return Ok(());
        }
        Err(Fault::new(format!("it runs {0}; add \"{0}\" to needs", program.name())))
    }

    fn brings(&self, file: &str) -> Result<(), Fault> {
        if self.answer.iter().any(|asked| asked == file) {
            return Ok(());
        }
        Err(Fault::new(format!("the file \"{file}\" is none that the answer brings; add it to answer")))
    }

    /// The text of a file that the check names.
    fn text(&self, file: &str) -> Result<&str, Fault> {
        self.files.text(file).map_err(Fault::new)
    }
}

/// What is wrong with a check, and in which file.
#[derive(Debug)]
pub(crate) struct Fault {
    pub(crate) file: String,
    pub(crate) problem: String,
}

impl Fault {
    fn new(problem: impl Into<String>) -> Self {
        Self { file: "project.toml".into(), problem: problem.into() }
    }

    fn within(file: &str, problem: impl Into<String>) -> Self {
        Self { file: file.into(), problem: problem.into() }
    }
}

/// One check.
#[derive(Clone)]
pub(crate) struct Check {
    pub(crate) name: String,
    pub(crate) weight: f64,
    pub(crate) kind: Kind,
}

/// What a check does.
#[derive(Clone)]
pub(crate) enum Kind {
    Cases(cases::Cases),
    Mutants(mutants::Mutants),
    Findings(findings::Findings),
    Facts(facts::Facts),
    Values(values::Values),
    Constraint(constraint::Constraint),
    Examples(examples::Examples),
    Validator(validator::Validator),
}

/// What a check finds.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Verdict {
    /// The share that is right, in [0, 1].
    pub(crate) share: f64,
    /// What is not, a sentence each.
    pub(crate) failed: Vec<String>,
    /// What is wrong with the check itself.
    pub(crate) defect: Option<String>,
}

impl Verdict {
    /// Nothing is right, for one reason.
    fn nothing(why: impl Into<String>) -> Self {
        Self { share: 0.0, failed: vec![why.into()], defect: None }
    }
}

impl Kind {
    /// The kind's name in a manifest.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Kind::Cases(_) => "cases",
            Kind::Findings(_) => "findings",
            Kind::Facts(_) => "facts",
            Kind::Values(_) => "values",
            Kind::Constraint(_) => "constraint",
            Kind::Mutants(_) => "mutants",
            Kind::Examples(_) => "examples",
            Kind::Validator(_) => "validator",
        }
    }

    /// Whether code of the answer is run.
    pub(crate) fn runs_answers(&self) -> bool {
        matches!(self, Kind::Cases(_) | Kind::Mutants(_) | Kind::Examples(_))
    }

    /// Runs the check.
    pub(crate) fn run(&self, work: &Work<'_>) -> Result<Verdict, GradeError> {
        match self {
            Kind::Cases(check) => check.run(work),
            Kind::Mutants(check) => check.run(work),
            Kind::Examples(check) => check.run(work),
            Kind::Validator(check) => check.run(work),
            Kind::Findings(check) => Ok(check.run(work)),
            Kind::Facts(check) => Ok(check.run(work)),
            Kind::Values(check) => Ok(check.run(work)),
            Kind::Constraint(check) => Ok(check.run(work)),
        }
    }
}

/// Reads all checks of a manifest.
pub(crate) fn read(tables: &[toml::Table], place: &Place<'_>) -> Result<Vec<Check>, Fault> {
    let mut checks: Vec<Check> = Vec::new();
    for (at, table) in tables.iter().enumerate() {
        let named = table.get("name").and_then(toml::Value::as_str).map(|name| format!("check \"{name}\""));
        let title = named.unwrap_or_else(|| format!("check {}", at + 1));
        let check = read_one(table.clone(), place)
            .map_err(|fault| Fault { problem: format!("{title}: {}", fault.problem), ..fault })?;
        if checks.iter().any(|other| other.name == check.name) {
            return Err(Fault::new(format!("{title}: another check has this name")));
        }
        checks.push(check);
    }
    if checks.iter().all(|check| matches!(check.kind, Kind::Constraint(_))) {
        return Err(Fault::new("a check that is no constraint is due: a form alone is worth nothing"));
    }
    Ok(checks)
}

fn read_one(mut table: toml::Table, place: &Place<'_>) -> Result<Check, Fault> {
    let mut take = |key: &str| table.remove(key).ok_or_else(|| Fault::new(format!("the key {key} is missing")));
    let text = |key: &str, value: toml::Value| match value {
        toml::Value::String(text) if !text.trim().is_empty() => Ok(text),
        _ => Err(Fault::new(format!("{key} must be a text"))),
    };
    let name = text("name", take("name")?)?;
    let weight = weight(&take("weight")?)?;
    let kind = text("kind", take("kind")?)?;
    let kind = match kind.as_str() {
        "cases" => Kind::Cases(cases::read(spec(table)?, place)?),
        "findings" => Kind::Findings(findings::read(spec(table)?, place)?),
        "facts" => Kind::Facts(facts::read(spec(table)?, place)?),
        "values" => Kind::Values(values::read(spec(table)?, place)?),
        "constraint" => Kind::Constraint(constraint::read(spec(table)?, place)?),
        "mutants" => Kind::Mutants(mutants::read(spec(table)?, place)?),
        "examples" => Kind::Examples(examples::read(spec(table)?, place)?),
        "validator" => Kind::Validator(validator::read(spec(table)?, place)?),
        other => {
            return Err(Fault::new(format!(
                "kind is \"{other}\"; it must be cases, mutants, findings, facts, values, constraint, examples or validator"
            )));
        }
    };
    Ok(Check { name, weight, kind })
}

fn weight(value: &toml::Value) -> Result<f64, Fault> {
    let number = value.as_float().or(value.as_integer().map(|whole| whole as f64));
    number.filter(|weight| is_weight(*weight)).ok_or_else(|| Fault::new("weight must be a number above 0"))
}

/// Whether a number can be a weight.
fn is_weight(weight: f64) -> bool {
    weight > 0.0 && weight.is_finite()
}

fn one() -> f64 {
    1.0
}

fn spec<T: DeserializeOwned>(table: toml::Table) -> Result<T, Fault> {
    toml::Value::Table(table).try_into().map_err(|error: toml::de::Error| Fault::new(error.to_string().trim()))
}

/// A file of TOML that a check names.
fn toml_file<T: DeserializeOwned>(file: &str, place: &Place<'_>) -> Result<T, Fault> {
    toml::from_str(place.text(file)?).map_err(|error| Fault::within(file, error.to_string().trim()))
}
