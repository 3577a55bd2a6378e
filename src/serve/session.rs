//! A client's session: prepared statements, portals, settings, and the answers to its messages.

mod running;

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Handle;

use super::cancellation::Cancellation;
use super::parameter::{self, Parameter};
use super::refusal::{Refusal, malformed};
use super::rows::{Rows, Shape};
use super::snapshot::Store;
use super::statement::{Placed, Statement, statements};
use super::variables::Variables;
use super::wire::{Answers, Request, Target, TransactionStatus};

/// Most prepared statements, and most portals, of a session.
const MOST_NAMES: usize = 1000;

/// The columns of SHOW ALL.
const SETTING: [&str; 2] = ["name", "setting"];

/// What a message could not be answered for.
#[derive(Debug)]
pub(super) enum Stop {
    /// The client is gone.
    Gone(io::Error),
    /// It is told why.
    Refused(Refusal),
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        Self::Gone(error)
    }
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// A prepared statement.
#[derive(Clone)]
struct Prepared {
    placed: Placed,
    parameters: Vec<Parameter>,
    shape: Option<Shape>,
}

/// A statement with its values.
struct Portal {
    placed: Placed,
    shape: Option<Shape>,
    formats: Vec<i16>,
    values: Option<datafusion::common::ParamValues>,
    rows: Option<Rows>,
    /// Whether it ran to its end.
    is_done: bool,
}

/// A client's session.
pub(super) struct Session {
    store: Arc<Store>,
    engine: Handle,
    cancellation: Arc<Cancellation>,
    timeout: Option<Duration>,
    statements: BTreeMap<String, Prepared>,
    portals: BTreeMap<String, Portal>,
    variables: Variables,
    transaction: TransactionStatus,
    /// After an error in the extended protocol everything is skipped until Sync.
    skips: bool,
}

impl Session {
    /// A new session.
    pub(super) fn new(
        store: Arc<Store>,
        engine: Handle,
        cancellation: Arc<Cancellation>,
        timeout: Option<Duration>,
    ) -> Self {
        Self {
            store,
            engine,
            cancellation,
            timeout,
            statements: BTreeMap::new(),
            portals: BTreeMap::new(),
            variables: Variables::default(),
            transaction: TransactionStatus::Idle,
            skips: false,
        }
    }

    /// A setting that the client gave when it connected.
    pub(super) fn set(&mut self, name: &str, value: &str) {
        self.variables.set(name, value);
    }

    /// Answers a message; false where the client says good-bye.
    ///
    /// # Errors
    /// The client is gone.
    pub(super) fn answer<W: Write>(&mut self, request: Request, answers: &mut Answers<W>) -> io::Result<bool> {
        let is_simple = matches!(request, Request::Query(_));
        let answered = match request {
            Request::Terminate => return Ok(false),
            Request::Query(sql) => {
                self.skips = false;
                self.query(&sql, answers)
            }
            Request::Sync => {
                self.skips = false;
                // A portal lives as long as its transaction.
                if self.transaction == TransactionStatus::Idle {
                    self.portals.clear();
                }
                return answers.ready(self.transaction).map(|()| true);
            }
            _ if self.skips => return Ok(true),
            Request::Parse { name, sql, types } => self.parse(name, &sql, &types, answers),
            Request::Bind { portal, statement, parameter_formats, parameters, result_formats } => {
                self.bind(portal, &statement, (&parameter_formats, &parameters), result_formats, answers)
            }
            Request::Describe(target, name) => self.describe(target, &name, answers),
            Request::Execute { portal, most_rows } => self.execute(&portal, most_rows, answers),
            Request::Close(target, name) => {
                match target {
                    Target::Statement => drop(self.statements.remove(&name)),
                    Target::Portal => drop(self.portals.remove(&name)),
                }
                answers.short(b'3');
                Ok(())
            }
            Request::Flush => answers.flush().map_err(Stop::from),
            Request::Password(_) | Request::Copy => Err(malformed("it is not expected here").into()),
        };
        match answered {
            Ok(()) => (),
            Err(Stop::Gone(error)) => return Err(error),
            Err(Stop::Refused(refusal)) => {
                answers.refuse(&refusal);
                if refusal.is_fatal {
                    answers.flush()?;
                    return Ok(false);
                }
                if self.transaction == TransactionStatus::Open {
                    self.transaction = TransactionStatus::Failed;
                }
                self.skips = !is_simple;
            }
        }
        if is_simple {
            answers.ready(self.transaction)?;
        }
        Ok(true)
    }

    fn query<W: Write>(&mut self, sql: &str, answers: &mut Answers<W>) -> Result<(), Stop> {
        self.portals.remove("");
        let placed = statements(sql)?;
        if placed.is_empty() {
            answers.short(b'I');
        }
        for placed in placed {
            let mut portal =
                Portal { placed, shape: None, formats: Vec::new(), values: None, rows: None, is_done: false };
            self.run(&mut portal, 0, true, answers)?;
        }
        Ok(())
    }

    fn parse<W: Write>(
        &mut self,
        name: String,
        sql: &str,
        types: &[u32],
        answers: &mut Answers<W>,
    ) -> Result<(), Stop> {
        self.cancellation.begin();
        let mut all = statements(sql)?;
        if all.len() > 1 {
            return Err(Refusal::new("42601", "cannot insert multiple commands into a prepared statement").into());
        }
        let placed = all.pop().unwrap_or(Placed { statement: Ok(Statement::Empty), text: String::new(), offset: 0 });
        if !name.is_empty() && self.statements.contains_key(&name) {
            return Err(Refusal::new("42P05", format!("prepared statement \"{name}\" already exists")).into());
        }
        if self.statements.len() >= MOST_NAMES {
            return Err(
                Refusal::new("53000", format!("there are {MOST_NAMES} prepared statements; deallocate some")).into()
            );
        }
        let prepared = match placed.statement.clone()? {
            Statement::Question(question) if self.transaction != TransactionStatus::Failed => {
                let (_, plan) = self.plan(&question, &placed)?;
                let parameters = parameter::kinds(&plan, types)?;
                let shaped = plan.clone().with_param_values(parameter::nulls(&parameters)).unwrap_or(plan);
                Prepared { shape: Some(Shape::of(&shaped)), parameters, placed }
            }
            Statement::Show(name) => {
                let shape = if name == "all" { Shape::texts(&SETTING) } else { Shape::texts(&[name.as_str()]) };
                Prepared { shape: Some(shape), parameters: Vec::new(), placed }
            }
            _ => Prepared { shape: None, parameters: Vec::new(), placed },
        };
        self.statements.insert(name, prepared);
        answers.short(b'1');
        Ok(())
    }

    fn bind<W: Write>(
        &mut self,
        name: String,
        statement: &str,
        (formats, values): (&[i16], &[Option<Vec<u8>>]),
        result_formats: Vec<i16>,
        answers: &mut Answers<W>,
    ) -> Result<(), Stop> {
        let prepared = self.prepared(statement)?.clone();
        if formats.iter().chain(&result_formats).any(|format| !matches!(format, 0 | 1)) {
            return Err(Refusal::new("08P01", "a format is neither text nor binary").into());
        }
        let values = parameter::values(&prepared.parameters, formats, values)?;
        if self.portals.len() >= MOST_NAMES {
            return Err(Refusal::new("53000", format!("there are {MOST_NAMES} portals; close some")).into());
        }
        let portal = Portal {
            shape: prepared.shape,
            placed: prepared.placed,
            formats: result_formats,
            values: (!prepared.parameters.is_empty()).then_some(values),
            rows: None,
            is_done: false,
        };
        self.portals.insert(name, portal);
        answers.short(b'2');
        Ok(())
    }

    fn describe<W: Write>(&mut self, target: Target, name: &str, answers: &mut Answers<W>) -> Result<(), Stop> {
        let (shape, formats) = match target {
            Target::Statement => {
                let prepared = self.prepared(name)?;
                let types: Vec<u32> = prepared.parameters.iter().map(|parameter| parameter.oid).collect();
                answers.parameter_types(&types);
                (&prepared.shape, &[][..])
            }
            Target::Portal => {
                let portal = self.portals.get(name).ok_or_else(|| no_portal(name))?;
                (&portal.shape, portal.formats.as_slice())
            }
        };
        match shape {
            Some(shape) => answers.fields(&shape.fields, formats),
            None => answers.short(b'n'),
        }
        Ok(())
    }

    fn execute<W: Write>(&mut self, name: &str, most_rows: usize, answers: &mut Answers<W>) -> Result<(), Stop> {
        let mut portal = self.portals.remove(name).ok_or_else(|| no_portal(name))?;
        let ran = self.run(&mut portal, most_rows, false, answers);
        self.portals.insert(name.to_string(), portal);
        ran
    }

    fn prepared(&self, name: &str) -> Result<&Prepared, Refusal> {
        let absent = || Refusal::new("26000", format!("prepared statement \"{name}\" does not exist"));
        self.statements.get(name).ok_or_else(absent)
    }
}

fn no_portal(name: &str) -> Refusal {
    Refusal::new("34000", format!("portal \"{name}\" does not exist"))
}
