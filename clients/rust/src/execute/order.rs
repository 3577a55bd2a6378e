//! Who is tried next.

use std::time::Instant;

/// The models not tried yet, in the order to try them.
#[derive(Debug)]
pub(super) struct Order<'a> {
    left: Vec<&'a str>,
}

impl<'a> Order<'a> {
    /// These models, each once, without the one that comes first.
    pub(super) fn after(first: &str, models: Vec<&'a str>) -> Self {
        let mut left: Vec<&str> = Vec::with_capacity(models.len());
        for model in models {
            if model != first && !left.contains(&model) {
                left.push(model);
            }
        }
        Self { left }
    }

    /// Takes the first model that does not rest; where all do, the one whose rest ends first.
    pub(super) fn next(&mut self, rests_until: impl Fn(&str) -> Option<Instant>) -> Option<&'a str> {
        // None, who does not rest, comes before every instant, and of equals the first is the least.
        let next = (0..self.left.len()).min_by_key(|place| rests_until(self.left[*place]))?;
        Some(self.left.remove(next))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn those_who_rest_come_last_by_the_end_of_their_rest() {
        let now = Instant::now();
        let rest = |model: &str| match model {
            "b" => Some(now + Duration::from_secs(9)),
            "d" => Some(now + Duration::from_secs(3)),
            _ => None,
        };
        let mut order = Order::after("first", vec!["a", "b", "first", "c", "d", "a"]);
        let tried: Vec<&str> = std::iter::from_fn(|| order.next(rest)).collect();
        assert_eq!(tried, ["a", "c", "d", "b"]);
    }

    #[test]
    fn who_comes_to_rest_meanwhile_moves_back_and_who_has_rested_returns_to_its_place() {
        let now = Instant::now();
        let mut order = Order::after("first", vec!["a", "b", "c"]);
        assert_eq!(order.next(|model| (model == "a").then_some(now)), Some("b"));
        assert_eq!(order.next(|_| None), Some("a"));
        assert_eq!(order.next(|_| Some(now)), Some("c"));
        assert_eq!(order.next(|_| None), None);
    }
}
