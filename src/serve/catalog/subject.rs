//! The views as PostgreSQL's catalog numbers them.

use crate::serve::value::Kind;

/// Where the numbers of relations begin, as for every user's relation in PostgreSQL.
const FIRST_RELATION: i64 = 16_384;

/// A view, with its columns.
#[derive(Clone, Debug)]
pub(super) struct Subject {
    /// Its number.
    pub(super) oid: i64,
    /// Its name.
    pub(super) name: String,
    /// Whether it is computed whenever it is read.
    pub(super) is_view: bool,
    /// Its columns: name, kind, whether null is possible.
    pub(super) columns: Vec<(String, Kind, bool)>,
}

/// Numbers relations in the order of their names.
pub(super) fn numbered(mut subjects: Vec<Subject>) -> Vec<Subject> {
    subjects.sort_by(|a, b| a.name.cmp(&b.name));
    subjects.iter_mut().zip(FIRST_RELATION..).for_each(|(subject, oid)| subject.oid = oid);
    subjects
}
