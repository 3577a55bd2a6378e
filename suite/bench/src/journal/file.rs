//! The journal's file: appended and synced line by line.

use std::fs::File;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use super::event::Event;
use super::state::State;
use crate::error::BenchError;
use crate::files::sync_folder;

/// A journal that is being written. Whoever has it has the run's lock.
#[derive(Debug)]
pub(crate) struct Journal {
    file: File,
    path: PathBuf,
    /// A write failed: what stands behind the last whole line is not known.
    is_broken: bool,
    pub(crate) state: State,
}

impl Journal {
    /// Opens a journal, or begins one, and cuts a torn last line off.
    pub(crate) fn open(path: &Path) -> Result<Self, BenchError> {
        let (state, length) = read_lines(path)?;
        let failed = |what| move |source| BenchError::file(what, path, source);
        let file = File::options().create(true).append(true).open(path).map_err(failed("open"))?;
        if file.metadata().map_err(failed("look at"))?.len() > length {
            file.set_len(length).map_err(failed("cut the torn last line of"))?;
        }
        file.sync_all().map_err(failed("sync"))?;
        sync_folder(path).map_err(failed("sync the folder of"))?;
        Ok(Self { file, path: path.to_owned(), is_broken: false, state })
    }

    /// Writes an event, on the disk when this returns.
    pub(crate) fn append(&mut self, event: Event) -> Result<(), BenchError> {
        let failed = |source| BenchError::file("write to", &self.path, source);
        if self.is_broken {
            return Err(failed(std::io::Error::other("a write before this one failed")));
        }
        let mut line = serde_json::to_vec(&event).map_err(|error| failed(error.into()))?;
        line.push(b'\n');
        let written = self.file.write_all(&line).and_then(|()| self.file.sync_data());
        if let Err(error) = written {
            // What is half written must not stand before another line: nothing more is written, and the next run cuts it
            // off.
            self.is_broken = true;
            return Err(BenchError::file("write to", &self.path, error));
        }
        let applied = self.state.apply(event);
        debug_assert_eq!(applied, Ok(()), "every event happens once");
        Ok(())
    }
}

/// What the whole lines of a journal say, and how many bytes they have. No file is an empty one.
pub(crate) fn read_lines(path: &Path) -> Result<(State, u64), BenchError> {
    let bytes = match std::fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == ErrorKind::NotFound => Vec::new(),
        Err(error) => return Err(BenchError::file("read", path, error)),
    };
    let whole = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
    let mut state = State::default();
    for (at, line) in bytes[..whole].split_inclusive(|byte| *byte == b'\n').enumerate() {
        let read = serde_json::from_slice(line).map_err(|error| error.to_string());
        read.and_then(|event| state.apply(event)).map_err(|problem| BenchError::Unreadable {
            path: path.to_owned(),
            line: at + 1,
            problem,
        })?;
    }
    Ok((state, whole as u64))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Step;

    fn failed(task: &str) -> Event {
        Event::Failed { task: task.into(), step: Step::WORK, attempts: Vec::new(), counted_usd: 0.25 }
    }

    #[test]
    fn a_torn_last_line_is_cut_off_wherever_it_is_torn() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("journal.ndjson");
        let mut journal = Journal::open(&path).expect("begun");
        journal.append(failed("a")).expect("written");
        let one = std::fs::read(&path).expect("readable");
        journal.append(failed("b")).expect("written");
        let two = std::fs::read(&path).expect("readable");
        for length in one.len()..two.len() {
            std::fs::write(&path, &two[..length]).expect("torn");
            let mut journal = Journal::open(&path).expect("opened");
            assert_eq!(std::fs::read(&path).expect("readable"), one, "{length}");
            assert!(journal.state.call("b", Step::WORK).is_none());
            journal.append(failed("b")).expect("redone");
            assert_eq!(std::fs::read(&path).expect("readable"), two, "{length}");
            assert_eq!(journal.state.spent_usd, 0.5);
        }
    }

    #[test]
    fn a_line_that_is_not_ours_is_told_by_its_number() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("journal.ndjson");
        let line = serde_json::to_string(&failed("a")).expect("JSON");
        for (text, said) in [
            (format!("{line}\n{{\"event\":\"lost\"}}\n"), "line 2"),
            (format!("{line}\n{line}\n"), "settled twice"),
            (
                "{\"event\":\"graded\",\"task\":\"a\",\"version\":1,\"score\":3.0,\"checks\":[]}\n".to_owned(),
                "not answered",
            ),
        ] {
            std::fs::write(&path, text).expect("written");
            let error = Journal::open(&path).expect_err("not ours").to_string();
            assert!(error.contains(said), "{error}");
        }
    }
}
