//! What a night needs: the store, the settings, the SQL, prices and aliases, all read before anything is done.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, StringArray};

use super::NightError;
use crate::policy::AnnouncedModel;
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

    /// The tables beside the facts: `price_list`, `model_alias` and `announced_models` (model, provider).
    ///
    /// # Panics
    /// Never: the columns of a batch have one length.
    pub fn reference_tables(&self) -> [(&'static str, RecordBatch); 3] {
        let announced = &self.settings.policy.announced_models;
        let column = |of: fn(&AnnouncedModel) -> &String| -> ArrayRef {
            Arc::new(StringArray::from_iter_values(announced.iter().map(of)))
        };
        let announced = [("model", column(|model| &model.model)), ("provider", column(|model| &model.provider))];
        let announced = RecordBatch::try_from_iter(announced).expect("both columns have a row a model");
        [("price_list", self.prices.batch()), ("model_alias", self.aliases.batch()), ("announced_models", announced)]
    }
}
