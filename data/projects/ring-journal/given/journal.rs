//! A journal that keeps its newest records in a ring of bytes, driven by commands, one a line.
//!
//! Positions count bytes from 0 and never go back; the byte of position p lies in the memory at p modulo the capacity. A record is its text's
//! length in bytes (2 bytes, big-endian), a checksum (1 byte: the sum of the text's bytes modulo 256) and the text in UTF-8. A record never
//! wraps around the end of the memory: only if it is longer than what is left up to there, that rest becomes padding and the record begins at the start of the
//! memory. Padding begins with the bytes FF FF, unless it is only one byte long; then nothing is written.
//!
//! The head is the end of the newest record (0 before the first). The journal drops its oldest records, one after the other, only as far as it must for a new one:
//! while (end of the new record) - (position of the oldest record) is greater than the capacity.
//!
//! Each reader stands before a record or at the head, and has a number of lost records: those that were dropped before it had read them. Losing
//! moves it to the oldest record that is left, or, if none is, to the new one. A reader that holds loses nothing: nothing it has not read is dropped.
//!
//!   open N               starts anew with N bytes (4 to 65536), without records and readers: "opened N". Always the first command.
//!   append TEXT          TEXT is all that follows the one space, spaces at its beginning and end included; it may be empty, and then the space may be missing. "at POSITION", or "too large" if the record is longer
//!                        than the memory, or "full" if a record would have to be dropped that a holding reader has not read; in both cases nothing changes.
//!   reader NAME MODE     a new reader: with "start" before the oldest record, with "end" at the head, with "hold" before the oldest record and holding. "ok" or "exists".
//!   read NAME            if the reader has lost records: "lost NUMBER", which is 0 from then on, and nothing is read. Else the next record, "POSITION TEXT", or "damaged POSITION" if its checksum
//!                        is wrong; the reader moves behind it. Else, at the head, "empty".
//!   peek NAME COUNT      what read would give, but nothing changes, and of a text of more than COUNT characters (not bytes) only the first COUNT are given, followed by "...".
//!   rewind NAME POSITION moves the reader before the first record at POSITION or later, or to the head if there is none; its number of lost records is 0 then: "ok". "gone" if POSITION is before
//!                        the oldest record (or before the head where there are no records); then nothing changes.
//!   close NAME           removes the reader: "ok".
//!   damage POSITION      inverts the lowest bit of the first byte of the text of the record at exactly this position: "ok"; "none" if there is no such record, or its text is empty.
//!   lag                  a line "NAME unread NUMBER lost NUMBER" for each reader, by name; "no readers" if there are none. Unread are the records before which it stands or that come later.
//!   stat                 "records NUMBER bytes NUMBER from POSITION to POSITION": bytes is the sum of the lengths of the records, padding not counted;
//!                        from is the position of the oldest record, or the head if there is none; to is the head.
//!
//! read, peek, rewind and close give "unknown" for a reader that does not exist. Every input is a valid sequence of commands.

use std::collections::BTreeMap;
use std::io::Read;

const HEADER: u64 = 3;

struct Reader {
    next: u64,
    lost: u64,
    holds: bool,
}

struct Journal {
    memory: Vec<u8>,
    head: u64,
    tail: u64,
    readers: BTreeMap<String, Reader>,
}

fn checksum(text: &[u8]) -> u8 {
    text.iter().sum()
}

impl Journal {
    fn new(capacity: usize) -> Self {
        Self { memory: vec![0; capacity], head: 0, tail: 0, readers: BTreeMap::new() }
    }

    fn capacity(&self) -> u64 {
        self.memory.len() as u64
    }

    fn index(&self, position: u64) -> usize {
        (position % self.capacity()) as usize
    }

    /// What is left up to the end of the memory.
    fn room(&self, position: u64) -> u64 {
        self.capacity() - position % self.capacity()
    }

    /// The position itself, or behind the padding that begins there.
    fn settle(&self, position: u64) -> u64 {
        if position >= self.head {
            return position;
        }
        let room = self.room(position);
        let index = self.index(position);
        if self.memory[index..index + 2] == [0xff, 0xff] {
            position + room
        } else {
            position
        }
    }

    fn length(&self, position: u64) -> u64 {
        let index = self.index(position);
        u64::from(u16::from_be_bytes([self.memory[index], self.memory[index + 1]]))
    }

    fn text(&self, position: u64) -> &[u8] {
        let start = self.index(position) + HEADER as usize;
        &self.memory[start..start + self.length(position) as usize]
    }

    fn after(&self, position: u64) -> u64 {
        self.settle(position + HEADER + self.length(position))
    }

    /// The positions of the records from `position` on, which is that of a record, of padding or the head.
    fn records(&self, position: u64) -> Vec<u64> {
        let mut found = Vec::new();
        let mut position = self.settle(position);
        while position < self.head {
            found.push(position);
            position = self.after(position);
        }
        found
    }

    fn append(&mut self, text: &str) -> String {
        let need = HEADER + text.len() as u64;
        if need > self.capacity() {
            return "too large".into();
        }
        let room = self.room(self.head);
        let start = if need >= room { self.head + room } else { self.head };
        let end = start + need;

        while self.tail < self.head && end - self.tail > self.capacity() {
            let oldest = self.tail;
            if self.readers.values().any(|reader| reader.holds && reader.next <= oldest) {
                return "full".into();
            }
            self.tail = self.after(oldest);
            for reader in self.readers.values_mut().filter(|reader| reader.next < self.tail) {
                reader.lost += 1;
                reader.next = self.tail;
            }
        }

        if start > self.head && room > 2 {
            let index = self.index(self.head);
            self.memory[index..index + 2].fill(0xff);
        }
        let index = self.index(start);
        self.memory[index..index + 2].copy_from_slice(&(text.len() as u16).to_be_bytes());
        self.memory[index + 2] = checksum(text.as_bytes());
        self.memory[index + 3..index + 3 + text.len()].copy_from_slice(text.as_bytes());
        self.head = end;
        format!("at {start}")
    }

    fn add_reader(&mut self, name: &str, mode: &str) -> String {
        if self.readers.contains_key(name) {
            return "exists".into();
        }
        let next = if mode == "end" { self.head } else { self.tail };
        self.readers.insert(name.into(), Reader { next, lost: 0, holds: mode == "hold" });
        "ok".into()
    }

    /// What reading gives, and where the reader stands afterwards.
    fn look(&self, reader: &Reader, count: usize) -> (String, u64) {
        if reader.lost > 0 {
            return (format!("lost {}", reader.lost), reader.next);
        }
        let position = self.settle(reader.next);
        if position >= self.head {
            return ("empty".into(), reader.next);
        }
        let bytes = self.text(position);
        let next = self.after(position);
        if checksum(bytes) != self.memory[self.index(position) + 2] {
            return (format!("damaged {position}"), next);
        }
        let text = String::from_utf8_lossy(bytes);
        let shown = &text[..count.min(text.len())];
        let rest = if text.len() > count { "..." } else { "" };
        (format!("{position} {shown}{rest}"), next)
    }

    fn read(&mut self, name: &str) -> String {
        let Some(reader) = self.readers.get(name) else { return "unknown".into() };
        let (result, next) = self.look(reader, usize::MAX);
        if let Some(reader) = self.readers.get_mut(name) {
            reader.next = next;
            reader.lost = 0;
        }
        result
    }

    fn peek(&mut self, name: &str, count: usize) -> String {
        let Some(reader) = self.readers.get(name) else { return "unknown".into() };
        let (result, _) = self.look(reader, count);
        if let Some(reader) = self.readers.get_mut(name) {
            reader.lost = 0;
        }
        result
    }

    fn rewind(&mut self, name: &str, position: u64) -> String {
        let next = self.records(self.tail).into_iter().find(|record| *record >= position).unwrap_or(self.head);
        let tail = self.tail;
        let Some(reader) = self.readers.get_mut(name) else { return "unknown".into() };
        if position < tail {
            return "gone".into();
        }
        reader.next = next;
        "ok".into()
    }

    fn damage(&mut self, position: u64) -> &'static str {
        if !self.records(self.tail).contains(&position) {
            return "none";
        }
        let index = self.index(position) + HEADER as usize;
        self.memory[index] ^= 1;
        "ok"
    }

    fn lag(&self) -> String {
        let line = |(name, reader): (&String, &Reader)| {
            format!("{name} unread {} lost {}", self.records(reader.next).len(), reader.lost)
        };
        let lines: Vec<String> = self.readers.iter().map(line).collect();
        if lines.is_empty() { "no readers".into() } else { lines.join("\n") }
    }

    fn stat(&self) -> String {
        let records = self.records(self.tail);
        let bytes = self.head - self.tail;
        format!("records {} bytes {bytes} from {} to {}", records.len(), self.tail, self.head)
    }
}

fn main() {
    let mut input = String::new();
    std::io::stdin().read_to_string(&mut input).expect("the commands are text");
    let mut journal = Journal::new(4);
    for line in input.lines().map(str::trim) {
        let (command, rest) = line.split_once(' ').unwrap_or((line, ""));
        let (first, second) = rest.split_once(' ').unwrap_or((rest, ""));
        let result = match command {
            "open" => {
                journal = Journal::new(rest.parse().expect("a capacity"));
                format!("opened {rest}")
            }
            "append" => journal.append(rest),
            "reader" => journal.add_reader(first, second),
            "read" => journal.read(rest),
            "peek" => journal.peek(first, second.parse().expect("a count")),
            "rewind" => journal.rewind(first, second.parse().expect("a position")),
            "close" => if journal.readers.remove(rest).is_some() { "ok" } else { "unknown" }.to_string(),
            "damage" => journal.damage(rest.parse().expect("a position")).to_string(),
            "lag" => journal.lag(),
            "stat" => journal.stat(),
            _ => continue,
        };
        println!("{result}");
    }
}
