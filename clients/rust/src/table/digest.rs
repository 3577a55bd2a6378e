//! The digest that a table carries of itself.
//!
//! SHA-256 over the canonical text of the table without its member `digest`, in lower-case hex. In
//! the canonical form that member is one line of its own, so a reader in any language needs no
//! number formatting to check it: it hashes the file's bytes without the line that starts with two
//! spaces and `"digest": "`. (Nested members are indented deeper and a string holds no raw newline,
//! so no other line starts so; `created_as_of` before it and `evaluation` after it always exist, so
//! no comma moves.) The digest covers all else: version, parent and dates included.

use memchr::{memchr, memmem};
use sha2::{Digest, Sha256};

/// How the digest's line starts.
const LINE: &[u8] = b"  \"digest\": \"";

/// The digest of a table's bytes: SHA-256 of all lines but the digest's own, in lower-case hex.
pub fn digest_of(bytes: &[u8]) -> String {
    let mut hash = Sha256::new();
    let mut hashed = 0;
    for start in memmem::find_iter(bytes, LINE) {
        if start < hashed || (start > 0 && bytes[start - 1] != b'\n') {
            continue;
        }
        hash.update(&bytes[hashed..start]);
        hashed = memchr(b'\n', &bytes[start..]).map_or(bytes.len(), |length| start + length + 1);
    }
    hash.update(&bytes[hashed..]);
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_top_level_line_is_left_out() {
        let with = b"{\n  \"a\": 1,\n  \"digest\": \"00\",\n  \"z\": {\n    \"digest\": \"11\"\n  }\n}\n";
        let without = b"{\n  \"a\": 1,\n  \"z\": {\n    \"digest\": \"11\"\n  }\n}\n";
        assert_eq!(digest_of(with), digest_of(without));
        assert_ne!(digest_of(with), digest_of(&with[..with.len() - 1]), "the final newline counts");
    }

    #[test]
    fn known_digest() {
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(digest_of(b"  \"digest\": \"any\",\n"), empty);
    }
}
