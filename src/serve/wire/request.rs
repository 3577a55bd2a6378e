//! What a client sends. Lengths are checked before anything is taken, so that no bytes make it panic or allocate.

use std::collections::BTreeMap;
use std::io::{self, Read};

use crate::serve::refusal::{Refusal, malformed};

/// Most bytes of a message before the client has proved who it is.
const MOST_BEFORE: usize = 10_000;
/// Most bytes of a message after that.
const MOST_AFTER: usize = 16 << 20;

/// What opens a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Opening {
    /// May we speak TLS?
    Tls,
    /// May we speak GSSAPI?
    Gss,
    /// Stop what another connection does.
    Cancel {
        /// Its number.
        process: i32,
        /// What only its client knows.
        secret: i32,
    },
    /// A session is asked for.
    Startup {
        /// Major and minor version of the protocol.
        version: (u16, u16),
        /// `user`, `database`, and settings.
        parameters: BTreeMap<String, String>,
    },
}

/// A prepared statement or a portal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// A prepared statement.
    Statement,
    /// A portal.
    Portal,
}

/// A message of a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Request {
    /// Statements, answered as text.
    Query(String),
    /// Prepare a statement.
    Parse {
        /// Its name.
        name: String,
        /// Its text.
        sql: String,
        /// The types of its parameters as far as the client says them; 0: unsaid.
        types: Vec<u32>,
    },
    /// Make a portal of a statement and values.
    Bind {
        /// The portal's name.
        portal: String,
        /// The statement's.
        statement: String,
        /// Text (0) or binary (1): none, one for all, or one each.
        parameter_formats: Vec<i16>,
        /// The values.
        parameters: Vec<Option<Vec<u8>>>,
        /// The same for the columns of the answer.
        result_formats: Vec<i16>,
    },
    /// Say what a statement or portal takes and gives.
    Describe(Target, String),
    /// Run a portal.
    Execute {
        /// Its name.
        portal: String,
        /// Most rows; 0: all.
        most_rows: usize,
    },
    /// Forget a statement or portal.
    Close(Target, String),
    /// Send what is ready.
    Flush,
    /// An end of a series of messages.
    Sync,
    /// Good-bye.
    Terminate,
    /// A step of authentication.
    Password(Vec<u8>),
    /// What belongs to a COPY FROM, which there is not.
    Copy,
}

/// What went wrong while a message was read.
#[derive(Debug)]
pub enum ReadError {
    /// The connection is gone.
    Gone(io::Error),
    /// The bytes are no message.
    Malformed(Refusal),
}

impl From<io::Error> for ReadError {
    fn from(error: io::Error) -> Self {
        Self::Gone(error)
    }
}

impl From<Refusal> for ReadError {
    fn from(refusal: Refusal) -> Self {
        Self::Malformed(refusal)
    }
}

/// Reads what opens a connection.
///
/// # Errors
/// [`ReadError`]: the connection is gone, or the bytes are no message.
pub fn opening(stream: &mut impl Read) -> Result<Opening, ReadError> {
    let bytes = body(stream, MOST_BEFORE)?;
    let mut body = Body(&bytes);
    let opening = match (body.whole16()? as u16, body.whole16()? as u16) {
        (1234, 5679) => Opening::Tls,
        (1234, 5680) => Opening::Gss,
        (1234, 5678) => Opening::Cancel { process: body.whole32()?, secret: body.whole32()? },
        version => {
            let mut parameters = BTreeMap::new();
            loop {
                let name = body.text()?;
                if name.is_empty() {
                    break Opening::Startup { version, parameters };
                }
                parameters.insert(name, body.text()?);
            }
        }
    };
    Ok(opening)
}

/// Reads a message of a session; `is_known` once the client has proved who it is.
///
/// # Errors
/// As [`opening`].
pub fn request(stream: &mut impl Read, is_known: bool) -> Result<Request, ReadError> {
    let mut tag = [0];
    stream.read_exact(&mut tag)?;
    let bytes = body(stream, if is_known { MOST_AFTER } else { MOST_BEFORE })?;
    Ok(parse(tag[0], &bytes)?)
}

fn body(stream: &mut impl Read, most: usize) -> Result<Vec<u8>, ReadError> {
    let mut length = [0; 4];
    stream.read_exact(&mut length)?;
    let length = usize::try_from(i32::from_be_bytes(length)).ok().and_then(|length| length.checked_sub(4));
    let length = length.ok_or_else(|| malformed("a length below 4"))?;
    if length > most {
        return Err(malformed("it is too long").into());
    }
    let mut bytes = vec![0; length];
    stream.read_exact(&mut bytes)?;
    Ok(bytes)
}

/// A message by its tag and body.
///
/// # Errors
/// A [`Refusal`] where the bytes are no such message.
pub fn parse(tag: u8, bytes: &[u8]) -> Result<Request, Refusal> {
    let mut body = Body(bytes);
    let request = match tag {
        b'Q' => Request::Query(body.text()?),
        b'P' => Request::Parse {
            name: body.text()?,
            sql: body.text()?,
            types: body.list(|body| Ok(body.whole32()? as u32))?,
        },
        b'B' => Request::Bind {
            portal: body.text()?,
            statement: body.text()?,
            parameter_formats: body.list(Body::whole16)?,
            parameters: body.list(Body::value)?,
            result_formats: body.list(Body::whole16)?,
        },
        b'D' => Request::Describe(body.target()?, body.text()?),
        b'E' => Request::Execute { portal: body.text()?, most_rows: usize::try_from(body.whole32()?).unwrap_or(0) },
        b'C' => Request::Close(body.target()?, body.text()?),
        b'H' => Request::Flush,
        b'S' => Request::Sync,
        b'X' => Request::Terminate,
        b'p' => Request::Password(std::mem::take(&mut body.0).to_vec()),
        b'd' | b'c' | b'f' => return Ok(Request::Copy),
        _ => return Err(malformed("its first byte stands for nothing")),
    };
    if body.0.is_empty() { Ok(request) } else { Err(malformed("it is longer than its parts")) }
}

/// The rest of a message's body.
#[derive(Clone, Copy, Debug)]
pub struct Body<'a>(pub &'a [u8]);

impl<'a> Body<'a> {
    fn take(&mut self, length: usize) -> Result<&'a [u8], Refusal> {
        let (taken, rest) = self.0.split_at_checked(length).ok_or_else(|| malformed("it ends too early"))?;
        self.0 = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Refusal> {
        Ok(self.take(N)?.try_into().expect("it has this length"))
    }

    /// A number of two bytes.
    ///
    /// # Errors
    /// The message ends too early; so for all of them.
    pub fn whole16(&mut self) -> Result<i16, Refusal> {
        self.array().map(i16::from_be_bytes)
    }

    /// A number of four bytes.
    ///
    /// # Errors
    /// As [`Body::whole16`].
    pub fn whole32(&mut self) -> Result<i32, Refusal> {
        self.array().map(i32::from_be_bytes)
    }

    /// A text that a zero byte ends.
    ///
    /// # Errors
    /// As [`Body::whole16`], and where it is not UTF-8.
    pub fn text(&mut self) -> Result<String, Refusal> {
        let end = self.0.iter().position(|byte| *byte == 0).ok_or_else(|| malformed("a text does not end"))?;
        let text = self.take(end)?;
        self.take(1)?;
        String::from_utf8(text.to_vec())
            .map_err(|_| Refusal::fatal("22021", "a text is not UTF-8; set the client's encoding to UTF8"))
    }

    /// A length and so many bytes; −1 stands for null.
    ///
    /// # Errors
    /// As [`Body::whole16`].
    pub fn value(&mut self) -> Result<Option<Vec<u8>>, Refusal> {
        match usize::try_from(self.whole32()?) {
            Ok(length) => self.take(length).map(|bytes| Some(bytes.to_vec())),
            Err(_) => Ok(None),
        }
    }

    fn target(&mut self) -> Result<Target, Refusal> {
        match self.take(1)? {
            b"S" => Ok(Target::Statement),
            b"P" => Ok(Target::Portal),
            _ => Err(malformed("neither a statement nor a portal")),
        }
    }

    fn list<T>(&mut self, item: impl Fn(&mut Self) -> Result<T, Refusal>) -> Result<Vec<T>, Refusal> {
        let count = self.whole16()? as u16;
        (0..count).map(|_| item(self)).collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_bind_is_read_part_by_part() {
        let mut bytes = b"portal\0statement\0".to_vec();
        bytes.extend([0, 1, 0, 1, 0, 2, 0, 0, 0, 2, 7, 8, 255, 255, 255, 255, 0, 0]);
        let read = parse(b'B', &bytes).expect("a Bind");
        let expected = Request::Bind {
            portal: "portal".into(),
            statement: "statement".into(),
            parameter_formats: vec![1],
            parameters: vec![Some(vec![7, 8]), None],
            result_formats: vec![],
        };
        assert_eq!(read, expected);
        bytes.pop();
        assert_eq!(parse(b'B', &bytes).expect_err("too short").code, "08P01");
    }

    #[test]
    fn lengths_that_lie_are_refused_before_anything_is_allocated() {
        let mut bytes: &[u8] = &[b'Q', 0x7f, 0xff, 0xff, 0xff];
        assert!(matches!(request(&mut bytes, true), Err(ReadError::Malformed(_))));
        let mut bytes: &[u8] = &[b'Q', 0, 0, 0, 3];
        assert!(matches!(request(&mut bytes, true), Err(ReadError::Malformed(_))));
        let mut bytes: &[u8] = &[b'Q', 0, 1, 0, 0];
        assert!(matches!(request(&mut bytes, false), Err(ReadError::Malformed(_))));
    }

    #[test]
    fn openings_are_told_apart() {
        let read = |bytes: &[u8]| opening(&mut { bytes }).expect("an opening");
        assert_eq!(read(&[0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f]), Opening::Tls);
        let mut startup = vec![0, 0, 0, 0, 0, 3, 0, 2];
        startup.extend(b"user\0ada\0\0");
        startup[3] = startup.len() as u8;
        let parameters = BTreeMap::from([("user".to_string(), "ada".to_string())]);
        assert_eq!(read(&startup), Opening::Startup { version: (3, 2), parameters });
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(tag: u8, bytes in proptest::collection::vec(any::<u8>(), 0..60)) {
            let _read = parse(tag, &bytes);
            let _read = opening(&mut bytes.as_slice());
            let _read = request(&mut bytes.as_slice(), true);
        }
    }
}
