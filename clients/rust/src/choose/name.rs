//! A row's name in one piece of memory.

/// Role, category and difficulty, one after the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Name {
    text: Box<str>,
    /// Where the category and the difficulty start.
    starts: [usize; 2],
}

impl Name {
    pub(crate) fn new(role: &str, category: &str, difficulty: &str) -> Self {
        let text = [role, category, difficulty].concat().into();
        Self { text, starts: [role.len(), role.len() + category.len()] }
    }

    /// The three parts.
    #[inline]
    pub(crate) fn key(&self) -> (&str, &str, &str) {
        let [category, difficulty] = self.starts;
        (&self.text[..category], &self.text[category..difficulty], &self.text[difficulty..])
    }
}

/// Written `role/category/difficulty`.
impl std::fmt::Display for Name {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (role, category, difficulty) = self.key();
        write!(f, "{role}/{category}/{difficulty}")
    }
}
