//! Hot reload: the table in a file is swapped when the file changes, while others choose.
//!
//! [`LiveRouter`] serves the last good table. [`LiveRouter::refresh`] looks at the file, cheaply while nothing changed
//! (`stamp`); a new table that is whole, valid and not older takes the old one's place in one step, anything else is
//! refused with a sentence ([`ReloadError`]) and the old table goes on serving. Either the caller refreshes, or a
//! background thread does (`watcher`). No choice ever waits for a file.

mod error;
mod followed;
mod live;
mod stamp;
mod watcher;

pub use error::ReloadError;
pub use live::LiveRouter;
