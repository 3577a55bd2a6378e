//! An adapter: its name and its SQL.

use std::collections::BTreeMap;
use std::path::Path;

use super::{AdapterError, Header, library};
use crate::queries::{self, QueryFile};

/// The name under which merit's own format goes.
const NATIVE: &str = "merit";

/// How the rows of a log become records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Adapter {
    name: String,
    /// None: merit's own records, which need no SQL.
    variants: Option<Vec<Variant>>,
}

/// One SELECT of an adapter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variant {
    /// The name of its file.
    pub file: String,
    /// Its SQL, header included.
    pub sql: String,
    /// What its header says.
    pub header: Header,
}

impl Adapter {
    /// The adapter for merit's own records.
    pub fn native() -> Self {
        Self { name: NATIVE.to_owned(), variants: None }
    }

    /// The built-in adapter of this name.
    ///
    /// ```
    /// use merit::ingest::Adapter;
    ///
    /// assert!(Adapter::builtin("merit")?.is_native());
    /// assert_eq!(Adapter::builtin("tau2bench")?.variants().len(), 2);
    /// # Ok::<(), merit::ingest::AdapterError>(())
    /// ```
    ///
    /// # Errors
    /// [`AdapterError::Unknown`] with the names there are.
    pub fn builtin(name: &str) -> Result<Self, AdapterError> {
        Self::named(name, &builtin_queries())
    }

    /// The adapter of this name among these queries (as [`queries::load`] gives them, overriding files in place).
    ///
    /// # Errors
    /// [`AdapterError::Unknown`] with the names there are, or [`AdapterError::Header`].
    pub fn named(name: &str, queries: &BTreeMap<String, QueryFile>) -> Result<Self, AdapterError> {
        if name == NATIVE {
            return Ok(Self::native());
        }
        let mut adapters = library::adapters(queries);
        match adapters.remove(name) {
            Some(sources) => Self::from_sources(name, sources),
            None => {
                let known: Vec<String> = std::iter::once(NATIVE.to_owned()).chain(adapters.into_keys()).collect();
                Err(AdapterError::Unknown { name: name.to_owned(), known: known.join(", ") })
            }
        }
    }

    /// The names of all built-in adapters, merit's own format first.
    pub fn names() -> Vec<String> {
        std::iter::once(NATIVE.to_owned()).chain(library::adapters(&builtin_queries()).into_keys()).collect()
    }

    /// The adapter in a .sql file; its name is the file's up to the first dot.
    ///
    /// # Errors
    /// [`AdapterError::File`] or [`AdapterError::Header`].
    pub fn from_file(path: &Path) -> Result<Self, AdapterError> {
        let sql = std::fs::read_to_string(path).map_err(|source| AdapterError::File { path: path.into(), source })?;
        let file = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let name = file.split('.').next().unwrap_or(&file).to_owned();
        Self::from_sources(&name, vec![(file, sql)])
    }

    /// The adapter made of these files (name and SQL), one a variant.
    ///
    /// # Errors
    /// [`AdapterError::Header`].
    pub fn from_sources(name: &str, sources: Vec<(String, String)>) -> Result<Self, AdapterError> {
        let variant = |(file, sql): (String, String)| Ok(Variant { header: Header::parse(&file, &sql)?, file, sql });
        let variants = sources.into_iter().map(variant).collect::<Result<_, AdapterError>>()?;
        Ok(Self { name: name.to_owned(), variants: Some(variants) })
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether it reads merit's own records.
    pub fn is_native(&self) -> bool {
        self.variants.is_none()
    }

    /// Its variants; merit's own format has none.
    pub fn variants(&self) -> &[Variant] {
        self.variants.as_deref().unwrap_or_default()
    }

    /// The variant that fits a file with these columns.
    ///
    /// # Errors
    /// [`AdapterError::NoVariant`] with what is missing, or [`AdapterError::Ambiguous`].
    pub fn variant(&self, columns: &[&str]) -> Result<&Variant, AdapterError> {
        let missing = |variant: &Variant| -> Vec<String> {
            let absent = variant.header.requires.iter().filter(|name| !columns.contains(&name.as_str()));
            absent.map(|name| format!("{name:?}")).collect()
        };
        let fitting: Vec<&Variant> = self.variants().iter().filter(|variant| missing(variant).is_empty()).collect();
        match fitting.as_slice() {
            [variant] => Ok(variant),
            [] => {
                let lines = self.variants().iter().map(|variant| {
                    format!("{} asks for the column {} that the file lacks", variant.file, missing(variant).join(", "))
                });
                Err(AdapterError::NoVariant {
                    adapter: self.name.clone(),
                    missing: lines.collect::<Vec<_>>().join("; "),
                })
            }
            several => Err(AdapterError::Ambiguous {
                adapter: self.name.clone(),
                variants: several.iter().map(|variant| variant.file.as_str()).collect::<Vec<_>>().join(", "),
            }),
        }
    }
}

/// The queries inside the program.
fn builtin_queries() -> BTreeMap<String, QueryFile> {
    queries::load(None).expect("without a folder nothing is read from disk")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn two() -> Adapter {
        let source = |file: &str, requires: &str| (file.to_owned(), format!("-- requires: {requires}\nSELECT 1"));
        Adapter::from_sources("two", vec![source("two.a.sql", "x, y"), source("two.b.sql", "z")]).expect("sound")
    }

    #[test]
    fn the_variant_whose_columns_are_there_is_taken() {
        assert_eq!(two().variant(&["z", "other"]).expect("fits").file, "two.b.sql");
    }

    #[test]
    fn where_none_fits_the_missing_columns_are_named() {
        assert_eq!(
            two().variant(&["x"]).expect_err("none fits").to_string(),
            "no variant of adapter \"two\" fits: two.a.sql asks for the column \"y\" that the file lacks; \
             two.b.sql asks for the column \"z\" that the file lacks"
        );
        assert_eq!(
            two().variant(&["x", "y", "z"]).expect_err("both fit").to_string(),
            "the variants two.a.sql, two.b.sql of adapter \"two\" all fit; make their `requires` tell them apart"
        );
    }

    #[test]
    fn an_unknown_name_is_answered_with_the_known_ones() {
        let message = Adapter::builtin("nobody").expect_err("unknown").to_string();
        assert!(message.starts_with("adapter \"nobody\" is unknown; known are merit, bfcl, "), "{message}");
        for name in Adapter::names() {
            assert_eq!(Adapter::builtin(&name).expect("built in").name(), name);
        }
    }

    #[test]
    fn a_missing_file_is_named() {
        let message = Adapter::from_file(Path::new("nowhere/x.sql")).expect_err("missing").to_string();
        assert!(message.starts_with("cannot read the adapter nowhere/x.sql: "), "{message}");
    }
}
