//! The comparison as Markdown.

use super::comparison::Comparison;
use super::text::{COLUMNS, NOTES, cells, judges, sides};

impl Comparison {
    /// The comparison as Markdown. Names are escaped: no name can end a cell, become a link or bring HTML.
    pub fn to_markdown(&self) -> String {
        let mut text = format!("# {} and {}\n\n", escape(&self.a.name), escape(&self.b.name));
        for (name, line) in sides(self) {
            text.push_str(&format!("- **{name}**: {}\n", escape(&line)));
        }
        for (title, rows) in self.groups() {
            text.push_str(&format!("\n## {title}\n\n| {} |\n|---|{}\n", COLUMNS.join(" | "), "---:|".repeat(11)));
            for row in rows {
                text.push_str(&format!("| {} |\n", cells(row).map(|cell| escape(&cell)).join(" | ")));
            }
        }
        let judges = judges(self);
        if !judges.is_empty() {
            text.push_str("\n## Judges\n\n");
        }
        for (name, line) in judges {
            text.push_str(&format!("- **{name}**: {}\n", escape(&line)));
        }
        text.push_str(&format!("\n{NOTES}\n"));
        text
    }
}

/// Text that Markdown takes as text, in one line.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '#' | '~' | '$' | '!' | ':' => {
                escaped.push('\\');
                escaped.push(c);
            }
            // Nothing that ends a line, moves a cursor or turns the direction of reading.
            _ if is_unprintable(c) => escaped.push('\u{fffd}'),
            _ => escaped.push(c),
        }
    }
    escaped
}

/// Whether a character would change how the text around it is shown.
pub(super) fn is_unprintable(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{61c}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sign_of_markdown_is_text() {
        assert_eq!(escape("a|b\\|c"), "a\\|b\\\\\\|c");
        assert_eq!(
            escape("[x](http://y) ![z] *b* `c` _d_ # ~e~"),
            "\\[x\\](http\\://y) \\!\\[z\\] \\*b\\* \\`c\\` \\_d\\_ \\# \\~e\\~"
        );
        assert_eq!(escape("<b>&lt;"), "&lt;b&gt;&amp;lt;");
        assert_eq!(escape("a\n\tb\u{1b}\u{202e}\u{7f}é"), "a\u{fffd}\u{fffd}b\u{fffd}\u{fffd}\u{fffd}é");
    }
}
