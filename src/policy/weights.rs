//! The true propensities: exploit, explore and probe shares of a row.

use super::settings::PolicySettings;

/// The shares of one draw.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Shares {
    /// For each eligible arm, the probability that it is drawn.
    pub(super) eligible: Vec<f64>,
    /// For each arm on probation, the probability that it is drawn.
    pub(super) probe: f64,
}

/// weight = (1−ε)·exploit + (ε − probes)/K over the K eligible arms, and `probe_weight` for each arm on probation,
/// together at most `probe_cap` and at most ε.
pub(super) fn shares(settings: &PolicySettings, exploit: &[f64], on_probation: usize) -> Shares {
    let epsilon = settings.exploration();
    let mut probe = 0.0;
    if on_probation > 0 {
        let most = settings.probe_cap.min(epsilon) / on_probation as f64;
        probe = settings.probe_weight.min(most);
    }
    let probes = probe * on_probation as f64;
    let explore = (epsilon - probes).max(0.0) / exploit.len() as f64;
    Shares { eligible: exploit.iter().map(|weight| (1.0 - epsilon) * weight + explore).collect(), probe }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Algorithm;

    #[test]
    fn the_formula_holds_to_the_digit() {
        let shares = shares(&PolicySettings::default(), &[0.75, 0.25], 2);
        let explore = (0.10 - 0.01) / 2.0;
        assert_eq!(shares, Shares { eligible: vec![0.9 * 0.75 + explore, 0.9 * 0.25 + explore], probe: 0.005 });
    }

    #[test]
    fn probes_stay_below_their_cap_and_below_epsilon() {
        let settings = PolicySettings::default();
        assert_eq!(shares(&settings, &[1.0], 10).probe, 0.002);
        let settings = PolicySettings { epsilon: 0.004, ..settings };
        assert_eq!(shares(&settings, &[1.0], 2).probe, 0.002);
        let settings = PolicySettings { algorithm: Algorithm::Greedy, ..settings };
        assert_eq!(shares(&settings, &[1.0, 0.0], 2), Shares { eligible: vec![1.0, 0.0], probe: 0.0 });
    }

    #[test]
    fn a_single_arm_without_probes_gets_everything() {
        assert_eq!(shares(&PolicySettings::default(), &[1.0], 0).eligible, [1.0]);
    }
}
