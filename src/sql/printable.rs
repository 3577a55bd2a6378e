//! Text that a terminal shows and does not obey.

use std::borrow::Cow;

/// The text with every character spelled out that would move the cursor, colour the screen, ring, hide, or turn the
/// reading direction: control characters but the line feed, and invisible ones of Unicode. Emoji stay whole.
///
/// Names come from logs, and logs from anybody: an escape sequence in a model's name must not reach a terminal
/// (CWE-150; Unicode Technical Report 36 for the directions).
///
/// ```
/// use merit::sql::printable::printable;
/// assert_eq!(printable("plain"), "plain");
/// assert_eq!(printable("\u{1b}[31mred\r"), "\\u{1b}[31mred\\r");
/// ```
pub fn printable(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_obeyed) {
        return Cow::Borrowed(text);
    }
    let spelled = |c: char| if is_obeyed(c) { c.escape_default().to_string() } else { c.to_string() };
    Cow::Owned(text.chars().map(spelled).collect())
}

fn is_obeyed(c: char) -> bool {
    let is_invisible = matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}');
    (c.is_control() && c != '\n') || is_invisible
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn nothing_that_is_obeyed_is_left(text in any::<String>()) {
            prop_assert!(!printable(&text).chars().any(is_obeyed));
        }
    }

    #[test]
    fn names_of_the_world_stay_as_they_are() {
        for name in ["Modèle №5", "模型", "👩‍💻 coder", "<script>alert('1')</script>", "\"quoted\" | 'name'", "a\nb"]
        {
            assert_eq!(printable(name), name);
        }
    }

    #[test]
    fn both_sets_of_control_characters_are_spelled_out() {
        assert_eq!(printable("\u{7f}\u{9b}31m\t\u{202e}evil"), "\\u{7f}\\u{9b}31m\\t\\u{202e}evil");
    }
}
