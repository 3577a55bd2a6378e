//! Fenced blocks.

/// One fenced block of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// What stands behind the opening fence, trimmed.
    pub info: String,
    /// The lines inside, each with its line feed.
    pub content: String,
    /// The last line before the block that is not blank, where at most one blank line is between; trimmed.
    pub before: Option<String>,
    /// The text's line of the opening fence, from 0.
    pub first_line: usize,
    /// The text's line after the closing fence, from 0.
    pub end_line: usize,
}

impl Block {
    /// The language in small letters: the first word of the info string, unless that names a file.
    pub fn language(&self) -> String {
        let word = self.info.split_whitespace().next().unwrap_or("");
        let word = word.split([':', ',', '{']).next().unwrap_or("");
        if word.contains(['=', '.', '/']) { String::new() } else { word.to_lowercase() }
    }
}

/// A fence at the start of a line: its indentation, its sign, how often, and the rest of the line.
struct Fence<'a> {
    indentation: usize,
    sign: char,
    length: usize,
    info: &'a str,
}

fn fence(line: &str) -> Option<Fence<'_>> {
    let inner = line.trim_start();
    let sign = inner.chars().next().filter(|sign| matches!(sign, '`' | '~'))?;
    let length = inner.chars().take_while(|c| *c == sign).count();
    let info = inner[length..].trim();
    let is_fence = length >= 3 && !(sign == '`' && info.contains('`'));
    is_fence.then_some(Fence { indentation: line.len() - inner.len(), sign, length, info })
}

/// The fenced blocks of a text, in order, as CommonMark has them, with three allowances for what models write: any
/// indentation, a last block that is never closed, and, in a block of Markdown, inner blocks with a language whose
/// fences are as long as the outer ones.
///
/// ```
/// let blocks = merit_grade::answer::blocks("**a.py**\n```python\nprint(1)\n```\n");
/// assert_eq!(blocks[0].content, "print(1)\n");
/// assert_eq!(blocks[0].before.as_deref(), Some("**a.py**"));
/// ```
pub fn blocks(text: &str) -> Vec<Block> {
    let lines: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        let Some(opening) = fence(lines[at]) else {
            at += 1;
            continue;
        };
        let end = closing(&lines, at + 1, &opening);
        let content = lines[at + 1..end].iter().map(|line| unindented(line, opening.indentation) + "\n").collect();
        let end_line = (end + 1).min(lines.len());
        found.push(Block { info: opening.info.into(), content, before: before(&lines, at), first_line: at, end_line });
        at = end + 1;
    }
    found
}

/// The line of the closing fence, or the number of lines where there is none.
fn closing(lines: &[&str], from: usize, opening: &Fence<'_>) -> usize {
    let first = opening.info.split_whitespace().next().unwrap_or("").to_lowercase();
    let nests = ["markdown", "md"].contains(&first.as_str()) || first.ends_with(".md");
    let mut inside: Vec<usize> = Vec::new();
    for (at, line) in lines.iter().enumerate().skip(from) {
        let Some(fence) = fence(line).filter(|fence| fence.sign == opening.sign) else { continue };
        if !fence.info.is_empty() {
            if nests && inside.is_empty() {
                inside.push(fence.length);
            }
        } else if inside.last().is_some_and(|length| fence.length >= *length) {
            inside.pop();
        } else if inside.is_empty() && fence.length >= opening.length {
            return at;
        }
    }
    lines.len()
}

fn unindented(line: &str, indentation: usize) -> String {
    let blank = line.len() - line.trim_start().len();
    let cut = (0..=indentation.min(blank)).rev().find(|cut| line.is_char_boundary(*cut)).unwrap_or(0);
    line[cut..].to_string()
}

fn before(lines: &[&str], at: usize) -> Option<String> {
    let line = lines[at.saturating_sub(2)..at].iter().rev().map(|line| line.trim()).find(|line| !line.is_empty())?;
    fence(line).is_none().then(|| line.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contents(text: &str) -> Vec<String> {
        blocks(text).into_iter().map(|block| block.content).collect()
    }

    #[test]
    fn fences_of_both_signs_and_any_length_close_with_their_like() {
        assert_eq!(contents("~~~~py\na\n```\n~~~\nb\n~~~~~\nafter"), ["a\n```\n~~~\nb\n"]);
        assert_eq!(contents("````\n```\nx\n```\n````"), ["```\nx\n```\n"]);
        assert_eq!(contents("```a`b\nno block"), Vec::<String>::new());
    }

    #[test]
    fn an_unclosed_block_goes_to_the_end_and_indentation_is_taken_off() {
        assert_eq!(contents("```py\na\nb"), ["a\nb\n"]);
        assert_eq!(contents("1. so:\n   ```py\n   if a:\n       b\n\n   ```\n"), ["if a:\n    b\n\n"]);
        assert_eq!(contents("```py"), [""]);
    }

    #[test]
    fn a_block_of_markdown_keeps_its_inner_blocks() {
        let text = "```markdown README.md\n# T\n```python\na\n```\nend\n```\n```json\n{}\n```";
        assert_eq!(contents(text), ["# T\n```python\na\n```\nend\n", "{}\n"]);
    }

    #[test]
    fn the_line_before_is_seen_over_one_blank_line_and_no_further() {
        let before = |text: &str| blocks(text)[0].before.clone();
        assert_eq!(before("**x.py**\n\n```\n```"), Some("**x.py**".into()));
        assert_eq!(before("**x.py**\n\n\n```\n```"), None);
        assert_eq!(blocks("```\na\n```\n```\nb\n```")[1].before, None);
    }

    #[test]
    fn the_language_is_the_first_word_unless_it_names_a_file() {
        let language = |text: &str| blocks(text)[0].language();
        assert_eq!(language("```Python title=\"a.py\"\n```"), "python");
        assert_eq!(language("```python:a.py\n```"), "python");
        assert_eq!(language("```a.py\n```"), "");
        assert_eq!(language("```path=a.py\n```"), "");
    }
}
