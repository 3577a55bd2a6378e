//! Times `choose` for the side-by-side bench of choosing, `clients/benches/choosing.py`.
//!
//! `choosing TABLE` writes a table of 1,000 rows × 20 models. `choosing TABLE REQUESTS` loads it, reads the requests (a
//! line each: role, category, difficulty and task id, with tabs between them), and answers each line of standard input,
//! a number of choices, with the nanoseconds that one of them took on average.

#![allow(clippy::print_stdout, reason = "figures are printed")]

#[allow(dead_code, reason = "the names of the rows come from the requests here")]
#[path = "../benches/table/mod.rs"]
mod table;

use std::error::Error;
use std::hint::black_box;
use std::num::NonZeroU32;
use std::time::Instant;
use std::{env, fs, io};

use merit_router::{ChooseError, Request, Router};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match arguments.as_slice() {
        [table] => Ok(fs::write(table, table::large())?),
        [table, requests] => answer(&Router::load(table)?, &fs::read_to_string(requests)?),
        _ => Err("give the table's file, and the requests' file where choices are to be timed".into()),
    }
}

/// A line of figures for each line of standard input.
fn answer(router: &Router, requests: &str) -> Result<(), Box<dyn Error>> {
    let requests: Option<Vec<Request<'_>>> = requests.lines().map(request).collect();
    let requests = requests.filter(|requests| !requests.is_empty()).ok_or("a request's line has four parts")?;
    for line in io::stdin().lines() {
        println!("{}", nanoseconds(router, &requests, line?.trim().parse()?)?);
    }
    Ok(())
}

/// A line of the requests.
fn request(line: &str) -> Option<Request<'_>> {
    let mut parts = line.split('\t');
    let segment = Request::new(parts.next()?, parts.next()?, parts.next()?);
    Some(Request { task_id: Some(parts.next()?), ..segment })
}

/// The mean time of a choice over the requests, again and again from the first.
fn nanoseconds(router: &Router, requests: &[Request<'_>], choices: NonZeroU32) -> Result<f64, ChooseError> {
    let start = Instant::now();
    for request in requests.iter().cycle().take(choices.get() as usize) {
        black_box(&router.choose(black_box(request))?);
    }
    Ok(start.elapsed().as_nanos() as f64 / f64::from(choices.get()))
}
