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

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    const PRICES: &str = "provider,model,effective_from,input_usd_per_mtok,cached_input_usd_per_mtok,output_usd_per_mtok,source,retrieved\n";

    fn list(rows: &str) -> PriceList {
        PriceList::parse(&format!("{PRICES}{rows}"), "prices.csv").expect("a price list")
    }

    fn aliases(rows: &str) -> Aliases {
        Aliases::parse(&format!("alias,alias_provider,model,provider,tier,variant\n{rows}"), "models.csv")
            .expect("aliases")
    }

    fn usage(model: &str, provider: Option<&str>, calls: u64) -> Usage {
        Usage { model: model.into(), provider: provider.map(str::to_owned), calls }
    }

    #[test]
    fn every_logged_model_is_priced_aliased_or_named_as_unpriced_with_its_share() {
        let list = list("openai,gpt,2025-01-01,2,0.5,8,s,2025-01-01\nopenai,new,2026-01-01,1,,1,s,2025-01-01\n");
        let aliases = aliases("gpt,,gpt,openai,standard,\ngpt-fc,,gpt,openai,standard,\n");
        let usages = [
            usage("new", Some("openai"), 5),
            usage("gpt", Some("azure"), 10),
            usage("gpt-fc", None, 25),
            usage("gpt", Some("openai"), 60),
        ];
        let check = check(&usages, &list, &aliases, date(2025, 12, 31));
        assert_eq!(check.problems, []);
        assert_eq!(
            check.render(),
            "\
logged model  logged provider  model  provider  via    price     calls   share
gpt           openai           gpt    openai    name   2/0.5/8      60  60.0 %
gpt-fc        -                gpt    openai    alias  2/0.5/8      25  25.0 %
gpt           azure            gpt    azure     name   unpriced     10  10.0 %
new           openai           new    openai    name   unpriced      5   5.0 %

85.0 % of the calls find a price
no problems in the price files
"
        );
        let unpriced = check.coverage.unpriced().map(|row| (row.usage.calls, row.share)).collect::<Vec<_>>();
        assert_eq!(unpriced, [(10, 0.1), (5, 0.05)]);
    }

    #[test]
    fn without_calls_only_the_files_are_checked() {
        let check = check(&[], &PriceList::default(), &Aliases::default(), date(2025, 1, 1));
        assert_eq!(check.coverage.priced_share, None);
        assert!(check.render().starts_with("no calls in the store"));
    }

    #[test]
    fn doubtful_rows_are_named_with_a_remedy() {
        let list = list(
            "p,Big,2025-01-01,1,,1,s,2025-01-01\n\
             p,big,2025-01-01,1,,1,s,2025-01-01\n\
             p,cached,2025-01-01,1,2,1,s,2025-01-01\n\
             p,free,2025-01-01,0,,1,s,2025-01-01\n\
             p,same,2025-01-01,1,,1,s,2025-01-01\n\
             p,same,2025-02-01,1,1,1,s,2025-01-01\n",
        );
        let aliases = aliases("a,,b,p,,\nb,,big,p,economy,\nc,,none,p,economy,\nd,,none,p,,\n");
        let check = check(&[], &list, &aliases, date(2025, 1, 1));
        let problems = check.problems.iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(
            problems,
            [
                "cached at p from 2025-01-01: cached input at 2 is dearer than input at 1; check both",
                "free at p from 2025-01-01: input or output at 0; fill in the price",
                "same at p from 2025-02-01: repeats the price before it; remove the row",
                "Big at p and big at p differ in case only; keep one",
                "alias a stands for b, which stands for big; name big directly",
                "alias c stands for none at p, which has no price; add one or clear its tier",
            ]
        );
    }
}
