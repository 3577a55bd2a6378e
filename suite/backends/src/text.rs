//! Texts of others, made fit for a message.

/// Stands where a text was cut off.
pub(crate) const CUT: char = '…';

/// One line of at most so many characters: control characters and runs of white space become one space, and what is
/// too long is cut.
pub(crate) fn one_line(text: &str, most: usize) -> String {
    let words = text.split(|c: char| c.is_whitespace() || is_unprintable(c)).filter(|word| !word.is_empty());
    let line = words.collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(most) {
        None => line,
        Some(_) => {
            let mut cut: String = line.chars().take(most.saturating_sub(1)).collect();
            cut.push(CUT);
            cut
        }
    }
}

/// Control characters, and those that change the direction of writing.
fn is_unprintable(c: char) -> bool {
    c.is_control() || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_joined_and_cut() {
        assert_eq!(one_line("  a\r\n\tb\u{7}c \u{202e}d ", 20), "a b c d");
        assert_eq!([one_line("abcd", 4), one_line("abcde", 4)], ["abcd", "abc…"]);
        assert_eq!(one_line(" \n ", 4), "");
        for most in 1..8 {
            assert!(one_line("ab cd ef", most).chars().count() <= most, "{most}");
        }
    }
}
