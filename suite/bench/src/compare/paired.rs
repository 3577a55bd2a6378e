//! The paired difference over projects.

use serde::Serialize;

use super::statistics::{mean, squares};
use super::student::t_95;

/// B − A over the projects that both have.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Paired {
    /// How many projects.
    pub projects: u32,
    /// The mean of the projects' differences.
    pub difference: f64,
    /// mean ± t · s / √n, Student's t with n − 1 degrees of freedom at 95 %; None for one project.
    pub interval: Option<(f64, f64)>,
}

impl Paired {
    /// The paired difference of projects; None where there are none.
    pub(super) fn of(differences: &[f64]) -> Option<Self> {
        let difference = mean(differences)?;
        let projects = differences.len() as u32;
        let interval = (projects >= 2).then(|| {
            let free = projects - 1;
            let variance = squares(differences).unwrap_or_default() / f64::from(free);
            let half = t_95(free) * (variance / f64::from(projects)).sqrt();
            (difference - half, difference + half)
        });
        Some(Self { projects, difference, interval })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn worked_by_hand() {
        // Differences 1, 2, 6: mean 3, s² = 14 / 2 = 7, t = 4.3027 for 2 degrees: 3 ± 4.3027 · √(7 / 3) = 3 ± 6.5724.
        let paired = Paired::of(&[1.0, 2.0, 6.0]).expect("three");
        let (low, high) = paired.interval.expect("more than one");
        assert_eq!((paired.projects, paired.difference), (3, 3.0));
        assert!((low + 3.5724).abs() < 1e-3 && (high - 9.5724).abs() < 1e-3, "{low} {high}");
        assert_eq!(Paired::of(&[2.0]), Some(Paired { projects: 1, difference: 2.0, interval: None }));
        assert_eq!(Paired::of(&[]), None);
    }
}
