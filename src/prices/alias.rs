//! The names models are logged under.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, StringArray};
use serde::Serialize;

use super::error::PriceError;
use super::rows::{self, Row};

const COLUMNS: &[&str] = &["alias", "alias_provider", "model", "provider", "tier", "variant"];

/// A name as logged and what it stands for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Alias {
    /// The model's name as logged.
    pub alias: String,
    /// The provider as logged; `None`: any, or none at all.
    pub alias_provider: Option<String>,
    /// The canonical model.
    pub model: String,
    /// Its home provider: who served a call whose log does not say.
    pub provider: String,
    /// `premium`, `standard`, `economy`, or a word of the user's own.
    pub tier: Option<String>,
    /// The same model called another way (native function calling, say): an arm of its own at the model's price.
    pub variant: Option<String>,
}

/// What a logged (model, provider) resolves to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Resolved {
    /// The canonical model.
    pub model: String,
    /// The provider; `None` only where the log has none and no alias does.
    pub provider: Option<String>,
    /// The model's tier, where one is known.
    pub tier: Option<String>,
    /// Whether an alias row matched.
    pub known: bool,
}

/// Every alias, sorted by name and provider; an (alias, alias_provider) stands once.
///
/// ```
/// use merit::prices::Aliases;
///
/// let aliases = Aliases::parse(
///     "alias,alias_provider,model,provider,tier,variant\n\
///      azure/gpt-4o,,gpt-4o,azure,standard,\n\
///      gpt-4o,,gpt-4o,openai,standard,\n\
///      gpt-4o,proxy,gpt-4o,azure,standard,\n",
///     "models.csv",
/// )?;
/// let provider = |model, provider| aliases.resolve(model, provider).provider;
/// assert_eq!(provider("azure/gpt-4o", None).as_deref(), Some("azure"));
/// assert_eq!(provider("gpt-4o", None).as_deref(), Some("openai"));
/// assert_eq!(provider("gpt-4o", Some("openrouter")).as_deref(), Some("openrouter"));
/// assert_eq!(provider("gpt-4o", Some("proxy")).as_deref(), Some("azure"));
/// # Ok::<(), merit::prices::PriceError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Aliases {
    rows: BTreeMap<(String, Option<String>), Alias>,
}

impl Aliases {
    /// Reads `models.csv`: columns alias, alias_provider (empty: any), model, provider,
    /// tier and variant (either may be empty).
    /// `place` names the file in messages.
    ///
    /// # Errors
    /// An unknown or missing column, an empty name, or an (alias, alias_provider) that stands twice.
    pub fn parse(text: &str, place: &str) -> Result<Self, PriceError> {
        let name = |(alias, provider): &(String, Option<String>)| match provider {
            Some(provider) => format!("alias {alias} at {provider}"),
            None => format!("alias {alias} at any provider"),
        };
        Ok(Self { rows: rows::read(text, place, COLUMNS, parse_row, name)? })
    }

    /// The canonical model and provider of a logged pair, by the rule of the [module](super).
    pub fn resolve(&self, model: &str, provider: Option<&str>) -> Resolved {
        let find = |provider: Option<&str>| self.rows.get(&(model.to_owned(), provider.map(str::to_owned)));
        let logged = provider.map(str::to_owned);
        let (row, provider) = match provider.and_then(|provider| find(Some(provider))) {
            Some(row) => (Some(row), Some(row.provider.clone())),
            None => {
                let row = find(None);
                (row, logged.or_else(|| row.map(|row| row.provider.clone())))
            }
        };
        Resolved {
            model: row.map_or(model, |row| &row.model).to_owned(),
            provider,
            tier: row.and_then(|row| row.tier.clone()),
            known: row.is_some(),
        }
    }

    /// Every row, by alias and provider.
    pub fn iter(&self) -> impl Iterator<Item = &Alias> {
        self.rows.values()
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The rows as text, in the file's order: what a build key covers.
    pub fn to_csv(&self) -> String {
        let row = |alias: &Alias| {
            let optional = |field: &Option<String>| field.clone().unwrap_or_default();
            [
                alias.alias.clone(),
                optional(&alias.alias_provider),
                alias.model.clone(),
                alias.provider.clone(),
                optional(&alias.tier),
                optional(&alias.variant),
            ]
            .join(",")
        };
        self.iter().map(|alias| row(alias) + "\n").collect()
    }

    /// The rows as the SQL table `model_alias`: Utf8 columns named as in the file, null where a field is empty.
    pub fn batch(&self) -> RecordBatch {
        let texts = |field: fn(&Alias) -> Option<&str>| -> ArrayRef {
            Arc::new(self.iter().map(field).collect::<StringArray>())
        };
        let columns = [
            texts(|row| Some(&row.alias)),
            texts(|row| row.alias_provider.as_deref()),
            texts(|row| Some(&row.model)),
            texts(|row| Some(&row.provider)),
            texts(|row| row.tier.as_deref()),
            texts(|row| row.variant.as_deref()),
        ];
        let named = COLUMNS.iter().copied().zip(columns).map(|(name, column)| (name, column, true));
        RecordBatch::try_from_iter_with_nullable(named).expect("columns are collected from the same rows")
    }
}

fn parse_row(row: &Row<'_>) -> Result<((String, Option<String>), Alias), PriceError> {
    let alias = Alias {
        alias: row.required(0)?.into(),
        alias_provider: row.text(1).map(str::to_owned),
        model: row.required(2)?.into(),
        provider: row.required(3)?.into(),
        tier: row.text(4).map(str::to_owned),
        variant: row.text(5).map(str::to_owned),
    };
    Ok(((alias.alias.clone(), alias.alias_provider.clone()), alias))
}

#[cfg(test)]
mod tests {
    use arrow::array::{Array, AsArray};

    use super::*;

    const HEADER: &str = "alias,alias_provider,model,provider,tier,variant\n";

    fn parse(rows: &str) -> Result<Aliases, PriceError> {
        Aliases::parse(&format!("{HEADER}{rows}"), "models.csv")
    }

    #[test]
    fn the_row_of_the_logged_provider_comes_before_the_row_for_any() {
        let aliases = parse("fast,,small,home,economy,\nfast,proxy,large,azure,,\n").expect("aliases");
        let resolve = |model, provider| {
            let Resolved { model, provider, tier, known } = aliases.resolve(model, provider);
            (model, provider.unwrap_or_default(), tier.unwrap_or_default(), known)
        };
        let expect =
            |model: &str, provider: &str, tier: &str, known| (model.into(), provider.into(), tier.into(), known);
        assert_eq!(resolve("fast", Some("proxy")), expect("large", "azure", "", true));
        assert_eq!(resolve("fast", Some("other")), expect("small", "other", "economy", true));
        assert_eq!(resolve("fast", None), expect("small", "home", "economy", true));
        assert_eq!(resolve("slow", Some("other")), expect("slow", "other", "", false));
        assert_eq!(resolve("slow", None), expect("slow", "", "", false));
    }

    #[test]
    fn bad_rows_are_named() {
        let message = |rows| parse(rows).expect_err("bad aliases").to_string();
        assert_eq!(message("a,,m,,standard,\n"), "models.csv:2: provider is \"\"; it must be filled in");
        assert_eq!(
            message("a,,m,p,,\na,x,m,p,,\na,,n,p,,\n"),
            "models.csv:4: alias a at any provider stands already in line 2; remove one of the two"
        );
        assert_eq!(
            message("a,x,m,p,,\na,x,n,p,,\n"),
            "models.csv:3: alias a at x stands already in line 2; remove one of the two"
        );
    }

    #[test]
    fn the_batch_has_null_where_a_field_is_empty() {
        let batch = parse("a,,m,p,,\nb,x,m,p,premium,\n").expect("aliases").batch();
        let names = batch.schema().fields().iter().map(|field| field.name().clone()).collect::<Vec<_>>();
        assert_eq!(names, COLUMNS);
        for column in [1, 4] {
            let column = batch.column(column).as_string::<i32>();
            assert!(column.is_null(0) && column.is_valid(1));
        }
    }
}
