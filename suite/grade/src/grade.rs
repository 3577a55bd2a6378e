//! From an answer to a grade.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use crate::answer::extract;
use crate::check::{Check, Kind};
use crate::project::{Limits, Program, Project};
use crate::rust::{Compiled, Compiler};
use crate::sandbox::{Finished, Run, Sandbox, SandboxError};

/// What an answer is worth.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Grade {
    /// From 0 to 10.
    pub score: f64,
    /// The account of every check, in the order of the manifest.
    pub checks: Vec<CheckGrade>,
}

/// What one check finds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CheckGrade {
    /// Its name.
    pub name: String,
    /// Its kind, as in the manifest.
    pub kind: String,
    /// Its relative weight.
    pub weight: f64,
    /// The share that is right, in [0, 1]; for a constraint already multiplied with what the content is worth.
    pub share: f64,
    /// What is not right, a sentence each.
    pub failed: Vec<String>,
    /// What is wrong with the check itself, which its author must repair.
    pub defect: Option<String>,
}

/// Why an answer cannot be graded. It is never a score of 0.
#[derive(Debug, thiserror::Error)]
pub enum GradeError {
    /// A program that the project needs is not installed.
    #[error("{project} cannot be graded here: {program} is missing; {remedy}")]
    Missing {
        /// The project.
        project: String,
        /// The program.
        program: &'static str,
        /// What to do.
        remedy: &'static str,
    },
    /// The sandbox fails.
    #[error("cannot be graded here: {0}")]
    Sandbox(#[from] SandboxError),
}

/// Grades answers in one sandbox.
///
/// ```
/// use merit_grade::project::FileSet;
/// use merit_grade::{Grader, Project, Sandbox};
///
/// let manifest = r#"
///     id = "port"
///     title = "Which port"
///     category = "documentation"
///     difficulty = "beginner"
///     role = "executor"
///     version = 1
///     answer = []
///     needs = []
///     [[check]]
///     name = "the port"
///     weight = 1
///     kind = "facts"
///     fact = [{ name = "it listens on 8080", any = ['port\s+8080'] }, { name = "and on loopback", any = ['loopback'] }]
/// "#;
/// let files = [("project.toml", manifest), ("prompt.md", "Where does it listen?")];
/// let files = FileSet::of(files.map(|(path, text)| (path.to_string(), text.into())));
/// let project = Project::read("port", files)?;
/// let grader = Grader::new(Sandbox::detect()?);
/// let grade = grader.grade(&project, "On port 8080 of all addresses.")?;
/// assert_eq!(grade.score, 5.0);
/// assert_eq!(grade.checks[0].failed, ["does not state: and on loopback"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Grader {
    sandbox: Sandbox,
    /// Where programs are that the sandbox sees.
    folders: Vec<PathBuf>,
    compiler: OnceLock<Option<Compiler>>,
}

impl Grader {
    /// A grader that runs programs in this sandbox.
    pub fn new(sandbox: Sandbox) -> Self {
        let folders = ["/usr/local/bin", "/usr/bin", "/bin"].map(PathBuf::from).to_vec();
        Self { sandbox, folders, compiler: OnceLock::new() }
    }

    /// The sandbox.
    pub fn sandbox(&self) -> &Sandbox {
        &self.sandbox
    }

    /// Grades a model's whole answer. The same answer gets the same grade.
    ///
    /// The score is 10 · Σ weight · share / Σ weight. The share of a constraint is multiplied with the weighted mean
    /// share of the checks that are none: a form around nothing is worth nothing. An answer of nothing but white space
    /// scores 0, and nothing is run.
    ///
    /// # Errors
    /// [`GradeError`] where a program is missing or the sandbox fails.
    pub fn grade(&self, project: &Project, answer: &str) -> Result<Grade, GradeError> {
        if answer.trim().is_empty() {
            let why = "the answer is empty".to_string();
            let check = |check: &Check| account(check, 0.0, vec![why.clone()], None);
            return Ok(Grade { score: 0.0, checks: project.checks.iter().map(check).collect() });
        }
        if let Some((program, remedy)) = self.missing(project) {
            return Err(GradeError::Missing { project: project.id.clone(), program, remedy });
        }
        let files = extract(answer, &project.answer);
        let work = Work { grader: self, project, answer, files, compiled: OnceLock::new() };
        let mut checks = Vec::new();
        for check in &project.checks {
            let verdict = check.kind.run(&work)?;
            checks.push(account(check, verdict.share, verdict.failed, verdict.defect));
        }
        Ok(Grade { score: score(project, &mut checks), checks })
    }

    /// The first program that the project needs and this machine lacks, with the remedy; `None` where it can be graded.
    pub fn missing(&self, project: &Project) -> Option<(&'static str, &'static str)> {
        let installed = |program: &str| self.folders.iter().any(|folder| folder.join(program).is_file());
        let needs: BTreeSet<Program> = project.needs.iter().copied().collect();
        needs.into_iter().find_map(|program| {
            let remedy = match program {
                Program::Python3 | Program::Sqlite if !installed("python3") => {
                    "install python3 from the system's packages"
                }
                Program::Bash if !installed("bash") => "install bash from the system's packages",
                Program::Node if !installed("node") => "install node below /usr, where the sandbox sees it",
                Program::Rustc if self.compiler().is_none() => "install Rust, and a C compiler as its linker",
                _ => return None,
            };
            let program = if program == Program::Sqlite { Program::Python3 } else { program };
            Some((program.name(), remedy))
        })
    }

    pub(crate) fn compiler(&self) -> Option<&Compiler> {
        self.compiler.get_or_init(Compiler::find).as_ref()
    }
}

fn account(check: &Check, share: f64, failed: Vec<String>, defect: Option<String>) -> CheckGrade {
    CheckGrade { name: check.name.clone(), kind: check.kind.name().into(), weight: check.weight, share, failed, defect }
}

fn score(project: &Project, checks: &mut [CheckGrade]) -> f64 {
    let is_form = |check: &Check| matches!(check.kind, Kind::Constraint(_));
    let mean = |checks: &[CheckGrade], of_content: bool| {
        let counted = || project.checks.iter().zip(checks).filter(|(check, _)| !(of_content && is_form(check)));
        let weight: f64 = counted().map(|(_, grade)| grade.weight).sum();
        counted().map(|(_, grade)| grade.weight * grade.share).sum::<f64>() / weight
    };
    let content = mean(checks, true);
    for (_, grade) in project.checks.iter().zip(checks.iter_mut()).filter(|(check, _)| is_form(check)) {
        grade.share *= content;
    }
    10.0 * mean(checks, false)
}

/// One answer that is being graded.
pub(crate) struct Work<'a> {
    pub(crate) grader: &'a Grader,
    pub(crate) project: &'a Project,
    pub(crate) answer: &'a str,
    files: BTreeMap<String, String>,
    compiled: OnceLock<(String, Compiled)>,
}

impl Work<'_> {
    /// The text of a file that the answer brings; the error is a sentence.
    pub(crate) fn file(&self, name: &str) -> Result<&str, String> {
        self.files.get(name).map(String::as_str).ok_or_else(|| format!("the answer brings no file {name}"))
    }

    /// The working folder's files: the given ones, those of the answer over them.
    pub(crate) fn folder(&self) -> BTreeMap<String, Vec<u8>> {
        let given = self.project.given().map(|(path, text)| (path.to_string(), text.as_bytes().to_vec()));
        given.chain(self.files.iter().map(|(path, text)| (path.clone(), text.clone().into_bytes()))).collect()
    }

    /// Runs a program under the project's limits.
    pub(crate) fn run(&self, run: &Run) -> Result<Finished, GradeError> {
        Ok(self.grader.sandbox.run(run, &self.limits())?)
    }

    pub(crate) fn limits(&self) -> Limits {
        self.project.limits
    }

    /// The executable of a Rust file of the answer, compiled once.
    pub(crate) fn executable(&self, file: &str) -> Result<Compiled, GradeError> {
        if let Some((name, compiled)) = self.compiled.get()
            && name == file
        {
            return Ok(compiled.clone());
        }
        let source = self.files.get(file).map(String::as_str).unwrap_or_default();
        let compiler = self.grader.compiler().ok_or_else(|| GradeError::Missing {
            project: self.project.id.clone(),
            program: "rustc",
            remedy: "install Rust, and a C compiler as its linker",
        })?;
        let compiled = compiler.compile(&self.grader.sandbox, source)?;
        Ok(self.compiled.get_or_init(|| (file.into(), compiled)).1.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::FileSet;

    #[test]
    fn a_missing_program_is_told_and_is_no_score() {
        let manifest = r#"
            id = "a"
            title = "A"
            category = "debugging"
            difficulty = "beginner"
            role = "executor"
            version = 1
            answer = []
            needs = ["node", "python3"]
            [[check]]
            name = "f"
            weight = 1
            kind = "facts"
            fact = [{ name = "x", any = ["x"] }]
        "#;
        let files = [("project.toml", manifest), ("prompt.md", "Say x.")];
        let files = FileSet::of(files.map(|(path, text)| (path.to_string(), text.as_bytes().to_vec())));
        let project = Project::read("a", files).expect("a sound project");
        let mut grader = Grader::new(Sandbox::detect().expect("limits at least"));
        grader.folders = vec![PathBuf::from("/nowhere")];
        let refused = grader.grade(&project, "x").expect_err("nothing is installed there").to_string();
        assert_eq!(refused, "a cannot be graded here: python3 is missing; install python3 from the system's packages");
        // Nothing needs to run for an empty answer.
        assert_eq!(grader.grade(&project, " \n").expect("no program is needed").score, 0.0);
    }
}
