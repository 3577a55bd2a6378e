//! The words of a day's keys, each by a small number.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::datatypes::Int32Type;
use hashbrown::HashMap;

use super::Stop;

/// The number of a word: the order in which the day first used it.
pub(in crate::analyze) type Word = u16;

/// Every word that a key of the day has.
#[derive(Default)]
pub(in crate::analyze) struct Words {
    numbers: HashMap<String, Word>,
    words: Vec<String>,
}

impl Words {
    /// The number of a word.
    ///
    /// # Errors
    /// [`Stop::Declined`] where a day has more words than there are numbers.
    pub(in crate::analyze) fn number(&mut self, word: &str) -> Result<Word, Stop> {
        if let Some(number) = self.numbers.get(word) {
            return Ok(*number);
        }
        let number = Word::try_from(self.words.len()).map_err(|_| Stop::Declined)?;
        self.numbers.insert(word.to_string(), number);
        self.words.push(word.to_string());
        Ok(number)
    }

    /// The word of a number.
    pub(in crate::analyze) fn word(&self, number: Word) -> &str {
        &self.words[usize::from(number)]
    }

    /// The number that each of these words has among others, which know it then.
    ///
    /// # Errors
    /// As [`Words::number`].
    pub(in crate::analyze) fn numbers_in(&self, others: &mut Self) -> Result<Vec<Word>, Stop> {
        self.words.iter().map(|word| others.number(word)).collect()
    }

    /// The place of every word in the order of their bytes.
    pub(in crate::analyze) fn ranks(&self) -> Vec<Word> {
        let mut order: Vec<Word> = (0..self.words.len()).map(|number| number as Word).collect();
        order.sort_unstable_by_key(|number| self.word(*number));
        let mut ranks = vec![0; order.len()];
        for (rank, number) in order.iter().enumerate() {
            ranks[usize::from(*number)] = rank as Word;
        }
        ranks
    }
}

/// A key's column from batch to batch: its words' numbers, looked up once a dictionary.
pub(in crate::analyze) struct KeyColumn {
    name: &'static str,
    /// What stands for null; none where no row may be null.
    missing: Option<Word>,
    dictionary: Option<ArrayRef>,
    numbers: Vec<Word>,
    /// The number of each row of the batch last read.
    pub(in crate::analyze) rows: Vec<Word>,
}

impl KeyColumn {
    /// The column `name`, whose nulls count as `missing`.
    pub(in crate::analyze) fn new(name: &'static str, missing: Option<&str>, words: &mut Words) -> Result<Self, Stop> {
        let missing = missing.map(|word| words.number(word)).transpose()?;
        Ok(Self { name, missing, dictionary: None, numbers: Vec::new(), rows: Vec::new() })
    }

    /// Reads a batch.
    pub(in crate::analyze) fn read(&mut self, batch: &RecordBatch, words: &mut Words) -> Result<(), Stop> {
        let column = batch.column_by_name(self.name).ok_or(Stop::Declined)?;
        let column = column.as_dictionary_opt::<Int32Type>().ok_or(Stop::Declined)?;
        if !self.dictionary.as_ref().is_some_and(|known| Arc::ptr_eq(known, column.values())) {
            let values = column.values().as_string_opt::<i32>().ok_or(Stop::Declined)?;
            self.numbers.clear();
            for value in values {
                self.numbers.push(words.number(value.unwrap_or_default())?);
            }
            self.dictionary = Some(Arc::clone(column.values()));
        }
        self.rows.clear();
        let keys = column.keys();
        if keys.null_count() == 0 {
            self.rows.extend(keys.values().iter().map(|key| self.numbers[*key as usize]));
        } else {
            for key in keys {
                let number = key.map(|key| self.numbers[key as usize]).or(self.missing);
                self.rows.push(number.ok_or(Stop::Declined)?);
            }
        }
        Ok(())
    }
}
