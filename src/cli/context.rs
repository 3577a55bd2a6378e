//! What the commands share: settings, inputs, runtime, lock, clock.

use anyhow::{Context as _, Result};

use super::global::Global;
use crate::day::Day;
use crate::night::NightInputs;
use crate::settings::Settings;
use crate::store::{Layout, Lock};

/// Flags and settings of one invocation.
pub(super) struct Context {
    pub(super) global: Global,
    pub(super) settings: Settings,
    pub(super) layout: Layout,
    threads: usize,
}

impl Context {
    /// Reads the settings, sets up the log and the threads.
    pub(super) fn new(global: &Global) -> Result<Self> {
        let mut settings = Settings::load(global.config.as_deref())?;
        settings.prices = global.prices.clone().or(settings.prices);
        settings.models = global.models.clone().or(settings.models);
        if let Some(level) = global.log {
            let subscriber = tracing_subscriber::fmt().with_max_level(level).with_writer(std::io::stderr).finish();
            tracing::subscriber::set_global_default(subscriber).context("cannot set up the log")?;
        }
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let threads = global.threads.unwrap_or(cores).max(1);
        rayon::ThreadPoolBuilder::new().num_threads(threads).build_global().context("cannot start the threads")?;
        let layout = Layout::new(&global.data);
        Ok(Self { global: global.clone(), settings, layout, threads })
    }

    /// Everything a night or a question needs, read.
    pub(super) fn inputs(&self) -> Result<NightInputs> {
        Ok(NightInputs::read(&self.global.data, self.settings.clone(), self.threads)?)
    }

    /// The runtime of the query engine.
    pub(super) fn runtime(&self) -> Result<tokio::runtime::Runtime> {
        let mut builder = tokio::runtime::Builder::new_multi_thread();
        // Deep query plans are walked recursively; an unoptimised build has large frames.
        builder
            .worker_threads(self.threads)
            .thread_stack_size(16 << 20)
            .enable_time()
            .build()
            .context("cannot start the query engine")
    }

    /// The store's lock, held until dropped.
    pub(super) fn lock(&self) -> Result<Lock> {
        Ok(Lock::take(&self.layout, self.global.wait, &jiff::Timestamp::now().to_string())?)
    }
}

/// The present instant (UTC, microseconds since 1970).
pub(super) fn now() -> i64 {
    jiff::Timestamp::now().as_microsecond()
}

/// Today (UTC).
pub(super) fn today() -> Day {
    Day::of_timestamp(now())
}
