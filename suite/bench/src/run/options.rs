//! What a run works with, and how it is carried out. None of it is part of the plan.

use std::fmt;

use merit_backends::{Cancel, Runner};
use merit_grade::{Grader, Suite};

use crate::price::Prices;

/// What a run works with.
#[derive(Clone, Copy)]
pub struct Tools<'a> {
    /// The projects.
    pub suite: &'a Suite,
    /// Grades answers.
    pub grader: &'a Grader,
    /// Calls models.
    pub runners: &'a [Runner],
    /// Tells prices.
    pub prices: &'a Prices<'a>,
}

impl fmt::Debug for Tools<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tools").field("runners", &self.runners).finish_non_exhaustive()
    }
}

/// How a run is carried out.
#[derive(Clone, Debug)]
pub struct Options {
    /// US dollars that the run, with all that was spent on it before, may cost; None: any.
    pub max_spend: Option<f64>,
    /// Tasks at once for each provider; the runners' own limits on calls hold beside it.
    pub workers: usize,
    /// Answers graded at once.
    pub graders: usize,
    /// The flag that the runners were opened with: it ends the run, which can be resumed.
    pub cancel: Cancel,
}

impl Default for Options {
    /// No cap, 8 tasks a provider, as many graders as there are processors.
    fn default() -> Self {
        let graders = std::thread::available_parallelism().map_or(1, usize::from);
        Self { max_spend: None, workers: 8, graders, cancel: Cancel::new() }
    }
}
