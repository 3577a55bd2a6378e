//! Where rows wait between reading and commit: by day, in memory up to a bound, then in `staging/`.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::BufReader;
use std::path::{Path, PathBuf};

use arrow::array::{AsArray, RecordBatch, UInt32Array};
use arrow::compute::take_record_batch;
use arrow::datatypes::TimestampMicrosecondType;
use arrow::ipc::reader::StreamReader;
use arrow::ipc::writer::StreamWriter;

use super::{Fact, Layout, StoreError};
use crate::day::Day;

/// Bytes of rows held in memory before they go to `staging/`.
const MEMORY_BOUND: usize = 192 << 20;

/// Rows on their way into the store.
#[derive(Debug)]
pub struct Spool {
    folder: PathBuf,
    waiting: BTreeMap<(Fact, Day), Vec<(Source, RecordBatch)>>,
    spilled: BTreeMap<(Fact, Day), Vec<(Source, PathBuf)>>,
    bytes: usize,
    flushes: usize,
}

/// Which of the files of one ingest a row came from, counted by the caller.
pub type Source = usize;

impl Spool {
    /// An empty spool below `staging/`, which is cleared: what lies there never was committed.
    ///
    /// # Errors
    /// [`StoreError::Io`].
    pub fn new(layout: &Layout) -> Result<Self, StoreError> {
        let folder = layout.staging();
        if folder.exists() {
            fs::remove_dir_all(&folder).map_err(|source| StoreError::io("clear", &folder, source))?;
        }
        fs::create_dir_all(&folder).map_err(|source| StoreError::io("create", &folder, source))?;
        Ok(Self { folder, waiting: BTreeMap::new(), spilled: BTreeMap::new(), bytes: 0, flushes: 0 })
    }

    /// Takes a batch of records of a file, each to the day of its timestamp (calls) or of its observation (outcomes).
    ///
    /// # Errors
    /// [`StoreError::Io`] and [`StoreError::Arrow`] where a spilled file cannot be written.
    pub fn add(&mut self, source: Source, fact: Fact, batch: &RecordBatch) -> Result<(), StoreError> {
        let column = match fact {
            Fact::Calls => "timestamp",
            Fact::Outcomes => "observed_at",
        };
        let instants = batch.column_by_name(column).expect("a record has its timestamp column");
        let instants = instants.as_primitive::<TimestampMicrosecondType>();
        let mut rows: BTreeMap<Day, Vec<u32>> = BTreeMap::new();
        for (row, instant) in instants.values().iter().enumerate() {
            rows.entry(Day::of_timestamp(*instant)).or_default().push(row as u32);
        }
        let one_day = rows.len() == 1;
        for (day, rows) in rows {
            let part = if one_day {
                batch.clone()
            } else {
                take_record_batch(batch, &UInt32Array::from(rows)).map_err(StoreError::arrow("sort rows by day"))?
            };
            self.bytes += part.get_array_memory_size();
            self.waiting.entry((fact, day)).or_default().push((source, part));
        }
        if self.bytes > MEMORY_BOUND { self.spill() } else { Ok(()) }
    }

    /// Forgets the rows of a file that could not be read to its end.
    pub fn forget(&mut self, source: Source) {
        self.waiting.values_mut().for_each(|parts| parts.retain(|(from, _)| *from != source));
        self.spilled.values_mut().for_each(|parts| parts.retain(|(from, _)| *from != source));
    }

    /// The kinds and days it holds rows of, in order.
    pub fn days(&self) -> Vec<(Fact, Day)> {
        let waiting = self.waiting.iter().filter(|(_, parts)| !parts.is_empty()).map(|(day, _)| *day);
        let spilled = self.spilled.iter().filter(|(_, parts)| !parts.is_empty()).map(|(day, _)| *day);
        let mut days: Vec<_> = waiting.chain(spilled).collect();
        days.sort();
        days.dedup();
        days
    }

    /// The rows of one day, in the order they came.
    ///
    /// # Errors
    /// [`StoreError::Io`] and [`StoreError::Arrow`] where a spilled file cannot be read back.
    pub fn rows(&self, fact: Fact, day: Day) -> Result<Vec<RecordBatch>, StoreError> {
        let mut batches = Vec::new();
        for (_, path) in self.spilled.get(&(fact, day)).into_iter().flatten() {
            batches.extend(read_back(path)?);
        }
        batches.extend(self.waiting.get(&(fact, day)).into_iter().flatten().map(|(_, batch)| batch.clone()));
        Ok(batches)
    }

    /// Removes what was spilled.
    ///
    /// # Errors
    /// [`StoreError::Io`].
    pub fn clear(self) -> Result<(), StoreError> {
        fs::remove_dir_all(&self.folder).map_err(|source| StoreError::io("clear", &self.folder, source))
    }

    fn spill(&mut self) -> Result<(), StoreError> {
        self.flushes += 1;
        for ((fact, day), parts) in std::mem::take(&mut self.waiting) {
            for group in parts.chunk_by(|one, two| one.0 == two.0) {
                let source = group[0].0;
                let name = format!("{}-{day}-{}-{source}.arrows", fact.folder(), self.flushes);
                let path = self.folder.join(name);
                let file = File::create(&path).map_err(|source| StoreError::io("create", &path, source))?;
                let batches: Vec<&RecordBatch> = group.iter().map(|(_, batch)| batch).collect();
                write_out(file, &batches).map_err(StoreError::arrow("spool rows"))?;
                self.spilled.entry((fact, day)).or_default().push((source, path));
            }
        }
        self.bytes = 0;
        Ok(())
    }
}

fn write_out(file: File, batches: &[&RecordBatch]) -> Result<(), arrow::error::ArrowError> {
    let Some(first) = batches.first() else { return Ok(()) };
    let mut writer = StreamWriter::try_new_buffered(file, &first.schema())?;
    for batch in batches {
        writer.write(batch)?;
    }
    writer.finish()
}

fn read_back(path: &Path) -> Result<Vec<RecordBatch>, StoreError> {
    let file = File::open(path).map_err(|source| StoreError::io("open", path, source))?;
    let reader = StreamReader::try_new(BufReader::new(file), None).map_err(StoreError::arrow("read spooled rows"))?;
    reader.collect::<Result<_, _>>().map_err(StoreError::arrow("read spooled rows"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::{Call, CallColumns};

    #[test]
    fn rows_come_back_by_day_in_order_also_after_a_spill() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut spool = Spool::new(&Layout::new(folder.path())).expect("created");
        for part in 0..2usize {
            let mut columns = CallColumns::default();
            for n in 0..4i64 {
                let id = format!("{part}-{n}");
                let timestamp = Some((n % 2) * crate::day::MICROSECONDS);
                columns.push(&Call { call_id: Some(id.into()), timestamp, success: Some(true), ..Call::default() });
            }
            spool.add(part, Fact::Calls, &columns.finish()).expect("taken");
            if part == 0 {
                spool.spill().expect("spilled");
            }
        }
        assert_eq!(spool.days(), vec![(Fact::Calls, Day(0)), (Fact::Calls, Day(1))]);
        let ids: Vec<String> = spool
            .rows(Fact::Calls, Day(1))
            .expect("readable")
            .iter()
            .flat_map(|batch| {
                batch.column(0).as_string::<i32>().iter().flatten().map(str::to_string).collect::<Vec<_>>()
            })
            .collect();
        assert_eq!(ids, ["0-1", "0-3", "1-1", "1-3"]);
        spool.forget(0);
        assert_eq!(spool.rows(Fact::Calls, Day(1)).expect("readable").len(), 1, "the second file's rows stay");
        spool.forget(1);
        assert!(spool.days().is_empty());
        spool.clear().expect("cleared");
    }
}
