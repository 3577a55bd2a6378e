//! Realised shares over many tasks, and who sticks to what.

use std::collections::BTreeMap;
use std::time::{Duration, UNIX_EPOCH};

use merit_router::{Arm, ChooseError, Request, Router, choose, distribution};

use crate::tables::{greedy, plain, probes, router, sealed};

const TASKS: usize = 1_000_000;

/// The 1 − 10⁻⁶ quantile of χ² with 4 degrees of freedom, the most a row here has.
const CHI_SQUARED_LIMIT: f64 = 33.4;

/// Σ (observed − expected)²/expected of the models drawn for as many task ids.
fn chi_squared(router: &Router, request: Request<'_>) -> f64 {
    let mut counts: BTreeMap<String, f64> = BTreeMap::new();
    for task in 0..TASKS {
        let id = format!("task-{task}");
        let answer = router.choose(&Request { task_id: Some(&id), ..request }).expect("somebody is left");
        *counts.entry(answer.model.to_owned()).or_default() += 1.0;
    }
    let shares = distribution(router, &request).expect("somebody is left");
    let mut sum = 0.0;
    for share in &shares {
        let (expected, observed) = (share.propensity * TASKS as f64, counts.remove(share.model).unwrap_or(0.0));
        if share.propensity == 0.0 {
            assert_eq!(observed, 0.0, "{} has no share and was drawn", share.model);
        } else {
            sum += (observed - expected).powi(2) / expected;
        }
    }
    assert!(counts.is_empty(), "drawn, but in no share: {counts:?}");
    sum
}

#[test]
fn shares_are_the_propensities() {
    for (router, key) in [
        (router(plain()), ["executor", "debugging", "advanced"]),
        (router(plain()), ["executor", "debugging", "beginner"]),
        (router(probes()), ["executor", "debugging", "advanced"]),
        (router(greedy()), ["executor", "system", "beginner"]),
    ] {
        let request = Request::new(key[0], key[1], key[2]);
        let free = chi_squared(&router, request);
        assert!(free < CHI_SQUARED_LIMIT, "{key:?}: {free}");
        let retry = chi_squared(&router, Request { attempt: 2, exclude: &["gemini", "basil"], ..request });
        assert!(retry < CHI_SQUARED_LIMIT, "{key:?} after an exclusion: {retry}");
        let estimate = Request { input_tokens: Some(2_000), output_tokens: Some(500), ..request };
        let capped = chi_squared(&router, Request { max_cost: Some(0.0145), ..estimate });
        assert!(capped < CHI_SQUARED_LIMIT, "{key:?} under a cap: {capped}");
    }
}

#[test]
fn the_split_between_exploring_and_exploiting_stays_under_exclusion() {
    let router = router(probes());
    for exclude in [&[][..], &["basil"], &["dill"]] {
        let mut arms: BTreeMap<&str, f64> = BTreeMap::new();
        for task in 0..TASKS {
            let id = format!("job {task}");
            let request = Request { task_id: Some(&id), exclude, ..Request::new("executor", "debugging", "x") };
            let arm = match router.choose(&request).expect("somebody is left").arm {
                Arm::Explore | Arm::Probe => "other",
                Arm::Exploit => "exploit",
                arm => panic!("{arm:?} without a cap"),
            };
            *arms.entry(arm).or_default() += 1.0 / TASKS as f64;
        }
        // Five standard deviations of a share of .1 over 10⁵ draws.
        assert!((arms["other"] - 0.1).abs() < 5.0 * (0.09_f64 / TASKS as f64).sqrt(), "{exclude:?}: {arms:?}");
    }
}

#[test]
fn a_task_sticks_to_its_model_and_a_new_table_draws_afresh() {
    let first = router(plain());
    let (table, _) = plain().seal(2, Some(sealed(plain()).0.digest)).expect("sound");
    let second = Router::new(&table).expect("sound");
    let (mut moved_by_table, mut moved_by_attempt, mut moved_by_role) = (0, 0, 0);
    for task in 0..1_000 {
        let id = format!("{task}");
        let request = Request { task_id: Some(&id), ..Request::new("new", "kind", "of work") };
        let answer = first.choose(&request).expect("open");
        assert_eq!(answer, first.choose(&request).expect("open"));
        assert_eq!(answer, first.clone().choose(&request).expect("open"));
        let other = |router: &Router, request: Request<'_>| {
            i32::from(router.choose(&request).expect("open").model != answer.model)
        };
        moved_by_table += other(&second, request);
        moved_by_attempt += other(&first, Request { attempt: 2, ..request });
        moved_by_role += other(&first, Request { role: "newer", ..request });
    }
    // Four models of equal weight: three of four fresh draws differ, 750 ± 5 · 13.7.
    for moved in [moved_by_table, moved_by_attempt, moved_by_role] {
        assert!((681..=819).contains(&moved), "{moved}");
    }
}

#[test]
fn a_task_without_an_id_gets_one_that_repeats_the_choice() {
    let router = router(plain());
    let request = Request::new("executor", "debugging", "advanced");
    let (one, two) = (router.choose(&request).expect("open"), router.choose(&request).expect("open"));
    let id = one.task_id.as_deref().expect("made up");
    assert_eq!(id.len(), 32);
    assert_ne!(one.task_id, two.task_id);
    assert_eq!(router.choose(&Request { task_id: Some(id), ..request }).expect("open").model, one.model);
}

#[test]
fn nobody_within_the_cap_forces_the_cheapest() {
    let router = router(plain());
    let request = Request { max_cost: Some(0.0001), ..Request::new("executor", "debugging", "advanced") };
    for (exclude, cheapest) in [(&[][..], "llama"), (&["llama"], "gemini"), (&["llama", "gemini"], "sonnet")] {
        let answer = choose(&router, &Request { exclude, ..request }, 0.99).expect("not all excluded");
        assert_eq!((answer.model, answer.arm, answer.propensity), (cheapest, Arm::Forced, 1.0));
        assert_eq!(answer.fallback.to_vec(), Vec::<&str>::new(), "the fallback keeps to the cap");
    }
}

#[test]
fn the_fallback_steps_in_where_every_weight_is_excluded() {
    let router = router(greedy());
    // All weight is opus'; the fallback is sonnet (0.01 USD), gemini (0.004 USD).
    let request = Request { exclude: &["opus"], ..Request::new("executor", "debugging", "advanced") };
    let taken = |request: &Request<'_>| {
        let answer = choose(&router, request, 0.5).expect("the fallback is left");
        assert_eq!((answer.arm, answer.propensity), (Arm::Forced, 1.0));
        answer.model.to_owned()
    };
    // Sonnet is called through opus' provider, so gemini goes first after a failure; here nothing has failed.
    assert_eq!(taken(&request), "sonnet");
    assert_eq!(taken(&Request { exclude: &["opus", "sonnet"], ..request }), "gemini");
    let capped = |usd| taken(&Request { max_cost: Some(usd), ..request });
    assert_eq!((capped(0.02), capped(0.006), capped(0.0001)), ("sonnet".into(), "gemini".into(), "gemini".into()));
    let shares = distribution(&router, &request).expect("the fallback is left");
    assert_eq!(shares.iter().map(|share| share.propensity).sum::<f64>(), 1.0);
}

#[test]
fn all_excluded_says_what_was() {
    let router = router(greedy());
    let exclude = ["opus", "sonnet", "gemini"];
    let request = Request { exclude: &exclude, ..Request::new("executor", "debugging", "advanced") };
    let error = choose(&router, &request, 0.5).expect_err("its one model and both fallbacks are excluded");
    let excluded = exclude.map(String::from).to_vec();
    assert_eq!(error, ChooseError::AllExcluded { row: "executor/debugging/*".into(), excluded });
    let text = error.to_string();
    assert!(text.contains("executor/debugging/*") && text.contains("(opus, sonnet, gemini)"), "{text}");
}

#[test]
fn requests_without_meaning_are_refused() {
    let router = router(plain());
    let request = Request::new("executor", "debugging", "advanced");
    assert_eq!(choose(&router, &request, 1.0), Err(ChooseError::Uniform(1.0)));
    assert!(choose(&router, &request, f64::NAN).is_err());
    assert_eq!(choose(&router, &Request { attempt: 0, ..request }, 0.5), Err(ChooseError::Attempt));
    assert_eq!(choose(&router, &Request { max_cost: Some(-1.0), ..request }, 0.5), Err(ChooseError::Cap(-1.0)));
    assert!(choose(&router, &Request { max_cost: Some(f64::NAN), ..request }, 0.5).is_err());
}

#[test]
fn the_fallback_moves_another_provider_to_the_front() {
    let router = router(plain());
    let request =
        Request { exclude: &["sonnet", "gemini", "llama"], ..Request::new("executor", "debugging", "advanced") };
    let drawn = |request: &Request<'_>| {
        choose(&router, request, 0.5).map(|a| (a.model.to_owned(), a.fallback.to_vec().join(" ")))
    };
    assert_eq!(drawn(&request), Ok(("opus".into(), String::new())));
    // The list is opus, sonnet, gemini, llama; opus and sonnet share a provider.
    let opus = (0..100).map(|part| choose(&router, &Request { exclude: &[], ..request }, f64::from(part) / 100.0));
    let opus = opus.flatten().find(|answer| answer.model == "opus").expect("half of the draws");
    assert_eq!(opus.fallback.to_vec(), ["gemini", "sonnet", "llama"]);
    let gemini = Request { exclude: &["opus", "sonnet", "llama"], ..request };
    assert_eq!(choose(&router, &gemini, 0.5).expect("open").model, "gemini");
    let capped = Request { exclude: &["opus"], max_cost: Some(0.005), ..request };
    assert_eq!(drawn(&capped), Ok(("gemini".into(), "llama".into())), "sonnet is over the cap");
}

#[test]
fn without_exploit_weight_left_the_fallback_inherits() {
    let router = router(plain());
    // All exploit weight is opus'; the fallback is sonnet, gemini, llama, opus.
    let request = Request { exclude: &["opus"], ..Request::new("executor", "debugging", "beginner") };
    let heir = choose(&router, &request, 0.9).expect("three are left");
    assert_eq!((heir.model, heir.arm), ("sonnet", Arm::Exploit));
    assert!((heir.propensity - (0.9 + 0.1 / 3.0)).abs() < 1e-12);
    let request = Request { exclude: &["opus", "sonnet"], ..request };
    assert_eq!(choose(&router, &request, 0.9).expect("two are left").model, "gemini");
}

#[test]
fn rows_back_off_in_the_order_of_the_contract() {
    let router = router(plain());
    for (request, used) in [
        (["executor", "debugging", "advanced"], "executor/debugging/advanced"),
        (["executor", "debugging", "beginner"], "executor/debugging/*"),
        (["executor", "code_review", "beginner"], "executor/*/*"),
        (["judge", "code_review", "beginner"], "*/code_review/beginner"),
        (["judge", "code_review", "advanced"], "*/code_review/*"),
        (["judge", "debugging", "advanced"], "*/*/*"),
        (["executor", "*", "advanced"], "executor/*/*"),
        (["", "", ""], "*/*/*"),
    ] {
        assert_eq!(router.row(request[0], request[1], request[2]).to_string(), used);
        let answer = choose(&router, &Request::new(request[0], request[1], request[2]), 0.0).expect("open");
        assert_eq!(answer.row_used.to_string(), used);
    }
}

#[test]
fn an_expired_table_is_served_and_says_so() {
    let router = router(plain());
    let answer = choose(&router, &Request::new("a", "b", "c"), 0.3).expect("open");
    let end = UNIX_EPOCH + Duration::from_secs(1_796_601_600); // 2026-12-07T00:00:00Z
    assert!(!answer.expired(end - Duration::from_secs(1)) && !router.expired(end - Duration::from_secs(1)));
    assert!(answer.expired(end) && router.expired(end));
}
