//! What can go wrong in a simulation.

use std::path::PathBuf;

/// Why a world could not be taken or its logs not written.
#[derive(Debug, thiserror::Error)]
pub enum SimulationError {
    /// The world file could not be read.
    #[error("{path}: the world file could not be read ({source}); name a readable TOML file")]
    ReadWorld {
        /// The file.
        path: PathBuf,
        /// What the file system said.
        source: std::io::Error,
    },
    /// The world file is not TOML, or has an unknown or ill-typed key.
    #[error("{place}: not a world: {source}")]
    ParseWorld {
        /// The file, or `world` where the text came from elsewhere.
        place: String,
        /// Line, column and reason.
        source: Box<toml::de::Error>,
    },
    /// A value of the world makes no sense.
    #[error("world: {place}: {reason}")]
    World {
        /// The key, such as `models.gemini-pro.reliability`.
        place: String,
        /// What is wrong and what would be right.
        reason: String,
    },
    /// A setting makes no sense.
    #[error("simulation settings: {0}")]
    Settings(String),
    /// The output folder holds files of an earlier simulation.
    #[error("{0}: already holds simulated logs; name an empty folder or remove them first")]
    Occupied(PathBuf),
    /// A file could not be written.
    #[error("{path}: could not be written ({source}); check the folder and the free space")]
    Write {
        /// The file.
        path: PathBuf,
        /// What the file system said.
        source: std::io::Error,
    },
    /// A Parquet file could not be written.
    #[error("{path}: could not be written as parquet ({source})")]
    Parquet {
        /// The file.
        path: PathBuf,
        /// What the writer said.
        source: parquet::errors::ParquetError,
    },
    /// A JSON lines file could not be written.
    #[error("{path}: could not be written as json lines ({source})")]
    JsonLines {
        /// The file.
        path: PathBuf,
        /// What the writer said.
        source: arrow::error::ArrowError,
    },
}
