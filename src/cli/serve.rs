//! `merit serve`: the views of `merit sql` for clients of PostgreSQL.

use std::io::Write as _;
use std::net::{IpAddr, SocketAddr};
use std::process::ExitCode;

use anyhow::Result;
use clap::Args;
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use super::context::Context;
use crate::serve::{ServeError, Server};

/// Answers psql, Grafana and other clients of PostgreSQL from the data folder, read-only, until it is stopped (SIGINT or
/// SIGTERM). Any address but a loopback one needs a password, in MERIT_SERVE_PASSWORD or serve.password.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Where to listen [default: serve.address, 127.0.0.1]
    #[arg(long, value_name = "ADDRESS")]
    address: Option<IpAddr>,
    /// The port; 0 takes a free one [default: serve.address, 5433]
    #[arg(long, value_name = "PORT")]
    port: Option<u16>,
}

pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<ExitCode> {
    let mut settings = context.settings.serve.clone();
    let address = arguments.address.unwrap_or(settings.address.ip());
    settings.address = SocketAddr::new(address, arguments.port.unwrap_or(settings.address.port()));
    if settings.password.is_none() {
        settings.password = std::env::var("MERIT_SERVE_PASSWORD").ok().filter(|password| !password.is_empty());
    }
    let runtime = context.runtime()?;
    let mut signals =
        Signals::new([SIGINT, SIGTERM]).map_err(|source| ServeError::System { what: "listen for signals", source })?;
    let server = Server::bind(context.inputs()?, &settings, runtime.handle().clone())?;
    let address = server.address();
    if !context.global.quiet {
        let password = if settings.password.is_some() { "with a password" } else { "without a password" };
        let said = format!(
            "merit serves {} on {address}, read-only, {password}\n  psql -h {} -p {} -U merit merit\n",
            context.layout.root().display(),
            address.ip(),
            address.port()
        );
        // Whoever started it may have stopped listening.
        let mut stdout = std::io::stdout();
        let _unheard = stdout.write_all(said.as_bytes()).and_then(|()| stdout.flush());
    }
    let stopper = server.stopper();
    let (handle, stopping) = (signals.handle(), stopper.clone());
    let waiting = std::thread::spawn(move || {
        if signals.forever().next().is_some() {
            stopping.stop();
        }
    });
    let served = server.run();
    handle.close();
    let _waited = waiting.join();
    served?;
    Ok(ExitCode::SUCCESS)
}
