//! `merit table release`: the end of a hold.

use std::process::ExitCode;

use anyhow::Result;
use serde::Serialize;

use crate::cli::context::Context;
use crate::cli::output::Answer;
use crate::table::{self, Hold};

#[derive(Serialize)]
struct Released {
    released: bool,
    hold: Option<Hold>,
}

pub(super) fn run(context: &Context, answer: Answer) -> Result<ExitCode> {
    let _lock = context.lock()?;
    let folder = context.layout.tables();
    // A hold that cannot be read is what one may want to be rid of.
    let hold = table::hold(&folder).ok().flatten();
    let done = Released { released: table::release(&folder)?, hold };
    answer.print(&done, || match (done.released, &done.hold) {
        (true, Some(hold)) => {
            format!("released: {}; it stands until the next merit analyze publishes\n", hold.sentence())
        }
        (true, None) => "released: a hold that could not be read\n".into(),
        (false, _) => "nothing is held\n".into(),
    })
}
