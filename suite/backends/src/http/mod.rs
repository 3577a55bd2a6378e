//! One POST over HTTP: where to, how, and what its failure means.

mod backend;
mod client;
mod detached;
mod endpoint;
mod error_body;
mod retry_after;
mod status;

pub(crate) use backend::HttpBackend;
pub(crate) use endpoint::Endpoint;
pub use endpoint::EndpointError;
pub(crate) use error_body::passed_on;
pub(crate) use status::kind_of;
