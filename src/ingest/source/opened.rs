//! A file opened: known for what it is, and ready to be read.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;

use super::digest::Passed;
use super::format::{Packing, recognise};
use super::{DigestReader, Format};
use crate::ingest::IngestError;

/// A file ready to be read.
pub(crate) struct Opened {
    /// What its rows are.
    pub(crate) content: Content,
    /// What has been read of it.
    pub(crate) passed: Passed,
    /// Its size when it was opened.
    pub(crate) size: u64,
    /// Whether it is plain text, whose end is only known by a newline; a packed file carries its own end.
    pub(crate) plain: bool,
}

/// The rows of a file.
pub(crate) enum Content {
    /// A text, unpacked as it is read.
    Text(Format, Box<dyn Read + Send>),
    /// A Parquet file; its bytes have passed the digest already.
    Parquet(File),
}

/// Opens a file and finds out what it is.
///
/// # Errors
/// [`IngestError::Open`], [`IngestError::Read`], or [`IngestError::Format`] where name and content disagree.
pub(crate) fn open(path: &Path) -> Result<Opened, IngestError> {
    let open_error = |source| IngestError::Open { path: path.into(), source };
    let mut file = File::open(path).map_err(open_error)?;
    let metadata = file.metadata().map_err(open_error)?;
    if metadata.is_dir() {
        return Err(open_error(io::Error::from(io::ErrorKind::IsADirectory)));
    }
    let size = metadata.len();
    let mut head = Vec::new();
    let read_error = |source| IngestError::Read { path: path.into(), offset: 0, source };
    file.by_ref().take(4).read_to_end(&mut head).map_err(read_error)?;
    let (packing, format) = recognise(path, &head).map_err(|named| IngestError::Format { path: path.into(), named })?;
    if format == Format::Parquet {
        let again = File::open(path).map_err(open_error)?;
        let (mut whole, passed) = DigestReader::new(io::Cursor::new(head).chain(file));
        io::copy(&mut BufReader::with_capacity(1 << 18, &mut whole), &mut io::sink()).map_err(read_error)?;
        return Ok(Opened { content: Content::Parquet(again), passed, size, plain: false });
    }
    let (raw, passed) = DigestReader::new(io::Cursor::new(head).chain(file));
    let text: Box<dyn Read + Send> = match packing {
        Packing::Plain => Box::new(raw),
        Packing::Gzip => Box::new(flate2::bufread::MultiGzDecoder::new(BufReader::with_capacity(1 << 18, raw))),
        Packing::Zstandard => Box::new(zstd::stream::read::Decoder::new(raw).map_err(read_error)?),
    };
    Ok(Opened { content: Content::Text(format, text), passed, size, plain: packing == Packing::Plain })
}
