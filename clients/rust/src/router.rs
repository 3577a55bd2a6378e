//! A table made ready to answer requests.

use std::borrow::Cow;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::path::Path;
use std::time::SystemTime;

use crate::choose::uniform::Fnv;
use crate::choose::{Answer, ChooseError, Request, Seats, choose_in};
use crate::table::{self, ANY, LoadError, Model, Row, Table};

/// A checked table with an index of its rows. Make one at startup, share it between threads.
#[derive(Clone, Debug)]
pub struct Router {
    table: Table,
    /// Beside `table.segments`, row for row.
    seats: Vec<Seats>,
    /// The models in the order of their ids, to be found by number.
    models: Vec<Model>,
    /// Positions of rows by the hash of their names; only looked up, never walked.
    rows: HashMap<u64, usize>,
    /// Rows whose hash another row has already: none, but for a chance of one in many billions.
    collided: Vec<usize>,
    /// The position of (\*, \*, \*).
    last: usize,
    /// The hash's state after the digest: what every request's hash starts from.
    state: Fnv,
}

impl Router {
    /// Indexes a table.
    ///
    /// # Errors
    /// What [`table::parse`] would refuse in its content, for a table that was not parsed but made.
    pub fn new(table: Table) -> Result<Self, LoadError> {
        if let Some(finding) = table::content_findings(&table).into_iter().next() {
            return Err(finding);
        }
        let state = Fnv::EMPTY.part(&table.digest);
        let (mut rows, mut collided) = (HashMap::with_capacity(table.segments.len()), Vec::new());
        for (position, row) in table.segments.iter().enumerate() {
            match rows.entry(hash(state, row.key()).key()) {
                Entry::Vacant(free) => {
                    free.insert(position);
                }
                Entry::Occupied(_) => collided.push(position),
            }
        }
        let last = table.segments.iter().position(|row| row.key() == (ANY, ANY, ANY)).ok_or(LoadError::NoLastRow)?;
        let ids = table.models.iter().enumerate();
        let numbers = ids.map(|(number, (id, model))| (id.as_str(), (number, model))).collect();
        let seats = table.segments.iter().map(|row| Seats::of(row, &numbers, table.policy.epsilon)).collect();
        let models = table.models.values().cloned().collect();
        Ok(Self { table, seats, models, rows, collided, last, state })
    }

    /// Reads, checks and indexes a table's bytes.
    ///
    /// # Errors
    /// As [`table::parse`].
    pub fn parse(bytes: &[u8]) -> Result<Self, LoadError> {
        Self::new(table::parse(bytes)?)
    }

    /// Reads, checks and indexes the table in a file.
    ///
    /// # Errors
    /// As [`table::load`].
    pub fn load(path: impl AsRef<Path>) -> Result<Self, LoadError> {
        Self::new(table::load(path)?)
    }

    /// The table.
    pub fn table(&self) -> &Table {
        &self.table
    }

    /// Whether the table has expired at an instant. It is served all the same.
    pub fn expired(&self, now: SystemTime) -> bool {
        crate::choose::expired(&self.table.expires_at, now)
    }

    /// The row that answers for a segment: its own, else the first there is of (role, category, \*),
    /// (role, \*, \*), (\*, category, difficulty), (\*, category, \*), (\*, \*, \*).
    pub fn row(&self, role: &str, category: &str, difficulty: &str) -> &Row {
        self.prepared(&Request::new(role, category, difficulty)).0
    }

    /// Chooses a model for a task. The task sticks to its model for as long as the table, the
    /// segment, the attempt, the exclusions and the cap stay the same. A request without a task id
    /// gets a random one, which is in the answer.
    ///
    /// # Errors
    /// As [`choose`](crate::choose()); no random bytes for a task id.
    pub fn choose<'a>(&'a self, request: &Request<'a>) -> Result<Answer<'a>, ChooseError> {
        let key = (request.role, request.category, request.difficulty);
        let state = hash(self.state, key);
        let prepared = self.at(self.position(key, state));
        if let Some(task_id) = request.task_id {
            return choose_in(self, prepared, request, state.uniform(task_id, request.attempt));
        }
        let task_id = random_task_id()?;
        let mut answer = choose_in(self, prepared, request, state.uniform(&task_id, request.attempt))?;
        answer.task_id = Some(Cow::Owned(task_id));
        Ok(answer)
    }

    /// The row that answers a request, and its seats.
    pub(crate) fn prepared(&self, request: &Request<'_>) -> (&Row, &Seats) {
        let key = (request.role, request.category, request.difficulty);
        self.at(self.position(key, hash(self.state, key)))
    }

    /// A model by its number.
    pub(crate) fn model(&self, number: usize) -> &Model {
        &self.models[number]
    }

    fn at(&self, position: usize) -> (&Row, &Seats) {
        (&self.table.segments[position], &self.seats[position])
    }

    /// The position of the row for a segment, whose hash is known already.
    fn position(&self, key: (&str, &str, &str), own: Fnv) -> usize {
        let (role, category, difficulty) = key;
        self.find(key, own).unwrap_or_else(|| {
            let parents = [(role, category, ANY), (role, ANY, ANY), (ANY, category, difficulty), (ANY, category, ANY)];
            let found = parents.into_iter().find_map(|parent| self.find(parent, hash(self.state, parent)));
            found.unwrap_or(self.last)
        })
    }

    /// The row of exactly this name; names are compared, so that a collision of hashes misleads nobody.
    fn find(&self, key: (&str, &str, &str), state: Fnv) -> Option<usize> {
        let named = |position: &usize| self.table.segments[*position].key() == key;
        let found = self.rows.get(&state.key()).copied().filter(named);
        found.or_else(|| self.collided.iter().copied().find(named))
    }
}

/// The state of the hash after a row's name, which is also the name's place in the index.
fn hash(state: Fnv, (role, category, difficulty): (&str, &str, &str)) -> Fnv {
    state.segment(role, category, difficulty)
}

/// 128 random bits in hex: the crate's one source of chance, outside the pure choice.
fn random_task_id() -> Result<String, ChooseError> {
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes).map_err(|error| ChooseError::Random(error.to_string()))?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
