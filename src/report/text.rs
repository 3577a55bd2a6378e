//! Names and sentences from outside: cut to length, without characters that control a terminal or the direction of text.

/// The most characters of a name that are shown.
pub(super) const NAME_LENGTH: usize = 60;

/// The most characters of a sentence that are shown.
const SENTENCE_LENGTH: usize = 400;

/// A name as it is shown: at most [`NAME_LENGTH`] characters, nothing that controls.
pub(super) fn name(text: &str) -> String {
    if text.trim().is_empty() { "(empty)".into() } else { shortened(text, NAME_LENGTH) }
}

/// A name in at most `most` characters, cut in its middle: names of one family differ at their ends.
pub(super) fn middle_cut(name: &str, most: usize) -> String {
    let characters: Vec<char> = name.chars().collect();
    if characters.len() <= most {
        return name.into();
    }
    let (head, tail) = (most / 2, most - most / 2 - 1);
    let (first, last) = (&characters[..head], &characters[characters.len() - tail..]);
    first.iter().chain(&['…']).chain(last).collect()
}

/// A sentence as it is shown.
pub(super) fn sentence(text: &str) -> String {
    shortened(text, SENTENCE_LENGTH)
}

/// A sentence that names some of `names`, each of which is shortened before the whole is.
pub(super) fn sentence_naming<'a>(text: &str, names: impl Iterator<Item = &'a str>) -> String {
    let mut long: Vec<&str> = names.filter(|name| name.len() > NAME_LENGTH && text.contains(name)).collect();
    // The longest first: one name may be the beginning of another.
    long.sort_by_key(|name| std::cmp::Reverse(name.len()));
    let short = long.into_iter().fold(text.to_string(), |text, long| text.replace(long, &name(long)));
    sentence(&short)
}

fn shortened(text: &str, most: usize) -> String {
    let mut shown: String =
        text.chars().take(most).map(|character| if controls(character) { '\u{fffd}' } else { character }).collect();
    if text.chars().nth(most).is_some() {
        shown.pop();
        shown.push('…');
    }
    shown
}

/// Control characters, and those that turn the direction of text or are not seen.
fn controls(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
            && character != '\u{200d}' // joins emoji
}

/// Plain text in Markdown: nothing of it is markup, a link or a mention, and it stays in its cell.
pub(super) fn markdown(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 8);
    let mut before: Option<char> = None;
    let mut rest = text.chars().peekable();
    while let Some(character) = rest.next() {
        let word_before = before.is_some_and(char::is_alphanumeric);
        let word_after = rest.peek().is_some_and(|next| next.is_alphanumeric());
        let space_after = rest.peek() == Some(&' ');
        match character {
            '&' => escaped.push_str("&amp;"),
            // "< 0.1 %" stays as it is; a tag does not.
            '<' if !space_after => escaped.push_str("&lt;"),
            '>' if before.is_none() || !space_after => escaped.push_str("&gt;"),
            '\n' | '\r' | '\t' => escaped.push(' '),
            '\\' | '|' | '`' | '*' | '~' => escaped.extend(['\\', character]),
            // "9.1 [8.9, 9.3]" stays as it is; a link, a footnote or a box to tick does not.
            '[' if before.is_none() || rest.peek() == Some(&'^') => escaped.push_str("\\["),
            ']' if rest.peek().is_some_and(|next| "([:".contains(*next)) => escaped.push_str("\\]"),
            // Inside a word an underscore is one; at its edge it may be emphasis.
            '_' if !(word_before && word_after) => escaped.push_str("\\_"),
            // What would start a heading, a list or a line below a heading.
            '#' | '-' | '+' | '=' if before.is_none() && !word_after => escaped.extend(['\\', character]),
            '.' | ')' if numbers_a_list(&escaped) && rest.peek().is_none_or(|next| next.is_whitespace()) => {
                escaped.extend(['\\', character]);
            }
            // What hosts turn into a link or into somebody's name.
            ':' if rest.peek() == Some(&'/') => escaped.push_str("\\:"),
            '.' if escaped.to_ascii_lowercase().ends_with("www") => escaped.push_str("\\."),
            '@' | '#' if !word_before && word_after => escaped.extend([character, '\u{200b}']),
            _ => escaped.push(character),
        }
        before = Some(character);
    }
    escaped
}

/// Whether the text so far is what numbers an item of a list.
fn numbers_a_list(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_cut_and_do_not_control() {
        assert_eq!(name(&"a".repeat(60)), "a".repeat(60));
        assert_eq!(name(&"é".repeat(500)), format!("{}…", "é".repeat(59)));
        assert_eq!(name("red\u{1b}[31m\nline\u{202e}"), "red\u{fffd}[31m\u{fffd}line\u{fffd}");
        assert_eq!(name(" "), "(empty)");
        assert_eq!(middle_cut("claude-3-5-sonnet-20240620-FC", 12), "claude…20-FC");
        assert_eq!(middle_cut("claude", 6), "claude");
        assert_eq!(name("👩\u{200d}💻"), "👩\u{200d}💻");
    }

    #[test]
    fn a_long_name_does_not_push_the_figures_out_of_its_sentence() {
        let long = "m".repeat(500);
        let text =
            sentence_naming(&format!("debugging: {long}, 9.1 on 412 effective calls"), [long.as_str()].into_iter());
        assert!(text.ends_with("…, 9.1 on 412 effective calls"), "{text}");
    }

    #[test]
    fn markdown_takes_nothing_for_markup() {
        let cases = [
            ("code_generation", "code_generation"),
            ("_x_", "\\_x\\_"),
            ("a|b", "a\\|b"),
            ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
            ("[x](http://y) `c` *b*", "\\[x\\](http\\://y) \\`c\\` \\*b\\*"),
            ("# x", "\\# x"),
            ("- x", "\\- x"),
            ("+55 %", "+55 %"),
            ("1. x", "1\\. x"),
            ("gpt-4.1", "gpt-4.1"),
            ("98.1 %", "98.1 %"),
            ("9.1 [8.9, 9.3], $0.011", "9.1 [8.9, 9.3], $0.011"),
            ("[ ] x", "\\[ ] x"),
            ("asked < $0.05", "asked < $0.05"),
            ("> 99.9 %", "&gt; 99.9 %"),
            ("llama@groq", "llama@groq"),
            ("@everyone", "@\u{200b}everyone"),
            ("www.x", "www\\.x"),
        ];
        for (text, expected) in cases {
            assert_eq!(markdown(text), expected);
        }
    }
}
