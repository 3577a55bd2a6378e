//! Rules: which models a segment may use whatever the evidence says.

use super::settings::PolicySettings;
use crate::segment::Segment;

/// Why a rule forbids `model` of `provider` in a leaf segment; none where it is allowed.
pub(super) fn forbidden(settings: &PolicySettings, segment: &Segment, model: &str, provider: &str) -> Option<String> {
    if settings.excluded_providers.iter().any(|excluded| excluded == provider) {
        return Some(format!("provider {provider} is excluded by rule"));
    }
    let rule = settings.allowed_models.iter().find(|rule| names(segment, &rule.role, &rule.category))?;
    if rule.models.iter().any(|pattern| matches(pattern, model)) {
        return None;
    }
    Some(format!("not among the models allowed for role {} and category {}", rule.role, rule.category))
}

/// Why a pin holds back `model` in a leaf segment; none where it does not.
pub(super) fn held(settings: &PolicySettings, segment: &Segment, model: &str) -> Option<String> {
    let pin = settings.pinned_models.iter().find(|pin| names(segment, &pin.role, &pin.category))?;
    (!matches(&pin.model, model))
        .then(|| format!("{} is pinned for role {} and category {}", pin.model, pin.role, pin.category))
}

/// Whether a rule for these patterns names a segment.
pub(super) fn names(segment: &Segment, role: &str, category: &str) -> bool {
    matches(role, &segment.role) && matches(category, &segment.category)
}

/// Whether `text` matches `pattern`, in which `*` stands for any text, also none.
pub(super) fn matches(pattern: &str, text: &str) -> bool {
    let Some((head, rest)) = pattern.split_once('*') else {
        return pattern == text;
    };
    let Some(text) = text.strip_prefix(head) else {
        return false;
    };
    // Where the rest matches further on, `*` has taken what lies before.
    text.char_indices().map(|(start, _)| start).chain([text.len()]).any(|start| matches(rest, &text[start..]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::AllowRule;

    #[test]
    fn stars_match_any_text() {
        for (pattern, text, expected) in [
            ("*", "", true),
            ("claude-*", "claude-sonnet", true),
            ("claude-*", "gemini-pro", false),
            ("*-pro", "gemini-2-pro", true),
            ("a*b*c", "a1b2b3c", true),
            ("a*b*c", "a1c", false),
            ("exact", "exactly", false),
            ("*é", "café", true),
        ] {
            assert_eq!(matches(pattern, text), expected, "{pattern} on {text}");
        }
    }

    #[test]
    fn the_first_rule_that_names_the_segment_decides() {
        let rule = |role: &str, category: &str, model: &str| AllowRule {
            role: role.into(),
            category: category.into(),
            models: vec![model.into()],
        };
        let settings = PolicySettings {
            allowed_models: vec![rule("*", "debugging", "claude-*"), rule("executor", "*", "gemini-*")],
            excluded_providers: vec!["acme".into()],
            ..PolicySettings::default()
        };
        let allowed = |segment: Segment, model: &str| forbidden(&settings, &segment, model, "google").is_none();
        assert!(allowed(Segment::new("executor", "debugging", "advanced"), "claude-sonnet"));
        assert!(!allowed(Segment::new("executor", "debugging", "advanced"), "gemini-pro"));
        assert!(allowed(Segment::new("executor", "system", "advanced"), "gemini-pro"));
        assert!(allowed(Segment::new("judge", "system", "advanced"), "anything"));
        let reason = forbidden(&settings, &Segment::new("judge", "system", "advanced"), "anything", "acme");
        assert_eq!(reason.as_deref(), Some("provider acme is excluded by rule"));
    }
}
