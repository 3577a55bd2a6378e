//! The next table, what is refused, and what the log says.

use std::path::Path;
use std::time::{Duration, UNIX_EPOCH};

use merit_router::{CallRecord, LearnError, LearnSettings, Learner, LiveRouter, Observation, ObserveError, Request};

use super::stage::{EPSILON, KEY, REQUEST, bad, bits, good, hours, known, known_draft, learner, observe, weight};

const MODELS: [super::stage::Known<'static>; 2] = [("a", 0.9, 0.95, 300.0), ("b", 0.1, 0.92, 300.0)];

#[test]
fn the_next_table_resets_what_was_learned() {
    let first = known(&MODELS);
    let (second, _) = known_draft("thompson", EPSILON, &MODELS).seal(2, Some(first.digest.clone())).expect("sound");
    let learner = learner(&first);
    let held = learner.current();
    for _ in 0..20 {
        observe(&learner, bad("a", hours(1.0)));
    }
    assert!(!learner.reset(&first).expect("sound"), "the table that is served");
    assert!(weight(&learner, "a") < 0.1);
    assert!(learner.reset(&second).expect("sound"));
    assert_eq!((weight(&learner, "a"), learner.current().table_version()), (0.9, 2));
    assert_eq!((held.table_version(), bits(&held, &REQUEST)), (1, bits(&learner.current(), &REQUEST)));
    let mut broken = known(&MODELS);
    broken.digest = "another".into();
    broken.segments.clear();
    assert!(matches!(learner.reset(&broken), Err(LearnError::Table(_))));
    assert_eq!(learner.current().table_version(), 2);
}

#[test]
fn it_follows_a_live_router() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("learn-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder for the test");
    let path = folder.join("routing-table.json");
    let publish = |version: u64| {
        let (table, bytes) = known_draft("thompson", EPSILON, &MODELS).seal(version, None).expect("sound");
        std::fs::write(path.with_extension("new"), bytes).expect("written");
        std::fs::rename(path.with_extension("new"), &path).expect("renamed");
        table
    };
    let learner = learner(&publish(5));
    let live = LiveRouter::open(&path).expect("sound");
    observe(&learner, bad("a", hours(1.0)));
    assert!(!learner.follow(&live).expect("nothing new"));
    assert!(learner.current().choose(&REQUEST).expect("open").learned());
    publish(6);
    assert!(live.refresh().expect("newer"));
    assert!(learner.follow(&live).expect("sound"));
    assert_eq!(learner.current().table_version(), 6);
    assert!(!learner.current().choose(&REQUEST).expect("open").learned());
    // What the live router refuses, the learner does not take either.
    publish(7);
    live.refresh().expect("newer");
    publish(4);
    assert!(live.refresh().is_err());
    assert!(!learner.follow(&live).expect("a sound file"));
    std::fs::write(&path, "{").expect("written");
    assert!(matches!(learner.follow(&live), Err(LearnError::Table(_))));
    assert_eq!(learner.current().table_version(), 6);
    std::fs::remove_dir_all(&folder).expect("removed");
}

#[test]
fn what_has_no_meaning_is_refused_and_changes_nothing() {
    let learner = learner(&known(&MODELS));
    let at = hours(1.0);
    for score in [-0.1, 10.1, f64::NAN, f64::INFINITY] {
        let found = learner.observe(&Observation { score: Some(score), ..good("a", at) });
        assert!(matches!(found, Err(ObserveError::Score(_))), "{score}");
    }
    let error = learner.observe(&bad("z", at)).expect_err("a stranger").to_string();
    assert_eq!(
        error,
        "row executor/debugging/advanced has no candidate z; observe calls of models by their ids in the table"
    );
    for at in [hours(0.0) - Duration::from_secs(1), UNIX_EPOCH, UNIX_EPOCH - Duration::from_secs(9)] {
        assert_eq!(learner.observe(&bad("a", at)), Ok(false), "it is in the table already");
    }
    assert_eq!(weight(&learner, "a"), 0.9);
    assert!(!learner.current().choose(&REQUEST).expect("open").learned());
    let settings = LearnSettings::default();
    for (settings, sentence) in [
        (LearnSettings { half_life_days: Some(0.0), ..settings }, "half_life_days is 0; give more than 0 days"),
        (LearnSettings { table_calls: 0.5, ..settings }, "table_calls is 0.5; give 1 call or more"),
        (LearnSettings { most_factor: 1.0, ..settings }, "most_factor is 1; give a factor above 1"),
    ] {
        assert_eq!(Learner::new(&known(&MODELS), settings).expect_err(sentence).to_string(), sentence);
    }
}

#[test]
fn instants_at_the_end_of_time_do_no_harm() {
    let learner = learner(&known(&MODELS));
    for seconds in [u64::from(u32::MAX), 1 << 40, i64::MAX as u64] {
        if let Some(at) = UNIX_EPOCH.checked_add(Duration::from_secs(seconds)) {
            observe(&learner, bad("a", at));
            let weights: f64 = learner.standings(KEY[0], KEY[1], KEY[2]).iter().map(|one| one.exploit_weight).sum();
            assert!((weights - 1.0).abs() < 1e-12, "{seconds}: {weights}");
        }
    }
}

#[test]
fn an_unscored_success_counts_as_the_tables_mean_score() {
    let learner = learner(&known(&MODELS));
    observe(&learner, Observation { score: None, ..good("a", hours(1.0)) });
    let found = &learner.standings(KEY[0], KEY[1], KEY[2])[0];
    // 100 calls of 0.95 and one of 0.85, the score's mean in the small tables.
    assert!((found.value - (95.0 + 0.85) / 101.0).abs() < 1e-9, "{found:?}");
}

#[test]
fn a_segment_without_a_row_teaches_the_row_that_answers_it() {
    let learner = learner(&known(&MODELS));
    let elsewhere = Request::new("a new", "kind of", "work");
    for _ in 0..20 {
        observe(&learner, Observation::failed(&elsewhere, "a", hours(1.0)));
    }
    assert_eq!(weight(&learner, "a"), 0.9, "the row of another segment");
    let router = learner.current();
    let (here, there) = (router.choose(&REQUEST).expect("open"), router.choose(&elsewhere).expect("open"));
    assert_eq!((here.learned(), there.learned(), there.row_used.to_string()), (false, true, "*/*/*".to_owned()));
}

#[test]
fn reason_and_log_record_tell_a_learned_choice() {
    let learner = learner(&known(&MODELS));
    let at_first = learner.current();
    let answer = at_first.choose(&REQUEST).expect("open");
    assert_eq!(CallRecord::succeeded(&REQUEST, &answer).extra, None);
    observe(&learner, bad("a", hours(1.0)));
    let router = learner.current();
    let answer = merit_router::choose(&router, &REQUEST, 0.11).expect("open");
    assert_eq!(
        (answer.model, answer.reason),
        ("a", "a in its place; since the table: value 0.941, was 0.950, by 1.0 calls")
    );
    let record = CallRecord::failed(&REQUEST, &answer, "timeout");
    assert_eq!((record.extra, record.table_version), (Some(r#"{"learned":true}"#), Some(1)));
}
