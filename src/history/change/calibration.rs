//! Where the thresholds come from: the largest statistic of one stream over 90 quiet nights.

use super::evidence::Hit;
use super::field::{Field, Stream};
use super::result::Figure;
use super::scan::{scan, variances};
use super::world::{Scores, World, drawn};

/// The largest statistic of the first model over all nights, 0 if it never reached `floor`.
fn largest(world: &World, figure: Figure, seed: u64, floor: f64) -> f64 {
    let history = drawn(world, seed);
    let mut field = Field::new(&history, figure);
    let (mut largest, start) = (0.0_f64, super::world::START);
    for night in start..start + world.days {
        field.strata.iter_mut().for_each(|stratum| stratum.advance(night));
        let of_model = |(stream, hit): &(Stream, Hit)| matches!(stream, Stream::Model(_)).then_some(hit.statistic);
        let variances = variances(&field);
        let scan = scan(&field, &variances, night, floor);
        largest = scan.hits.iter().filter_map(of_model).fold(largest, f64::max);
        (field.arm_days, field.wide_days) = (scan.arm_days, scan.wide_days);
    }
    largest
}

/// Kinds of streams, each the only one of its world.
fn kinds() -> Vec<(&'static str, Figure, World)> {
    let one = World { models: 1, segments: 1, ..World::default() };
    let success = |calls: f64, rate: f64| World { calls, success: Some(rate), scored: 0.0, ..one.clone() };
    let score = |calls: f64, scores: Scores| World { calls, scored: 1.0, scores, success: Some(1.0), ..one.clone() };
    let many = World { models: 1, segments: 18, ..World::default() };
    vec![
        ("success .97, 40 a day", Figure::Success, success(40.0, 0.97)),
        ("success .85, 400 a day", Figure::Success, success(400.0, 0.85)),
        ("success .99, 3 a day", Figure::Success, success(3.0, 0.99)),
        ("success .90, 1 a day", Figure::Success, success(1.0, 0.90)),
        ("success by arm, 18 segments, 40 a day", Figure::Success, World { calls: 40.0, scored: 0.0, ..many.clone() }),
        ("graded, 13 a day", Figure::Score, score(13.0, Scores::Graded)),
        ("graded, 2 a day", Figure::Score, score(2.0, Scores::Graded)),
        ("0 or 10, 10 a day", Figure::Score, score(10.0, Scores::Binary)),
        ("long tail, 5 a day", Figure::Score, score(5.0, Scores::LongTail)),
        ("long tail, 100 a day", Figure::Score, score(100.0, Scores::LongTail)),
        ("graded, 18 segments × 2 judges, 13 a day", Figure::Score, World { calls: 40.0, ..many.clone() }),
    ]
}

#[test]
#[ignore = "proof: the null distribution behind the thresholds"]
fn proof_the_tail_of_a_quiet_stream_lies_below_the_envelope() {
    let runs = 4_000;
    for (name, figure, world) in kinds() {
        let mut found: Vec<f64> = (0..runs).map(|seed| largest(&world, figure, seed, 3.0)).collect();
        found.sort_by(|one, other| other.total_cmp(one));
        let places: Vec<String> = [runs / 10, runs / 30, runs / 100, runs / 300, runs / 1000]
            .iter()
            .map(|k| format!("{:.2}", found[*k as usize]))
            .collect();
        println!("{name}: {}", places.join(" "));
    }
}

#[test]
#[ignore]
fn explore_deep() {
    for place in [0, 7] {
        let (name, figure, world) = kinds().swap_remove(place);
        let runs = 40_000;
        let mut found: Vec<f64> = (10_000..10_000 + runs).map(|seed| largest(&world, figure, seed, 6.0)).collect();
        found.sort_by(|one, other| other.total_cmp(one));
        for k in [400, 120, 40, 12, 4] {
            println!("DEEP {name}: {k} {:.2} intercept {:.2}", found[k], found[k] + (k as f64 / runs as f64).ln());
        }
    }
}
