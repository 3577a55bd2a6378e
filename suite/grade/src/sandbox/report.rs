//! What the supervisor says of a program.

use std::collections::BTreeMap;

/// The supervisor's frames.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Report {
    pub(super) exit: i32,
    pub(super) stderr: String,
    pub(super) after: Vec<u8>,
    pub(super) files: BTreeMap<usize, Vec<u8>>,
}

/// Said before the program starts: what goes wrong from here on is the program's doing.
const READY: &[u8] = b"ready 0\n";

/// Reads the frames; `None` where the supervisor did not get to their end.
///
/// # Errors
/// What there is instead, where the program was never started.
pub(super) fn read(bytes: &[u8]) -> Result<Option<Report>, String> {
    match bytes.strip_prefix(READY) {
        Some(frames) => Ok(read_frames(frames)),
        None => Err(String::from_utf8_lossy(&bytes[..bytes.len().min(400)]).trim().to_string()),
    }
}

fn read_frames(mut rest: &[u8]) -> Option<Report> {
    let mut report = Report { exit: -1, stderr: String::new(), after: Vec::new(), files: BTreeMap::new() };
    let mut exited = false;
    loop {
        let end = rest.iter().position(|byte| *byte == b'\n')?;
        let (name, size) = std::str::from_utf8(&rest[..end]).ok()?.rsplit_once(' ')?;
        let inside = end + 1..(end + 1).checked_add(size.parse().ok()?)?;
        let content = rest.get(inside.clone())?;
        rest = &rest[inside.end..];
        match name {
            "exit" => {
                report.exit = std::str::from_utf8(content).ok()?.parse().ok()?;
                exited = true;
            }
            "stderr" => report.stderr = String::from_utf8_lossy(content).into_owned(),
            "after" => report.after = content.to_vec(),
            "end" if exited => return Some(report),
            _ => {
                report.files.insert(name.strip_prefix("file-")?.parse().ok()?, content.to_vec());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_read_to_the_end() {
        let read = read(b"ready 0\nexit 1\n3stderr 3\na\nbfile-2 4\n\n\x00xyend 0\n").expect("ready").expect("whole");
        assert_eq!((read.exit, read.stderr.as_str()), (3, "a\nb"));
        assert_eq!(read.files[&2], b"\n\x00xy");
    }

    #[test]
    fn what_is_cut_or_forged_badly_is_no_report_and_what_never_started_is_told() {
        for bytes in ["", "exit 1\n3", "end 0\n", "exit 9\n3", "exit 1\n3file-x 0\nend 0\n", "x 18446744073709551615\n"]
        {
            assert_eq!(read(format!("ready 0\n{bytes}").as_bytes()), Ok(None), "{bytes:?}");
        }
        assert_eq!(read(b"bwrap: no permission\n"), Err("bwrap: no permission".into()));
        assert_eq!(read(b""), Err(String::new()));
    }
}
