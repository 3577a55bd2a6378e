//! The choice: a row, the candidates left in it, one draw.
//!
//! 1. Row: the request's own, else the first back-off row there is ([`Router`](crate::Router)).
//! 2. Candidates in table order with a weight, less the excluded, less those over the cap (`cost`).
//! 3. A number u in \[0, 1), made from the task ([`uniform`]).
//! 4. One draw: explore, probe or exploit (`lottery`).
//! 5. The answer, with the exact probability of what was drawn ([`Answer`]).
//!
//! Pure: no clock, no randomness of its own, the same answer in every client.

mod answer;
mod choice;
mod cost;
mod error;
mod fallback;
mod index;
mod lottery;
mod name;
mod overlay;
mod request;
mod seats;
pub(crate) mod uniform;

pub use answer::{Answer, Arm, Context, Expected, RowName};
pub use choice::{Share, choose, distribution};
pub use error::ChooseError;
pub use fallback::Fallback;
pub use request::Request;
pub use uniform::uniform;

pub(crate) use answer::expired;
pub(crate) use choice::choose_in;
pub(crate) use index::Index;
pub(crate) use overlay::Overlay;
pub(crate) use seats::{Backend, Seats};
