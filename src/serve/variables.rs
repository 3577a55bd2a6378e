//! A session's settings: what drivers set before they ask, and what SHOW answers. None of them changes an answer but
//! `statement_timeout`, which may shorten the server's.

use std::collections::BTreeMap;
use std::time::Duration;

/// The PostgreSQL whose catalog and manners are imitated.
pub(super) const SERVER_VERSION: &str = "14.0";

/// Settings as a session finds them, by name in small letters.
pub(super) const DEFAULTS: [(&str, &str); 24] = [
    ("application_name", ""),
    ("bytea_output", "hex"),
    ("client_encoding", "UTF8"),
    ("client_min_messages", "notice"),
    ("datestyle", "ISO, MDY"),
    ("default_transaction_isolation", "read committed"),
    ("default_transaction_read_only", "on"),
    ("extra_float_digits", "1"),
    ("integer_datetimes", "on"),
    ("intervalstyle", "postgres"),
    ("is_superuser", "off"),
    ("lc_collate", "C"),
    ("lc_ctype", "C"),
    ("max_identifier_length", "63"),
    ("max_index_keys", "32"),
    ("search_path", "\"$user\", public"),
    ("server_encoding", "UTF8"),
    ("server_version", SERVER_VERSION),
    ("server_version_num", "140000"),
    ("standard_conforming_strings", "on"),
    ("statement_timeout", "0"),
    ("timezone", "UTC"),
    ("transaction_isolation", "read committed"),
    ("transaction_read_only", "on"),
];

/// What every client is told when it connects, as PostgreSQL spells it.
pub(super) const REPORTED: [(&str, &str); 9] = [
    ("server_version", SERVER_VERSION),
    ("server_encoding", "UTF8"),
    ("client_encoding", "UTF8"),
    ("DateStyle", "ISO, MDY"),
    ("TimeZone", "UTC"),
    ("IntervalStyle", "postgres"),
    ("integer_datetimes", "on"),
    ("standard_conforming_strings", "on"),
    ("is_superuser", "off"),
];

/// A session's settings.
#[derive(Clone, Debug)]
pub(super) struct Variables {
    values: BTreeMap<String, String>,
}

impl Default for Variables {
    fn default() -> Self {
        Self { values: DEFAULTS.into_iter().map(|(name, value)| (name.to_string(), value.to_string())).collect() }
    }
}

impl Variables {
    /// Remembers a value.
    pub(super) fn set(&mut self, name: &str, value: &str) {
        // A client cannot fill the memory with names of its own.
        if self.values.len() < 1000 && name.len() + value.len() < 10_000 {
            self.values.insert(name.to_ascii_lowercase(), value.to_string());
        }
    }

    /// A setting as it was found; all where no name is given.
    pub(super) fn reset(&mut self, name: Option<&str>) {
        match name {
            None => *self = Self::default(),
            Some(name) => {
                let name = name.to_ascii_lowercase();
                self.values.remove(&name);
                self.values.extend(
                    DEFAULTS.iter().filter(|(known, _)| *known == name).map(|(k, v)| (k.to_string(), v.to_string())),
                );
            }
        }
    }

    /// A value by name.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.values.get(&name.to_ascii_lowercase()).map(String::as_str)
    }

    /// All of them by name.
    pub(super) fn all(&self) -> impl Iterator<Item = (&str, &str)> {
        self.values.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The client's own limit for a query; none where it set none.
    pub(super) fn statement_timeout(&self) -> Option<Duration> {
        let text = self.get("statement_timeout")?.trim();
        let digits = text.find(|character: char| !character.is_ascii_digit()).unwrap_or(text.len());
        let number: u64 = text[..digits].parse().ok()?;
        let milliseconds = match text[digits..].trim() {
            "" | "ms" => number,
            "s" => number.checked_mul(1000)?,
            "min" => number.checked_mul(60_000)?,
            _ => return None,
        };
        (milliseconds > 0).then(|| Duration::from_millis(milliseconds))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_set_is_shown_until_it_is_reset() {
        let mut variables = Variables::default();
        variables.set("TimeZone", "Europe/Zurich");
        variables.set("statement_timeout", "5s");
        assert_eq!(variables.get("timezone"), Some("Europe/Zurich"));
        assert_eq!(variables.statement_timeout(), Some(Duration::from_secs(5)));
        variables.reset(Some("TIMEZONE"));
        assert_eq!(variables.get("TimeZone"), Some("UTC"));
        variables.reset(None);
        assert_eq!(variables.statement_timeout(), None);
    }
}
