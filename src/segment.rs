//! The segment of a call, (role, category, difficulty), and the rows it backs off to.

use std::fmt;

/// What stands for "any" in a back-off row.
pub const ANY: &str = "*";

/// What a call has where its log does not say.
pub const UNKNOWN: &str = "unknown";

/// One kind of work: who asks (role), what for (category), how hard (difficulty).
///
/// Ordered by role, then category, then difficulty; `*` sorts before every name, so sorted
/// back-off rows come first.
///
/// ```
/// use merit::segment::Segment;
/// let segment = Segment::new("executor", "debugging", "advanced");
/// assert_eq!(segment.to_string(), "executor / debugging / advanced");
/// assert_eq!(segment.parents()[0], Segment::new("executor", "debugging", "*"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Segment {
    /// Who asks: `executor`, `triage`, `judge`, or any other name a log brings.
    pub role: String,
    /// What for: `debugging`, `code_review`, … or any other name a log brings.
    pub category: String,
    /// How hard: `beginner`, `intermediate`, `advanced`, or any other name a log brings.
    pub difficulty: String,
}

impl Segment {
    /// A segment from its three names.
    pub fn new(role: &str, category: &str, difficulty: &str) -> Self {
        Self { role: role.into(), category: category.into(), difficulty: difficulty.into() }
    }

    /// The rows a request falls back to when its own is missing, nearest first:
    /// (role, category, \*), (role, \*, \*), (\*, category, difficulty), (\*, category, \*), (\*, \*, \*).
    pub fn parents(&self) -> [Segment; 5] {
        [
            Segment::new(&self.role, &self.category, ANY),
            Segment::new(&self.role, ANY, ANY),
            Segment::new(ANY, &self.category, &self.difficulty),
            Segment::new(ANY, &self.category, ANY),
            Segment::new(ANY, ANY, ANY),
        ]
    }

    /// Whether this row stands for several segments.
    pub fn is_back_off(&self) -> bool {
        [&self.role, &self.category, &self.difficulty].iter().any(|name| *name == ANY)
    }

    /// Whether a back-off row stands for `child` (a segment stands for itself).
    pub fn covers(&self, child: &Segment) -> bool {
        let covers = |own: &str, other: &str| own == ANY || own == other;
        covers(&self.role, &child.role)
            && covers(&self.category, &child.category)
            && covers(&self.difficulty, &child.difficulty)
    }
}

impl fmt::Display for Segment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} / {} / {}", self.role, self.category, self.difficulty)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_parent_covers_the_segment_and_none_covers_a_stranger() {
        let segment = Segment::new("judge", "system", "beginner");
        let stranger = Segment::new("triage", "review", "advanced");
        for parent in segment.parents() {
            assert!(parent.is_back_off());
            assert!(parent.covers(&segment));
            assert_eq!(parent.covers(&stranger), parent == Segment::new(ANY, ANY, ANY));
        }
        assert!(!segment.is_back_off());
    }
}
