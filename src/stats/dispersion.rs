//! Dispersion of scores: how much less than a coin toss a graded score varies.

/// Scores of a model in one cell (one segment): decayed sums over its scored successes, scores as fractions of 1.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ScoreCell {
    /// How many scores there are, not decayed.
    pub scores: u64,
    /// S = Σ w.
    pub strength: f64,
    /// Σ w² / Σ w: the mean weight of the evidence, 1 where nothing is decayed.
    pub mean_weight: f64,
    /// Σ w·q.
    pub sum: f64,
    /// Σ w·q².
    pub square_sum: f64,
}

/// φ is never taken below this: a judge who always gives 9 still may be wrong.
pub const MINIMUM: f64 = 0.05;

/// The scores of all models that each model's own are weighed against: so many degrees of freedom of its own count as
/// much as what is usual.
const USUAL: f64 = 20.0;

/// φ = Σ within-cell squares / Σ (S − Σw²/S)·mean·(1−mean), pooled over the cells of one model, clamped to [0.05, 1].
///
/// The dispersion parameter of a quasi-binomial model (McCullagh & Nelder, *Generalized Linear Models*, 1989, §4.5.2):
/// 1 for scores of 0 or 10 only, less for graded ones. Evidence on the mean score is S/φ. It is 1, the cautious value,
/// where undefined: fewer than two scores in every cell, or all scores at an end.
///
/// ```
/// use merit::stats::dispersion::{dispersion, ScoreCell};
/// let tosses = ScoreCell { scores: 100, strength: 100.0, mean_weight: 1.0, sum: 40.0, square_sum: 40.0 };
/// assert_eq!(dispersion(&[tosses]), 1.0);
/// ```
pub fn dispersion(cells: &[ScoreCell]) -> f64 {
    Squares::of(cells).ratio()
}

/// The φ of each of several models, drawn towards that of all of them: what a model's few or equal scores cannot tell
/// is taken to be as usual.
///
/// > φ_m = (within_m + ν·b·φ) / (binomial_m + ν·b), ν = 20 degrees of freedom,
///
/// φ the ratio of the sums over all models and b the mean binomial variance of a degree of freedom. Without it a model
/// whose every score is 10 has an undefined φ, taken as 1, and one that gave 9.5 once has a φ of 0.05: the better
/// model's evidence would count for a twentieth of the other's.
pub fn dispersions(models: &[Vec<ScoreCell>]) -> Vec<f64> {
    let own: Vec<Squares> = models.iter().map(|cells| Squares::of(cells)).collect();
    let all = own.iter().fold(Squares::default(), |all, own| Squares {
        within: all.within + own.within,
        binomial: all.binomial + own.binomial,
        freedom: all.freedom + own.freedom,
    });
    if all.binomial <= NOTHING {
        return vec![1.0; models.len()];
    }
    let usual = USUAL * all.binomial / all.freedom;
    let drawn = |own: &Squares| {
        let within = own.within + usual * all.ratio();
        Squares { within, binomial: own.binomial + usual, ..*own }.ratio()
    };
    own.iter().map(drawn).collect()
}

/// A mean within rounding of an end leaves nothing to divide by.
const NOTHING: f64 = 1e-12;

/// Sums over the cells of a model.
#[derive(Clone, Copy, Default)]
struct Squares {
    within: f64,
    binomial: f64,
    freedom: f64,
}

impl Squares {
    fn of(cells: &[ScoreCell]) -> Self {
        let mut sums = Self::default();
        for cell in cells.iter().filter(|cell| cell.scores >= 2 && cell.strength > cell.mean_weight) {
            let mean = (cell.sum / cell.strength).clamp(0.0, 1.0);
            let freedom = cell.strength - cell.mean_weight;
            sums.within += (cell.square_sum - cell.sum * mean).max(0.0);
            sums.binomial += freedom * mean * (1.0 - mean);
            sums.freedom += freedom;
        }
        sums
    }

    fn ratio(&self) -> f64 {
        if self.binomial > NOTHING { (self.within / self.binomial).clamp(MINIMUM, 1.0) } else { 1.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{SeedableRng, rngs::ChaCha8Rng};
    use rand_distr::{Beta, Distribution};

    fn cell(scores: &[f64]) -> ScoreCell {
        ScoreCell {
            scores: scores.len() as u64,
            strength: scores.len() as f64,
            mean_weight: 1.0,
            sum: scores.iter().sum(),
            square_sum: scores.iter().map(|score| score * score).sum(),
        }
    }

    #[test]
    fn finds_the_dispersion_of_a_known_world_over_small_cells() {
        // Beta(μν, (1−μ)ν) scores have variance μ(1−μ)/(ν+1): φ = 1/(ν+1) = 0.2, in cells of differing mean.
        let mut random = ChaCha8Rng::seed_from_u64(7);
        let cells: Vec<ScoreCell> = (0..300)
            .map(|index| {
                let mean = 0.5 + 0.4 * f64::from(index % 10) / 10.0;
                let scores = Beta::new(mean * 4.0, (1.0 - mean) * 4.0).expect("positive parameters");
                cell(&(0..12).map(|_| scores.sample(&mut random)).collect::<Vec<_>>())
            })
            .collect();
        let found = dispersion(&cells);
        assert!((found - 0.2).abs() < 0.02, "{found}");
    }

    #[test]
    fn differences_between_cells_are_not_dispersion() {
        let cells = [cell(&[0.1, 0.12, 0.1, 0.12]), cell(&[0.9, 0.88, 0.9, 0.88])];
        assert_eq!(dispersion(&cells), MINIMUM);
    }

    #[test]
    fn a_perfect_model_is_not_worse_known_than_one_with_a_flaw() {
        let graded: Vec<f64> = (0..40).map(|index| if index % 4 == 0 { 0.2 } else { 0.9 }).collect();
        let models = [vec![cell(&[1.0; 7])], vec![cell(&[1.0, 0.95]), cell(&[1.0; 5])], vec![cell(&graded)]];
        let own: Vec<f64> = models.iter().map(|cells| dispersion(cells)).collect();
        assert_eq!((own[0], own[1]), (1.0, MINIMUM), "alone, one loses twenty times the other's evidence");
        let drawn = dispersions(&models);
        assert!((drawn[0] / drawn[1] - 1.0).abs() < 0.05, "{drawn:?}");
        assert!((drawn[2] / own[2] - 1.0).abs() < 0.05, "who has many scores keeps its own: {drawn:?}");
    }

    #[test]
    fn many_scores_outweigh_what_is_usual_and_where_nothing_varies_all_are_one() {
        let spread = |low: f64, high: f64| {
            cell(&(0..2000).map(|index| if index % 2 == 0 { low } else { high }).collect::<Vec<_>>())
        };
        let models = [vec![spread(0.4, 0.6)], vec![spread(0.1, 0.9)]];
        for (drawn, own) in dispersions(&models).iter().zip(&models) {
            assert!((drawn - dispersion(own)).abs() < 0.01, "{drawn}");
        }
        assert_eq!(dispersions(&[vec![cell(&[1.0, 1.0])], vec![]]), [1.0, 1.0]);
        assert!(dispersions(&[]).is_empty());
    }

    #[test]
    fn undefined_is_one() {
        assert_eq!(dispersion(&[]), 1.0);
        assert_eq!(dispersion(&[cell(&[0.7])]), 1.0);
        assert_eq!(dispersion(&[cell(&[1.0, 1.0, 1.0])]), 1.0);
        assert_eq!(dispersion(&[cell(&[0.0, 0.0])]), 1.0);
    }
}
