//! The text exposition format: families of samples, each with its help and labels.
//!
//! <https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format>, version 0.0.4.

use std::fmt::Write as _;

/// Families of samples in the order they are written.
///
/// ```
/// use merit::metrics::Exposition;
/// let mut exposition = Exposition::default();
/// exposition.family("merit_store_calls", "Calls in the store.").sample(&[], 3.0);
/// exposition.family("merit_model_spend_usd", "Spend.").sample(&[("model", "a \"b\"")], 0.5);
/// let text = exposition.text();
/// assert!(text.starts_with("# HELP merit_store_calls Calls in the store.\n# TYPE merit_store_calls gauge\n"));
/// assert!(text.contains("\nmerit_store_calls 3\n"));
/// assert!(text.ends_with("\nmerit_model_spend_usd{model=\"a \\\"b\\\"\"} 0.5\n"));
/// ```
#[derive(Clone, Debug, Default)]
pub struct Exposition {
    families: Vec<Family>,
}

/// One metric: its name, what it says, and its samples. All of merit's are gauges: a night sets them anew.
#[derive(Clone, Debug)]
pub struct Family {
    name: &'static str,
    help: &'static str,
    samples: String,
}

impl Exposition {
    /// A new family; one without samples is not written.
    pub fn family(&mut self, name: &'static str, help: &'static str) -> &mut Family {
        self.families.push(Family { name, help, samples: String::new() });
        self.families.last_mut().expect("it was just put there")
    }

    /// The families' names.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.families.iter().map(|family| family.name)
    }

    /// The text.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for Family { name, help, samples } in self.families.iter().filter(|family| !family.samples.is_empty()) {
            text.push_str(&format!("# HELP {name} {}\n# TYPE {name} gauge\n{samples}", escaped(help, false)));
        }
        text
    }
}

impl Family {
    /// A sample; labels are (name, value). A value that is not a number is left out: an absent series is what
    /// Prometheus can alert on.
    pub fn sample(&mut self, labels: &[(&str, &str)], value: f64) -> &mut Self {
        if value.is_nan() {
            return self;
        }
        self.samples.push_str(self.name);
        if !labels.is_empty() {
            let pairs: Vec<String> =
                labels.iter().map(|(name, value)| format!("{name}=\"{}\"", escaped(value, true))).collect();
            let _infallible = write!(self.samples, "{{{}}}", pairs.join(","));
        }
        let _infallible = match value {
            f64::INFINITY => writeln!(self.samples, " +Inf"),
            f64::NEG_INFINITY => writeln!(self.samples, " -Inf"),
            finite => writeln!(self.samples, " {finite}"),
        };
        self
    }

    /// A sample where there is a value.
    pub fn optional(&mut self, labels: &[(&str, &str)], value: Option<f64>) -> &mut Self {
        self.sample(labels, value.unwrap_or(f64::NAN))
    }
}

/// Backslash and line feed, and in a label's value the quote, as the format asks.
fn escaped(text: &str, is_value: bool) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\\' => escaped.push_str("\\\\"),
            '\n' => escaped.push_str("\\n"),
            '"' if is_value => escaped.push_str("\\\""),
            other => escaped.push(other),
        }
    }
    escaped
}
