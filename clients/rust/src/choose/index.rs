//! Rows by name: an open-addressing table of positions, probed in a line.
//!
//! Made once per table and only looked up, so it needs neither deletion nor growth. A name's hash
//! only says where to start; names are compared, so a collision misleads nobody.

use super::name::Name;

/// A free slot.
const FREE: u32 = u32::MAX;

/// The positions of a table's rows.
#[derive(Clone, Debug)]
pub(crate) struct Index {
    /// A power of two, at least twice as many as rows.
    slots: Box<[u32]>,
}

impl Index {
    /// Indexes rows by their names.
    pub(crate) fn of<'n>(names: impl ExactSizeIterator<Item = &'n Name>) -> Self {
        let count = (names.len() * 2).next_power_of_two().max(2);
        let mut index = Self { slots: vec![FREE; count].into() };
        for (position, name) in names.enumerate() {
            let mut slot = index.start(name.key());
            while index.slots[slot] != FREE {
                slot = (slot + 1) & (count - 1);
            }
            index.slots[slot] = position as u32;
        }
        index
    }

    /// The position of the row of exactly this name, which `is` recognises.
    #[inline]
    pub(crate) fn find(&self, key: (&str, &str, &str), is: impl Fn(usize) -> bool) -> Option<usize> {
        let mut slot = self.start(key);
        loop {
            match self.slots[slot] {
                FREE => return None,
                position if is(position as usize) => return Some(position as usize),
                _ => slot = (slot + 1) & (self.slots.len() - 1),
            }
        }
    }

    #[inline]
    fn start(&self, key: (&str, &str, &str)) -> usize {
        hash(key) as usize & (self.slots.len() - 1)
    }
}

/// A quick mix of the three parts, eight bytes at a time.
#[inline]
fn hash((role, category, difficulty): (&str, &str, &str)) -> u64 {
    let state = [role, category, difficulty].into_iter().fold(0, |state, part| mix(state, part.as_bytes()));
    state ^ (state >> 32)
}

#[inline]
fn mix(mut state: u64, part: &[u8]) -> u64 {
    let mut fold = |word: u64| {
        let product = (state ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        state = product ^ (product >> 29);
    };
    fold(part.len() as u64);
    part.as_chunks::<8>().0.iter().for_each(|word| fold(u64::from_le_bytes(*word)));
    // The end once more, where it does not fill a word.
    match part.last_chunk::<8>() {
        Some(word) => fold(u64::from_le_bytes(*word)),
        None => fold(part.iter().fold(0, |word, byte| word << 8 | u64::from(*byte))),
    }
    state
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_found_and_no_other() {
        let names: Vec<Name> = (0..500)
            .map(|number| {
                Name::new(
                    &format!("r{}", number % 7),
                    &format!("category {}", number / 7),
                    "x".repeat(number % 19).as_str(),
                )
            })
            .collect();
        let index = Index::of(names.iter());
        for (position, name) in names.iter().enumerate() {
            assert_eq!(index.find(name.key(), |row| names[row].key() == name.key()), Some(position));
        }
        assert_eq!(index.find(("r1", "category 1", "y"), |row| names[row].key() == ("r1", "category 1", "y")), None);
        let none = Index::of([].iter());
        assert_eq!(none.find(("", "", ""), |_| true), None);
    }
}
