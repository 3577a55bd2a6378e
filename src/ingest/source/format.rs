//! What a file is: told by its first bytes, and by its name where those leave a choice.

use std::path::Path;

/// The form of the rows, unpacked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    /// One JSON object a line.
    JsonLines,
    /// Comma-separated values with a header line.
    Csv,
    /// Apache Parquet.
    Parquet,
}

/// How a file is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Packing {
    /// Not at all.
    Plain,
    /// gzip, one or more members.
    Gzip,
    /// Zstandard, one or more frames.
    Zstandard,
}

const GZIP: &[u8] = &[0x1f, 0x8b];
const ZSTANDARD: &[u8] = &[0x28, 0xb5, 0x2f, 0xfd];
const PARQUET: &[u8] = b"PAR1";

/// Packing and format of a file from its name and first bytes.
///
/// The bytes decide about gzip, Zstandard and Parquet; the name decides between CSV and JSON lines, and JSON lines is
/// what any other name means.
///
/// # Errors
/// What the name promises, where the bytes are something else.
pub(crate) fn recognise(path: &Path, head: &[u8]) -> Result<(Packing, Format), &'static str> {
    let name = path.file_name().map(|name| name.to_string_lossy().to_ascii_lowercase()).unwrap_or_default();
    let packing = match head {
        _ if head.starts_with(GZIP) => Packing::Gzip,
        _ if head.starts_with(ZSTANDARD) => Packing::Zstandard,
        _ => Packing::Plain,
    };
    let inner = name.strip_suffix(".gz").or(name.strip_suffix(".zst")).unwrap_or(&name);
    let empty = head.is_empty();
    if head.starts_with(PARQUET) {
        return Ok((Packing::Plain, Format::Parquet));
    }
    match name.rsplit('.').next() {
        Some("gz") if packing != Packing::Gzip && !empty => return Err("a gzip file"),
        Some("zst") if packing != Packing::Zstandard && !empty => return Err("a Zstandard file"),
        Some("parquet") => return Err("a Parquet file"),
        _ => {}
    }
    Ok((packing, if inner.ends_with(".csv") { Format::Csv } else { Format::JsonLines }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_decide_and_names_settle_the_rest() {
        type Case<'a> = (&'a str, &'a [u8], Result<(Packing, Format), &'a str>);
        let cases: &[Case<'_>] = &[
            ("a.jsonl", b"{}", Ok((Packing::Plain, Format::JsonLines))),
            ("a.csv", b"a,b", Ok((Packing::Plain, Format::Csv))),
            ("A.CSV.GZ", GZIP, Ok((Packing::Gzip, Format::Csv))),
            ("a.csv.zst", ZSTANDARD, Ok((Packing::Zstandard, Format::Csv))),
            ("a.jsonl", GZIP, Ok((Packing::Gzip, Format::JsonLines))),
            ("a.log", PARQUET, Ok((Packing::Plain, Format::Parquet))),
            ("a", b"", Ok((Packing::Plain, Format::JsonLines))),
            ("a.gz", b"{}", Err("a gzip file")),
            ("a.zst", b"{}", Err("a Zstandard file")),
            ("a.parquet", b"", Err("a Parquet file")),
        ];
        for (name, head, expected) in cases {
            assert_eq!(recognise(Path::new(name), head), *expected, "{name}");
        }
    }
}
