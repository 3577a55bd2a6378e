//! One kind of work done by one model: the parameters a call is drawn from.

use super::failure::TIMEOUT_MS;
use super::log_normal::normal_cdf;
use super::{LogNormal, SimulatedModel, Speciality, World};
use crate::segment::Segment;

/// A segment by the places of its role, category and difficulty in the world.
pub(super) type SegmentIndex = [usize; 3];

/// The truth of one model at one segment on one day, as parameters of the draws.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Work {
    /// Log-odds of success at the first attempt.
    pub(super) reliability_logit: f64,
    /// Mean of the latent quality, in points.
    pub(super) quality: f64,
    /// Standard deviation of the latent quality, in points.
    pub(super) spread: f64,
    /// Prompt tokens.
    pub(super) input: LogNormal,
    /// Answer tokens.
    pub(super) output: LogNormal,
    /// Milliseconds at the median answer length.
    pub(super) latency_ms: LogNormal,
    /// Latency grows with the answer's length to this power.
    pub(super) latency_exponent: f64,
}

impl Work {
    /// Milliseconds of a full answer whose length is `z_output` and whose pace is `z_pace` deviations off the median.
    pub(super) fn answer_ms(&self, z_output: f64, z_pace: f64) -> f64 {
        let deviation = self.latency_exponent * self.output.spread * z_output + self.latency_ms.spread * z_pace;
        (self.latency_ms.median * libm::exp(deviation)).min(TIMEOUT_MS)
    }

    /// The distribution of [`Work::answer_ms`] before the timeout: log-normal, length and pace being independent.
    pub(super) fn answer_distribution(&self) -> LogNormal {
        let length = self.latency_exponent * self.output.spread;
        let spread = libm::sqrt(length * length + self.latency_ms.spread * self.latency_ms.spread);
        LogNormal { median: self.latency_ms.median, spread }
    }

    /// The score of a latent deviation `z`, a judge's `shift` added: one decimal, within 0 … 10.
    pub(super) fn score(&self, z: f64, shift: f64) -> f64 {
        let tenths = (self.quality + shift + self.spread * z) * 10.0;
        tenths.round().clamp(0.0, 100.0) / 10.0
    }

    /// The mean of [`Work::score`] by an unbiased judge: Σₖ P(score ≥ k/10)/10, k = 1 … 100.
    pub(super) fn expected_score(&self) -> f64 {
        let reaches = |tenths: u32| {
            let distance = self.quality - (f64::from(tenths) - 0.5) / 10.0;
            if self.spread > 0.0 { normal_cdf(distance / self.spread) } else { f64::from(u8::from(distance >= 0.0)) }
        };
        (1..=100).map(reaches).sum::<f64>() / 10.0
    }
}

/// The logistic function, 1/(1 + e⁻ˣ).
pub(super) fn logistic(x: f64) -> f64 {
    1.0 / (1.0 + libm::exp(-x))
}

/// The log-odds of a probability.
pub(super) fn logit(probability: f64) -> f64 {
    libm::log(probability / (1.0 - probability))
}

impl World {
    /// Every segment with its share of the tasks; roles outermost, difficulties innermost. Shares sum to 1.
    pub fn segments(&self) -> impl Iterator<Item = (Segment, f64)> {
        let total = |levels: &[super::FactorLevel]| levels.iter().map(|level| level.share).sum::<f64>();
        let whole = total(&self.roles) * total(&self.categories) * total(&self.difficulties);
        self.segment_indices().map(move |[role, category, difficulty]| {
            let (role, category) = (&self.roles[role], &self.categories[category]);
            let difficulty = &self.difficulties[difficulty];
            let segment = Segment::new(&role.name, &category.name, &difficulty.name);
            (segment, role.share * category.share * difficulty.share / whole)
        })
    }

    /// The indices of [`World::segments`], in its order.
    pub(super) fn segment_indices(&self) -> impl Iterator<Item = SegmentIndex> {
        let (categories, difficulties) = (self.categories.len(), self.difficulties.len());
        let count = self.roles.len() * categories * difficulties;
        (0..count).map(move |number| {
            [number / (categories * difficulties), number / difficulties % categories, number % difficulties]
        })
    }

    /// The work of a model at a segment before any drift.
    pub(super) fn work(&self, [role, category, difficulty]: SegmentIndex, model: &SimulatedModel) -> Work {
        let (role, category) = (&self.roles[role], &self.categories[category]);
        let difficulty = &self.difficulties[difficulty];
        let special = |speciality: &&Speciality| {
            let fits = |wanted: &Option<String>, name: &str| wanted.as_deref().is_none_or(|wanted| wanted == name);
            fits(&speciality.role, &role.name)
                && fits(&speciality.category, &category.name)
                && fits(&speciality.difficulty, &difficulty.name)
        };
        let specialities = || model.specialities.iter().filter(special);
        let output_factor = role.output_factor * category.output_factor * difficulty.output_factor;
        let latency_factor = libm::pow(output_factor, self.tokens.latency_exponent);
        Work {
            reliability_logit: logit(model.reliability)
                + role.reliability
                + category.reliability
                + difficulty.reliability * model.sensitivity
                + specialities().map(|speciality| speciality.reliability).sum::<f64>(),
            quality: model.quality
                + role.quality
                + category.quality
                + difficulty.quality * model.sensitivity
                + specialities().map(|speciality| speciality.quality).sum::<f64>(),
            spread: model.spread,
            input: self.tokens.input.scaled(role.input_factor * category.input_factor * difficulty.input_factor),
            output: self.tokens.output.scaled(output_factor),
            latency_ms: model.latency_ms.scaled(latency_factor),
            latency_exponent: self.tokens.latency_exponent,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_expected_score_is_the_mean_of_the_scores() {
        let world = World::standard();
        let mut work = world.work([0, 0, 0], &world.models[0]);
        for (quality, spread) in [(9.6, 0.8), (5.0, 1.5), (0.4, 1.0), (8.0, 0.0), (11.0, 0.0)] {
            (work.quality, work.spread) = (quality, spread);
            let steps = 200_000;
            let width = 16.0 / f64::from(steps);
            let integral: f64 = (0..steps)
                .map(|step| -8.0 + (f64::from(step) + 0.5) * width)
                .map(|z| work.score(z, 0.0) * (-z * z / 2.0).exp() * width / std::f64::consts::TAU.sqrt())
                .sum();
            assert!((work.expected_score() - integral).abs() < 1e-4, "{quality} {spread} {integral}");
        }
    }

    #[test]
    fn shares_of_the_segments_sum_to_one() {
        let world = World::standard();
        assert_eq!(world.segments().count(), 54);
        assert!((world.segments().map(|(_, share)| share).sum::<f64>() - 1.0).abs() < 1e-12);
    }
}
