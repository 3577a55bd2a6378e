//! Carries a plan out, or goes on with it; the tests kill it.
//!
//!     run_plan DATA PROJECTS URL MODELS PROJECT_IDS REPEATS WORKFLOW
//!
//! MODELS and PROJECT_IDS are lists with commas. It prints `started` when it has the lock, and the report as JSON.
#![allow(clippy::print_stdout, reason = "a command for tests")]

use std::path::Path;

use merit_backends::{BackendSettings, Surroundings, open, settings::BackendKind};
use merit_bench::{Options, Plan, Price, Run, Target, Tools, Workflow};
use merit_grade::{Grader, Sandbox, Suite};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [data, projects, url, models, ids, repeats, workflow] = arguments.as_slice() else {
        return Err("usage: run_plan DATA PROJECTS URL MODELS PROJECT_IDS REPEATS WORKFLOW".into());
    };
    let settings = BackendSettings {
        kind: Some(BackendKind::OpenAi),
        base_url: Some(format!("{url}/v1")),
        models: models.split(',').map(str::to_owned).collect(),
        concurrency: Some(2),
        ..BackendSettings::named("stub")
    };
    let surroundings = Surroundings::default();
    let runners = open(&[settings], &surroundings)?;
    let suite = Suite::read(Path::new(projects))?;
    let grader = Grader::new(Sandbox::detect()?);
    let targets = runners[0].models().iter().map(|model| Target::of(&runners[0], model)).collect();
    let chosen = ids.split(',').map(|id| suite.project(id).ok_or(format!("no project {id}")));
    let workflow = Workflow::of_name(workflow).ok_or("no such workflow")?;
    let plan =
        Plan { repeats: repeats.parse()?, ..Plan::new(targets, chosen.collect::<Result<Vec<_>, _>>()?, workflow) };
    let mut run = Run::open(Path::new(data), &plan, None)?;
    println!("started");
    let prices = |_: &str, _: &str| Some(Price { input: 1.0, cached_input: Some(0.5), output: 10.0 });
    let tools = Tools { suite: &suite, grader: &grader, runners: &runners, prices: &prices };
    let options = Options { cancel: surroundings.cancel, ..Options::default() };
    let report = run.execute(&tools, &options, &|_| ())?;
    println!("{}", serde_json::to_string(&report)?);
    Ok(())
}
