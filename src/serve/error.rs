//! Why a server does not start.

use std::net::SocketAddr;

/// A server that does not start, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The address is reachable from other machines and there is no password.
    #[error(
        "{0} can be reached from other machines and there is no password; set MERIT_SERVE_PASSWORD or serve.password, \
         or listen on 127.0.0.1"
    )]
    NoPassword(SocketAddr),
    /// A password that clients prepare in different ways.
    #[error("the password is empty or has characters other than printable ASCII; choose another one")]
    Password,
    /// No connection at all would be let in.
    #[error("serve.max_connections = 0 lets nobody in; 1 or more is expected")]
    NoConnections,
    /// The address cannot be had.
    #[error("cannot listen on {address}: {source}; another program may have the port, --port takes another one")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system says.
        source: std::io::Error,
    },
    /// The system refuses what a server needs.
    #[error("cannot {what}: {source}; see what the system lacks and start again")]
    System {
        /// What was tried.
        what: &'static str,
        /// What the system says.
        source: std::io::Error,
    },
}
