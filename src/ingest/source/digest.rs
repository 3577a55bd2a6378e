//! The digest of a file's bytes, taken while they are read.

use std::io::{self, Read};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sha2::{Digest, Sha256};

use crate::ingest::identity::hexadecimal;

/// Hashes and counts what passes through it; the count can be asked for while a decompressor owns the reader.
#[derive(Debug)]
pub(crate) struct DigestReader<R> {
    input: R,
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    hash: Sha256,
    bytes: u64,
}

/// Sees how far a [`DigestReader`] has come.
#[derive(Clone, Debug)]
pub(crate) struct Passed(Arc<Mutex<State>>);

impl<R: Read> DigestReader<R> {
    /// A reader over `input`, and the view of what has passed.
    pub(crate) fn new(input: R) -> (Self, Passed) {
        let state = Arc::new(Mutex::new(State::default()));
        (Self { input, state: Arc::clone(&state) }, Passed(state))
    }
}

impl Passed {
    /// How many bytes have passed.
    pub(crate) fn bytes(&self) -> u64 {
        lock(&self.0).bytes
    }

    /// The SHA-256 of the bytes that have passed, in lower-case hexadecimal.
    pub(crate) fn digest(&self) -> String {
        hexadecimal(&lock(&self.0).hash.clone().finalize())
    }
}

/// The state, also after a panic elsewhere: it is whole after every call.
fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<R: Read> Read for DigestReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.input.read(buffer)?;
        let mut state = lock(&self.state);
        state.hash.update(&buffer[..count]);
        state.bytes += count as u64;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_is_that_of_the_bytes() {
        let (mut reader, passed) = DigestReader::new(&b"abc"[..]);
        assert_eq!(io::copy(&mut reader, &mut io::sink()).expect("memory can be read"), 3);
        assert_eq!(passed.bytes(), 3);
        // FIPS 180-4's example for "abc".
        assert_eq!(passed.digest(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
