//! The address of a service, and whether a key may be sent to it.

use std::net::IpAddr;

use ureq::http::Uri;

/// An address that was checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Endpoint {
    /// Without a slash at its end.
    base: String,
    /// Whether it is this machine.
    loopback: bool,
}

/// Why an address is not taken. The address is not in it: it might hold a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EndpointError {
    /// It cannot be read.
    #[error("base_url is no address; write it as https://host/path")]
    Unreadable,
    /// It holds a user, a query or a fragment.
    #[error(
        "base_url holds a user, a query or a fragment; a key belongs into an environment variable, named by key_variable"
    )]
    TooMuch,
    /// It would send a key in the clear.
    #[error(
        "base_url is http:// to another machine, and the key would be sent for all to read; use https://, or set allow_insecure = true"
    )]
    Insecure,
}

impl Endpoint {
    /// Reads an address; with a key, plain HTTP is taken to this machine alone, unless it is allowed.
    pub(crate) fn read(base_url: &str, has_key: bool, allow_insecure: bool) -> Result<Self, EndpointError> {
        if base_url.contains(['#', '?', '@']) {
            return Err(EndpointError::TooMuch);
        }
        let uri: Uri = base_url.parse().map_err(|_| EndpointError::Unreadable)?;
        let host = uri.host().filter(|host| !host.is_empty()).ok_or(EndpointError::Unreadable)?;
        let loopback = is_loopback(host);
        match uri.scheme_str() {
            Some("https") => {}
            Some("http") if loopback || !has_key || allow_insecure => {}
            Some("http") => return Err(EndpointError::Insecure),
            _ => return Err(EndpointError::Unreadable),
        }
        Ok(Self { base: base_url.trim_end_matches('/').to_owned(), loopback })
    }

    /// The address of a path below it.
    pub(crate) fn at(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// Whether it is this machine, which no proxy stands before.
    pub(crate) fn is_loopback(&self) -> bool {
        self.loopback
    }
}

fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost") || bare.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_goes_in_the_clear_to_this_machine_alone() {
        for here in
            ["http://127.0.0.1:8100", "http://localhost/v1", "http://LOCALHOST:1", "http://[::1]:8", "http://127.9.9.9"]
        {
            assert!(Endpoint::read(here, true, false).is_ok_and(|endpoint| endpoint.is_loopback()), "{here}");
        }
        for there in [
            "http://example.com",
            "http://10.0.0.1:8000/v1",
            "http://localhost.example.com",
            "http://127.0.0.1.example.com",
        ] {
            assert_eq!(Endpoint::read(there, true, false), Err(EndpointError::Insecure), "{there}");
            assert!(Endpoint::read(there, true, true).is_ok(), "{there}");
            assert!(Endpoint::read(there, false, false).is_ok_and(|endpoint| !endpoint.is_loopback()), "{there}");
        }
        assert!(Endpoint::read("https://example.com/v1", true, false).is_ok());
    }

    #[test]
    fn what_is_no_plain_address_is_refused() {
        for much in [
            "https://user:word@example.com",
            "https://example.com?key=1",
            "https://example.com/#k",
            "http://localhost@example.com",
        ] {
            assert_eq!(Endpoint::read(much, false, true), Err(EndpointError::TooMuch), "{much}");
        }
        for odd in ["", "example.com", "ftp://example.com", "/v1", "https://", "http:///v1", "file:///etc"] {
            assert_eq!(Endpoint::read(odd, false, true), Err(EndpointError::Unreadable), "{odd}");
        }
    }

    #[test]
    fn paths_stand_below_it() {
        let endpoint = Endpoint::read("https://example.com/openai/v1//", false, false).expect("it is an address");
        assert_eq!(endpoint.at("/chat/completions"), "https://example.com/openai/v1/chat/completions");
    }
}
