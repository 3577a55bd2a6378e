//! The sample that comes with merit, `data/sample`: ninety days of the standard world, one drift, one outage.

use std::path::Path;

use jiff::civil::date;

use super::{Drift, FileSink, Format, Outage, SimulationError, SimulationSettings, Summary, World, run};

/// The standard world in which gemini-pro loses 1.5 points on day 70 (2026-08-10) and claude-sonnet is down for six
/// hours on day 45 (2026-07-16, 09:00 to 15:00).
pub fn world() -> World {
    World {
        drifts: vec![Drift::Jump { model: "gemini-pro".into(), day: 70, quality: -1.5, reliability: 0.0 }],
        outages: vec![Outage { model: "claude-sonnet".into(), day: 45, hour: 9.0, hours: 6.0, failing_share: 0.9 }],
        ..World::standard()
    }
}

/// 90 days of 600 tasks from 2026-06-01, 30 % of the successes scored within 3 days.
pub fn settings() -> SimulationSettings {
    SimulationSettings {
        days: 90,
        calls_per_day: 600,
        start: date(2026, 6, 1),
        seed: 20_260_601,
        scored_share: 0.3,
        max_delay_days: 3,
        benchmark_share: 0.0,
        ..SimulationSettings::default()
    }
}

/// Writes `calls.parquet` and `outcomes.parquet` into `folder`, small rather than fast.
///
/// # Errors
/// Where the folder already holds simulated logs or cannot be written.
pub fn write(folder: &Path) -> Result<Summary, SimulationError> {
    run(&world(), &settings(), &FileSink::new(folder, Format::Parquet { level: 19 })?)
}

#[cfg(test)]
mod tests {
    use std::fs::{self, File};
    use std::path::PathBuf;

    use arrow::array::RecordBatch;
    use arrow::compute::concat_batches;
    use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

    use super::*;
    use crate::simulate::MemorySink;

    fn folder() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("data/sample")
    }

    fn whole(batches: &[RecordBatch]) -> RecordBatch {
        concat_batches(&batches[0].schema(), batches).expect("batches of one schema")
    }

    fn committed(name: &str) -> RecordBatch {
        let file = File::open(folder().join(name)).expect("committed");
        let reader = ParquetRecordBatchReaderBuilder::try_new(file).expect("parquet").build().expect("readable");
        whole(&reader.collect::<Result<Vec<_>, _>>().expect("readable"))
    }

    #[test]
    fn the_committed_sample_is_what_this_world_gives() {
        let sink = MemorySink::default();
        run(&world(), &settings(), &sink).expect("a valid world");
        let (calls, outcomes) = sink.into_batches();
        assert_eq!(committed("calls.parquet"), whole(&calls), "make it again with `make sample`");
        assert_eq!(committed("outcomes.parquet"), whole(&outcomes), "make it again with `make sample`");
        let size = |name| fs::metadata(folder().join(name)).expect("committed").len();
        assert!(size("calls.parquet") + size("outcomes.parquet") <= 3 << 20);
    }

    #[test]
    #[ignore = "writes data/sample; run it after a change of the simulator"]
    fn write_the_sample() {
        for name in ["calls.parquet", "outcomes.parquet"] {
            let path = folder().join(name);
            if path.exists() {
                fs::remove_file(path).expect("removable");
            }
        }
        write(&folder()).expect("written");
    }
}
