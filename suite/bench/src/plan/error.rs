//! What is wrong with a plan.

/// A plan that cannot be carried out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// No model.
    #[error("the plan names no model; name at least one")]
    NoModel,
    /// No project.
    #[error("the plan names no project; name at least one, or loosen the filter")]
    NoProject,
    /// Something stands twice.
    #[error("the plan names {0} twice; once is enough")]
    Twice(String),
    /// A number out of its range.
    #[error("{name} = {value} is out of its range; it goes from {least} to {most}")]
    Range {
        /// The number's name.
        name: &'static str,
        /// Its value.
        value: String,
        /// The least it may be.
        least: u32,
        /// The most it may be.
        most: u32,
    },
    /// The tag cannot be recorded.
    #[error("the tag is empty or longer than 4,096 bytes; shorten it or leave it out")]
    Tag,
    /// The run's name cannot be a folder's.
    #[error("the run's name {0:?} is none; give 1 to 64 small letters, digits and \"-\", a letter or digit first")]
    Name(String),
}
