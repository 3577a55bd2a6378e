//! The state machine, and the score of a day by hand.

use super::*;
use crate::evaluate::ope::{Candidate, CellSums, Context, Draw, Log, RewardModel};
use crate::evaluate::sequence::{Outcome, Outcomes};

const DAY: i32 = 20_000;

/// A day of draws with weights like those of the challenger's own, each of this gain but for ±`spread`.
fn day(draws: u64, gain: f64, spread: f64) -> ScoredDay {
    let outcome = |place: u64| {
        let residual = if place.is_multiple_of(2) { spread } else { -spread };
        Outcome { predicted: gain, slack: 0.0, residual, draws: 1.0 }
    };
    ScoredDay {
        outcomes: Outcomes { outcomes: (0..draws).map(outcome).collect(), lowest: -spread, highest: spread },
        draws,
        weight_sum: draws as f64,
        weight_square_sum: draws as f64,
        ..ScoredDay::default()
    }
}

fn frozen() -> GateState {
    let mut state = GateState::new("table 6");
    state.freeze("table 7", DAY, &GateSettings::default()).expect("nobody is being judged");
    state
}

#[test]
fn a_better_table_is_accepted_and_becomes_the_anchor() {
    let mut state = frozen();
    assert_eq!((state.anchor(), state.is_judging()), ("table 6", true));
    let first = state.judge(DAY, &day(200, 0.05, 0.5)).expect("a day");
    assert_eq!((first.finding, first.nights, first.draws), (Finding::Judging, 1, 200));
    assert!(
        first.to_string().starts_with("challenger 1 is being judged after 1 night of 14; its gain lies between -0.")
    );
    let second = state.judge(DAY + 1, &day(3000, 0.05, 0.5)).expect("a day");
    assert_eq!((second.finding, second.nights), (Finding::Accepted, 2));
    assert!(second.lowest_gain > -0.01 && second.gain.is_some_and(|gain| (gain - 0.05).abs() < 1e-12));
    assert!(second.to_string().starts_with("challenger 1 is accepted after 2 nights: its gain is at least +0.0"));
    assert_eq!((state.anchor(), state.is_judging()), ("table 7", false));
    // What is decided stays decided.
    assert_eq!(state.judge(DAY + 2, &day(9000, -0.5, 0.1)).expect("a day"), second);
    state.freeze("table 9", DAY + 3, &GateSettings::default()).expect("the last one is decided");
    assert_eq!(state.challenger().map(|challenger| challenger.number), Some(2));
    assert_eq!(state.challenger().map(|challenger| challenger.level), Some(level(2, 0.05)));
}

#[test]
fn a_worse_table_is_refuted_and_the_anchor_stays() {
    let mut state = frozen();
    let verdict = state.judge(DAY, &day(3000, -0.08, 0.5)).expect("a day");
    assert_eq!((verdict.finding, state.anchor()), (Finding::Refuted, "table 6"));
    assert!(verdict.highest_gain < -0.01);
    assert!(verdict.to_string().contains("is refuted after 1 night: its gain is at most -0.0"), "{verdict}");
}

#[test]
fn little_traffic_is_called_that_and_ends_after_fourteen_nights() {
    let mut state = frozen();
    for night in 0..14 {
        let verdict = state.judge(DAY + night, &day(6, 0.5, 0.5)).expect("a day");
        let last = night == 13;
        assert_eq!(verdict.finding, if last { Finding::NotEnoughTraffic } else { Finding::Judging }, "night {night}");
        let start = if last { "not enough traffic to tell: " } else { "not enough traffic to tell yet: " };
        assert!(verdict.to_string().starts_with(start), "{verdict}");
    }
    let sentence = state.challenger().map(|challenger| challenger.verdict().to_string());
    assert_eq!(
        sentence.as_deref(),
        Some(
            "not enough traffic to tell: challenger 1 ends undecided after 14 nights; its 84 draws are worth 84 of its \
             own, 100 are needed"
        )
    );
    assert_eq!(state.anchor(), "table 6");
    assert!(state.freeze("table 8", DAY + 14, &GateSettings::default()).is_ok());
}

#[test]
fn days_without_a_run_count_as_nights() {
    let mut state = frozen();
    let verdict = state.judge(DAY + 40, &day(200, 0.0, 0.5)).expect("a day");
    assert_eq!(verdict.finding, Finding::NotEnoughTraffic);
    assert!(verdict.to_string().contains("which does not settle -0.0100"), "{verdict}");
}

#[test]
fn a_day_counts_once_however_often_the_night_runs() {
    let mut once = frozen();
    once.judge(DAY, &day(500, 0.01, 0.5)).expect("a day");
    // A crash after the day was judged: the night runs again from the state as written.
    let mut twice = GateState::from_json(&once.to_json().expect("a state")).expect("its own text");
    assert_eq!(twice, once);
    twice.judge(DAY, &day(500, 0.01, 0.5)).expect("a day");
    assert_eq!(twice, once);
    let (one, other) = (once.judge(DAY + 1, &day(500, 0.01, 0.5)), twice.judge(DAY + 1, &day(500, 0.01, 0.5)));
    assert_eq!(one.expect("a day"), other.expect("a day"));
}

#[test]
fn what_the_gate_cannot_do_it_says() {
    let mut state = GateState::new("table 6");
    let refused = state.judge(DAY, &day(1, 0.0, 0.5)).expect_err("nobody to judge");
    assert_eq!(refused.to_string(), "there is no challenger to judge; freeze one first");
    let mut state = frozen();
    let refused = state.judge(DAY - 1, &day(1, 0.0, 0.5)).expect_err("a day it learnt from");
    assert!(refused.to_string().starts_with("day 19999 is before day 20000, on which table 7 was frozen"));
    let refused = state.freeze("table 8", DAY, &GateSettings::default()).expect_err("one at a time");
    assert!(refused.to_string().starts_with("table 7 is still being judged"));
    let settings = GateSettings { tolerance: f64::NAN, ..GateSettings::default() };
    let refused = GateState::new("table 6").freeze("table 7", DAY, &settings).expect_err("no tolerance");
    assert_eq!(refused.to_string(), "gate setting tolerance is NaN; it must be at least 0");
    let text = frozen().to_json().expect("a state");
    let refused = GateState::from_json(&text.replace("\"format\": 1", "\"format\": 2")).expect_err("a later format");
    assert!(refused.to_string().contains("has format 2, this version reads 1"));
    for bad in ["", "{}", "[]", &text.replace("anchor", "anker"), &text[..text.len() / 2]] {
        assert!(matches!(GateState::from_json(bad), Err(GateError::State(_))), "{bad}");
    }
    let mut wild = day(10, 0.0, 0.5);
    wild.outcomes.outcomes[3].residual = 7.0;
    let before = state.clone();
    assert!(matches!(state.judge(DAY, &wild), Err(GateError::Sequence(_))));
    assert_eq!(state, before);
}

#[test]
fn who_knows_better_moves_the_anchor() {
    let mut state = frozen();
    state.accept_without_proof("table 9");
    assert_eq!((state.anchor(), state.is_judging()), ("table 9", false));
    state.freeze("table 10", DAY, &GateSettings::default()).expect("nobody is being judged");
    assert_eq!(state.challenger().map(|challenger| challenger.number), Some(2), "the first level is spent");
}

/// Two judged models and one that the log never draws; q̂ is 0.5 everywhere.
fn log(draws: Vec<Draw>) -> Log {
    let candidate = |model, logged, target, baseline| Candidate { model, logged, target, baseline };
    let candidates = vec![candidate(0, 0.9, 0.2, 0.9), candidate(1, 0.1, 0.6, 0.1), candidate(2, 0.0, 0.2, 0.0)];
    Log { rows: 1, models: 3, contexts: vec![Context { row: 0, candidates }], draws }
}

#[test]
fn a_day_is_scored_as_by_hand() {
    let rewards = RewardModel::fit(&[CellSums::default(); 3], 3, 10.0, (0.0, 1.0));
    let draw = |task, candidate, reward, propensity| Draw { task, context: 0, candidate, reward, propensity };
    let draws = vec![
        draw(7, 1, 0.9, Some(0.1)),
        draw(3, 0, 0.8, Some(0.9)),
        draw(7, 0, 1.4, Some(0.9)),
        draw(8, 0, 0.5, None),
        draw(9, 0, 0.5, Some(0.0)),
    ];
    let scored = score(&log(draws), &rewards, &GateSettings::default()).expect("a valid log");
    assert_eq!((scored.draws, scored.left_out, scored.clipped), (3, 2, 1));
    assert!((scored.bounded_mass - 0.6).abs() < 1e-12);
    assert!((scored.weight_sum - (6.0 + 2.0 * 0.2 / 0.9)).abs() < 1e-12);
    let [three, seven] = scored.outcomes.outcomes[..] else { panic!("two tasks: {:?}", scored.outcomes) };
    // Σ δ·q̂ = −0.7·½ + 0.5·½ and the middle of what 0.2 of the undrawn model can earn, 0.1 ± 0.1.
    let close = |one: f64, other: f64| (one - other).abs() < 1e-12;
    assert!(close(three.predicted, -0.1 + 0.1) && close(three.slack, 0.1) && three.draws == 1.0);
    assert!(close(three.residual, -0.7 / 0.9 * 0.3));
    assert!(close(seven.slack, 0.2) && seven.draws == 2.0);
    assert!(close(seven.residual, 5.0 * 0.4 - 0.7 / 0.9 * 0.5), "a reward of 1.4 counts as 1");
    assert!(close(scored.outcomes.lowest, 2.0 * -2.5) && close(scored.outcomes.highest, 2.0 * 2.5));
    assert!(scored.outcomes.check().is_ok());
}

#[test]
fn models_too_rarely_drawn_are_bounded_rather_than_estimated() {
    let rewards = RewardModel::fit(&[CellSums::default(); 3], 3, 10.0, (0.0, 1.0));
    let draws = vec![Draw { task: 1, context: 0, candidate: 1, reward: 1.0, propensity: Some(0.1) }];
    let settings = GateSettings { max_weight: 4.0, ..GateSettings::default() };
    let scored = score(&log(draws), &rewards, &settings).expect("a valid log");
    // δ/p of the second model is 5: its 0.5 and the third's 0.2 may earn anything.
    assert!((scored.bounded_mass - 0.7).abs() < 1e-12);
    assert_eq!((scored.outcomes.outcomes[0].residual, scored.outcomes.outcomes[0].slack), (0.0, 0.35));
}
