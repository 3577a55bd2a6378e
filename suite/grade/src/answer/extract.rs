//! From blocks to files.

use std::collections::BTreeMap;

use super::{Block, blocks};

/// The files that an answer brings, of those asked for.
///
/// A block is a file where its info string names it (`python solution.py`, `path=solution.py`, `title="solution.py"`),
/// or where the line before it ends in its name and the block's language is the file's, or none. The last block of a
/// name wins, one without language only where there is no other. Where exactly one file is asked for and no block is so
/// named, it is the last block of the file's language, else the only block. A JSON file that no block names is the last
/// block of language json.
pub fn extract(answer: &str, asked: &[String]) -> BTreeMap<String, String> {
    let blocks = blocks(answer);
    let mut files = BTreeMap::new();
    for name in asked {
        let last = |named: fn(&Block, &str) -> bool| blocks.iter().rev().find(|block| named(block, name));
        let unnamed = || match asked {
            [_] => last(is_of_language).or(match blocks.as_slice() {
                [only] => Some(only),
                _ => None,
            }),
            _ if name.ends_with(".json") => last(is_of_language),
            _ => None,
        };
        if let Some(block) = last(is_named).or_else(|| last(is_named_without_language)).or_else(unnamed) {
            files.insert(name.clone(), block.content.clone());
        }
    }
    files
}

fn is_named(block: &Block, name: &str) -> bool {
    let words = block.info.split([' ', '\t', ',', '{', '}']);
    let in_info = words.map(|word| word.rsplit(['=', ':']).next().unwrap_or(word)).any(|word| {
        let word = word.trim_matches(|c| matches!(c, '"' | '\'' | '(' | ')' | '[' | ']'));
        word.strip_prefix("./").unwrap_or(word) == name
    });
    // "Run it with `python solution.py`:" stands before commands, "The output of solution.py:" before an output.
    let known = !languages(name).is_empty();
    in_info || ((is_of_language(block, name) || !known) && follows_name(block, name))
}

fn is_named_without_language(block: &Block, name: &str) -> bool {
    block.language().is_empty() && follows_name(block, name)
}

fn follows_name(block: &Block, name: &str) -> bool {
    block.before.as_deref().is_some_and(|line| ends_in(line, name))
}

fn is_of_language(block: &Block, name: &str) -> bool {
    languages(name).contains(&block.language().as_str())
}

/// Whether a line ends in a file's name, whatever decorates it.
fn ends_in(line: &str, name: &str) -> bool {
    let line = line
        .trim_end_matches(|c: char| c.is_whitespace() || matches!(c, '*' | '`' | ':' | '_' | '"' | '\'' | ')' | '#'));
    let Some(rest) = line.strip_suffix(name) else { return false };
    let rest = rest.strip_suffix("./").unwrap_or(rest);
    // Underscores are emphasis at the start of a word, else part of a longer name.
    let before = rest.trim_end_matches('_');
    !before.ends_with(|c: char| matches!(c, '-' | '.' | '/' | '\\') || c.is_alphanumeric())
}

/// The languages that a file's block may have, by the file's extension; none where the extension says nothing.
fn languages(name: &str) -> &'static [&'static str] {
    match name.rsplit_once('.').map_or("", |(_, extension)| extension) {
        "py" => &["python", "py", "python3"],
        "js" | "mjs" | "cjs" => &["javascript", "js", "node", "mjs", "cjs", "nodejs"],
        "ts" => &["typescript", "ts"],
        "rs" => &["rust", "rs"],
        "sh" | "bash" => &["bash", "sh", "shell", "zsh"],
        "sql" => &["sql", "sqlite", "sqlite3"],
        "json" => &["json", "json5", "jsonc"],
        "md" => &["markdown", "md"],
        "toml" => &["toml"],
        "yaml" | "yml" => &["yaml", "yml"],
        "html" => &["html"],
        "css" => &["css"],
        "ini" | "conf" | "cfg" | "service" | "timer" => &["ini", "conf", "cfg", "nginx", "systemd", "text", "txt"],
        "txt" => &["text", "txt", "plaintext"],
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(answer: &str, name: &str) -> Option<String> {
        extract(answer, &[name.to_string()]).remove(name)
    }

    #[test]
    fn an_info_string_names_the_file_in_every_form_models_use() {
        for info in [
            "python solution.py",
            "python path=solution.py",
            "python title=\"solution.py\"",
            "python:solution.py",
            "solution.py",
            "{.python file='solution.py'}",
            "python ./solution.py",
        ] {
            let answer = format!("```{info}\nright\n```\n\n```python\nexample\n```\n");
            assert_eq!(one(&answer, "solution.py").as_deref(), Some("right\n"), "{info}");
        }
    }

    #[test]
    fn the_line_before_names_the_file() {
        for line in [
            "**solution.py**",
            "### solution.py",
            "File: solution.py",
            "`solution.py`:",
            "Here is ./solution.py",
            "### `solution.py` ###",
            "(solution.py)",
            "__solution.py__",
        ] {
            let answer = format!("{line}\n```python\nright\n```\n```python\nexample\n```\n");
            assert_eq!(one(&answer, "solution.py").as_deref(), Some("right\n"), "{line}");
        }
        for line in ["test_solution.py", "lib/solution.py", "my-solution.py", "solution.py is run so"] {
            let answer = format!("{line}\n```python\nother\n```\n```python\nlast\n```\n");
            assert_eq!(one(&answer, "solution.py").as_deref(), Some("last\n"), "{line}");
        }
    }

    #[test]
    fn commands_and_outputs_below_the_name_are_not_the_file() {
        let answer = "```python solution.py\nright\n```\nRun it with `python solution.py`:\n```bash\npython solution.py\n```\n\
                      Output of solution.py:\n```\n12\n```\n";
        assert_eq!(one(answer, "solution.py").as_deref(), Some("right\n"));
        assert_eq!(
            one("**crontab**\n```cron\n* * * * * x\n```\n```sh\ny\n```", "crontab").as_deref(),
            Some("* * * * * x\n")
        );
    }

    #[test]
    fn the_last_of_a_name_wins_then_the_last_of_the_language_then_the_only_block() {
        assert_eq!(
            one("```py solution.py\na\n```\n```py solution.py\nb\n```\n```py\nc\n```", "solution.py").as_deref(),
            Some("b\n")
        );
        assert_eq!(one("```python\na\n```\n```py\nb\n```\n```text\nc\n```", "solution.py").as_deref(), Some("b\n"));
        assert_eq!(one("```\na\n```", "solution.py").as_deref(), Some("a\n"));
        assert_eq!(one("```\na\n```\n```\nb\n```", "solution.py"), None);
        assert_eq!(one("no block at all", "solution.py"), None);
    }

    #[test]
    fn of_several_files_each_must_be_named() {
        let asked = ["a.py".to_string(), "b.py".to_string()];
        let files = extract("```python a.py\n1\n```\n```python\n2\n```", &asked);
        assert_eq!(files.into_iter().collect::<Vec<_>>(), [("a.py".to_string(), "1\n".to_string())]);
    }
}
