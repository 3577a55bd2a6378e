//! A job is one SQL file: its name is the file's stem, its inputs are read off the SQL, its header says the rest.

use std::collections::BTreeSet;

use datafusion::sql::parser::{DFParser, Statement};
use datafusion::sql::resolve::resolve_table_references;

use super::AnalyzeError;
use crate::queries::QueryFile;

/// What a job is for in the data's way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Layer {
    /// Rename, cast, units: a view.
    Staging,
    /// Reads calls, a day at a time; portable SQL without parameters.
    Rollup,
    /// Reads rollups; run anew every night.
    Mart,
    /// Returns the rows that are wrong.
    Check,
}

impl Layer {
    fn of_folder(folder: &str) -> Option<Self> {
        match folder {
            "staging" => Some(Self::Staging),
            "rollups" => Some(Self::Rollup),
            "marts" => Some(Self::Mart),
            "checks" => Some(Self::Check),
            _ => None,
        }
    }

    /// The folder its files lie in.
    pub fn folder(self) -> &'static str {
        match self {
            Self::Staging => "staging",
            Self::Rollup => "rollups",
            Self::Mart => "marts",
            Self::Check => "checks",
        }
    }
}

/// How bad a check's rows are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// The run stops.
    Error,
    /// The run goes on and says so.
    Warn,
}

/// What a check looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Only days that this run rolled up anew.
    ChangedDays,
    /// Everything.
    All,
}

/// A check that a job asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckUse {
    /// The check's name.
    pub name: String,
    /// How bad its rows are.
    pub severity: Severity,
    /// What it looks at.
    pub scope: Scope,
}

/// One SQL file, read.
#[derive(Clone, Debug)]
pub struct Job {
    /// The file's stem.
    pub name: String,
    /// Where it lies below the queries folder.
    pub path: String,
    /// What it is for.
    pub layer: Layer,
    /// The SQL, header included.
    pub sql: String,
    /// What it answers, in one sentence.
    pub purpose: String,
    /// What one row is.
    pub grain: String,
    /// What to do when it finds rows (checks).
    pub remedy: String,
    /// The checks it asks for.
    pub checks: Vec<CheckUse>,
    /// The tables it reads, by name.
    pub inputs: BTreeSet<String>,
    /// The parameters it binds, without `$`.
    pub parameters: BTreeSet<String>,
}

impl Job {
    /// Whether its SQL is, to the letter, the embedded one.
    pub fn is_embedded(&self) -> bool {
        crate::queries::embedded_text(&self.path) == Some(&self.sql)
    }

    /// Reads a query file; none where it lies in a folder that holds no jobs (adapters, report).
    ///
    /// # Errors
    /// [`AnalyzeError::Header`] for an unknown header key or a value that is not one, [`AnalyzeError::Sql`] where
    /// the file is not one SELECT, with file and line.
    pub fn read(file: &QueryFile) -> Result<Option<Self>, AnalyzeError> {
        let Some((folder, name)) = file.path.split_once('/') else { return Ok(None) };
        let Some(layer) = Layer::of_folder(folder) else { return Ok(None) };
        let inputs = inputs(file)?;
        let mut job = Self {
            name: name.trim_end_matches(".sql").to_string(),
            path: file.path.clone(),
            layer,
            sql: file.text.clone(),
            purpose: String::new(),
            grain: String::new(),
            remedy: String::new(),
            checks: Vec::new(),
            inputs,
            parameters: parameters(&file.text),
        };
        job.read_header(file)?;
        if layer == Layer::Rollup && !job.parameters.is_empty() {
            return Err(
                job.header_error(1, "a rollup takes no parameters, so that a new setting rereads no call".into())
            );
        }
        Ok(Some(job))
    }

    fn read_header(&mut self, file: &QueryFile) -> Result<(), AnalyzeError> {
        for (number, line) in file.text.lines().enumerate() {
            let Some(comment) = line.strip_prefix("--") else { break };
            let Some((key, value)) = comment.split_once(": ") else { continue };
            let (key, value) = (key.trim(), value.trim().to_string());
            if key.contains(' ') {
                continue;
            }
            match key {
                "purpose" => self.purpose = value,
                "grain" => self.grain = value,
                "remedy" => self.remedy = value,
                "units" => {}
                "engine" if value == "merit" => {}
                "check" => {
                    let wrong =
                        || format!("\"{value}\" is not a check; write: check: NAME error|warn changed_days|all");
                    let check = check_use(&value).ok_or_else(|| self.header_error(number + 1, wrong()))?;
                    self.checks.push(check);
                }
                _ => {
                    let known = "purpose, grain, units, engine, check, remedy";
                    return Err(
                        self.header_error(number + 1, format!("unknown header key \"{key}\"; known are {known}"))
                    );
                }
            }
        }
        Ok(())
    }

    fn header_error(&self, line: usize, problem: String) -> AnalyzeError {
        AnalyzeError::Header { path: self.path.clone(), line, problem }
    }
}

fn check_use(value: &str) -> Option<CheckUse> {
    let mut words = value.split_whitespace();
    let name = words.next()?.to_string();
    let severity = match words.next()? {
        "error" => Severity::Error,
        "warn" => Severity::Warn,
        _ => return None,
    };
    let scope = match words.next()? {
        "changed_days" => Scope::ChangedDays,
        "all" => Scope::All,
        _ => return None,
    };
    words.next().is_none().then_some(CheckUse { name, severity, scope })
}

/// The tables a query reads, less its own CTEs.
fn inputs(file: &QueryFile) -> Result<BTreeSet<String>, AnalyzeError> {
    let failed = |message: String| AnalyzeError::Sql { path: file.path.clone(), message };
    let mut statements = DFParser::parse_sql(&file.text).map_err(|error| failed(error.to_string()))?;
    let statement = match (statements.pop_front(), statements.pop_front()) {
        (Some(statement @ Statement::Statement(_)), None) => statement,
        _ => return Err(failed("a job is exactly one SELECT".into())),
    };
    let (tables, _) = resolve_table_references(&statement, true).map_err(|error| failed(error.to_string()))?;
    Ok(tables.into_iter().map(|table| table.table().to_string()).collect())
}

/// The `$names` of a query, outside comments.
fn parameters(sql: &str) -> BTreeSet<String> {
    let code = sql.lines().map(|line| line.split_once("--").map_or(line, |(code, _)| code));
    let names = code.flat_map(|line| {
        line.split('$')
            .skip(1)
            .map(|rest| rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect::<String>())
            .collect::<Vec<_>>()
    });
    names.filter(|name| !name.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, text: &str) -> QueryFile {
        QueryFile { path: path.into(), text: text.into(), overridden_by: None }
    }

    #[test]
    fn inputs_are_read_off_the_sql_without_its_own_ctes() {
        let text =
            "-- purpose: p\n-- check: c warn all\nWITH a AS (SELECT $as_of FROM b) SELECT * FROM a JOIN d ON true";
        let job = Job::read(&file("marts/x.sql", text)).expect("good").expect("a job");
        assert_eq!(job.inputs.into_iter().collect::<Vec<_>>(), ["b", "d"]);
        assert_eq!(job.parameters.into_iter().collect::<Vec<_>>(), ["as_of"]);
        assert_eq!(job.checks[0].severity, Severity::Warn);
        assert!(Job::read(&file("adapters/x.sql", "nonsense")).expect("no job").is_none());
    }

    #[test]
    fn bad_files_are_refused_with_file_and_line() {
        let refused = |path, text| Job::read(&file(path, text)).expect_err("refused").to_string();
        let unknown = refused("marts/x.sql", "-- purpose: p\n-- puprose: q\nSELECT 1");
        assert!(unknown.contains("marts/x.sql:2") && unknown.contains("puprose"), "{unknown}");
        assert!(refused("marts/x.sql", "SELECT 1; SELECT 2").contains("exactly one SELECT"));
        assert!(refused("rollups/x.sql", "SELECT $as_of").contains("no parameters"));
    }
}
