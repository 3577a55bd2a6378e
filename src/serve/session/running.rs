//! Statements run: questions planned, rows sent, settings kept.

use std::io::Write;
use std::time::Instant;

use datafusion::common::ParamValues;
use datafusion::execution::SessionState;
use datafusion::logical_expr::LogicalPlan;
use datafusion::sql::parser::Statement as Question;

use super::{Portal, SETTING, Session, Stop};
use crate::serve::copy::{CopyOut, Format};
use crate::serve::failure;
use crate::serve::refusal::Refusal;
use crate::serve::rows::{Rows, Shape};
use crate::serve::statement::{Placed, Statement};
use crate::serve::wire::answer::format;
use crate::serve::wire::{Answers, TransactionStatus};

impl Session {
    /// Runs a portal, or goes on with it.
    pub(super) fn run<W: Write>(
        &mut self,
        portal: &mut Portal,
        most_rows: usize,
        describes: bool,
        answers: &mut Answers<W>,
    ) -> Result<(), Stop> {
        self.cancellation.begin();
        let statement = portal.placed.statement.clone()?;
        if self.transaction == TransactionStatus::Failed
            && !matches!(statement, Statement::Commit | Statement::Rollback | Statement::Empty)
        {
            let message = "current transaction is aborted, commands ignored until end of transaction block";
            return Err(Refusal::new("25P02", message).into());
        }
        let tag = match statement {
            Statement::Empty => {
                answers.short(b'I');
                return Ok(());
            }
            Statement::Question(question) => {
                if portal.rows.is_none() && !portal.is_done {
                    let rows = self.rows(&question, &portal.placed, portal.values.clone(), portal.shape.as_ref())?;
                    portal.rows = Some(rows);
                }
                return self.send(portal, most_rows, describes, answers);
            }
            Statement::Show(name) => {
                if portal.rows.is_none() && !portal.is_done {
                    portal.rows = Some(self.show(&name)?);
                }
                return self.send(portal, most_rows, describes, answers);
            }
            Statement::CopyOut(copy) => return self.copy(&copy, &portal.placed, answers),
            Statement::Set(name, value) => {
                self.variables.set(&name, &value);
                "SET"
            }
            Statement::Reset(name) => {
                self.variables.reset(name.as_deref());
                "RESET"
            }
            Statement::Begin => {
                self.transaction = TransactionStatus::Open;
                "BEGIN"
            }
            Statement::Commit if self.transaction == TransactionStatus::Failed => {
                self.transaction = TransactionStatus::Idle;
                "ROLLBACK"
            }
            Statement::Commit => {
                self.transaction = TransactionStatus::Idle;
                "COMMIT"
            }
            Statement::Rollback => {
                self.transaction = TransactionStatus::Idle;
                "ROLLBACK"
            }
            Statement::Deallocate(name) => {
                match name {
                    Some(name) => drop(self.statements.remove(&name)),
                    None => self.statements.clear(),
                }
                "DEALLOCATE"
            }
            Statement::Discard => {
                self.statements.clear();
                self.variables.reset(None);
                "DISCARD ALL"
            }
            Statement::Nothing(tag) => tag,
        };
        answers.complete(tag);
        Ok(())
    }

    pub(super) fn plan(&self, question: &Question, placed: &Placed) -> Result<(SessionState, LogicalPlan), Refusal> {
        let planned = async {
            let snapshot = self.store.now().await.map_err(|error| failure::store(&error))?;
            snapshot.plan(question).await.map_err(|error| failure::refusal(&error, placed.place()))
        };
        self.engine.block_on(self.cancellation.guard(self.deadline(), planned))
    }

    fn rows(
        &self,
        question: &Question,
        placed: &Placed,
        values: Option<ParamValues>,
        told: Option<&Shape>,
    ) -> Result<Rows, Refusal> {
        let (state, mut plan) = self.plan(question, placed)?;
        if let Some(values) = values {
            plan = plan.with_param_values(values).map_err(|error| failure::refusal(&error, placed.place()))?;
        }
        let opened = Rows::of(state, plan, placed.place(), told);
        self.engine.block_on(self.cancellation.guard(self.deadline(), opened))
    }

    fn deadline(&self) -> Option<Instant> {
        let limits = [self.timeout, self.variables.statement_timeout()];
        limits.into_iter().flatten().min().map(|limit| Instant::now() + limit)
    }

    fn show(&self, name: &str) -> Result<Rows, Refusal> {
        if name == "all" {
            let rows: Vec<Vec<&str>> = self.variables.all().map(|(name, value)| vec![name, value]).collect();
            return Ok(Rows::texts(&SETTING, &rows));
        }
        let unknown = || Refusal::new("42704", format!("unrecognized configuration parameter \"{name}\""));
        let value = self.variables.get(name).ok_or_else(unknown)?;
        Ok(Rows::texts(&[name], &[vec![value]]))
    }

    /// Sends rows, at most so many where the number is not 0.
    fn send<W: Write>(
        &self,
        portal: &mut Portal,
        most_rows: usize,
        describes: bool,
        answers: &mut Answers<W>,
    ) -> Result<(), Stop> {
        let Some(rows) = &mut portal.rows else {
            answers.complete("SELECT 0");
            return Ok(());
        };
        if describes {
            answers.fields(&rows.shape().fields, &portal.formats);
        }
        let (columns, deadline) = (rows.shape().fields.len(), self.deadline());
        let mut sent: usize = 0;
        while most_rows == 0 || sent < most_rows {
            if !rows.is_at_hand() && !self.engine.block_on(self.cancellation.guard(deadline, rows.wait()))? {
                answers.complete(&format!("SELECT {}", rows.taken));
                (portal.rows, portal.is_done) = (None, true);
                return Ok(());
            }
            if let Some((cells, row)) = rows.take() {
                let formats = &portal.formats;
                answers.row(columns, |column, bytes| cells.put(row, column, format(formats, column), bytes))?;
                sent += 1;
            }
        }
        answers.short(b's');
        Ok(())
    }

    fn copy<W: Write>(&self, copy: &CopyOut, placed: &Placed, answers: &mut Answers<W>) -> Result<(), Stop> {
        let mut rows = self.rows(&copy.question, placed, None, None)?;
        let names: Vec<String> = rows.shape().fields.iter().map(|field| field.name.clone()).collect();
        answers.copy_out(names.len(), copy.format == Format::Binary);
        let mut message = copy.head(&names.iter().map(String::as_str).collect::<Vec<_>>());
        // As PostgreSQL sends them: a line of names by itself, but the binary head together with what follows.
        if copy.format != Format::Binary && !message.is_empty() {
            answers.copy_data(&std::mem::take(&mut message))?;
        }
        let deadline = self.deadline();
        while self.engine.block_on(self.cancellation.guard(deadline, rows.wait()))? {
            while let Some((cells, row)) = rows.take() {
                message.extend(copy.row(cells, row, names.len()));
                answers.copy_data(&message)?;
                message.clear();
            }
        }
        message.extend(copy.tail());
        if !message.is_empty() {
            answers.copy_data(&message)?;
        }
        answers.short(b'c');
        answers.complete(&format!("COPY {}", rows.taken));
        Ok(())
    }
}
