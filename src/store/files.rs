//! How the engine reads files: the local disk, with every byte counted, and a file that a compaction has just
//! replaced found where it was moved to.

use std::fmt;
use std::ops::Range;
use std::path::{Path as FilePath, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use bytes::Bytes;
use futures::stream::BoxStream;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{
    CopyOptions, Error, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta, ObjectStore,
    PutMultipartOptions, PutOptions, PutPayload, PutResult, Result,
};

/// Bytes and requests since the start, for the run's summary and for tests that say what a night may read.
#[derive(Debug, Default)]
pub struct ReadCounter {
    bytes: AtomicU64,
    requests: AtomicU64,
}

impl ReadCounter {
    /// Bytes read so far.
    pub fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }

    /// Counts a read.
    pub(crate) fn add(&self, bytes: u64) {
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
        self.requests.fetch_add(1, Ordering::Relaxed);
    }
}

/// The local disk below merit: read-only.
#[derive(Debug)]
pub struct Files {
    disk: LocalFileSystem,
    root: PathBuf,
    superseded: PathBuf,
    counter: Arc<ReadCounter>,
}

impl Files {
    /// The disk; files below `root` that are gone are looked for below `superseded`.
    pub fn new(root: &FilePath, superseded: &FilePath, counter: Arc<ReadCounter>) -> Self {
        Self { disk: LocalFileSystem::new(), root: root.into(), superseded: superseded.into(), counter }
    }

    /// Where a vanished file would have been moved to.
    fn moved(&self, location: &Path) -> Option<Path> {
        let absolute = PathBuf::from(format!("/{location}"));
        let inside = absolute.strip_prefix(&self.root).ok()?;
        Path::from_absolute_path(self.superseded.join(inside)).ok()
    }
}

impl fmt::Display for Files {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the files below {}", self.root.display())
    }
}

fn refused<T>(what: &str) -> Result<T> {
    Err(Error::NotSupported { source: format!("merit's queries only read; {what} is refused").into() })
}

#[async_trait]
impl ObjectStore for Files {
    async fn get_opts(&self, location: &Path, options: GetOptions) -> Result<GetResult> {
        let found = match self.disk.get_opts(location, options.clone()).await {
            Err(error @ Error::NotFound { .. }) => match self.moved(location) {
                Some(moved) => self.disk.get_opts(&moved, options).await.map_err(|_| error)?,
                None => return Err(error),
            },
            other => other?,
        };
        self.counter.add(found.range.end - found.range.start);
        Ok(found)
    }

    async fn get_ranges(&self, location: &Path, ranges: &[Range<u64>]) -> Result<Vec<Bytes>> {
        self.counter.add(ranges.iter().map(|range| range.end - range.start).sum());
        match self.disk.get_ranges(location, ranges).await {
            Err(error @ Error::NotFound { .. }) => match self.moved(location) {
                Some(moved) => self.disk.get_ranges(&moved, ranges).await.map_err(|_| error),
                None => Err(error),
            },
            other => other,
        }
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        self.disk.list(prefix)
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        self.disk.list_with_delimiter(prefix).await
    }

    async fn put_opts(&self, _: &Path, _: PutPayload, _: PutOptions) -> Result<PutResult> {
        refused("writing a file")
    }

    async fn put_multipart_opts(&self, _: &Path, _: PutMultipartOptions) -> Result<Box<dyn MultipartUpload>> {
        refused("writing a file")
    }

    fn delete_stream(&self, _: BoxStream<'static, Result<Path>>) -> BoxStream<'static, Result<Path>> {
        Box::pin(futures::stream::once(async { refused("removing a file") }))
    }

    async fn copy_opts(&self, _: &Path, _: &Path, _: CopyOptions) -> Result<()> {
        refused("copying a file")
    }
}
