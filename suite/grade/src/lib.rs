//! The graders of merit's benchmark suite: projects that any model can be run with, and checks that compute what an
//! answer is worth, from 0 to 10. Nothing here asks a model, and nothing is random.
//!
//! A [`Suite`] is read from a folder or from the binary. A [`Grader`] takes a project
//! and a model's whole answer, extracts the files, runs them in a [`Sandbox`] where the project asks
//! for that, and gives a [`Grade`] with an account of every check.
//!
//! What a check compares with never enters the sandbox, so that a result which a program forges can be no more than a guess.
//! Whoever grades from a folder below `/usr` passes it to [`Sandbox::hide`].

pub mod answer;
mod check;
mod compare;
mod driver;
pub mod grade;
mod matching;
pub mod project;
mod rust;
pub mod sandbox;

pub use grade::{CheckGrade, Grade, GradeError, Grader};
pub use project::{Project, Suite, SuiteError};
pub use sandbox::{Sandbox, SandboxError, SandboxKind};
