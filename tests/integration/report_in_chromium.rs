//! The report in a real browser: Debian's Chromium, headless, over its DevTools pipe.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::json;

use crate::harness::{Place, python, skip, texts};

/// The browser: `MERIT_CHROMIUM`, or the first of the usual names on the path; where there is none the test is skipped
/// and says so.
fn chromium() -> Option<PathBuf> {
    let named = std::env::var_os("MERIT_CHROMIUM").map(PathBuf::from);
    let folders: Vec<PathBuf> =
        std::env::var_os("PATH").map(|path| std::env::split_paths(&path).collect()).unwrap_or_default();
    let usual = ["chromium", "chromium-browser", "google-chrome"];
    let found = named.or_else(|| {
        usual.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name))).find(|path| path.is_file())
    });
    if found.is_none() {
        skip("there is no chromium; apt-get install chromium");
    }
    found
}

/// What the checks say of a page, and whether all hold; none where the test is skipped.
fn checks(page: &Path) -> Option<(bool, String)> {
    let (chromium, python) = (chromium()?, python()?);
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/python/report_in_chromium.py");
    let output = Command::new(python).arg(script).arg(chromium).arg(page).output().expect("Python runs");
    let (out, error) = texts(&output);
    Some((output.status.success(), out + &error))
}

/// Opens the page and expects every check to hold: no error and no request, three widths, light and dark, contrast, the
/// filter, names, titles, and all of it readable without the script.
fn holds(page: &Path) -> Option<String> {
    let (all, out) = checks(page)?;
    assert!(all, "{}\n{out}", page.display());
    assert_eq!(out.matches(": ok\n").count(), 14, "every check was made\n{out}");
    Some(out)
}

#[test]
fn the_report_of_two_nights_works_in_a_browser() {
    let place = Place::new();
    let folder = place.path("logs").to_string_lossy().into_owned();
    place.succeed(&["simulate", "--days", "12", "--calls-per-day", "300", "-o", &folder]);
    place.succeed(&["analyze", "--as-of", "2026-06-08", "--quiet", "--no-gate", "--logs", &folder]);
    place.succeed(&["analyze", "--as-of", "2026-06-13", "--quiet", "--no-gate"]);
    let page = place.data().join("reports/report.html");
    let text = std::fs::read_to_string(&page).expect("a report");
    assert!(text.len() < 2_000_000, "{} bytes", text.len());
    assert!(text.contains("Compared with table 1 as of 2026-06-08"));
    let Some(out) = holds(&page) else { return };
    assert!(!out.contains("hid 0 of"), "{out}");

    // What is wrong is found.
    let worse =
        "<main><p style=\"width: 3000px; color: #ccc; background: #fff\">x</p><script>window.ran = true</script>";
    let worse = place.write("worse.html", &text.replacen("<main>", worse, 1));
    let Some((all, out)) = checks(&worse) else { return };
    assert!(!all && out.contains("px too wide") && out.contains("light: contrast: [["), "{out}");
    assert!(out.contains("Content Security Policy") && out.contains("page's own: ok"), "it did not run either\n{out}");
}

#[test]
fn hostile_names_do_not_run_in_a_browser() {
    let place = Place::new();
    let long = "n".repeat(500);
    let names = [
        "<script>window.ran = true</script>",
        "\"><img src=x onerror=\"window.ran = true\">",
        "</script><script>window.ran = true</script>",
        "'\"&quot; onmouseover='window.ran = true'",
        "</title></style><svg onload=window.ran=true>",
        "{{ 7 * 7 }}{% raw %}",
        "🦀 crab \u{202e}drow",
        "javascript:window.ran=true",
        "* | a || b",
        &long,
    ];
    let mut lines = String::new();
    for (index, model) in names.iter().enumerate() {
        for turn in 0..12 {
            let [role, category, difficulty] = [1, 2, 3].map(|step| names[(index + step * turn) % names.len()]);
            let call = json!({
                "call_id": format!("{index}-{turn}"), "task_id": format!("t{index}-{turn}"), "model": model,
                "provider": names[(index + turn) % names.len()], "timestamp": format!("2026-06-{:02}T10:00:00Z", turn + 1),
                "success": turn % 5 > 0, "score": 6 + turn % 4, "cost_usd": 0.01 * (index + 1) as f64,
                "latency_ms": 900 + 40 * turn, "role": role, "task_category": category, "task_difficulty": difficulty,
            });
            lines.push_str(&format!("{call}\n"));
        }
    }
    place.write("data/inbox/calls.jsonl", &lines);
    place.succeed(&["analyze", "--as-of", "2026-06-13", "--quiet", "--no-gate"]);
    let page = place.data().join("reports/report.html");
    let text = std::fs::read_to_string(&page).expect("a report");
    assert_eq!(text.matches("<script").count(), 1, "the page's own");
    assert!(!text.contains("<img") && !text.contains(&long[..61]) && text.contains("&lt;script&gt;window.ran"));
    let markdown = std::fs::read_to_string(place.data().join("reports/report.md")).expect("a report");
    assert!(!markdown.contains("<script") && !markdown.contains("<img") && !markdown.contains(&long[..61]));
    holds(&page);
}

#[test]
fn the_report_is_written_again_and_opened() {
    let place = Place::new();
    assert!(place.fail(1, &["report"]).contains("has no run to report on yet; run merit analyze"));
    let calls: String =
        (0..40).map(|id| crate::harness::call(&format!("c{id}"), "2026-06-10T10:00:00Z", "claude-opus", "")).collect();
    place.write("data/inbox/calls.jsonl", &calls);
    place.succeed(&["analyze", "--as-of", "2026-06-12", "--quiet"]);
    let page = place.data().join("reports/report.html");
    let written = std::fs::read(&page).expect("a report");
    std::fs::remove_file(&page).expect("removable");
    let out = place.succeed(&["report"]);
    assert!(out.contains("reports/report.html"), "{out}");
    assert!(std::fs::read(&page).expect("a report") == written, "the same run gives the same bytes");

    let seen = place.path("seen");
    let opener = place.write("opener.sh", &format!("#!/bin/sh\nprintf %s \"$1\" > '{}'\n", seen.display()));
    std::fs::set_permissions(&opener, std::os::unix::fs::PermissionsExt::from_mode(0o755)).expect("a file of ours");
    let open = |program: &Path| {
        place.command().args(["report", "--open"]).env("MERIT_OPENER", program).output().expect("the binary runs")
    };
    assert!(open(&opener).status.success());
    assert_eq!(std::fs::read_to_string(&seen).expect("it was opened"), page.display().to_string());
    let output = open(Path::new("/nowhere/opener"));
    let (out, error) = texts(&output);
    assert_eq!(output.status.code(), Some(1));
    assert!(out.contains("report.html") && error.contains("yourself"), "{out}{error}");
}
