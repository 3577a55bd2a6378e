//! How programs of each language are started.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::project::{Limits, Program};

/// What runs a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Runtime {
    /// Python 3.
    Python,
    /// Node.js.
    Node,
    /// The Rust compiler, then the executable.
    Rust,
    /// Bash.
    Bash,
    /// SQLite.
    Sql,
}

const CALL_PYTHON: &str = include_str!("../drivers/call.py");
const CALL_NODE: &str = include_str!("../drivers/call.cjs");
const RUN_PYTHON: &str = include_str!("../drivers/run.py");
const QUERY: &str = include_str!("../drivers/query.py");
const UNIT_TESTS: &str = include_str!("../drivers/unittests.py");
const EXAMPLES: &str = include_str!("../drivers/examples.py");
const BLOCK: &str = include_str!("../drivers/block.py");

/// A driver: its program and what lies in the control folder.
pub(crate) struct Driver {
    pub(crate) program: Vec<String>,
    pub(crate) control: BTreeMap<String, Vec<u8>>,
    pub(crate) wide: bool,
}

fn driver(program: Vec<String>, files: &[(&str, &str)], wide: bool) -> Driver {
    let control = files.iter().map(|(name, text)| ((*name).to_string(), text.as_bytes().to_vec())).collect();
    Driver { program, control, wide }
}

/// Python as every driver starts it: standard library alone, nothing written beside the sources, UTF-8.
pub(crate) fn python(script: &str) -> Vec<String> {
    ["python3", "-s", "-S", "-B", "-X", "utf8", script].map(String::from).to_vec()
}

fn node(script: &str, limits: &Limits) -> Vec<String> {
    vec!["node".into(), format!("--max-old-space-size={}", limits.memory_mib / 2), script.into()]
}

/// Runs a file of `unittest` tests; the report is the last line of standard output.
pub(crate) fn unit_tests(file: &str) -> Driver {
    let mut program = python("../control/unittests.py");
    program.push(file.into());
    driver(program, &[("unittests.py", UNIT_TESTS)], false)
}

/// Runs the blocks that lie in the control folder, as `call` says.
pub(crate) fn examples(call: &str) -> Driver {
    let files = [("examples.py", EXAMPLES), ("block.py", BLOCK), ("call.json", call)];
    driver(python("../control/examples.py"), &files, false)
}

/// Runs a trusted script over `answer.json`.
pub(crate) fn validator(script: &str) -> Driver {
    driver(python("../control/validate.py"), &[("validate.py", script)], false)
}

impl Runtime {
    /// The languages of fenced blocks that it runs.
    pub(crate) fn fences(self) -> &'static [&'static str] {
        match self {
            Runtime::Python => &["python", "py", "python3"],
            Runtime::Node => &["javascript", "js", "node"],
            Runtime::Rust => &["rust", "rs"],
            Runtime::Bash => &["bash", "sh", "shell"],
            Runtime::Sql => &["sql", "sqlite"],
        }
    }

    /// The command that runs a block, without the block's file.
    pub(crate) fn block(self, limits: &Limits) -> Vec<String> {
        match self {
            Runtime::Python => python("../control/block.py"),
            Runtime::Node => {
                let mut command = node("-", limits);
                command.pop();
                command
            }
            _ => vec!["bash".into()],
        }
    }

    /// What must be in a project's `needs`.
    pub(crate) fn program(self) -> Program {
        match self {
            Runtime::Python => Program::Python3,
            Runtime::Node => Program::Node,
            Runtime::Rust => Program::Rustc,
            Runtime::Bash => Program::Bash,
            Runtime::Sql => Program::Sqlite,
        }
    }

    /// Calls a function or runs a query, as `call` says in JSON; `None` where the language has no such driver. The
    /// result is the last line of standard output.
    pub(crate) fn call(self, call: &str, limits: &Limits) -> Option<Driver> {
        let call = ("call.json", call);
        match self {
            Runtime::Python => Some(driver(python("../control/call.py"), &[("call.py", CALL_PYTHON), call], false)),
            Runtime::Node => Some(driver(node("../control/call.cjs", limits), &[("call.cjs", CALL_NODE), call], true)),
            Runtime::Sql => Some(driver(python("../control/query.py"), &[("query.py", QUERY), call], false)),
            Runtime::Rust | Runtime::Bash => None,
        }
    }

    /// Runs a file with arguments; `None` for a query. A Rust file stands for its executable, `../control/solution`.
    pub(crate) fn script(self, file: &str, argv: &[String], limits: &Limits) -> Option<Driver> {
        let mut driver = match self {
            Runtime::Python => {
                let mut program = python("../control/run.py");
                program.push(file.into());
                driver(program, &[("run.py", RUN_PYTHON)], false)
            }
            Runtime::Node => driver(node(file, limits), &[], true),
            Runtime::Bash => driver(vec!["bash".into(), file.into()], &[], false),
            Runtime::Rust => driver(vec!["../control/solution".into()], &[], false),
            Runtime::Sql => return None,
        };
        driver.program.extend(argv.iter().cloned());
        Some(driver)
    }
}
