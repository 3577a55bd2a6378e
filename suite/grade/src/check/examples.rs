//! `examples`: documentation whose code must work.

use serde::Deserialize;
use serde_json::json;

use super::text::{place_of, text_of};
use super::{Fault, Place, Verdict};
use crate::answer::{Block, blocks};
use crate::compare::same_text;
use crate::driver::{Runtime, examples};
use crate::grade::{GradeError, Work};
use crate::sandbox::Run;

/// So many blocks are run; what is beyond counts as not working.
const MOST: usize = 25;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Spec {
    language: Runtime,
    #[serde(default)]
    expect_output: bool,
    #[serde(default = "at_least")]
    at_least: usize,
    #[serde(default)]
    together: bool,
    r#in: Option<String>,
}

fn at_least() -> usize {
    1
}

/// Blocks of one language that are run.
#[derive(Clone)]
pub(crate) struct Examples {
    place: String,
    language: Runtime,
    expect_output: bool,
    at_least: usize,
    together: bool,
}

pub(super) fn read(spec: Spec, place: &Place<'_>) -> Result<Examples, Fault> {
    if !matches!(spec.language, Runtime::Python | Runtime::Bash | Runtime::Node) {
        return Err(Fault::new("language must be python, bash or node"));
    }
    if spec.together && spec.language != Runtime::Python {
        return Err(Fault::new("together is for python"));
    }
    if spec.at_least == 0 {
        return Err(Fault::new("at_least must be 1 or more"));
    }
    // The driver that starts the blocks is Python.
    place.needs(crate::project::Program::Python3)?;
    place.needs(spec.language.program())?;
    Ok(Examples {
        place: place_of(spec.r#in, place)?,
        language: spec.language,
        expect_output: spec.expect_output,
        at_least: spec.at_least,
        together: spec.together,
    })
}

/// How a block ended: without a code where it ran out of time.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Ended {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

impl Examples {
    /// Share: good blocks / max(blocks, `at_least`).
    pub(crate) fn run(&self, work: &Work<'_>) -> Result<Verdict, GradeError> {
        let text = match text_of(work, &self.place) {
            Ok(text) => text,
            Err(why) => return Ok(Verdict::nothing(why)),
        };
        let examples = self.examples(text);
        if examples.is_empty() {
            return Ok(Verdict::nothing("has no example"));
        }
        let run = examples.iter().take(MOST).map(|(block, _)| block);
        let Some(ended) = self.execute(run.collect(), work)? else {
            return Ok(Verdict::nothing("the examples did not come to an end"));
        };
        let mut verdict = Verdict::default();
        let mut good = 0;
        for (at, (block, output)) in examples.iter().enumerate() {
            let place = format!("example {} (line {})", at + 1, block.first_line + 1);
            match (ended.get(at), output) {
                (None, _) => verdict.failed.push(format!("{place} was not run")),
                (Some(Ended { code: None, .. }), _) => verdict.failed.push(format!("{place} ran out of time")),
                (Some(Ended { code: Some(0), stdout, .. }), Some(due)) if !same_text(due, stdout) => {
                    verdict.failed.push(format!("{place} does not print what stands below it"));
                }
                (Some(Ended { code: Some(0), .. }), _) => good += 1,
                (Some(Ended { code: Some(code), stderr, .. }), _) => {
                    let last = stderr.lines().last().unwrap_or_default();
                    verdict.failed.push(format!("{place} ended with code {code}: {last}"));
                }
            }
        }
        if examples.len() < self.at_least {
            verdict.failed.push(format!("has {} examples, at least {} are due", examples.len(), self.at_least));
        }
        verdict.share = f64::from(good) / examples.len().max(self.at_least) as f64;
        Ok(verdict)
    }

    /// The blocks of the language, each with the output that stands directly below it where that counts.
    fn examples(&self, text: &str) -> Vec<(Block, Option<String>)> {
        let lines: Vec<&str> = text.lines().collect();
        let blocks = blocks(text);
        let directly = |block: &Block, next: &Block| {
            lines[block.end_line..next.first_line].iter().all(|line| line.trim().is_empty())
        };
        let output = |at: usize, block: &Block| {
            let next = blocks.get(at + 1).filter(|next| self.expect_output && directly(block, next))?;
            matches!(next.language().as_str(), "text" | "output").then(|| next.content.clone())
        };
        let of_language = |block: &&Block| self.language.fences().contains(&block.language().as_str());
        let found = blocks.iter().enumerate().filter(|(_, block)| of_language(block));
        found.map(|(at, block)| (block.clone(), output(at, block))).collect()
    }

    fn execute(&self, blocks: Vec<&Block>, work: &Work<'_>) -> Result<Option<Vec<Ended>>, GradeError> {
        let limits = work.limits();
        let call = json!({"blocks": blocks.len(), "wall": limits.wall_seconds, "together": self.together,
                          "command": self.language.block(&limits)});
        let mut driver = examples(&call.to_string());
        for (at, block) in blocks.iter().enumerate() {
            driver.control.insert(format!("block-{at}"), block.content.clone().into_bytes());
        }
        let run = Run {
            files: work.folder(),
            program: driver.program,
            control: driver.control,
            wide: self.language == Runtime::Node,
            turns: blocks.len() as u32 + 1,
            ..Run::default()
        };
        let finished = work.run(&run)?;
        Ok(serde_json::from_slice(&finished.stdout).ok())
    }
}
