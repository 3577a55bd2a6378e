//! One page that stands alone: no network, light and dark, readable on a phone, on paper and without its script.

use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, UndefinedBehavior};
use sha2::{Digest as _, Sha256};

use super::context::Context;

/// The page's layout; `.html` in the name tells the engine what to escape.
const TEMPLATE: &str = include_str!("report.html.j2");
/// The page's style.
const STYLE: &str = include_str!("report.css");
/// The page's script: choices and titles, nothing that the page could not be read without. It holds no data.
const SCRIPT: &str = include_str!("report.js");

/// The report as one self-contained HTML page.
///
/// Its policy of content allows this one script, by its hash, and no other: should a name ever get past the escaping, it
/// would not run.
pub fn html(context: &Context) -> String {
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.add_global("style", STYLE);
    environment.add_global("script", SCRIPT);
    environment.add_global("script_hash", base64(&Sha256::digest(SCRIPT)));
    environment
        .render_named_str("report.html", TEMPLATE, Serde(context))
        .expect("the template is part of the program and reads only members of the context")
}

/// Base64 with padding (RFC 4648, section 4).
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let bits = group.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - group.len()));
        for place in 0..4 {
            let digit = DIGITS[(bits >> (18 - 6 * place) & 63) as usize];
            text.push(if place <= group.len() { char::from(digit) } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::base64;

    #[test]
    fn base64_is_that_of_the_standard() {
        // RFC 4648, section 10.
        let cases = ["", "f", "fo", "foo", "foob", "fooba", "foobar"];
        let found = cases.map(|text| base64(text.as_bytes()));
        assert_eq!(found, ["", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy"]);
    }
}
