//! merit.toml and the global flags → [`Settings`]. An unknown key is an error with line and column; a file that
//! is named but missing is an error; no file at all means the defaults.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::evaluate::gate::GateSettings;

mod bench;
mod half_life;
mod metrics;
mod serve;

pub use bench::Bench;
pub use half_life::HalfLife;
pub use metrics::Metrics;
pub use serve::Serve;

/// The file that is read where no other is named.
pub const DEFAULT_FILE: &str = "merit.toml";

/// Everything that can be set, with its default.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// A folder of SQL files that replace embedded ones of the same relative path.
    pub queries: Option<PathBuf>,
    /// A list of prices in place of the embedded one.
    pub prices: Option<PathBuf>,
    /// A list of model aliases in place of the embedded one.
    pub models: Option<PathBuf>,
    /// What ingest takes and refuses.
    pub ingest: Ingest,
    /// How evidence is weighed.
    pub evidence: Evidence,
    /// How the table is published.
    pub table: Table,
    /// How a new table must prove itself.
    pub gate: Gate,
    /// How choices are made of evidence.
    pub policy: crate::policy::PolicySettings,
    /// What is asked of production tasks.
    pub targets: crate::scoreboard::TargetSettings,
    /// Where metrics are written.
    pub metrics: Metrics,
    /// How `merit serve` listens.
    pub serve: Serve,
    /// Which models the benchmark suite runs.
    pub bench: Bench,
}

/// `[ingest]`: what is taken and what is refused.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Ingest {
    /// Share of quarantined rows, of those read, above which the run ends with exit code 4.
    pub max_quarantine_share: f64,
    /// Days between the newest call and as-of above which a standing table is kept (exit code 4); 0: never.
    pub max_staleness_days: u32,
    /// Content, identity and key fields that are stored in `extra` all the same.
    pub keep_fields: Vec<String>,
}

impl Default for Ingest {
    fn default() -> Self {
        Self { max_quarantine_share: 0.05, max_staleness_days: 7, keep_fields: Vec::new() }
    }
}

/// `[evidence]`: how evidence is weighed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Evidence {
    /// Days after which an observation counts half; `inf` for never; `"auto"`: what the history predicts best with.
    pub half_life_days: HalfLife,
    /// The same for one source alone.
    pub half_life_days_of: BTreeMap<String, HalfLife>,
    /// What evidence from before a detected change of level counts, beside its age.
    pub post_change_weight: f64,
    /// Weight of a benchmark row beside a production row; a log with one source only takes it at 1.
    pub benchmark_weight: f64,
    /// Most effective benchmark calls that count for one arm beside production rows.
    pub benchmark_cap: f64,
    /// Relative difference between logged and listed cost above which a model is flagged.
    pub cost_tolerance: f64,
}

impl Default for Evidence {
    fn default() -> Self {
        Self {
            half_life_days: HalfLife::Days(14.0),
            half_life_days_of: BTreeMap::new(),
            post_change_weight: 0.1,
            benchmark_weight: 0.3,
            benchmark_cap: 50.0,
            cost_tolerance: 0.2,
        }
    }
}

impl Evidence {
    /// The half-life of a source.
    pub fn half_life(&self, source: &str) -> HalfLife {
        self.half_life_days_of.get(source).copied().unwrap_or(self.half_life_days)
    }

    /// The shortest half-life that is given in days.
    fn least_half_life(&self) -> f64 {
        let all = self.half_life_days_of.values().chain([&self.half_life_days]);
        all.filter_map(|half_life| half_life.days()).fold(f64::INFINITY, f64::min)
    }
}

/// `[table]`: how the table is published.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Table {
    /// Days after as-of at which the table says it is expired; it is served all the same.
    pub expiry_days: u32,
    /// The newest versions that are kept when a table is published; 0: all. It shapes no table, so no table names it.
    #[serde(skip_serializing)]
    pub keep_versions: u32,
}

impl Default for Table {
    fn default() -> Self {
        Self { expiry_days: 7, keep_versions: 365 }
    }
}

/// `[gate]`: how a new table must prove itself before it replaces the one in use.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Gate {
    /// Whether there is a gate; without it only the structural checks stand between a night and its table.
    pub enabled: bool,
    /// A table whose gain is below minus this is truly worse: in value, 1 = a perfect answer.
    pub tolerance: f64,
    /// The probability that a truly worse table is ever accepted.
    pub alpha: f64,
    /// How many nights a challenger is judged.
    pub nights: u32,
    /// How far a row's exploit weights may be from the anchor's until a challenger is accepted: total variation.
    pub cap: f64,
    /// Nothing is decided on draws worth fewer than this of the challenger's own.
    pub min_effective_draws: f64,
    /// Said by `--no-gate`, beside `enabled`.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub skipped: bool,
}

impl Default for Gate {
    fn default() -> Self {
        let GateSettings { alpha, tolerance, min_effective_draws, nights, step_cap, .. } = GateSettings::default();
        Self { enabled: true, tolerance, alpha, nights, cap: step_cap, min_effective_draws, skipped: false }
    }
}

impl Gate {
    /// As the gate takes them.
    pub fn gate_settings(&self) -> GateSettings {
        GateSettings {
            alpha: self.alpha,
            tolerance: self.tolerance,
            min_effective_draws: self.min_effective_draws,
            nights: self.nights,
            step_cap: self.cap,
            ..GateSettings::default()
        }
    }
}

/// Settings that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The named file is not there.
    #[error("the settings file {} is not there; create it, or leave out --config", .0.display())]
    Missing(PathBuf),
    /// The file cannot be read.
    #[error("cannot read the settings file {}: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file is not what it should be.
    #[error("{}: {message}\ncorrect the key, or remove it; docs/settings.md lists all of them", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// Where and what, as the parser says it.
        message: String,
    },
    /// A value out of its range.
    #[error("{}: {key} = {value} is out of range; {expected}", path.display())]
    OutOfRange {
        /// The file.
        path: PathBuf,
        /// The key with its section.
        key: &'static str,
        /// What it was set to.
        value: f64,
        /// What is expected.
        expected: &'static str,
    },
}

impl Settings {
    /// Reads the named file; without a name, `merit.toml` in the current folder where there is one.
    ///
    /// # Errors
    /// [`SettingsError`], with the path and, for a wrong key, line and column.
    pub fn load(named: Option<&Path>) -> Result<Self, SettingsError> {
        let path = named.unwrap_or(Path::new(DEFAULT_FILE));
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return match named {
                    Some(path) => Err(SettingsError::Missing(path.into())),
                    None => Ok(Self::default()),
                };
            }
            Err(source) => return Err(SettingsError::Unreadable { path: path.into(), source }),
        };
        Self::parse(&text, path)
    }

    /// Settings from the text of a file; `path` is for the messages, and relative paths in it are taken from the
    /// file's folder.
    ///
    /// # Errors
    /// As [`Settings::load`].
    pub fn parse(text: &str, path: &Path) -> Result<Self, SettingsError> {
        let malformed = |error: toml::de::Error| SettingsError::Malformed {
            path: path.into(),
            message: error.to_string().trim_end().to_string(),
        };
        let mut settings: Self = toml::from_str(text).map_err(malformed)?;
        let folder = path.parent().unwrap_or(Path::new(""));
        let places =
            [&mut settings.queries, &mut settings.prices, &mut settings.models, &mut settings.metrics.textfile];
        for place in places.into_iter().flatten() {
            *place = folder.join(&*place);
        }
        settings.check(path)?;
        Ok(settings)
    }

    fn check(&self, path: &Path) -> Result<(), SettingsError> {
        let share = "a share between 0 and 1 is expected";
        let positive = "a number above 0 is expected";
        let least_half_life = self.evidence.least_half_life();
        let gate = &self.gate;
        let checks: [(&'static str, f64, bool, &'static str); 12] = [
            (
                "ingest.max_quarantine_share",
                self.ingest.max_quarantine_share,
                within(self.ingest.max_quarantine_share),
                share,
            ),
            ("evidence.half_life_days", least_half_life, least_half_life > 0.0, positive),
            (
                "evidence.post_change_weight",
                self.evidence.post_change_weight,
                within(self.evidence.post_change_weight),
                share,
            ),
            (
                "evidence.benchmark_weight",
                self.evidence.benchmark_weight,
                within(self.evidence.benchmark_weight),
                share,
            ),
            ("evidence.benchmark_cap", self.evidence.benchmark_cap, self.evidence.benchmark_cap > 0.0, positive),
            ("evidence.cost_tolerance", self.evidence.cost_tolerance, self.evidence.cost_tolerance > 0.0, positive),
            (
                "gate.tolerance",
                gate.tolerance,
                gate.tolerance >= 0.0 && gate.tolerance.is_finite(),
                "0 or more is expected",
            ),
            ("gate.alpha", gate.alpha, gate.alpha > 0.0 && gate.alpha < 1.0, "a share above 0 and below 1 is expected"),
            ("gate.nights", f64::from(gate.nights), gate.nights >= 1, "1 or more is expected"),
            ("gate.cap", gate.cap, within(gate.cap), share),
            (
                "gate.min_effective_draws",
                gate.min_effective_draws,
                gate.min_effective_draws >= 0.0 && gate.min_effective_draws.is_finite(),
                "0 or more is expected",
            ),
            ("policy.epsilon", self.policy.epsilon, within(self.policy.epsilon), share),
        ];
        let targets = crate::scoreboard::checks(&self.targets);
        match checks.into_iter().chain(targets).find(|(_, _, good, _)| !good) {
            Some((key, value, _, expected)) => {
                Err(SettingsError::OutOfRange { path: path.into(), key, value, expected })
            }
            None => Ok(()),
        }
    }

    /// The settings that shape a table, as sorted JSON: part of the build key and of the published table.
    ///
    /// # Panics
    /// Never: the settings have no map key that JSON lacks.
    pub fn shaping(&self) -> BTreeMap<String, serde_json::Value> {
        let value = |part: serde_json::Result<serde_json::Value>| part.expect("settings are plain data");
        BTreeMap::from([
            ("evidence".into(), value(serde_json::to_value(&self.evidence))),
            ("gate".into(), value(serde_json::to_value(&self.gate))),
            ("policy".into(), value(serde_json::to_value(&self.policy))),
            ("table".into(), value(serde_json::to_value(&self.table))),
        ])
    }
}

fn within(share: f64) -> bool {
    (0.0..=1.0).contains(&share)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_key_is_named_with_its_place() {
        let error = Settings::parse("[evidence]\nhalf_live_days = 3\n", Path::new("merit.toml")).expect_err("unknown");
        let text = error.to_string();
        assert!(text.contains("merit.toml") && text.contains("line 2") && text.contains("half_live_days"), "{text}");
    }

    #[test]
    fn a_half_life_of_inf_never_fades_and_zero_is_refused() {
        let settings = Settings::parse("[evidence]\nhalf_life_days = inf", Path::new("m.toml")).expect("good");
        assert_eq!(settings.evidence.half_life("production"), HalfLife::Days(f64::INFINITY));
        assert!(Settings::parse("[evidence]\nhalf_life_days = 0.0", Path::new("m.toml")).is_err());
    }

    #[test]
    fn the_committed_file_declares_assignments_and_changes_no_default() {
        let text = include_str!("../merit.toml");
        let mut settings = Settings::parse(text, Path::new("merit.toml")).expect("good");
        assert!(settings.policy.is_declared("debugging", "claude-sonnet"));
        settings.policy.declared_assignments.clear();
        assert_eq!(settings, Settings::default());
    }
}
