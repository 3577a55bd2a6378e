//! `merit prices check`: do the calls of a store find prices, and are the two files sound?

use jiff::civil::Date;
use serde::Serialize;

use super::alias::Aliases;
use super::coverage::{Coverage, Covered, Usage, coverage};
use super::list::PriceList;
use super::problem::{Problem, problems};
use super::text::{percent, table};

/// The outcome of a check.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Check {
    /// Which logged models find a price.
    pub coverage: Coverage,
    /// What looks wrong in the files.
    pub problems: Vec<Problem>,
}

/// Checks the files, and the prices in force on `day` of everything that was logged.
pub fn check(usages: &[Usage], list: &PriceList, aliases: &Aliases, day: Date) -> Check {
    Check { coverage: coverage(usages, list, aliases, day), problems: problems(list, aliases) }
}

impl Check {
    /// The outcome for a terminal.
    pub fn render(&self) -> String {
        let mut text = String::new();
        if let Some(priced) = self.coverage.priced_share {
            let header = ["logged model", "logged provider", "model", "provider", "via", "price", "calls", "share"];
            text += &table(&header, 6, self.coverage.rows.iter().map(cells));
            text += &format!("\n{} of the calls find a price\n", percent(priced));
        } else {
            text += "no calls in the store: only the files were checked\n";
        }
        if self.problems.is_empty() {
            text += "no problems in the price files\n";
        }
        for problem in &self.problems {
            text += &format!("problem: {problem}\n");
        }
        text
    }
}

fn cells(row: &Covered) -> Vec<String> {
    let or_dash = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".into());
    let price = row.price.as_ref().map(|price| format!("{}/{}/{}", price.input, price.cached(), price.output));
    vec![
        row.usage.model.clone(),
        or_dash(&row.usage.provider),
        row.resolved.model.clone(),
        or_dash(&row.resolved.provider),
        if row.aliased { "alias".into() } else { "name".into() },
        price.unwrap_or_else(|| "unpriced".into()),
        row.usage.calls.to_string(),
        percent(row.share),
    ]
}
