//! `mutants`: tests that the answer brings must pass on the right subject and fail on wrong ones.

use serde::Deserialize;

use super::{Fault, Place, Verdict};
use crate::driver::{Runtime, unit_tests};
use crate::grade::{GradeError, Work};
use crate::sandbox::Run;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Spec {
    run: Runtime,
    tests: String,
    subject: String,
    mutants: String,
    equivalents: Option<String>,
}

/// A subject, those that behave like it, and those that do not.
#[derive(Clone)]
pub(crate) struct Mutants {
    tests: String,
    /// Where the subject lies in the working folder.
    subject: String,
    right: Vec<(String, String)>,
    wrong: Vec<(String, String)>,
}

pub(super) fn read(spec: Spec, place: &Place<'_>) -> Result<Mutants, Fault> {
    if spec.run != Runtime::Python {
        return Err(Fault::new("run must be \"python\""));
    }
    place.needs(spec.run.program())?;
    place.brings(&spec.tests)?;
    let subject = spec.subject.strip_prefix("given/").filter(|subject| *subject != spec.tests);
    let subject = subject.ok_or_else(|| Fault::new("subject must be a file of given/, and not the tests"))?.to_string();
    let text = place.text(&spec.subject)?;
    let below = |folder: &str| -> Result<Vec<(String, String)>, Fault> {
        let mut files = Vec::new();
        for (name, _) in place.files.below(folder) {
            let path = format!("{}/{name}", folder.trim_end_matches('/'));
            let variant = place.text(&path)?;
            if variant == text {
                return Err(Fault::within(&path, "it is the subject itself"));
            }
            files.push((name.to_string(), variant.to_string()));
        }
        if files.is_empty() { Err(Fault::new(format!("the folder {folder} is empty"))) } else { Ok(files) }
    };
    // Tests that look at the subject's text and not at what it does fail on the second.
    let remarked = format!("# The same module once more.\n\n{text}\n\n_UNUSED = None\n");
    let mut right = vec![("the subject".to_string(), text.to_string()), ("the subject with a remark".into(), remarked)];
    if let Some(folder) = &spec.equivalents {
        right.extend(below(folder)?.into_iter().map(|(name, text)| (format!("another right subject, {name}"), text)));
    }
    right.push(("the subject, a second time".into(), text.to_string()));
    Ok(Mutants { tests: spec.tests, subject, right, wrong: below(&spec.mutants)? })
}

/// What the driver says of the tests.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Report {
    ran: u64,
    failed: u64,
    first: String,
}

impl Mutants {
    /// Share: wrong subjects on which a test fails / wrong subjects; 0 where a test fails on a right subject, or none
    /// runs.
    ///
    /// The tests' own report is believed, as a test that forges it has to know right subjects from wrong ones first.
    pub(crate) fn run(&self, work: &Work<'_>) -> Result<Verdict, GradeError> {
        if let Err(why) = work.file(&self.tests) {
            return Ok(Verdict::nothing(why));
        }
        for (name, text) in &self.right {
            match self.test(work, text)? {
                Some(report) if report.failed > 0 => {
                    return Ok(Verdict::nothing(format!("a test fails on {name}: {}", report.first)));
                }
                Some(report) if report.ran == 0 => return Ok(Verdict::nothing(format!("no test ran on {name}"))),
                Some(_) => {}
                None => return Ok(Verdict::nothing(format!("the tests did not come to an end on {name}"))),
            }
        }
        let mut verdict = Verdict::default();
        for (at, (_, text)) in self.wrong.iter().enumerate() {
            // Tests that end on right subjects and not on this one have noticed.
            if self.test(work, text)?.is_some_and(|report| report.failed == 0) {
                verdict.failed.push(format!("no test fails on mutant {} of {}", at + 1, self.wrong.len()));
            }
        }
        verdict.share = (self.wrong.len() - verdict.failed.len()) as f64 / self.wrong.len() as f64;
        Ok(verdict)
    }

    fn test(&self, work: &Work<'_>, subject: &str) -> Result<Option<Report>, GradeError> {
        let driver = unit_tests(&self.tests);
        let mut run = Run { files: work.folder(), program: driver.program, control: driver.control, ..Run::default() };
        run.files.insert(self.subject.clone(), subject.as_bytes().to_vec());
        let finished = work.run(&run)?;
        let stdout = String::from_utf8_lossy(&finished.stdout);
        Ok(serde_json::from_str(stdout.trim_end().lines().last().unwrap_or_default()).ok())
    }
}
