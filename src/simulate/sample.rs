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
