//! What a client is answered. Messages gather in a buffer and leave it together.

use std::io::{self, Write};

use crate::serve::Refusal;

/// Bytes that gather before they are sent.
const GATHERED: usize = 64 << 10;

/// A column of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// PostgreSQL's number of its type.
    pub type_oid: u32,
    /// Bytes of a value; −1: it varies.
    pub type_size: i16,
}

/// Whether a transaction is open, as clients count it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TransactionStatus {
    /// None.
    Idle,
    /// One is.
    Open,
    /// One is, and a statement of it failed.
    Failed,
}

/// Answers on their way to a client.
#[derive(Debug)]
pub struct Answers<W: Write> {
    stream: W,
    buffer: Vec<u8>,
}

impl<W: Write> Answers<W> {
    /// Answers into a stream.
    pub fn new(stream: W) -> Self {
        Self { stream, buffer: Vec::new() }
    }

    /// Sends what has gathered.
    ///
    /// # Errors
    /// The client is gone; so for all that send.
    pub fn flush(&mut self) -> io::Result<()> {
        self.stream.write_all(&self.buffer)?;
        self.buffer.clear();
        self.stream.flush()
    }

    /// One byte without a frame: no TLS here.
    ///
    /// # Errors
    /// As [`Answers::flush`].
    pub fn no_encryption(&mut self) -> io::Result<()> {
        self.buffer.push(b'N');
        self.flush()
    }

    /// A step of authentication: 0 done, 10 which mechanisms there are, 11 a challenge, 12 the last word.
    pub fn authentication(&mut self, step: i32, data: &[u8]) {
        self.message(b'R', |body| {
            body.extend(step.to_be_bytes());
            body.extend(data);
        });
    }

    /// The newest minor version spoken here, and which wishes are not known.
    pub fn negotiate(&mut self, minor: i32, unknown: &[&str]) {
        self.message(b'v', |body| {
            body.extend(minor.to_be_bytes());
            body.extend((unknown.len() as i32).to_be_bytes());
            unknown.iter().for_each(|name| text(body, name));
        });
    }

    /// A setting of the server.
    pub fn parameter(&mut self, name: &str, value: &str) {
        self.message(b'S', |body| {
            text(body, name);
            text(body, value);
        });
    }

    /// What a client needs to stop a query.
    pub fn key(&mut self, process: i32, secret: i32) {
        self.message(b'K', |body| {
            body.extend(process.to_be_bytes());
            body.extend(secret.to_be_bytes());
        });
    }

    /// The server waits for a question. Sends.
    ///
    /// # Errors
    /// As [`Answers::flush`].
    pub fn ready(&mut self, status: TransactionStatus) -> io::Result<()> {
        let status = match status {
            TransactionStatus::Idle => b'I',
            TransactionStatus::Open => b'T',
            TransactionStatus::Failed => b'E',
        };
        self.message(b'Z', |body| body.push(status));
        self.flush()
    }

    /// Something cannot be done.
    pub fn refuse(&mut self, refusal: &Refusal) {
        let severity = if refusal.is_fatal { "FATAL" } else { "ERROR" };
        self.message(b'E', |body| {
            let mut part = |tag: u8, value: &str| {
                body.push(tag);
                text(body, value);
            };
            part(b'S', severity);
            part(b'V', severity);
            part(b'C', refusal.code);
            part(b'M', &refusal.message);
            if let Some(hint) = &refusal.hint {
                part(b'H', hint);
            }
            if let Some(position) = refusal.position {
                part(b'P', &position.to_string());
            }
            body.push(0);
        });
    }

    /// The columns of an answer; `formats` as a Bind gives them.
    pub fn fields(&mut self, fields: &[Field], formats: &[i16]) {
        self.message(b'T', |body| {
            body.extend((fields.len() as u16).to_be_bytes());
            for (index, field) in fields.iter().enumerate() {
                text(body, &field.name);
                body.extend(0_i32.to_be_bytes());
                body.extend(0_i16.to_be_bytes());
                body.extend(field.type_oid.to_be_bytes());
                body.extend(field.type_size.to_be_bytes());
                body.extend((-1_i32).to_be_bytes());
                body.extend(format(formats, index).to_be_bytes());
            }
        });
    }

    /// The types of a statement's parameters.
    pub fn parameter_types(&mut self, types: &[u32]) {
        self.message(b't', |body| {
            body.extend((types.len() as u16).to_be_bytes());
            types.iter().for_each(|oid| body.extend(oid.to_be_bytes()));
        });
    }

    /// A row: `value` puts a column's bytes and says whether there are any (no: null). Sends when much has gathered.
    ///
    /// # Errors
    /// As [`Answers::flush`].
    pub fn row(&mut self, columns: usize, mut value: impl FnMut(usize, &mut Vec<u8>) -> bool) -> io::Result<()> {
        self.message(b'D', |body| {
            body.extend((columns as u16).to_be_bytes());
            for column in 0..columns {
                value_with_length(body, |body| value(column, body));
            }
        });
        self.send_if_much()
    }

    /// A statement is done.
    pub fn complete(&mut self, tag: &str) {
        self.message(b'C', |body| text(body, tag));
    }

    /// The columns of a COPY TO STDOUT that follow.
    pub fn copy_out(&mut self, columns: usize, is_binary: bool) {
        self.message(b'H', |body| {
            body.push(u8::from(is_binary));
            body.extend((columns as u16).to_be_bytes());
            (0..columns).for_each(|_| body.extend(i16::from(is_binary).to_be_bytes()));
        });
    }

    /// A part of them. Sends when much has gathered.
    ///
    /// # Errors
    /// As [`Answers::flush`].
    pub fn copy_data(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.message(b'd', |body| body.extend(bytes));
        self.send_if_much()
    }

    /// A message without a body: `1` parsed, `2` bound, `3` closed, `n` no columns, `s` suspended, `I` empty, `c` copied.
    pub fn short(&mut self, tag: u8) {
        self.message(tag, |_| ());
    }

    fn send_if_much(&mut self) -> io::Result<()> {
        if self.buffer.len() < GATHERED { Ok(()) } else { self.flush() }
    }

    fn message(&mut self, tag: u8, body: impl FnOnce(&mut Vec<u8>)) {
        self.buffer.push(tag);
        let start = self.buffer.len();
        self.buffer.extend([0; 4]);
        body(&mut self.buffer);
        let length = (self.buffer.len() - start) as u32;
        self.buffer[start..start + 4].copy_from_slice(&length.to_be_bytes());
    }
}

/// A value behind its length; −1 for null.
pub(crate) fn value_with_length(body: &mut Vec<u8>, value: impl FnOnce(&mut Vec<u8>) -> bool) {
    let start = body.len();
    body.extend([0; 4]);
    let length = if value(body) { (body.len() - start - 4) as i32 } else { -1 };
    body[start..start + 4].copy_from_slice(&length.to_be_bytes());
}

/// The format of a column: none given is text, one given is for all.
pub(crate) fn format(formats: &[i16], index: usize) -> i16 {
    match formats {
        [] => 0,
        [all] => *all,
        each => each.get(index).copied().unwrap_or(0),
    }
}

/// A text and the zero byte that ends it; one within would end it early.
fn text(body: &mut Vec<u8>, text: &str) {
    body.extend(text.bytes().filter(|byte| *byte != 0));
    body.push(0);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_carries_its_length_and_a_null_is_minus_one() {
        let mut bytes = Vec::new();
        let mut answers = Answers::new(&mut bytes);
        answers
            .row(2, |column, body| {
                body.extend(if column == 0 { &b"ab"[..] } else { b"" });
                column == 0
            })
            .expect("written");
        answers.complete("SELECT\u{0} 1");
        answers.ready(TransactionStatus::Failed).expect("written");
        let expected = b"D\0\0\0\x10\0\x02\0\0\0\x02ab\xff\xff\xff\xffC\0\0\0\rSELECT 1\0Z\0\0\0\x05E";
        assert_eq!(bytes, expected);
    }
}
