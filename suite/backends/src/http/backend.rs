//! A backend that speaks a protocol over HTTP.

use std::time::{Duration, SystemTime};

use merit_router::ErrorKind;
use ureq::http::{HeaderName, HeaderValue};

use super::client::Client;
use super::detached::detached;
use super::endpoint::Endpoint;
use super::error_body::failure;
use crate::answer::Answer;
use crate::backend::Backend;
use crate::cancel::Cancel;
use crate::error::CallError;
use crate::request::Request;
use crate::secret::Secret;
use crate::wire::Protocol;

/// A protocol, where it is spoken, and the key.
pub(crate) struct HttpBackend {
    protocol: Box<dyn Protocol>,
    endpoint: Endpoint,
    client: Client,
    secret: Option<Secret>,
}

impl HttpBackend {
    pub(crate) fn new(protocol: Box<dyn Protocol>, endpoint: Endpoint, secret: Option<Secret>) -> Self {
        let client = Client::new(&endpoint);
        Self { protocol, endpoint, client, secret }
    }

    fn headers(&self, request: &Request) -> Result<Vec<(HeaderName, HeaderValue)>, CallError> {
        let mut headers = vec![(HeaderName::from_static("content-type"), HeaderValue::from_static("application/json"))];
        if let Some((name, value)) = self.protocol.version_header(request) {
            headers.push((HeaderName::from_static(name), HeaderValue::from_static(value)));
        }
        if let Some(secret) = &self.secret {
            let (name, value) = self.protocol.key_header(secret.expose());
            let mut value = HeaderValue::try_from(value)
                .map_err(|_| CallError::new(ErrorKind::Authentication, "the key has characters that no key has"))?;
            value.set_sensitive(true);
            headers.push((HeaderName::from_static(name), value));
        }
        Ok(headers)
    }

    fn exchange(&self, request: &Request, timeout: Duration, cancel: &Cancel) -> Result<Answer, CallError> {
        let url = self.endpoint.at(&self.protocol.path(request)?);
        let (headers, body) = (self.headers(request)?, self.protocol.body(request).to_string().into_bytes());
        let client = self.client.clone();
        let reply = detached(timeout, cancel, move || client.post(&url, &headers, &body, timeout))?;
        match reply.status {
            200..300 => self.protocol.answer(&reply.body).map_err(|error| error.with_status_unless_set(reply.status)),
            _ => Err(failure(&reply, SystemTime::now())),
        }
    }
}

impl CallError {
    fn with_status_unless_set(self, status: u16) -> Self {
        if self.status().is_some() { self } else { self.with_status(status) }
    }
}

impl Backend for HttpBackend {
    fn call(&self, request: &Request, timeout: Duration, cancel: &Cancel) -> Result<Answer, CallError> {
        let result = self.exchange(request, timeout, cancel);
        let Some(secret) = &self.secret else { return result };
        match result {
            Ok(answer) => Ok(Answer {
                text: secret.scrub_answer(answer.text),
                served_model: answer.served_model.map(|model| secret.scrub(&model)),
                ..answer
            }),
            Err(error) => Err(error.scrubbed(secret)),
        }
    }
}
