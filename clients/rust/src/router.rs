//! A table made ready to answer requests.

use std::borrow::Cow;
use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

use crate::choose::uniform::Fnv;
use crate::choose::{Answer, Backend, ChooseError, Index, Overlay, Request, RowName, Seats, choose_in};
use crate::table::{self, ANY, LoadError, Served, Table};

/// A checked table, prepared for choosing. Make one at startup, share it between threads.
#[derive(Clone, Debug)]
pub struct Router {
    content: Arc<Content>,
    /// The rows whose weights were learned since the table was built; None where nothing learns.
    learned: Option<Overlay>,
}

/// What is in the table, shared by all routers over it.
#[derive(Debug)]
struct Content {
    table_version: u64,
    digest: String,
    created_as_of: String,
    expires_at: String,
    epsilon: f64,
    /// The models in the order of their ids, to be found by number.
    models: Box<[Backend]>,
    /// The rows in the order of the table.
    rows: Box<[Seats]>,
    index: Index,
    /// The position of (\*, \*, \*).
    last: usize,
    /// The hash's state after the digest: what every request's hash starts from.
    state: Fnv,
}

impl Router {
    /// Prepares a table.
    ///
    /// # Errors
    /// What [`table::parse`] would refuse in its content, for a table that was not parsed but made.
    pub fn new(table: &Table) -> Result<Self, LoadError> {
        let served = Served::from(table);
        match table::served_findings(&served).into_iter().next() {
            Some(finding) => Err(finding),
            None => Self::of(&served),
        }
    }

    /// Reads, checks and prepares a table's bytes. Members that no choice reads are left to [`table::parse`].
    ///
    /// # Errors
    /// As [`table::parse`].
    pub fn parse(bytes: &[u8]) -> Result<Self, LoadError> {
        Self::of(&table::serve(bytes)?)
    }

    /// Reads, checks and prepares the table in a file.
    ///
    /// # Errors
    /// As [`table::load`].
    pub fn load(path: impl AsRef<Path>) -> Result<Self, LoadError> {
        table::in_file(path.as_ref(), Self::parse)
    }

    /// Prepares what was checked.
    fn of(served: &Served<'_>) -> Result<Self, LoadError> {
        let state = Fnv::EMPTY.part(&served.digest);
        let epsilon = served.policy.epsilon;
        let described = served.models.iter().enumerate();
        let models = described.map(|(number, (id, model))| (&*id.0, (number as u32, model))).collect::<HashMap<_, _>>();
        let rows: Box<[Seats]> = served.segments.iter().map(|row| Seats::of(row, &models, epsilon, state)).collect();
        let last = rows.iter().position(|row| row.name.key() == (ANY, ANY, ANY)).ok_or(LoadError::NoLastRow)?;
        let content = Content {
            table_version: served.table_version,
            digest: served.digest.clone().into_owned(),
            created_as_of: served.created_as_of.clone().into_owned(),
            expires_at: served.expires_at.clone().into_owned(),
            epsilon,
            models: served.models.iter().map(|(id, model)| Backend::new(&id.0, model)).collect(),
            index: Index::of(rows.iter().map(|row| &row.name)),
            rows,
            last,
            state,
        };
        Ok(Self { content: Arc::new(content), learned: None })
    }

    /// The same table with another row at a position; None: the table's own.
    pub(crate) fn with_row(&self, position: usize, seats: Option<Seats>) -> Self {
        let mut learned = self.learned.clone().unwrap_or_else(|| Overlay::over(self.content.rows.len()));
        learned.set(position, seats);
        Self { content: Arc::clone(&self.content), learned: Some(learned) }
    }

    /// The table's version.
    pub fn table_version(&self) -> u64 {
        self.content.table_version
    }

    /// The table's digest, lower-case hex.
    pub fn digest(&self) -> &str {
        &self.content.digest
    }

    /// The day before which calls were taken into account, `YYYY-MM-DD`.
    pub fn created_as_of(&self) -> &str {
        &self.content.created_as_of
    }

    /// When the table expires, `YYYY-MM-DDTHH:MM:SSZ`.
    pub fn expires_at(&self) -> &str {
        &self.content.expires_at
    }

    /// Whether the table has expired at an instant. It is served all the same.
    pub fn expired(&self, now: SystemTime) -> bool {
        crate::choose::expired(&self.content.expires_at, now)
    }

    /// The ids of the models, in the order of their bytes.
    pub fn models(&self) -> impl ExactSizeIterator<Item = &str> {
        self.content.models.iter().map(|model| &*model.id)
    }

    /// The names of the rows, in the order of the table.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = RowName<'_>> {
        self.content.rows.iter().map(|row| row.name.key().into())
    }

    /// The row that answers for a segment: its own, else the first there is of (role, category, \*),
    /// (role, \*, \*), (\*, category, difficulty), (\*, category, \*), (\*, \*, \*).
    pub fn row(&self, role: &str, category: &str, difficulty: &str) -> RowName<'_> {
        self.prepared(&Request::new(role, category, difficulty)).name.key().into()
    }

    /// Chooses a model for a task. The task sticks to its model for as long as the table, the
    /// segment, the attempt, the exclusions and the cap stay the same. A request without a task id
    /// gets a random one, which is in the answer.
    ///
    /// # Errors
    /// As [`choose`](crate::choose()); no random bytes for a task id.
    pub fn choose<'a>(&'a self, request: &Request<'a>) -> Result<Answer<'a>, ChooseError> {
        let key = (request.role, request.category, request.difficulty);
        // The hash takes the segment as requested: that of the row where it is the row's own.
        let (seats, state) = match self.find(key) {
            Some(position) => (self.seats(position), self.content.rows[position].state),
            None => (self.seats(self.back_off(key)), self.content.state.segment(key.0, key.1, key.2)),
        };
        if let Some(task_id) = request.task_id {
            return choose_in(self, seats, request, state.uniform(task_id, request.attempt));
        }
        let task_id = random_task_id()?;
        let mut answer = choose_in(self, seats, request, state.uniform(&task_id, request.attempt))?;
        answer.task_id = Some(Cow::Owned(task_id));
        Ok(answer)
    }

    /// The row that answers a request.
    pub(crate) fn prepared(&self, request: &Request<'_>) -> &Seats {
        self.seats(self.position((request.role, request.category, request.difficulty)))
    }

    /// The position of the row that answers for a segment.
    pub(crate) fn position(&self, key: (&str, &str, &str)) -> usize {
        self.find(key).unwrap_or_else(|| self.back_off(key))
    }

    /// The row at a position, as it was learned or as the table has it.
    #[inline]
    pub(crate) fn seats(&self, position: usize) -> &Seats {
        let learned = self.learned.as_ref().and_then(|learned| learned.get(position));
        learned.unwrap_or_else(|| &self.content.rows[position])
    }

    /// A model by its number.
    pub(crate) fn model(&self, number: u32) -> &Backend {
        &self.content.models[number as usize]
    }

    /// A model by its id.
    pub(crate) fn model_of(&self, id: &str) -> Option<&Backend> {
        let number = self.content.models.binary_search_by(|model| (*model.id).cmp(id));
        number.ok().map(|number| &self.content.models[number])
    }

    /// ε.
    pub(crate) fn epsilon(&self) -> f64 {
        self.content.epsilon
    }

    /// The row of exactly this name.
    fn find(&self, key: (&str, &str, &str)) -> Option<usize> {
        self.content.index.find(key, |position| self.content.rows[position].name.key() == key)
    }

    /// The position of the first back-off row there is.
    fn back_off(&self, (role, category, difficulty): (&str, &str, &str)) -> usize {
        let parents = [(role, category, ANY), (role, ANY, ANY), (ANY, category, difficulty), (ANY, category, ANY)];
        parents.into_iter().find_map(|parent| self.find(parent)).unwrap_or(self.content.last)
    }
}

/// 128 random bits in hex: the crate's one source of chance, outside the pure choice.
fn random_task_id() -> Result<String, ChooseError> {
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes).map_err(|error| ChooseError::Random(error.to_string()))?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
