//! Whom to try next after a failure.

use std::fmt;

use serde::{Serialize, Serializer};

use super::answer::Context;
use super::cost::within_cap;
use super::seats::Seats;
use crate::router::Router;

/// The row's fallback list less the drawn, the excluded and the over-cap models. Where its head
/// shares the drawn model's provider, which may be what failed, the first model of another provider
/// comes to the front.
///
/// Worked out when it is looked at; a choice that succeeds never pays for it.
#[derive(Clone, Copy)]
pub struct Fallback<'a> {
    pub(super) router: &'a Router,
    pub(super) seats: &'a Seats,
    pub(super) context: Context<'a>,
    pub(super) drawn: usize,
}

impl<'a> Fallback<'a> {
    /// The ids of the models, in the order to try them.
    pub fn iter(&self) -> impl Iterator<Item = &'a str> + '_ {
        let front = self.front();
        let rest = self.left().filter(move |seat| Some(*seat) != front);
        front.into_iter().chain(rest).map(|seat| self.model(seat))
    }

    /// The same as a list.
    pub fn to_vec(&self) -> Vec<&'a str> {
        self.iter().collect()
    }

    /// Whether the row's weights were learned.
    pub(super) fn learned(&self) -> bool {
        self.seats.learned
    }

    /// The position that goes before all others.
    fn front(&self) -> Option<usize> {
        let drawn = self.provider(self.drawn);
        self.left().find(|seat| self.provider(*seat) != drawn).or_else(|| self.left().next())
    }

    fn left(&self) -> impl Iterator<Item = usize> + '_ {
        self.seats.fallback.iter().copied().filter(|seat| {
            *seat != self.drawn
                && !self.context.excluded.contains(&self.model(*seat))
                && within_cap(&self.seats.candidates[*seat].bill, &self.context)
        })
    }

    fn model(&self, seat: usize) -> &'a str {
        &self.router.model(self.seats.candidates[seat].model).id
    }

    fn provider(&self, seat: usize) -> &'a str {
        &self.router.model(self.seats.candidates[seat].model).provider
    }
}

impl fmt::Debug for Fallback<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl PartialEq for Fallback<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Serialize for Fallback<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}
