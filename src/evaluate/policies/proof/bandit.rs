//! Draws with rewards in a world of known truth: what off-policy evaluation and the gate learn from.

use rand::{RngExt, SeedableRng, rngs::ChaCha8Rng};
use rand_distr::{Beta, Distribution};

use crate::evaluate::gate::{GateSettings, ScoredDay, score};
use crate::evaluate::ope::{Candidate, CellSums, Context, Draw, Log, RewardModel};
use crate::evaluate::policies::day::FAILURE_SHIFT;
use crate::evaluate::policies::score::utilities;
use crate::evaluate::policies::truth::followers;
use crate::evaluate::policies::world::World;

/// The share of draws that explore.
const EPSILON: f64 = 0.1;

/// The exploit weights or the propensities of each row.
pub(super) type Rows = Vec<Vec<f64>>;

/// P(success) and the scores of each model in turn, the first choice first.
type Chain = Vec<(f64, Beta<f64>)>;

/// A world that stands still, with everything that a draw needs.
pub(super) struct Bandit {
    pub(super) world: World,
    /// The true chain value of each model in each row.
    pub(super) values: Rows,
    /// Models of each row, best first.
    pub(super) ranks: Vec<Vec<usize>>,
    /// What follows a first choice, by row and model.
    chains: Vec<Vec<Chain>>,
    shares: Vec<f64>,
    scored_share: f64,
}

/// What a success without a score counts as.
const UNSCORED: f64 = 0.8;

impl Bandit {
    pub(super) fn new(seed: u64) -> Self {
        let world = World::new(seed);
        let shares: Vec<f64> = world.traffic.iter().map(|leaf| leaf.share).collect();
        let (mut values, mut ranks, mut chains) = (Vec::new(), Vec::new(), Vec::new());
        for arms in &world.truth {
            let mut order: Vec<usize> = (0..arms.len()).collect();
            order.sort_by(|&one, &other| {
                let value = |model: usize| arms[model].success() * arms[model].mean_score();
                value(other).total_cmp(&value(one))
            });
            let row = utilities(&world, arms, &order, 0.0);
            let mut best: Vec<usize> = (0..arms.len()).collect();
            best.sort_by(|&one, &other| row[other].total_cmp(&row[one]));
            let score = |model: usize| {
                let (mean, strength) = (arms[model].mean_score(), 1.0 / world.dispersions[model] - 1.0);
                Beta::new(mean * strength, (1.0 - mean) * strength).expect("a mean within 0 and 1")
            };
            let chain = |first: usize| {
                let mut chain = vec![(arms[first].success(), score(first))];
                for next in followers(&world.providers, &order, first) {
                    chain.push((arms[next].after_failure(FAILURE_SHIFT), score(next)));
                }
                chain
            };
            chains.push((0..arms.len()).map(chain).collect());
            values.push(row);
            ranks.push(best);
        }
        Self { world, values, ranks, chains, shares, scored_share: 1.0 }
    }

    /// Only this share of the successes has a score. A success without one counts as 0.8, one with a score s as
    /// 0.8 + (s − 0.8)/share, which is right on average and scatters more.
    pub(super) fn partly_scored(seed: u64, share: f64) -> Self {
        Self { scored_share: share, ..Self::new(seed) }
    }

    /// The gate's defaults for the rewards there can be.
    pub(super) fn gate_settings(&self) -> GateSettings {
        GateSettings {
            lowest_reward: UNSCORED - UNSCORED / self.scored_share,
            highest_reward: UNSCORED + (1.0 - UNSCORED) / self.scored_share,
            ..GateSettings::default()
        }
    }

    /// Propensities: exploit weights with the exploration on top.
    pub(super) fn explored(&self, exploit: &Rows) -> Rows {
        let even = EPSILON / self.world.models.len() as f64;
        exploit.iter().map(|row| row.iter().map(|weight| (1.0 - EPSILON) * weight + even).collect()).collect()
    }

    /// What a draw is truly worth under these propensities.
    pub(super) fn value(&self, weights: &Rows) -> f64 {
        let rows = self.values.iter().zip(weights);
        let of_row = |(values, weights): (&Vec<f64>, &Vec<f64>)| {
            values.iter().zip(weights).map(|(value, weight)| value * weight).sum::<f64>()
        };
        rows.map(of_row).zip(&self.shares).map(|(value, share)| share * value).sum()
    }

    /// Exploit weights by rank, the same in each row: the truly best model's first.
    pub(super) fn by_rank(&self, weights: &[f64]) -> Rows {
        let row = |ranks: &Vec<usize>| {
            let mut row = vec![0.0; ranks.len()];
            ranks.iter().zip(weights).for_each(|(&model, weight)| row[model] = *weight);
            row
        };
        self.ranks.iter().map(row).collect()
    }

    /// All exploitation on the best model of each row.
    pub(super) fn best(&self) -> Rows {
        self.by_rank(&[1.0])
    }

    /// All exploitation on the model of this rank, from 0; a fraction mixes two neighbours.
    fn ranked(&self, rank: f64) -> Rows {
        let mut weights = vec![0.0; self.world.models.len() + 1];
        let whole = rank.floor() as usize;
        weights[whole] = 1.0 - rank.fract();
        weights[whole + 1] = rank.fract();
        self.by_rank(&weights)
    }

    /// The exploit weights by which a draw is worth this much less than by the best ones.
    pub(super) fn worse_by(&self, gap: f64) -> Rows {
        let top = self.value(&self.explored(&self.best()));
        let (mut low, mut high) = (0.0, self.world.models.len() as f64 - 1.0);
        for _ in 0..60 {
            let middle = 0.5 * (low + high);
            if top - self.value(&self.explored(&self.ranked(middle))) < gap { low = middle } else { high = middle }
        }
        self.ranked(high)
    }

    /// An empty log with one context a row.
    pub(super) fn log(&self, logged: &Rows, target: &Rows, baseline: &Rows) -> Log {
        let context = |row: usize| {
            let candidate = |model: usize| Candidate {
                model: model as u32,
                logged: logged[row][model],
                target: target[row][model],
                baseline: baseline[row][model],
            };
            Context { row: row as u32, candidates: (0..self.world.models.len()).map(candidate).collect() }
        };
        Log {
            rows: self.shares.len(),
            models: self.world.models.len(),
            contexts: (0..self.shares.len()).map(context).collect(),
            draws: Vec::new(),
        }
    }

    /// The log with a day of draws by its own propensities.
    pub(super) fn played(&self, log: &Log, seed: u64, day: u64, tasks: usize) -> Log {
        Log { draws: self.play(log, seed, day, tasks), ..log.clone() }
    }

    fn play(&self, log: &Log, seed: u64, day: u64, tasks: usize) -> Vec<Draw> {
        let mut key = [0; 32];
        key[..8].copy_from_slice(&seed.to_le_bytes());
        key[8..16].copy_from_slice(&day.to_le_bytes());
        key[16] = 9;
        let mut random = ChaCha8Rng::from_seed(key);
        (0..tasks)
            .map(|task| {
                let row = pick(random.random(), self.shares.iter().copied());
                let model = pick(random.random(), log.contexts[row].candidates.iter().map(|one| one.logged));
                let mut reward = 0.0;
                for (success, score) in &self.chains[row][model] {
                    if random.random::<f64>() < *success {
                        let scored = random.random::<f64>() < self.scored_share;
                        let score: f64 = score.sample(&mut random);
                        reward = UNSCORED + if scored { (score - UNSCORED) / self.scored_share } else { 0.0 };
                        break;
                    }
                }
                Draw {
                    task: (day << 32) + task as u64,
                    context: row as u32,
                    candidate: model as u32,
                    reward,
                    propensity: Some(log.contexts[row].candidates[model].logged),
                }
            })
            .collect()
    }
}

/// What a reward model learns from, day by day.
pub(super) struct Learnt(Vec<CellSums>);

impl Learnt {
    /// Nothing yet, about a log like this.
    pub(super) fn new(log: &Log) -> Self {
        Self(vec![CellSums::default(); log.rows * log.models])
    }

    /// Adds the draws of a day.
    pub(super) fn add(&mut self, log: &Log) {
        for draw in &log.draws {
            let context = &log.contexts[draw.context as usize];
            let model = context.candidates[draw.candidate as usize].model as usize;
            self.0[context.row as usize * log.models + model].add(draw.reward);
        }
    }

    /// The score of a day by what was learnt before it; then learns from it.
    pub(super) fn score(&mut self, log: &Log, settings: &GateSettings) -> ScoredDay {
        let rewards = RewardModel::fit(&self.0, log.models, 10.0, (settings.lowest_reward, settings.highest_reward));
        let scored = score(log, &rewards, settings).expect("a valid log");
        self.add(log);
        scored
    }
}

/// Where a uniform number falls among the shares.
fn pick(uniform: f64, shares: impl Iterator<Item = f64>) -> usize {
    let mut left = uniform;
    let mut shares = shares;
    let found = shares.position(|share| {
        left -= share;
        left < 0.0
    });
    found.unwrap_or(0)
}
