//! How much to simulate, from when, and with which seed.

use jiff::ToSpan;
use jiff::civil::{Date, date};

use super::SimulationError;

/// How much to simulate; what is simulated is the [`World`](super::World)'s part.
#[derive(Clone, Debug, PartialEq)]
pub struct SimulationSettings {
    /// How many days, at least 1.
    pub days: u32,
    /// Tasks (first attempts) a day, averaged over a week; fallback attempts come on top. 1 to 1,000,000,000.
    pub calls_per_day: u32,
    /// The first day (UTC).
    pub start: Date,
    /// Names the random numbers: the same seed gives the same records.
    pub seed: u64,
    /// The share of successful production calls that somebody scores, in \[0, 1\].
    pub scored_share: f64,
    /// Scores come 0 to this many days after their call: at 0 in the call itself, later as an outcome record.
    pub max_delay_days: u32,
    /// The share of tasks that are benchmark runs: drawn uniformly over models, always scored, at once. In \[0, 1\].
    pub benchmark_share: f64,
    /// About how many tasks go into one file; files are whole days and are written in parallel.
    pub tasks_per_file: u32,
}

impl Default for SimulationSettings {
    /// 90 days of 600 calls from 2026-06-01, 30 % of them scored within 3 days.
    fn default() -> Self {
        Self {
            days: 90,
            calls_per_day: 600,
            start: date(2026, 6, 1),
            seed: 1,
            scored_share: 0.3,
            max_delay_days: 3,
            benchmark_share: 0.0,
            tasks_per_file: 500_000,
        }
    }
}

impl SimulationSettings {
    /// Whether every setting makes sense.
    ///
    /// # Errors
    /// [`SimulationError::Settings`] names the first that does not.
    pub fn validate(&self) -> Result<(), SimulationError> {
        let refuse = |reason: String| Err(SimulationError::Settings(reason));
        if self.days == 0 {
            return refuse("days is 0; simulate at least one day".into());
        }
        if !(1..=1_000_000_000).contains(&self.calls_per_day) {
            return refuse(format!("calls_per_day is {}; give 1 to 1000000000", self.calls_per_day));
        }
        if self.tasks_per_file == 0 {
            return refuse("tasks_per_file is 0; give at least 1".into());
        }
        for (name, share) in [("scored_share", self.scored_share), ("benchmark_share", self.benchmark_share)] {
            if !(0.0..=1.0).contains(&share) {
                return refuse(format!("{name} is {share}; give a share from 0 to 1"));
            }
        }
        let last = i64::from(self.days) + i64::from(self.max_delay_days) + 1;
        let reachable = i32::try_from(last).ok().and_then(|days| self.start.checked_add(days.days()).ok());
        if reachable.is_none() {
            return refuse(format!("{} days from {} lead past the year 9999; give fewer", self.days, self.start));
        }
        Ok(())
    }

    /// The days of each file: whole days, as even as they go; a function of the settings alone, not of the machine.
    pub(super) fn parts(&self) -> Vec<std::ops::Range<u32>> {
        let tasks = u64::from(self.days) * u64::from(self.calls_per_day);
        let count = tasks.div_ceil(u64::from(self.tasks_per_file)).clamp(1, u64::from(self.days));
        let bound = |part: u64| (part * u64::from(self.days) / count) as u32; // at most `days`
        (0..count).map(|part| bound(part)..bound(part + 1)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_cover_every_day_once() {
        for (days, calls_per_day, tasks_per_file) in [(90, 600, 500_000), (7, 3, 4), (10, 400_000, 500_000), (1, 9, 2)]
        {
            let settings = SimulationSettings { days, calls_per_day, tasks_per_file, ..SimulationSettings::default() };
            let covered: Vec<u32> = settings.parts().into_iter().flatten().collect();
            assert_eq!(covered, (0..days).collect::<Vec<_>>());
            assert!(settings.parts().iter().all(|part| !part.is_empty()));
        }
    }

    #[test]
    fn senseless_settings_are_refused_with_a_remedy() {
        let message = |settings: SimulationSettings| settings.validate().expect_err("refused").to_string();
        let standard = SimulationSettings::default;
        standard().validate().expect("the default is sensible");
        assert_eq!(
            message(SimulationSettings { scored_share: 1.5, ..standard() }),
            "simulation settings: scored_share is 1.5; give a share from 0 to 1"
        );
        assert!(message(SimulationSettings { days: 0, ..standard() }).contains("at least one day"));
        assert!(message(SimulationSettings { days: 4_000_000, ..standard() }).contains("year 9999"));
        assert!(message(SimulationSettings { benchmark_share: f64::NAN, ..standard() }).contains("benchmark_share"));
        assert!(message(SimulationSettings { calls_per_day: 0, ..standard() }).contains("calls_per_day"));
    }
}
