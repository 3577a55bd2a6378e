//! A back-test as one page that stands alone: no network, no script, light and dark.

use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, UndefinedBehavior};
use serde::Serialize;

use super::picture::{Picture, picture};
use super::words::{ASSUMED, NOT_JUDGED, Words, words};
use crate::evaluate::backtest::Backtest;

/// The page's layout; `.html` in the name tells the engine what to escape.
const TEMPLATE: &str = include_str!("page.html.j2");

#[derive(Serialize)]
struct Page {
    words: Words,
    picture: Option<Picture>,
    assumed: [&'static str; 4],
    not_judged: [&'static str; 3],
}

/// The back-test as an HTML page. The same result gives the same bytes.
pub fn page(found: &Backtest, interval_level: f64) -> String {
    let page =
        Page { words: words(found, interval_level), picture: picture(found), assumed: ASSUMED, not_judged: NOT_JUDGED };
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment
        .render_named_str("backtest.html", TEMPLATE, Serde(&page))
        .expect("the template is part of the program and reads only members of the page")
}
