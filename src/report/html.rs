//! One page that stands alone: no network, no script, light and dark, readable on a phone and on paper.

use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, UndefinedBehavior};

use super::context::Context;

/// The page's layout; `.html` in the name tells the engine what to escape.
const TEMPLATE: &str = include_str!("report.html.j2");

/// The report as one self-contained HTML page.
pub fn html(context: &Context) -> String {
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment
        .render_named_str("report.html", TEMPLATE, Serde(context))
        .expect("the template is part of the program and reads only members of the context")
}
