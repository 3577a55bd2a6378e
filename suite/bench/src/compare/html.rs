//! The comparison as one page of HTML that needs nothing else.

use super::comparison::{Comparison, Row};
use super::markdown::is_unprintable;
use super::text::{COLUMNS, NOTES, cells, judges, sides};

const STYLE: &str = include_str!("style.css");

impl Comparison {
    /// The comparison as a page: no script, no other file, light or dark as the reader's system is.
    pub fn to_html(&self) -> String {
        let title = format!("{} and {}", escape(&self.a.name), escape(&self.b.name));
        let mut page = format!(
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n\
             <style>\n{STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n<dl>\n"
        );
        for (name, line) in sides(self) {
            page.push_str(&format!("<dt>{name}</dt><dd>{}</dd>\n", escape(&line)));
        }
        page.push_str("</dl>\n");
        for (title, rows) in self.groups() {
            page.push_str(&format!("<section>\n<h2>{title}</h2>\n<div class=\"wide\">\n<table>\n<thead><tr>"));
            page.push_str(&COLUMNS.map(|column| format!("<th scope=\"col\">{column}</th>")).concat());
            page.push_str("</tr></thead>\n<tbody>\n");
            rows.iter().for_each(|row| page.push_str(&table_row(row)));
            page.push_str("</tbody>\n</table>\n</div>\n</section>\n");
        }
        let judges = judges(self);
        if !judges.is_empty() {
            page.push_str("<section>\n<h2>Judges</h2>\n<dl>\n");
            for (name, line) in judges {
                page.push_str(&format!("<dt>{name}</dt><dd>{}</dd>\n", escape(&line)));
            }
            page.push_str("</dl>\n</section>\n");
        }
        page.push_str(&format!("<p class=\"notes\">{}</p>\n</main>\n</body>\n</html>\n", escape(NOTES)));
        page
    }
}

fn table_row(row: &Row) -> String {
    let [name, rest @ ..] = cells(row);
    // An interval without 0 tells the sides apart.
    let class = match row.paired.and_then(|paired| paired.interval) {
        Some((low, _)) if low > 0.0 => " class=\"b\"",
        Some((_, high)) if high < 0.0 => " class=\"a\"",
        _ => "",
    };
    let cells = rest.map(|cell| format!("<td>{}</td>", escape(&cell))).concat();
    format!("<tr{class}><th scope=\"row\">{}</th>{cells}</tr>\n", escape(&name))
}

/// Text that HTML takes as text, in elements and in attributes.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            _ if is_unprintable(c) => escaped.push('\u{fffd}'),
            _ => escaped.push(c),
        }
    }
    escaped
}
