//! One connection, from its first byte to its last: negotiation, password, messages.

use std::io::{self, BufReader, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;

use super::cancellation::Cancellation;
use super::refusal::Refusal;
use super::scram::{self, Exchange, Verifier};
use super::server::Shared;
use super::session::Session;
use super::variables::REPORTED;
use super::wire::request::{self, ReadError};
use super::wire::{Answers, Body, Opening, Request, TransactionStatus};

/// How long a client may take to say who it is.
const PATIENCE: Duration = Duration::from_secs(15);
/// How long a client may take to take what it asked for.
const WRITE_PATIENCE: Duration = Duration::from_secs(120);

/// Serves a client until it leaves.
pub(super) fn serve(stream: &TcpStream, shared: &Arc<Shared>, process: i32) {
    if let Err(error) = served(stream, shared, process) {
        tracing::debug!(process, %error, "a connection ended");
    }
    shared.cancellations.remove(process);
}

/// Tells a client that there is no place for it; one that only wants a query stopped is heard all the same.
pub(super) fn turn_away(stream: &TcpStream, shared: &Arc<Shared>) -> io::Result<()> {
    // Others wait meanwhile.
    stream.set_read_timeout(Some(Duration::from_millis(200)))?;
    stream.set_write_timeout(Some(Duration::from_millis(200)))?;
    let (mut reader, mut answers) = (stream, Answers::new(stream));
    // What it sends is read first: a connection that is closed over unread bytes takes its answer with it.
    for _ in 0..3 {
        match request::opening(&mut reader) {
            Ok(Opening::Tls | Opening::Gss) => answers.no_encryption()?,
            Ok(Opening::Cancel { process, secret }) => {
                shared.cancellations.ask(process, secret);
                return Ok(());
            }
            _ => break,
        }
    }
    answers.refuse(&Refusal::fatal("53300", "too many clients already").hint("serve.max_connections allows more."));
    answers.flush()
}

fn served(stream: &TcpStream, shared: &Arc<Shared>, process: i32) -> io::Result<()> {
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(WRITE_PATIENCE))?;
    let mut reader = BufReader::new(stream);
    let mut answers = Answers::new(stream);
    let opened = match open(&mut reader, &mut answers, shared, process) {
        Ok(opened) => opened,
        Err(ReadError::Gone(error)) => return Err(error),
        Err(ReadError::Malformed(refusal)) => {
            answers.refuse(&refusal);
            return answers.flush();
        }
    };
    let Some(mut session) = opened else { return Ok(()) };
    stream.set_read_timeout(None)?;
    loop {
        let request = match request::request(&mut reader, true) {
            Ok(request) => request,
            Err(ReadError::Gone(error)) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(()),
            Err(ReadError::Gone(error)) => return Err(error),
            Err(ReadError::Malformed(refusal)) => {
                answers.refuse(&refusal);
                return answers.flush();
            }
        };
        if !session.answer(request, &mut answers)? {
            return Ok(());
        }
    }
}

/// Negotiates, asks for the password where there is one, and opens a session; none for a client that only wanted a query
/// stopped.
fn open<W: Write>(
    reader: &mut impl Read,
    answers: &mut Answers<W>,
    shared: &Arc<Shared>,
    process: i32,
) -> Result<Option<Session>, ReadError> {
    let (version, parameters) = loop {
        match request::opening(reader)? {
            Opening::Tls | Opening::Gss => answers.no_encryption()?,
            Opening::Cancel { process, secret } => {
                shared.cancellations.ask(process, secret);
                return Ok(None);
            }
            Opening::Startup { version, parameters } => break (version, parameters),
        }
    };
    if version.0 != 3 {
        let message = format!("unsupported frontend protocol {}.{}: server supports 3.0", version.0, version.1);
        return Err(Refusal::fatal("0A000", message).into());
    }
    let wishes: Vec<&str> = parameters.keys().map(String::as_str).filter(|name| name.starts_with("_pq_.")).collect();
    if version.1 > 0 || !wishes.is_empty() {
        answers.negotiate(0, &wishes);
    }
    let user = parameters.get("user").ok_or_else(|| Refusal::fatal("28000", "no user name was given"))?;
    if let Some(verifier) = &shared.verifier {
        authenticate(reader, answers, verifier, shared)
            .inspect_err(|_| tracing::warn!(user, "a client was not let in"))?;
    }
    answers.authentication(0, &[]);
    for (name, value) in REPORTED {
        answers.parameter(name, value);
    }
    answers.parameter("session_authorization", user);
    answers.parameter("application_name", parameters.get("application_name").map_or("", String::as_str));
    let secret = shared.secret();
    let cancellation: Arc<Cancellation> = shared.cancellations.add(process, secret);
    answers.key(process, secret);
    answers.ready(TransactionStatus::Idle)?;
    let mut session = Session::new(Arc::clone(&shared.store), shared.engine.clone(), cancellation, shared.timeout);
    for (name, value) in parameters.iter().filter(|(name, _)| !matches!(name.as_str(), "user" | "database" | "options"))
    {
        session.set(name, value);
    }
    Ok(Some(session))
}

fn authenticate<W: Write>(
    reader: &mut impl Read,
    answers: &mut Answers<W>,
    verifier: &Verifier,
    shared: &Shared,
) -> Result<(), ReadError> {
    answers.authentication(10, format!("{}\0\0", scram::MECHANISM).as_bytes());
    answers.flush()?;
    let first = password(reader)?;
    let mut body = Body(&first);
    if body.text()? != scram::MECHANISM {
        return Err(Refusal::fatal("28000", "the only way in is SCRAM-SHA-256").into());
    }
    let first = utf8(body.value()?.unwrap_or_default())?;
    let exchange = Exchange::begin(verifier, &first, &shared.nonce())?;
    answers.authentication(11, exchange.challenge().as_bytes());
    answers.flush()?;
    let last = exchange.end(verifier, &utf8(password(reader)?)?)?;
    answers.authentication(12, last.as_bytes());
    Ok(())
}

fn password(reader: &mut impl Read) -> Result<Vec<u8>, ReadError> {
    match request::request(reader, false)? {
        Request::Password(bytes) => Ok(bytes),
        _ => Err(Refusal::fatal("08P01", "a password is expected").into()),
    }
}

fn utf8(bytes: Vec<u8>) -> Result<String, Refusal> {
    String::from_utf8(bytes).map_err(|_| Refusal::fatal("08P01", "a step of SCRAM is not UTF-8"))
}
