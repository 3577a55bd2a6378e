//! A key that no format, log or error shows, and where it comes from.

use std::ffi::OsString;
use std::fmt;

/// Pieces of a key that are as long as this are taken out of texts too: a server may echo a key cut off or masked.
const PIECE: usize = 8;

/// What stands in the place of a key.
const MASK: &str = "***";

/// A key. It is shown as `***` by every format; only this crate reads it, to send it.
///
/// ```
/// use merit_backends::Secret;
/// let secret = Secret::new("sk-0123456789abcdef");
/// assert_eq!(format!("{secret} {secret:?}"), "*** Secret(***)");
/// assert_eq!(secret.scrub("bad key sk-0123456789abcdef"), "bad key ***");
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// A key.
    pub fn new(key: impl Into<String>) -> Self {
        Self(key.into())
    }

    /// The key itself, to be sent.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }

    /// The text without the key and without any piece of it that has 8 characters or more.
    pub fn scrub(&self, text: &str) -> String {
        let (key, bytes) = (self.0.as_bytes(), text.as_bytes());
        let least = PIECE.min(key.len());
        if least == 0 {
            return text.to_owned();
        }
        let mut clean = String::with_capacity(text.len());
        let mut at = 0;
        while let Some(c) = text[at..].chars().next() {
            let longest = (0..key.len()).map(|from| common(&key[from..], &bytes[at..])).max().unwrap_or(0);
            // A piece may end within a character where the key is not ASCII.
            if longest >= least && text.is_char_boundary(at + longest) {
                clean.push_str(MASK);
                at += longest;
            } else {
                clean.push(c);
                at += c.len_utf8();
            }
        }
        clean
    }

    /// A text that was cut off, without a beginning of the key at its end.
    pub(crate) fn scrub_end<'a>(&self, text: &'a str) -> &'a str {
        let beginnings = (1..=self.0.len()).rev().filter_map(|length| self.0.get(..length));
        beginnings.into_iter().find_map(|beginning| text.strip_suffix(beginning)).unwrap_or(text)
    }

    /// A model's answer without the key: only the whole of it is taken out, and only where it is long enough to be no
    /// word, so that no answer changes by chance.
    pub(crate) fn scrub_answer(&self, text: String) -> String {
        if self.0.len() >= PIECE && text.contains(&self.0) { text.replace(&self.0, MASK) } else { text }
    }
}

/// Why there is no key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// No variable is set.
    #[error("there is no key; set the environment variable {0}")]
    Missing(String),
    /// What the variable holds can be no key.
    #[error("the environment variable {0} holds white space or characters that no key has; set it anew")]
    Odd(String),
}

/// The key in the first of the variables that is set and not empty.
pub(crate) fn find_key(variables: &[String], lookup: &dyn Fn(&str) -> Option<OsString>) -> Result<Secret, KeyError> {
    for variable in variables {
        let Some(value) = lookup(variable).filter(|value| !value.is_empty()) else { continue };
        let odd = || KeyError::Odd(variable.clone());
        let value = value.into_string().map_err(|_| odd())?;
        // The line's end of a file it was read from is no part of it.
        let key = value.trim();
        if key.is_empty() || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(odd());
        }
        return Ok(Secret::new(key));
    }
    Err(KeyError::Missing(variables.join(" or ")))
}

/// How many bytes two texts have in common from their beginnings on.
fn common(a: &[u8], b: &[u8]) -> usize {
    a.iter().zip(b).take_while(|(a, b)| a == b).count()
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(***)")
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(MASK)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "sk-ant-0123456789abcdefghij";

    fn found(variables: &[&str], value: &str) -> Result<String, String> {
        let variables: Vec<String> = variables.iter().map(|&variable| variable.to_owned()).collect();
        let lookup = |name: &str| (name == "SECOND").then(|| value.into());
        let found = find_key(&variables, &lookup);
        found.map(|secret| secret.expose().to_owned()).map_err(|error| error.to_string())
    }

    #[test]
    fn it_comes_from_the_first_variable_that_is_set() {
        assert_eq!(found(&["FIRST", "SECOND"], "sk-1\n"), Ok("sk-1".to_owned()));
        let missing = "there is no key; set the environment variable FIRST or THIRD";
        assert_eq!(found(&["FIRST", "THIRD"], "sk-1"), Err(missing.to_owned()));
        assert_eq!(found(&["SECOND"], ""), Err("there is no key; set the environment variable SECOND".to_owned()));
        for odd in ["sk 1", "sk\n1", " ", "schlüssel"] {
            let error = found(&["SECOND"], odd).expect_err("it is no key");
            assert!(error.contains("SECOND holds") && (odd == " " || !error.contains(odd)), "{error}");
        }
    }

    #[test]
    fn no_format_shows_it() {
        let secret = Secret::new(KEY);
        let shown = format!("{secret} {secret:?} {secret:#?} {:?}", Some(&secret));
        assert!(!shown.contains("0123"), "{shown}");
    }

    #[test]
    fn whole_cut_off_and_repeated_keys_go() {
        let secret = Secret::new(KEY);
        assert_eq!(secret.scrub(&format!("é{KEY}é{KEY}")), "é***é***");
        assert_eq!(secret.scrub("key sk-ant-0123 is wrong"), "key *** is wrong");
        assert_eq!(secret.scrub("…456789abcdefghij"), "…***");
        assert_eq!(secret.scrub("ends with ghij"), "ends with ghij");
        assert_eq!(secret.scrub(""), "");
    }

    #[test]
    fn a_beginning_at_a_cut_goes_too() {
        let secret = Secret::new(KEY);
        let ends = ["key sk-an", "key s", "key ", KEY].map(|text| secret.scrub_end(text));
        assert_eq!(ends, ["key ", "key ", "key ", ""]);
    }

    #[test]
    fn a_short_key_goes_only_whole() {
        assert_eq!(Secret::new("abc").scrub("ab abc"), "ab ***");
        assert_eq!(Secret::new("").scrub("text"), "text");
    }

    #[test]
    fn a_key_that_is_not_ascii_breaks_no_character() {
        let secret = Secret::new("ключ-ключ");
        assert_eq!(secret.scrub("(ключ-ключ)"), "(***)");
        assert!(!secret.scrub("ключ-клюй").is_empty());
    }

    #[test]
    fn an_answer_changes_only_where_the_whole_key_stands_in_it() {
        let secret = Secret::new(KEY);
        assert_eq!(secret.scrub_answer("export KEY=sk-ant-0123…".to_owned()), "export KEY=sk-ant-0123…");
        assert_eq!(secret.scrub_answer(format!("<{KEY}>")), "<***>");
        assert_eq!(Secret::new("ollama").scrub_answer("use ollama".to_owned()), "use ollama");
    }
}
