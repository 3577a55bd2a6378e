//! One POST of JSON. No redirect is followed, so a key goes to the host it is meant for and to no other.

use std::io;
use std::time::Duration;

use merit_router::ErrorKind;
use ureq::Agent;
use ureq::http::{HeaderMap, HeaderName, HeaderValue};

use super::endpoint::Endpoint;
use crate::error::{CallError, MALFORMED};

/// The longest answer that is read; a model's is below one.
const LONGEST: u64 = 32 * 1024 * 1024;

/// A reply, whole.
#[derive(Debug)]
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
}

impl Reply {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

/// Connections to one service. Clones share them.
#[derive(Clone, Debug)]
pub(super) struct Client(Agent);

impl Client {
    pub(super) fn new(endpoint: &Endpoint) -> Self {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .user_agent(concat!("merit/", env!("CARGO_PKG_VERSION")))
            // Calls are few and long: a connection that was kept open is more often dead than of use.
            .max_idle_connections(0);
        // The proxy of the environment, but none before this machine.
        let config = if endpoint.is_loopback() { config.proxy(None) } else { config };
        Self(config.build().new_agent())
    }

    /// Sends and reads the whole reply.
    pub(super) fn post(
        &self,
        url: &str,
        headers: &[(HeaderName, HeaderValue)],
        body: &[u8],
        timeout: Duration,
    ) -> Result<Reply, CallError> {
        let mut request = self.0.post(url);
        for (name, value) in headers {
            request = request.header(name, value);
        }
        let request = request.config().timeout_global(Some(timeout)).build();
        let mut response = request.send(body).map_err(|error| failure(error, timeout))?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body = response.body_mut().with_config().limit(LONGEST).read_to_vec();
        let body = body.map_err(|error| failure(error, timeout).with_status(status))?;
        Ok(Reply { status, headers, body })
    }
}

/// What a failure on the way means.
fn failure(error: ureq::Error, timeout: Duration) -> CallError {
    match error {
        ureq::Error::Timeout(_) => timed_out(timeout),
        ureq::Error::Io(error) if error.kind() == io::ErrorKind::TimedOut => timed_out(timeout),
        ureq::Error::Io(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
            CallError::new(ErrorKind::Connection, "the connection ended before the answer was whole")
        }
        error if is_tls(&error) => {
            CallError::new(ErrorKind::Connection, format!("no secure connection: {error}")).passing(false)
        }
        ureq::Error::BodyExceedsLimit(most) => {
            CallError::new(MALFORMED, format!("the answer has more than {most} bytes"))
        }
        ureq::Error::Protocol(error) => CallError::new(MALFORMED, format!("the answer is no HTTP: {error}")),
        ureq::Error::HostNotFound => CallError::new(ErrorKind::Connection, "the host is not found; check base_url"),
        error => CallError::new(ErrorKind::Connection, error.to_string()),
    }
}

/// Whether TLS itself failed: a certificate that is not accepted will not be accepted a second later.
fn is_tls(error: &ureq::Error) -> bool {
    match error {
        ureq::Error::Tls(_) | ureq::Error::Rustls(_) => true,
        ureq::Error::Io(error) => error.kind() == io::ErrorKind::InvalidData,
        _ => false,
    }
}

pub(super) fn timed_out(timeout: Duration) -> CallError {
    CallError::new(ErrorKind::Timeout, format!("no answer within {} s", timeout.as_secs_f64()))
}
