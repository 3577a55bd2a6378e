//! What a client is told when something cannot be done.

/// An error as PostgreSQL's clients understand it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Whether the connection ends with it.
    pub is_fatal: bool,
    /// SQLSTATE, five characters (PostgreSQL, appendix A).
    pub code: &'static str,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub hint: Option<String>,
    /// The character of the question where it is wrong, from 1.
    pub position: Option<usize>,
}

impl Refusal {
    /// An error after which the connection goes on.
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { is_fatal: false, code, message: message.into(), hint: None, position: None }
    }

    /// An error that ends the connection.
    pub fn fatal(code: &'static str, message: impl Into<String>) -> Self {
        Self { is_fatal: true, ..Self::new(code, message) }
    }

    /// With what to do.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// With its place in the question, from 1.
    #[must_use]
    pub fn at(mut self, position: Option<usize>) -> Self {
        self.position = position;
        self
    }
}

/// A statement that would change something.
pub(super) fn read_only(what: &str) -> Refusal {
    Refusal::new("25006", format!("cannot execute {what}: merit serve only answers questions"))
        .hint("Ask with SELECT. What a night derives changes with merit analyze, logs come with merit ingest.")
}

/// A message that breaks the protocol.
pub(super) fn malformed(what: &str) -> Refusal {
    Refusal::fatal("08P01", format!("a message breaks the protocol: {what}"))
}
