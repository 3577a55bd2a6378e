//! Records into merit's inbox, as one file.

use std::path::{Path, PathBuf};

use serde::Serialize;

use super::line::lines;
use crate::error::BenchError;
use crate::files::publish_new;
use crate::journal::{Event, Journal};
use crate::plan::Plan;

/// What was handed over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Delivered {
    /// The file, as it was named in the inbox; merit moves it when it has read it.
    pub path: PathBuf,
    /// How many call records it has.
    pub records: usize,
    /// Whether it was written just now; else it had been before.
    pub is_new: bool,
    /// Whether all calls of the plan are in it.
    pub is_complete: bool,
}

/// Writes the records of all settled calls; None where there are none. The file's name follows from the run and from how
/// many records there are: what is handed over twice is one file, and merit knows a record of a partial file again.
pub(crate) fn deliver(
    data: &Path,
    run: &str,
    plan: &Plan,
    journal: &mut Journal,
) -> Result<Option<Delivered>, BenchError> {
    let (text, is_complete, records) = lines(run, plan, &journal.state);
    if records == 0 {
        return Ok(None);
    }
    let file = match is_complete {
        true => format!("bench-{run}.jsonl"),
        false => format!("bench-{run}.partial-{records}.jsonl"),
    };
    let inbox = data.join("inbox");
    let path = inbox.join(&file);
    if journal.state.delivered(&file) == Some(records) {
        return Ok(Some(Delivered { path, records, is_new: false, is_complete }));
    }
    std::fs::create_dir_all(&inbox).map_err(|source| BenchError::file("make", &inbox, source))?;
    let is_new = publish_new(&path, &text).map_err(|source| BenchError::file("write", &path, source))?;
    journal.append(Event::Delivered { file, records })?;
    Ok(Some(Delivered { path, records, is_new, is_complete }))
}
