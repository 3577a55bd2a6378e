//! SCRAM-SHA-256, the server's side: the client proves that it knows the password and never says it.
//!
//! Newman et al. 2010, RFC 5802; Hansen 2015, RFC 7677. Without channel binding, as there is no TLS. Passwords are
//! printable ASCII, so that SASLprep (RFC 4013) changes nothing.

use sha2::{Digest as _, Sha256};

use super::Refusal;

/// The mechanism's name.
pub const MECHANISM: &str = "SCRAM-SHA-256";

/// Rounds of the key derivation, PostgreSQL's own.
const ITERATIONS: u32 = 4096;

/// What the server keeps of a password.
#[derive(Clone)]
pub struct Verifier {
    salt: [u8; 16],
    stored_key: [u8; 32],
    server_key: [u8; 32],
}

/// Without its keys.
impl std::fmt::Debug for Verifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Verifier")
    }
}

impl Verifier {
    /// Of a password; none where it is empty or not printable ASCII.
    pub fn new(password: &str, salt: [u8; 16]) -> Option<Self> {
        let is_good = !password.is_empty() && password.bytes().all(|byte| (0x20..0x7f).contains(&byte));
        is_good.then(|| {
            let salted = salted(password.as_bytes(), &salt, ITERATIONS);
            let stored_key = Sha256::digest(hmac(&salted, b"Client Key")).into();
            Self { salt, stored_key, server_key: hmac(&salted, b"Server Key") }
        })
    }
}

/// An exchange after the client's first message.
#[derive(Clone, Debug)]
pub struct Exchange {
    client_first_bare: String,
    server_first: String,
    nonce: String,
    header: String,
}

impl Exchange {
    /// Takes the client's first message and a nonce of the server's own, printable and without commas.
    ///
    /// # Errors
    /// A fatal [`Refusal`] where the message is none.
    pub fn begin(verifier: &Verifier, client_first: &str, own_nonce: &str) -> Result<Self, Refusal> {
        let broken = || Refusal::fatal("08P01", "the first message of SCRAM is malformed");
        let mut parts = client_first.splitn(3, ',');
        let (binding, name) = (parts.next().ok_or_else(broken)?, parts.next().ok_or_else(broken)?);
        let bare = parts.next().ok_or_else(broken)?;
        if binding.starts_with("p=") {
            return Err(Refusal::fatal("08P01", "channel binding needs TLS, which this server does not speak"));
        }
        if !matches!(binding, "n" | "y") || bare.starts_with("m=") {
            return Err(broken());
        }
        let client_nonce = attribute(bare, 'r').filter(|nonce| !nonce.is_empty()).ok_or_else(broken)?;
        let nonce = format!("{client_nonce}{own_nonce}");
        Ok(Self {
            client_first_bare: bare.to_string(),
            server_first: format!("r={nonce},s={},i={ITERATIONS}", encode(&verifier.salt)),
            nonce,
            header: format!("{binding},{name},"),
        })
    }

    /// The server's first message.
    pub fn challenge(&self) -> &str {
        &self.server_first
    }

    /// Takes the client's last message; the server's last one, which proves that it knows the password too.
    ///
    /// # Errors
    /// A fatal [`Refusal`] where the proof is wrong or the message is none.
    pub fn end(&self, verifier: &Verifier, client_final: &str) -> Result<String, Refusal> {
        let broken = || Refusal::fatal("08P01", "the last message of SCRAM is malformed");
        let (without_proof, proof) = client_final.rsplit_once(",p=").ok_or_else(broken)?;
        let proof: [u8; 32] = decode(proof).and_then(|bytes| bytes.try_into().ok()).ok_or_else(broken)?;
        let header = attribute(without_proof, 'c').and_then(decode).ok_or_else(broken)?;
        if header != self.header.as_bytes() || attribute(without_proof, 'r') != Some(self.nonce.as_str()) {
            return Err(broken());
        }
        let message = format!("{},{},{without_proof}", self.client_first_bare, self.server_first);
        let signature = hmac(&verifier.stored_key, message.as_bytes());
        let client_key: [u8; 32] = std::array::from_fn(|index| proof[index] ^ signature[index]);
        let offered: [u8; 32] = Sha256::digest(client_key).into();
        // All bytes are compared, so that time tells nothing.
        let difference = offered.iter().zip(verifier.stored_key).fold(0, |sum, (a, b)| sum | (a ^ b));
        if difference != 0 {
            return Err(Refusal::fatal("28P01", "the password is wrong"));
        }
        Ok(format!("v={}", encode(&hmac(&verifier.server_key, message.as_bytes()))))
    }
}

/// The value of an attribute `x=…` among those that commas part.
fn attribute(message: &str, name: char) -> Option<&str> {
    message.split(',').find_map(|part| part.strip_prefix(name)?.strip_prefix('='))
}

/// HMAC with SHA-256: H((K ⊕ opad) ‖ H((K ⊕ ipad) ‖ text)), Krawczyk et al. 1997, RFC 2104.
fn hmac(key: &[u8; 32], text: &[u8]) -> [u8; 32] {
    hmac_of(key, &[text])
}

fn hmac_of(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let mut block = [0_u8; 64];
    match key.len() {
        0..=64 => block[..key.len()].copy_from_slice(key),
        _ => block[..32].copy_from_slice(&Sha256::digest(key)),
    }
    let mut inner = Sha256::new();
    inner.update(block.map(|byte| byte ^ 0x36));
    parts.iter().for_each(|part| inner.update(part));
    let mut outer = Sha256::new();
    outer.update(block.map(|byte| byte ^ 0x5c));
    outer.update(inner.finalize());
    outer.finalize().into()
}

/// PBKDF2 with one block of HMAC-SHA-256: U₁ ⊕ U₂ ⊕ … (Kaliski 2000, RFC 2898).
fn salted(password: &[u8], salt: &[u8], iterations: u32) -> [u8; 32] {
    let mut last = hmac_of(password, &[salt, &1_u32.to_be_bytes()]);
    let mut sum = last;
    for _ in 1..iterations {
        last = hmac_of(password, &[&last]);
        sum.iter_mut().zip(last).for_each(|(sum, byte)| *sum ^= byte);
    }
    sum
}

const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Base64 with padding (Josefsson 2006, RFC 4648).
pub(super) fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let number = three.iter().fold(0_u32, |number, byte| number << 8 | u32::from(*byte)) << (8 * (3 - three.len()));
        for place in 0..4 {
            let letter = LETTERS[(number >> (18 - 6 * place) & 63) as usize];
            text.push(if place <= three.len() { char::from(letter) } else { '=' });
        }
    }
    text
}

fn decode(text: &str) -> Option<Vec<u8>> {
    let letters = text.trim_end_matches('=').as_bytes();
    if !text.len().is_multiple_of(4) || text.len() - letters.len() > 2 {
        return None;
    }
    let mut bytes = Vec::with_capacity(letters.len() * 3 / 4);
    for four in letters.chunks(4) {
        let mut number = 0_u32;
        for letter in four {
            number = number << 6 | LETTERS.iter().position(|known| known == letter)? as u32;
        }
        number <<= 6 * (4 - four.len());
        bytes.extend(&number.to_be_bytes()[1..four.len()]);
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verifier() -> Verifier {
        let salt = decode("W22ZaJ0SNY7soEsUEjb6gQ==").expect("base64").try_into().expect("16 bytes");
        Verifier::new("pencil", salt).expect("a good password")
    }

    fn exchange() -> Exchange {
        let first = "n,,n=user,r=rOprNGfwEbeRWgbNEkqO";
        Exchange::begin(&verifier(), first, "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0").expect("a first message")
    }

    /// The exchange that RFC 7677 prints, section 3.
    #[test]
    fn the_published_exchange_is_repeated() {
        let exchange = exchange();
        let challenge = "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";
        assert_eq!(exchange.challenge(), challenge);
        let last = "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,\
                    p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";
        let answer = exchange.end(&verifier(), last).expect("the right password");
        assert_eq!(answer, "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=");
    }

    #[test]
    fn a_wrong_proof_another_nonce_and_another_header_are_refused() {
        let nonce = "rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
        let with = |header: &str, nonce: &str, proof: &str| {
            exchange().end(&verifier(), &format!("c={header},r={nonce},p={proof}")).expect_err("refused").code
        };
        let proof = "dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";
        assert_eq!(with("biws", nonce, "eHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="), "28P01");
        assert_eq!(with("biws", "other", proof), "08P01");
        assert_eq!(with("eSws", nonce, proof), "08P01");
        assert_eq!(with("biws", nonce, "short"), "08P01");
    }

    #[test]
    fn base64_comes_back() {
        for length in 0..20 {
            let bytes: Vec<u8> = (0..length).map(|byte: u8| byte.wrapping_mul(37).wrapping_add(11)).collect();
            assert_eq!(decode(&encode(&bytes)), Some(bytes));
        }
        assert_eq!(encode(b"foob"), "Zm9vYg==");
        assert_eq!(decode("Zm9vY"), None);
        assert_eq!(decode("Zm9!"), None);
    }

    #[test]
    fn passwords_are_printable_ascii() {
        assert!(Verifier::new("", [0; 16]).is_none() && Verifier::new("grün", [0; 16]).is_none());
    }
}
