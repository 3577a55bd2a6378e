//! The files of one project, read whole: from a folder on disk, or from one inside the binary.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use include_dir::Dir;

use super::SuiteError;

/// No file of a project is larger, in bytes.
const LARGEST: u64 = 4 << 20;

/// Files by their path below the project's folder, `/` between the parts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileSet(BTreeMap<String, Vec<u8>>);

impl FileSet {
    /// Reads a folder on disk.
    ///
    /// # Errors
    /// Where a file cannot be read, is too large, or is neither file nor folder.
    pub fn from_disk(folder: &Path) -> Result<Self, SuiteError> {
        let mut files = Self::default();
        files.read_folder(folder, "")?;
        Ok(files)
    }

    fn read_folder(&mut self, folder: &Path, prefix: &str) -> Result<(), SuiteError> {
        let unreadable = |path: &Path| {
            let path = path.to_path_buf();
            move |source| SuiteError::Unreadable { path, source }
        };
        for entry in fs::read_dir(folder).map_err(unreadable(folder))? {
            let entry = entry.map_err(unreadable(folder))?;
            let path = entry.path();
            let Some(name) = path.file_name().and_then(|name| name.to_str()).map(str::to_string) else {
                return Err(SuiteError::Refused { path, problem: "has a name that is not UTF-8" });
            };
            let inner = if prefix.is_empty() { name } else { format!("{prefix}/{name}") };
            let kind = entry.file_type().map_err(unreadable(&path))?;
            if kind.is_dir() {
                self.read_folder(&path, &inner)?;
            } else if !kind.is_file() {
                return Err(SuiteError::Refused { path, problem: "is neither a file nor a folder" });
            } else if fs::metadata(&path).map_err(unreadable(&path))?.len() > LARGEST {
                return Err(SuiteError::Refused { path, problem: "is larger than 4 MiB" });
            } else {
                self.0.insert(inner, fs::read(&path).map_err(unreadable(&path))?);
            }
        }
        Ok(())
    }

    /// Takes a folder that is inside the binary.
    pub fn from_embedded(folder: &Dir<'_>) -> Self {
        fn collect(folder: &Dir<'_>, root: &Path, files: &mut BTreeMap<String, Vec<u8>>) {
            for file in folder.files() {
                let path = file.path().strip_prefix(root).unwrap_or(file.path());
                files.insert(path.to_string_lossy().replace('\\', "/"), file.contents().to_vec());
            }
            folder.dirs().for_each(|inner| collect(inner, root, files));
        }
        let mut files = BTreeMap::new();
        collect(folder, folder.path(), &mut files);
        Self(files)
    }

    /// A set of the given files.
    pub fn of(files: impl IntoIterator<Item = (String, Vec<u8>)>) -> Self {
        Self(files.into_iter().collect())
    }

    /// The bytes of a file.
    pub fn bytes(&self, path: &str) -> Option<&[u8]> {
        self.0.get(path).map(Vec::as_slice)
    }

    /// The text of a file; the error is a sentence.
    pub(crate) fn text(&self, path: &str) -> Result<&str, String> {
        let bytes = self.bytes(path).ok_or_else(|| format!("the file {path} is not there"))?;
        std::str::from_utf8(bytes).map_err(|_| format!("the file {path} is not UTF-8"))
    }

    /// The files below a folder, by their path below it.
    pub(crate) fn below<'a>(&'a self, folder: &str) -> impl Iterator<Item = (&'a str, &'a [u8])> {
        let prefix = format!("{}/", folder.trim_end_matches('/'));
        self.0.iter().filter_map(move |(path, bytes)| Some((path.strip_prefix(&prefix)?, bytes.as_slice())))
    }
}
