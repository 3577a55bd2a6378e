//! A run: one folder, one lock, one journal.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use super::execute::execute;
use super::options::{Options, Tools};
use super::progress::Progress;
use super::report::Report;
use super::stop::Stop;
use crate::error::BenchError;
use crate::journal::{Journal, RunFolder, runs_in};
use crate::plan::Plan;
use crate::record::{self, Delivered};

/// A run that this process alone has.
#[derive(Debug)]
pub struct Run {
    data: PathBuf,
    folder: RunFolder,
    plan: Plan,
    journal: Mutex<Journal>,
    _lock: File,
}

impl Run {
    /// Begins a run, or goes on with the one of the same name and plan. Without a name it has one that follows from the
    /// plan, so that the same plan is the same run.
    ///
    /// # Errors
    /// The plan is not sound, the name has another plan, another process has the run, or its files cannot be used.
    pub fn open(data: &Path, plan: &Plan, name: Option<&str>) -> Result<Self, BenchError> {
        plan.check()?;
        let folder = RunFolder::of(data, &plan.run_name(name)?);
        folder.make()?;
        let lock = folder.lock()?;
        folder.settle_plan(plan)?;
        Self::with(data, folder, plan.clone(), lock)
    }

    /// Goes on with a run by its name alone.
    ///
    /// # Errors
    /// There is no such run, another process has it, or its files cannot be used.
    pub fn resume(data: &Path, name: &str) -> Result<Self, BenchError> {
        let runs = runs_in(data)?;
        let Some(folder) = runs.iter().find(|folder| folder.run == name) else {
            let known = runs.iter().map(|folder| folder.run.as_str()).collect::<Vec<_>>().join(", ");
            let known = if known.is_empty() { "none".to_owned() } else { known };
            return Err(BenchError::NoRun { run: name.to_owned(), path: data.join("bench"), known });
        };
        let lock = folder.lock()?;
        let plan = folder.read_plan()?;
        Self::with(data, folder.clone(), plan, lock)
    }

    fn with(data: &Path, folder: RunFolder, plan: Plan, lock: File) -> Result<Self, BenchError> {
        let journal = Mutex::new(Journal::open(&folder.journal())?);
        Ok(Self { data: data.to_owned(), folder, plan, journal, _lock: lock })
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.folder.run
    }

    /// Where its plan and its journal are.
    pub fn folder(&self) -> &Path {
        &self.folder.path
    }

    /// What it does.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Makes the calls that are not journalled yet, grades what is answered, and hands the records over when all is done.
    /// `tell` hears of every change; it is called from many threads, one at a time.
    ///
    /// # Errors
    /// Where the run cannot begin, before the first call; or where the journal cannot be written. A run that ends early
    /// for a reason that it was built for is no error: [`Report::stop`] says why.
    pub fn execute(
        &mut self,
        tools: &Tools<'_>,
        options: &Options,
        tell: &(dyn Fn(&Progress) + Sync),
    ) -> Result<Report, BenchError> {
        let stop = execute(&self.folder.run, &self.plan, &self.journal, tools, options, tell)?;
        let delivered = match stop {
            None => self.deliver()?,
            Some(_) => None,
        };
        Ok(self.report(stop, delivered))
    }

    /// Hands over the records of all that is settled, also of a run that is not done; None where nothing is. The rest
    /// follows when the run is: merit knows a record again that it has.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn deliver(&mut self) -> Result<Option<Delivered>, BenchError> {
        let journal = self.journal.get_mut().unwrap_or_else(PoisonError::into_inner);
        record::deliver(&self.data, &self.folder.run, &self.plan, journal)
    }

    fn report(&mut self, stop: Option<Stop>, delivered: Option<Delivered>) -> Report {
        let journal = self.journal.get_mut().unwrap_or_else(PoisonError::into_inner);
        Report::of(&self.folder.run, &self.plan, &journal.state, stop, delivered)
    }
}

/// The names of all runs of a data folder.
///
/// # Errors
/// The folder cannot be listed.
pub fn runs(data: &Path) -> Result<Vec<String>, BenchError> {
    Ok(runs_in(data)?.into_iter().map(|folder| folder.run).collect())
}
