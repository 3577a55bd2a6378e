//! The number in \[0, 1) that belongs to a task, a segment and an attempt.
//!
//! FNV-1a, 64 bit, over six parts in this order: the table's digest (64 hex characters), role,
//! category, difficulty, task id, attempt in decimal digits. Each part is preceded by its length in
//! bytes as 8 bytes, little-endian, so that no two lists of parts run together; text is UTF-8. Then
//! the finaliser of SplitMix64, because the high bits of FNV-1a hardly move with the last bytes:
//!
//! ```text
//! h = 0xcbf29ce484222325; for each byte b: h = (h xor b) · 0x100000001b3 mod 2^64
//! h = (h xor h >> 30) · 0xbf58476d1ce4e5b9; h = (h xor h >> 27) · 0x94d049bb133111eb; h = h xor h >> 31
//! u = (h >> 11) · 2^-53
//! ```
//!
//! References: Fowler, Noll, Vo (FNV-1a); Steele, Lea, Flood 2014 (SplitMix64, constants of Stafford's mix 13).

/// The number for one attempt at a task; the same in every client.
///
/// ```
/// use merit_router::uniform;
/// let u = uniform("d1", "executor", "debugging", "advanced", "task-17", 1);
/// assert!((0.0..1.0).contains(&u));
/// assert_ne!(u, uniform("d1", "executor", "debugging", "advanced", "task-17", 2));
/// ```
pub fn uniform(digest: &str, role: &str, category: &str, difficulty: &str, task_id: &str, attempt: u32) -> f64 {
    Fnv::EMPTY.part(digest).segment(role, category, difficulty).uniform(task_id, attempt)
}

/// The running state of FNV-1a. A router keeps the state after the digest, so that a choice hashes
/// only what belongs to the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Fnv(u64);

impl Fnv {
    /// The state before the first byte.
    pub(crate) const EMPTY: Fnv = Fnv(0xcbf2_9ce4_8422_2325);

    /// After one more part: its length, then its bytes.
    #[inline]
    #[must_use]
    pub(crate) fn part(self, part: &str) -> Self {
        self.length(part.len()).bytes(part.as_bytes())
    }

    /// After the three parts of a segment.
    #[must_use]
    #[inline]
    pub(crate) fn segment(self, role: &str, category: &str, difficulty: &str) -> Self {
        self.part(role).part(category).part(difficulty)
    }

    /// The number for a task and attempt, from the state after the segment.
    #[inline]
    pub(crate) fn uniform(self, task_id: &str, attempt: u32) -> f64 {
        let (digits, start) = decimal(attempt);
        let state = self.part(task_id).length(digits.len() - start).bytes(&digits[start..]);
        (finalise(state.0) >> 11) as f64 * 2.0_f64.powi(-53)
    }

    /// After a length as eight bytes, of which seven are nearly always zero: those only multiply.
    #[inline]
    fn length(self, length: usize) -> Self {
        match u8::try_from(length) {
            Ok(byte) => Fnv((self.0 ^ u64::from(byte)).wrapping_mul(PRIME_8)),
            Err(_) => self.bytes(&(length as u64).to_le_bytes()),
        }
    }

    #[inline]
    fn bytes(self, bytes: &[u8]) -> Self {
        Fnv(bytes.iter().fold(self.0, |state, byte| (state ^ u64::from(*byte)).wrapping_mul(PRIME)))
    }
}

/// The prime of FNV, 64 bit.
const PRIME: u64 = 0x0000_0100_0000_01b3;

/// Its eighth power.
const PRIME_8: u64 = PRIME.wrapping_pow(8);

/// The finaliser of SplitMix64.
#[inline]
fn finalise(mut state: u64) -> u64 {
    state = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    state = (state ^ (state >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    state ^ (state >> 31)
}

/// A number's decimal digits at the end of a buffer, and where they start; spares the choice an allocation.
#[inline]
fn decimal(mut number: u32) -> ([u8; 10], usize) {
    let mut digits = [b'0'; 10];
    let mut start = digits.len();
    loop {
        start -= 1;
        digits[start] = b'0' + (number % 10) as u8;
        number /= 10;
        if number == 0 {
            return (digits, start);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_test_vectors_of_both_hashes() {
        assert_eq!(Fnv::EMPTY.bytes(b"").0, 0xcbf2_9ce4_8422_2325);
        assert_eq!(Fnv::EMPTY.bytes(b"a").0, 0xaf63_dc4c_8601_ec8c);
        assert_eq!(Fnv::EMPTY.bytes(b"foobar").0, 0x8594_4171_f739_67e8);
        // SplitMix64 from seed 0: its first output is the finaliser of the golden-ratio increment.
        assert_eq!(finalise(0x9e37_79b9_7f4a_7c15), 0xe220_a839_7b1d_cdaf);
    }

    #[test]
    fn parts_do_not_run_together() {
        assert_ne!(uniform("d", "ab", "c", "x", "t", 1), uniform("d", "a", "bc", "x", "t", 1));
        assert_ne!(uniform("d", "a", "b", "c", "t1", 1), uniform("d", "a", "b", "c", "t", 11));
    }

    #[test]
    fn a_length_is_its_eight_bytes() {
        for length in [0_usize, 1, 36, 255, 256, 70_000] {
            assert_eq!(Fnv(7).length(length), Fnv(7).bytes(&(length as u64).to_le_bytes()), "{length}");
        }
    }

    #[test]
    fn digits_are_those_of_display() {
        for number in [0, 1, 9, 10, 42, 1_000_000, u32::MAX] {
            let (digits, start) = decimal(number);
            assert_eq!(digits[start..], *number.to_string().as_bytes());
        }
    }
}
