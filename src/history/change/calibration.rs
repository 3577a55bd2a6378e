//! Where the thresholds come from: the largest statistic of one stream over 90 quiet nights.

use super::evidence::Hit;
use super::field::{Field, Stream};
use super::result::Figure;
use super::scan::{scan, variances};
use super::threshold::envelope;
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

/// The statistics that the shares 1/10, 1/30, 1/100 and 1/300 of `runs` quiet runs exceed.
fn tail(world: &World, figure: Figure, runs: usize) -> [f64; 4] {
    let mut found: Vec<f64> = (0..runs).map(|seed| largest(world, figure, seed as u64, 3.0)).collect();
    found.sort_by(|one, other| other.total_cmp(one));
    [10, 30, 100, 300].map(|share| found[runs / share])
}

#[test]
fn the_tail_of_a_quiet_stream_lies_below_the_envelope() {
    let (_, figure, world) = kinds().swap_remove(0);
    let found = tail(&World { calls: 10.0, ..world }, figure, 300);
    // Of 300 runs the largest two are noise.
    for (statistic, share) in found.into_iter().zip([0.1, 1.0 / 30.0]) {
        assert!(statistic < envelope(share) && statistic > envelope(share) - 3.0, "{statistic} at {share}");
    }
}

#[test]
#[ignore = "proof: the null distribution behind the thresholds, 4,000 runs of eleven kinds of streams"]
fn proof_the_tail_of_a_quiet_stream_lies_below_the_envelope() {
    for (name, figure, world) in kinds() {
        let found = tail(&world, figure, 4_000);
        println!("{name}: exceeded by 1/10, 1/30, 1/100, 1/300 of the runs: {found:.2?}");
        for (statistic, share) in found.into_iter().zip([0.1, 1.0 / 30.0, 0.01, 1.0 / 300.0]) {
            assert!(statistic < envelope(share), "{name}: {statistic} at {share}");
        }
    }
}

#[test]
#[ignore = "proof: the tail beyond one in a thousand, 40,000 runs of the worst kind"]
fn proof_the_tail_goes_on_as_the_envelope_does() {
    let (name, figure, world) = kinds().swap_remove(7);
    let runs = 40_000;
    let mut found: Vec<f64> = (0..runs).map(|seed| largest(&world, figure, 10_000 + seed, 6.0)).collect();
    found.sort_by(|one, other| other.total_cmp(one));
    for exceeding in [400, 120, 40, 12] {
        let share = f64::from(exceeding) / runs as f64;
        println!("{name}: exceeded by {share}: {:.2}, envelope {:.2}", found[exceeding as usize], envelope(share));
        // At twelve runs the share itself is known to a third only, 0.3 nats.
        let slack = 2.0 / f64::from(exceeding).sqrt();
        assert!(found[exceeding as usize] < envelope(share) + slack);
    }
}
