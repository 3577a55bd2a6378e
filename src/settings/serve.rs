//! `[serve]`: how `merit serve` listens, and for whom.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use serde::{Deserialize, Serialize};

/// `[serve]`: how `merit serve` listens, and for whom.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Serve {
    /// Where it listens; another machine reaches it only where this is no loopback address.
    pub address: SocketAddr,
    /// What clients must know; none: `MERIT_SERVE_PASSWORD`, and where that is not set either, nothing, which only a
    /// loopback address allows.
    #[serde(skip_serializing)]
    pub password: Option<String>,
    /// Most connections at a time.
    pub max_connections: u32,
    /// Seconds after which a query is stopped; 0: never.
    pub statement_timeout_seconds: u32,
}

impl Default for Serve {
    fn default() -> Self {
        Self {
            address: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 5433),
            password: None,
            max_connections: 32,
            statement_timeout_seconds: 60,
        }
    }
}

/// Without the password.
impl fmt::Debug for Serve {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Serve")
            .field("address", &self.address)
            .field("password", &self.password.as_ref().map(|_| "…"))
            .field("max_connections", &self.max_connections)
            .field("statement_timeout_seconds", &self.statement_timeout_seconds)
            .finish()
    }
}
