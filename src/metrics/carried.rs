//! What a file that stands says already, family by family.

/// The families of a text that `renewed` does not name, as they stand there; nothing of a text that is not merit's.
pub(super) fn families(standing: &str, renewed: &[&str]) -> String {
    let mut carried = String::new();
    let mut keeps = false;
    for line in standing.lines() {
        if let Some(rest) = line.strip_prefix("# HELP ") {
            let name = rest.split(' ').next().unwrap_or_default();
            keeps = name.starts_with("merit_") && !renewed.contains(&name);
        }
        if keeps {
            carried.push_str(line);
            carried.push('\n');
        }
    }
    carried
}

/// The value of the metric without labels, where the text has it.
pub(super) fn value(standing: &str, name: &str) -> Option<f64> {
    let line = standing.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    line?.trim().parse().ok()
}
