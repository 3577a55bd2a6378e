//! Full feedback: a policy built on half of a benchmark's tasks, replayed on the other half, where every model's answer
//! is known.

use std::collections::BTreeMap;
use std::fs::File;

use arrow::array::{Array, AsArray};
use arrow::datatypes::Float64Type;
use merit::policy::{ArmEvidence, Cell, CostSource, Latency, LaterAttempts, PolicySettings, SegmentTraffic, build};
use merit::segment::{ANY, Segment};
use merit::stats::hull::{Point, concave_hull};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use rand::{RngExt, SeedableRng, rngs::ChaCha8Rng};

use crate::harness::shared;

/// Where between the cheapest model's cost and the unlimited cost the budgets lie.
const BUDGETS: [f64; 5] = [0.1, 0.3, 0.5, 0.7, 0.9];
/// Student's t at .975 with 19 degrees of freedom.
const STUDENT_19: f64 = 2.093;

/// One answer: sums over its repetitions.
#[derive(Clone, Copy, Default)]
struct Answer {
    calls: f64,
    score: f64,
    score_square: f64,
    cost: f64,
    costed: f64,
}

impl Answer {
    fn add(&mut self, other: Answer) {
        self.calls += other.calls;
        self.score += other.score;
        self.score_square += other.score_square;
        self.cost += other.cost;
        self.costed += other.costed;
    }

    fn mean(&self) -> f64 {
        self.score / self.calls
    }

    fn mean_cost(&self) -> f64 {
        self.cost / self.costed
    }
}

/// Tasks with their category and each model's answer.
struct Benchmark {
    models: Vec<String>,
    categories: Vec<String>,
    category_of: Vec<usize>,
    answers: Vec<Vec<Answer>>,
}

/// The position of a name among those met so far.
fn position(names: &mut BTreeMap<String, usize>, name: &str) -> usize {
    let next = names.len();
    *names.entry(name.to_string()).or_insert(next)
}

fn names(positions: BTreeMap<String, usize>) -> Vec<String> {
    let mut names = vec![String::new(); positions.len()];
    positions.into_iter().for_each(|(name, position)| names[position] = name);
    names
}

/// The benchmark, less the models of which hardly any cost is known: no replay can tell what those would have cost.
fn read(path: &str) -> Benchmark {
    let file = File::open(path).expect("the shared file opens");
    let batches = ParquetRecordBatchReaderBuilder::try_new(file).expect("Parquet").build().expect("readable");
    let (mut models, mut categories, mut tasks) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
    let mut rows: Vec<(usize, usize, usize, Answer)> = Vec::new();
    for batch in batches {
        let batch = batch.expect("a batch");
        let column = |name: &str| batch.column_by_name(name).expect("a column").clone();
        let text = |name: &str| arrow::compute::cast(&column(name), &arrow::datatypes::DataType::Utf8).expect("text");
        let (model, category, task) = (text("model"), text("category"), text("instance_id"));
        let (score, cost) = (column("score_raw"), column("cost_usd"));
        let (score, cost) = (score.as_primitive::<Float64Type>(), cost.as_primitive::<Float64Type>());
        for row in 0..batch.num_rows() {
            let of = |column: &arrow::array::ArrayRef| column.as_string::<i32>().value(row).to_string();
            let known = cost.is_valid(row);
            let answer = Answer {
                calls: 1.0,
                score: score.value(row),
                score_square: score.value(row) * score.value(row),
                cost: if known { cost.value(row) } else { 0.0 },
                costed: f64::from(u8::from(known)),
            };
            let place = (position(&mut tasks, &of(&task)), position(&mut models, &of(&model)));
            rows.push((place.0, place.1, position(&mut categories, &of(&category)), answer));
        }
    }
    let mut known = vec![(0.0, 0.0); models.len()];
    for (_, model, _, answer) in &rows {
        known[*model].0 += answer.calls;
        known[*model].1 += answer.costed;
    }
    let kept: Vec<usize> = (0..known.len()).filter(|&model| known[model].1 > 0.9 * known[model].0).collect();
    let mut category_of = vec![0; tasks.len()];
    let mut answers = vec![vec![Answer::default(); kept.len()]; tasks.len()];
    for (task, model, category, answer) in rows {
        category_of[task] = category;
        if let Ok(place) = kept.binary_search(&model) {
            answers[task][place].add(answer);
        }
    }
    let all = names(models);
    let models = kept.into_iter().map(|model| all[model].clone()).collect();
    Benchmark { models, categories: names(categories), category_of, answers }
}

impl Benchmark {
    fn segment(&self, category: usize) -> Segment {
        Segment::new("unknown", &self.categories[category], "unknown")
    }

    /// The undecayed evidence and the traffic of these tasks.
    fn evidence(&self, tasks: &[usize]) -> (Vec<ArmEvidence>, Vec<SegmentTraffic>) {
        let mut sums = vec![vec![Answer::default(); self.models.len()]; self.categories.len()];
        let mut counts = vec![0.0; self.categories.len()];
        for &task in tasks {
            counts[self.category_of[task]] += 1.0;
            for (sum, answer) in sums[self.category_of[task]].iter_mut().zip(&self.answers[task]) {
                sum.add(*answer);
            }
        }
        let arm = |category: usize, model: usize| {
            let sum = sums[category][model];
            ArmEvidence {
                segment: self.segment(category),
                model: self.models[model].clone(),
                provider: self.models[model].clone(),
                cells: vec![Cell {
                    source: "benchmark".into(),
                    judge: "bfcl".into(),
                    calls: sum.calls as u64,
                    strength: sum.calls,
                    strength_squared: sum.calls,
                    success_strength: sum.calls,
                    scored_calls: sum.calls as u64,
                    scored_strength: sum.calls,
                    scored_strength_squared: sum.calls,
                    quality_sum: sum.score,
                    quality_square_sum: sum.score_square,
                }],
                later: LaterAttempts::default(),
                cost_usd: (sum.costed > 0.0).then(|| sum.mean_cost()),
                cost_source: CostSource::Logged,
                input_tokens: None,
                output_tokens: None,
                latency: Latency::default(),
                first_day: "2024-07-06".into(),
                last_day: "2024-08-11".into(),
                changed_since: None,
                flags: Vec::new(),
            }
        };
        let share = |category: usize| SegmentTraffic {
            segment: self.segment(category),
            share: counts[category] / tasks.len() as f64,
        };
        let categories = 0..self.categories.len();
        let arms =
            categories.clone().flat_map(|category| (0..self.models.len()).map(move |model| arm(category, model)));
        (arms.collect(), categories.map(share).collect())
    }

    /// Mean score and mean cost of a model over tasks.
    fn single(&self, model: usize, tasks: &[usize]) -> Point {
        let mut sum = Answer::default();
        tasks.iter().for_each(|&task| sum.add(self.answers[task][model]));
        let value = tasks.iter().map(|&task| self.answers[task][model].mean()).sum::<f64>() / tasks.len() as f64;
        Point { cost: sum.mean_cost(), value }
    }

    /// The exploit weights of the leaf rows at a budget, by category and model, and the expected cost of a task.
    fn exploit(&self, evidence: &(Vec<ArmEvidence>, Vec<SegmentTraffic>), budget: Option<f64>) -> (Vec<Vec<f64>>, f64) {
        // The exploit part alone: exploration would take its share of the budget.
        let settings = PolicySettings { epsilon: 0.0, budget_usd_per_task: budget, ..PolicySettings::default() };
        let policy = build(&evidence.0, &evidence.1, &settings).expect("valid evidence");
        let mut weights = vec![vec![0.0; self.models.len()]; self.categories.len()];
        for row in policy.segments.iter().filter(|row| row.segment.role != ANY && row.segment.difficulty != ANY) {
            let Some(category) = self.categories.iter().position(|name| *name == row.segment.category) else {
                continue;
            };
            for candidate in &row.candidates {
                let model = self.models.iter().position(|name| *name == candidate.model).expect("a model");
                weights[category][model] = candidate.exploit_weight;
            }
        }
        (weights, policy.expected_cost_usd_per_task)
    }

    /// Mean score and cost of tasks where each category's model is drawn with these weights.
    fn replay(&self, weights: &[Vec<f64>], tasks: &[usize]) -> Point {
        let (mut value, mut cost) = (0.0, 0.0);
        for &task in tasks {
            for (weight, answer) in weights[self.category_of[task]].iter().zip(&self.answers[task]) {
                if *weight > 0.0 {
                    value += weight * answer.mean();
                    cost += weight * if answer.costed > 0.0 { answer.mean_cost() } else { 0.0 };
                }
            }
        }
        Point { cost: cost / tasks.len() as f64, value: value / tasks.len() as f64 }
    }
}

/// The zero router at a budget (Hu et al., *RouterBench*, 2024): a mixture along the hull of the single models as
/// `built` shows it, scored as `tested` shows it.
fn zero_router(built: &[Point], tested: &[Point], budget: f64) -> f64 {
    let hull = concave_hull(built);
    let mut value = tested[hull[0]].value;
    for edge in hull.windows(2) {
        let (from, to) = (built[edge[0]].cost, built[edge[1]].cost);
        if budget >= from {
            let share = ((budget - from) / (to - from)).min(1.0);
            value = (1.0 - share) * tested[edge[0]].value + share * tested[edge[1]].value;
        }
    }
    value
}

/// Mean and half the width of the 95 % interval of 20 paired differences.
fn interval(differences: &[f64]) -> (f64, f64) {
    let count = differences.len() as f64;
    let mean = differences.iter().sum::<f64>() / count;
    let squares: f64 = differences.iter().map(|difference| (difference - mean) * (difference - mean)).sum();
    (mean, STUDENT_19 * (squares / (count - 1.0) / count).sqrt())
}

#[test]
#[ignore = "proof: 20 splits × 6 builds of 51 models at 12 kinds of work"]
fn proof_the_policy_beats_the_best_single_model_and_the_zero_router_on_held_out_tasks() {
    let Some(path) = shared("bfcl/outcomes.parquet") else { return };
    let benchmark = read(&path);
    let mut beyond_single = vec![Vec::new(); BUDGETS.len()];
    let mut beyond_zero = vec![Vec::new(); BUDGETS.len()];
    let mut shown = vec![[0.0; 5]; BUDGETS.len()];
    const SPLITS: u64 = 20;
    for split in 0..SPLITS {
        let mut random = ChaCha8Rng::seed_from_u64(split);
        let (built_on, tested_on): (Vec<usize>, Vec<usize>) =
            (0..benchmark.answers.len()).partition(|_| random.random::<bool>());
        let evidence = benchmark.evidence(&built_on);
        let singles = |tasks: &[usize]| -> Vec<Point> {
            (0..benchmark.models.len()).map(|model| benchmark.single(model, tasks)).collect()
        };
        let (built, tested) = (singles(&built_on), singles(&tested_on));
        let cheapest = built.iter().map(|single| single.cost).fold(f64::INFINITY, f64::min);
        let (_, unlimited) = benchmark.exploit(&evidence, None);
        for (place, share) in BUDGETS.iter().enumerate() {
            let budget = cheapest + share * (unlimited - cheapest);
            let (weights, _) = benchmark.exploit(&evidence, Some(budget));
            let found = benchmark.replay(&weights, &tested_on);
            let affordable = (0..built.len()).filter(|&model| built[model].cost <= budget);
            let single = affordable.max_by(|&one, &other| built[one].value.total_cmp(&built[other].value));
            let single = tested[single.expect("the cheapest is affordable")].value;
            let zero = zero_router(&built, &tested, budget);
            beyond_single[place].push(found.value - single);
            beyond_zero[place].push(found.value - zero);
            let row = [budget, found.cost, found.value, single, zero];
            shown[place].iter_mut().zip(row).for_each(|(sum, value)| *sum += value / SPLITS as f64);
        }
    }
    for (place, [budget, cost, value, single, zero]) in shown.iter().enumerate() {
        let (of_single, of_zero) = (interval(&beyond_single[place]), interval(&beyond_zero[place]));
        eprintln!(
            "budget ${budget:.6}, cost ${cost:.6}: {value:.4}; best single {single:.4} ({:+.4} ± {:.4}), zero router \
             {zero:.4} ({:+.4} ± {:.4})",
            of_single.0, of_single.1, of_zero.0, of_zero.1
        );
        assert!(of_single.0 > of_single.1, "not above the best single model at ${budget:.6}");
        assert!(of_zero.0 > of_zero.1, "not above the zero router at ${budget:.6}");
        assert!(*cost <= 1.05 * budget, "${cost:.6} of ${budget:.6}");
    }
}
