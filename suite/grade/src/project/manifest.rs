//! `project.toml`: what a project is, apart from its checks.

use serde::{Deserialize, Serialize};

/// The kind of work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// New code from a description.
    CodeGeneration,
    /// Faults to be found in code.
    CodeReview,
    /// Code to be repaired.
    Debugging,
    /// Text about code, or tests of it.
    Documentation,
    /// A design to be worked out.
    Architecture,
    /// Work on files, logs and configurations.
    System,
    /// Tickets to be labelled.
    Triage,
}

impl Category {
    /// All of them, in the order of the definition.
    pub const ALL: [Self; 7] = [
        Self::CodeGeneration,
        Self::CodeReview,
        Self::Debugging,
        Self::Documentation,
        Self::Architecture,
        Self::System,
        Self::Triage,
    ];

    /// The name that logs and tables use.
    pub fn name(self) -> &'static str {
        match self {
            Category::CodeGeneration => "code_generation",
            Category::CodeReview => "code_review",
            Category::Debugging => "debugging",
            Category::Documentation => "documentation",
            Category::Architecture => "architecture",
            Category::System => "system",
            Category::Triage => "triage",
        }
    }
}

/// How hard it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Difficulty {
    /// A small model does most of it.
    Beginner,
    /// A good model does most of it.
    Intermediate,
    /// The best models lose points.
    Advanced,
}

impl Difficulty {
    /// All of them, in the order of the definition.
    pub const ALL: [Self; 3] = [Self::Beginner, Self::Intermediate, Self::Advanced];

    /// The name that logs and tables use.
    pub fn name(self) -> &'static str {
        match self {
            Difficulty::Beginner => "beginner",
            Difficulty::Intermediate => "intermediate",
            Difficulty::Advanced => "advanced",
        }
    }
}

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Does the work.
    Executor,
    /// Decides who does it.
    Triage,
}

impl Role {
    /// The name that logs and tables use.
    pub fn name(self) -> &'static str {
        match self {
            Role::Executor => "executor",
            Role::Triage => "triage",
        }
    }
}

/// A program that a grader runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Program {
    /// The system's Python.
    Python3,
    /// The system's Bash.
    Bash,
    /// SQLite as Python's standard library brings it.
    Sqlite,
    /// Node.js.
    Node,
    /// The Rust compiler, with a linker.
    Rustc,
}

impl Program {
    /// The name in `needs`, and in sentences.
    pub fn name(self) -> &'static str {
        match self {
            Program::Python3 => "python3",
            Program::Bash => "bash",
            Program::Sqlite => "sqlite",
            Program::Node => "node",
            Program::Rustc => "rustc",
        }
    }
}

/// What a started program may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Seconds by the wall's clock, for each started program.
    pub wall_seconds: u32,
    /// Memory of one process, in MiB; all processes together may use twice as much.
    pub memory_mib: u32,
    /// Processes and threads at once.
    pub processes: u32,
    /// The largest file, in MiB.
    pub file_mib: u32,
    /// All files of the scratch folder, in MiB.
    pub disk_mib: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self { wall_seconds: 10, memory_mib: 512, processes: 32, file_mib: 16, disk_mib: 64 }
    }
}

impl Limits {
    /// The limit that cannot be kept, as a sentence.
    pub(crate) fn fault(&self) -> Option<String> {
        let ranges = [
            ("wall_seconds", self.wall_seconds, 1, 120),
            ("memory_mib", self.memory_mib, 64, 4096),
            ("processes", self.processes, 1, 1024),
            ("file_mib", self.file_mib, 1, 256),
            ("disk_mib", self.disk_mib, 1, 1024),
        ];
        let (key, value, low, high) = ranges.into_iter().find(|(_, value, low, high)| value < low || value > high)?;
        Some(format!("limits.{key} is {value}; it must be {low} to {high}"))
    }
}

/// `project.toml` as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Manifest {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) category: Category,
    pub(super) difficulty: Difficulty,
    pub(super) role: Role,
    pub(super) version: u32,
    pub(super) answer: Vec<String>,
    pub(super) needs: Vec<Program>,
    #[serde(default)]
    pub(super) limits: Limits,
    pub(super) check: Vec<toml::Table>,
}
