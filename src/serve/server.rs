//! Listens, lets clients in, and stops cleanly.

use std::collections::BTreeMap;
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use rand::TryRng as _;
use rand::rngs::SysRng;
use tokio::runtime::Handle;

use super::cancellation::Cancellations;
use super::scram::{self, Verifier};
use super::snapshot::Store;
use super::{ServeError, connection};
use crate::night::NightInputs;
use crate::settings::Serve;

/// A question is planned on the connection's own stack; an unoptimised build has large frames.
const STACK: usize = 16 << 20;

/// What the connections share.
pub(super) struct Shared {
    pub(super) store: Arc<Store>,
    pub(super) engine: Handle,
    pub(super) verifier: Option<Verifier>,
    pub(super) timeout: Option<Duration>,
    pub(super) cancellations: Cancellations,
    open: Mutex<BTreeMap<i32, TcpStream>>,
    stops: AtomicBool,
}

impl Shared {
    /// A number that nobody guesses.
    pub(super) fn secret(&self) -> i32 {
        i32::from_be_bytes(random())
    }

    /// A nonce for one exchange.
    pub(super) fn nonce(&self) -> String {
        scram::encode(&random::<18>())
    }

    fn open(&self) -> std::sync::MutexGuard<'_, BTreeMap<i32, TcpStream>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Bytes of the system's generator. A system without one cannot keep a password, so nobody is let in there.
fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    SysRng.try_fill_bytes(&mut bytes).expect("every system that merit runs on has a generator");
    bytes
}

/// A server that has its address and lets nobody in yet.
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    most: usize,
    shared: Arc<Shared>,
}

impl Server {
    /// Takes the address that the settings name.
    ///
    /// # Errors
    /// [`ServeError`]: an address that others reach without a password, or one that cannot be had.
    pub fn bind(inputs: NightInputs, settings: &Serve, engine: Handle) -> Result<Self, ServeError> {
        let asked = settings.address;
        let verifier = match &settings.password {
            Some(password) => Some(Verifier::new(password, random()).ok_or(ServeError::Password)?),
            None if asked.ip().is_loopback() => None,
            None => return Err(ServeError::NoPassword(asked)),
        };
        if settings.max_connections == 0 {
            return Err(ServeError::NoConnections);
        }
        let failed = |source| ServeError::Listen { address: asked, source };
        let listener = TcpListener::bind(asked).map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let seconds = u64::from(settings.statement_timeout_seconds);
        let shared = Shared {
            store: Arc::new(Store::new(inputs)),
            engine,
            verifier,
            timeout: (seconds > 0).then(|| Duration::from_secs(seconds)),
            cancellations: Cancellations::default(),
            open: Mutex::default(),
            stops: AtomicBool::new(false),
        };
        Ok(Self { listener, address, most: settings.max_connections as usize, shared: Arc::new(shared) })
    }

    /// Where it listens; the port is the system's choice where port 0 was asked for.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What stops it.
    pub fn stopper(&self) -> Stopper {
        Stopper { address: self.address, shared: Arc::clone(&self.shared) }
    }

    /// Lets clients in until it is stopped; then stops what runs and waits until the last has left.
    ///
    /// # Errors
    /// [`ServeError::System`] where the system gives no thread at all.
    pub fn run(self) -> Result<(), ServeError> {
        let next = AtomicI32::new(1);
        thread::scope(|scope| {
            for stream in self.listener.incoming() {
                if self.shared.stops.load(Ordering::SeqCst) {
                    break;
                }
                // A client that left before it was let in, or a system short of files: the next one may do better.
                let Ok(stream) = stream else {
                    thread::sleep(Duration::from_millis(50));
                    continue;
                };
                let Ok(kept) = stream.try_clone() else { continue };
                if self.shared.open().len() >= self.most {
                    if let Err(error) = connection::turn_away(&stream, &self.shared) {
                        tracing::debug!(%error, "a client was turned away");
                    }
                    continue;
                }
                let process = next.fetch_add(1, Ordering::SeqCst);
                self.shared.open().insert(process, kept);
                let shared = Arc::clone(&self.shared);
                let served = thread::Builder::new().stack_size(STACK).spawn_scoped(scope, move || {
                    connection::serve(&stream, &shared, process);
                    shared.open().remove(&process);
                });
                if let Err(source) = served {
                    self.shared.open().remove(&process);
                    return Err(ServeError::System { what: "start a thread for a connection", source });
                }
            }
            self.stopper().disconnect();
            Ok(())
        })
    }
}

/// Stops a server from another thread.
#[derive(Clone)]
pub struct Stopper {
    address: SocketAddr,
    shared: Arc<Shared>,
}

impl Stopper {
    /// Stops the server: nobody is let in any more, what runs is stopped, all connections end.
    pub fn stop(&self) {
        self.shared.stops.store(true, Ordering::SeqCst);
        self.disconnect();
        // The listener waits for a client; this one wakes it.
        let mut address = self.address;
        if address.ip().is_unspecified() {
            let loopback: std::net::IpAddr = match address {
                SocketAddr::V4(_) => std::net::Ipv4Addr::LOCALHOST.into(),
                SocketAddr::V6(_) => std::net::Ipv6Addr::LOCALHOST.into(),
            };
            address.set_ip(loopback);
        }
        let _woken = TcpStream::connect_timeout(&address, Duration::from_secs(1));
    }

    fn disconnect(&self) {
        self.shared.cancellations.ask_all();
        for stream in self.shared.open().values() {
            let _gone = stream.shutdown(Shutdown::Both);
        }
    }
}
