//! A file, what was seen in it, and what is served of it.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::SystemTime;

use sha2::{Digest, Sha256};

use super::error::ReloadError;
use super::stamp::Stamp;
use crate::router::Router;
use crate::table::LoadError;

/// A file that is followed. What its locks guard is whole at any time: a poisoned lock is as good as any.
#[derive(Debug)]
pub(super) struct Followed {
    path: PathBuf,
    /// Locked for as long as it takes to copy or exchange a pointer.
    served: RwLock<Arc<Router>>,
    /// Locked while the file is read, so that two refreshes do not overtake each other.
    seen: Mutex<Seen>,
}

/// The file as it was last looked at. Digests are of whole files, so that a broken digest line is seen too.
#[derive(Debug)]
struct Seen {
    /// None: the file is to be read again.
    stamp: Option<Stamp>,
    /// Of what was read last; None where it could not be read.
    digest: Option<[u8; 32]>,
    /// Of what is served.
    served: [u8; 32],
    refused: Option<Arc<ReloadError>>,
}

impl Followed {
    /// Reads the file for the first time.
    pub(super) fn open(path: PathBuf) -> Result<Self, ReloadError> {
        let (bytes, stamp) = read(&path).map_err(|source| LoadError::Read { path: path.clone(), source })?;
        let served = RwLock::new(Arc::new(parse(&path, &bytes)?));
        let digest = digest(&bytes);
        let seen = Mutex::new(Seen { stamp, digest: Some(digest), served: digest, refused: None });
        Ok(Self { path, served, seen })
    }

    /// The router served.
    pub(super) fn current(&self) -> Arc<Router> {
        Arc::clone(&self.served.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Why the file's table is not served.
    pub(super) fn refused(&self) -> Option<Arc<ReloadError>> {
        self.seen().refused.clone()
    }

    /// Where the file is.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Looks at the file: whether a new table is served now.
    pub(super) fn refresh(&self) -> Result<bool, Arc<ReloadError>> {
        let mut seen = self.seen();
        match self.look(&mut seen) {
            Ok(Look::Same) => seen.refused.clone().map_or(Ok(false), Err),
            Ok(Look::Served) => {
                seen.refused = None;
                Ok(false)
            }
            Ok(Look::Fresh(router)) => {
                seen.refused = None;
                // The old table is let go when the lock is free again: it may be the last to hold it.
                let old = std::mem::replace(&mut *self.served.write().unwrap_or_else(PoisonError::into_inner), router);
                drop(old);
                Ok(true)
            }
            Err(error) => {
                let error = Arc::new(error);
                seen.refused = Some(Arc::clone(&error));
                Err(error)
            }
        }
    }

    fn look(&self, seen: &mut Seen) -> Result<Look, ReloadError> {
        if seen.stamp.is_some() {
            let metadata = std::fs::metadata(&self.path);
            if metadata.is_ok_and(|metadata| Stamp::of(&metadata, SystemTime::now()) == seen.stamp) {
                return Ok(Look::Same);
            }
        }
        let (bytes, stamp) = read(&self.path).map_err(|source| {
            (seen.stamp, seen.digest) = (None, None);
            LoadError::Read { path: self.path.clone(), source }
        })?;
        let digest = digest(&bytes);
        seen.stamp = stamp;
        if seen.digest.replace(digest) == Some(digest) {
            return Ok(Look::Same);
        }
        if seen.served == digest {
            return Ok(Look::Served);
        }
        let router = parse(&self.path, &bytes)?;
        let (served, found) = (self.current().table_version(), router.table_version());
        if found < served {
            return Err(ReloadError::Older { path: self.path.clone(), served, found });
        }
        seen.served = digest;
        Ok(Look::Fresh(Arc::new(router)))
    }
}

/// What a look at the file found.
enum Look {
    /// What was there at the last look.
    Same,
    /// What is served.
    Served,
    /// A table to be served.
    Fresh(Arc<Router>),
}

/// A file's bytes, and its stamp from before they were read: what changes in between is seen at the next look.
fn read(path: &Path) -> io::Result<(Vec<u8>, Option<Stamp>)> {
    let mut file = File::open(path)?;
    let stamp = Stamp::of(&file.metadata()?, SystemTime::now());
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    Ok((bytes, stamp))
}

fn parse(path: &Path, bytes: &[u8]) -> Result<Router, LoadError> {
    Router::parse(bytes).map_err(|source| LoadError::File { path: path.to_owned(), source: Box::new(source) })
}

fn digest(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}
