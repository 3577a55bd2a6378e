//! Call and task ids, written into one buffer that every row uses again.

use std::fmt::Write;

/// The ids of one day: `{seed tag}-{days since 1970}-{task}` for a task, with `-{attempt}` for a call.
///
/// The tag keeps logs of two seeds apart when both are ingested into one store.
pub(super) struct Identifier {
    text: String,
    prefix: usize,
    task: usize,
}

impl Identifier {
    /// The buffer of one day.
    pub(super) fn new(seed: u64, epoch_day: i64) -> Self {
        // The multiplier of SplitMix64 spreads small seeds over the tag's 16 bits.
        let tag = seed.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 48;
        let text = format!("{tag:04x}-{epoch_day}-");
        let prefix = text.len();
        Self { text, prefix, task: prefix }
    }

    /// Turns to a task: its number within the day.
    pub(super) fn set_task(&mut self, number: u32) {
        self.text.truncate(self.prefix);
        write!(self.text, "{number:06}").expect("a string takes every write");
        self.task = self.text.len();
    }

    /// Turns to an attempt of the task.
    pub(super) fn set_attempt(&mut self, attempt: u32) {
        self.text.truncate(self.task);
        write!(self.text, "-{attempt}").expect("a string takes every write");
    }

    /// The id of the task.
    pub(super) fn task(&self) -> &str {
        &self.text[..self.task]
    }

    /// The id of the call.
    pub(super) fn call(&self) -> &str {
        &self.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_name_task_and_attempt() {
        let mut id = Identifier::new(1, 20_605);
        id.set_task(12);
        id.set_attempt(2);
        assert_eq!(id.call(), format!("{}-2", id.task()));
        assert!(id.task().ends_with("-20605-000012"));
        id.set_task(1_234_567);
        id.set_attempt(1);
        assert!(id.call().ends_with("-20605-1234567-1"));
        assert_ne!(Identifier::new(2, 20_605).text, Identifier::new(1, 20_605).text);
    }
}
