//! Lines of the pages for people.

use crate::report::format::plain;

/// The widest line of a page, in characters, where words allow.
const WIDTH: usize = 110;

/// A sentence broken into lines between words; the first after `first`, the others after as many spaces as `indent`.
pub(super) fn wrapped(first: &str, indent: usize, sentence: &str) -> Vec<String> {
    let mut lines = vec![first.to_owned()];
    let mut begun = false;
    for word in sentence.split(' ') {
        let line = lines.last().expect("there is a first line");
        if begun && line.chars().count() + 1 + word.chars().count() > WIDTH {
            lines.push(" ".repeat(indent));
            begun = false;
        }
        let line = lines.last_mut().expect("there is a first line");
        if begun {
            line.push(' ');
        }
        line.push_str(word);
        begun = true;
    }
    lines
}

/// A number to four significant digits.
pub(super) fn rough(value: f64) -> String {
    let rounded = format!("{value:.3e}").parse().unwrap_or(value);
    plain(Some(rounded))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stay_whole_and_none_is_lost() {
        let sentence = "0123456789 ".repeat(30) + &"x".repeat(200);
        let lines = wrapped("  head: ", 6, &sentence);
        assert!(lines[0].starts_with("  head: 0123456789 0") && lines[1].starts_with("      0123456789"));
        assert!(lines.iter().all(|line| line.chars().count() <= WIDTH || line.trim().len() == 200), "{lines:?}");
        let words: Vec<&str> = lines.iter().flat_map(|line| line.split_whitespace()).skip(1).collect();
        assert_eq!(words.join(" "), sentence);
        assert_eq!(wrapped("", 2, "short"), ["short"]);
    }

    #[test]
    fn four_digits_are_enough() {
        assert_eq!([rough(0.0), rough(12.345_678), rough(-0.604_423_3), rough(3.0)], ["0", "12.35", "-0.6044", "3"]);
    }
}
