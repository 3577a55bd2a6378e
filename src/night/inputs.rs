//! What a night needs: the store, the settings, the SQL, prices and aliases, all read before anything is done.

use std::collections::BTreeMap;
use std::path::Path;

use super::NightError;
use crate::prices::{Aliases, PriceList, file};
use crate::queries::{self, QueryFile};
use crate::settings::Settings;
use crate::store::{Layout, StoreError};

/// Everything but the facts and the as-of.
#[derive(Clone, Debug)]
pub struct NightInputs {
    /// The data folder.
    pub layout: Layout,
    /// merit.toml.
    pub settings: Settings,
    /// The SQL, overridden files in place.
    pub queries: BTreeMap<String, QueryFile>,
    /// Dated list prices.
    pub prices: PriceList,
    /// Aliases of models.
    pub aliases: Aliases,
    /// Threads of the engine.
    pub threads: usize,
}

impl NightInputs {
    /// Reads the files that the settings name, or the embedded copies.
    ///
    /// # Errors
    /// What the readers say of a missing or malformed file; [`StoreError::Remote`] for a data folder that is an address.
    pub fn read(data: &Path, settings: Settings, threads: usize) -> Result<Self, NightError> {
        let text = data.to_string_lossy();
        if text.contains("://") {
            return Err(StoreError::Remote(text.into_owned()).into());
        }
        Ok(Self {
            layout: Layout::new(data),
            queries: queries::load(settings.queries.as_deref())?,
            prices: file::read_prices(settings.prices.as_deref())?,
            aliases: file::read_aliases(settings.models.as_deref())?,
            settings,
            threads,
        })
    }
}
