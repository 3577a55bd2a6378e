//! What the policy does in cases one can work out by hand.

use super::fixture::{arm, segment};
use super::{
    Algorithm, AllowRule, ArmEvidence, Candidate, Cell, PolicyError, PolicyResult, PolicySettings, SegmentPolicy,
    SegmentTraffic, build,
};
use crate::segment::{ANY, Segment};

fn built(arms: &[ArmEvidence], settings: &PolicySettings) -> PolicyResult {
    build(arms, &[], settings).expect("valid evidence")
}

fn row<'a>(policy: &'a PolicyResult, segment: &Segment) -> &'a SegmentPolicy {
    policy.segments.iter().find(|row| row.segment == *segment).expect("the row exists")
}

fn candidate<'a>(row: &'a SegmentPolicy, model: &str) -> &'a Candidate {
    row.candidates.iter().find(|candidate| candidate.model == model).expect("the candidate exists")
}

fn has_flag(row: &SegmentPolicy, flag: &str) -> bool {
    row.flags.iter().any(|found| found == flag)
}

#[test]
fn one_leaf_has_all_its_parents_in_order() {
    let work = segment("debugging", "advanced");
    let policy = built(&[arm(&work, "a", 50, 1.0, 0.9)], &PolicySettings::default());
    let rows: Vec<String> = policy.segments.iter().map(|row| row.segment.to_string()).collect();
    assert_eq!(
        rows,
        [
            "* / * / *",
            "* / debugging / *",
            "* / debugging / advanced",
            "executor / * / *",
            "executor / debugging / *",
            "executor / debugging / advanced",
        ]
    );
    assert!(policy.segments.iter().all(|row| row.candidates.len() == 1 && row.candidates[0].weight == 1.0));
}

#[test]
fn a_hundred_of_a_hundred_keeps_an_honest_interval() {
    let work = segment("debugging", "advanced");
    let policy = built(&[arm(&work, "a", 100, 1.0, 1.0)], &PolicySettings::default());
    let found = candidate(row(&policy, &work), "a");
    assert!(found.success_interval.low < 0.99 && found.success_interval.low > 0.96, "{found:?}");
    assert!(found.score_interval.high <= 10.0 && found.score_interval.low < 9.9, "{found:?}");
}

#[test]
fn evidence_shuts_out_and_the_shut_out_are_probed() {
    let work = segment("triage", "beginner");
    let mut slow = arm(&work, "slow", 60, 1.0, 0.95);
    slow.latency.p95 = Some(10_001.0);
    let mut few = arm(&work, "few", 19, 0.3, 0.95);
    few.latency.p95 = Some(99_999.0);
    let arms = [arm(&work, "good", 60, 1.0, 0.8), slow, arm(&work, "broken", 60, 0.5, 0.99), few];
    let limits = std::collections::BTreeMap::from([("beginner".to_string(), 10_000.0)]);
    let policy = built(&arms, &PolicySettings { max_latency_p95_ms: limits, ..PolicySettings::default() });
    let row = row(&policy, &work);
    let eligible = |model| candidate(row, model).eligible;
    assert_eq!((eligible("good"), eligible("slow"), eligible("broken"), eligible("few")), (true, false, false, true));
    assert_eq!(candidate(row, "slow").weight, 0.005);
    assert_eq!(candidate(row, "slow").probe_weight, 0.005);
    assert_eq!(candidate(row, "slow").reason, "shut out: p95 latency 10001 ms, at most 10000 ms for beginner");
    assert!(candidate(row, "broken").reason.starts_with("shut out: 50.9 % of calls succeed, 80.0 %"));
    assert_eq!(row.fallback, ["good", "few"]);
    let explored = candidate(row, "few").weight - 0.9 * candidate(row, "few").exploit_weight;
    assert!((explored - (0.10 - 0.01) / 2.0).abs() < 1e-12);
}

#[test]
fn none_eligible_leaves_the_most_reliable_one() {
    let work = segment("debugging", "advanced");
    let arms = [arm(&work, "a", 100, 0.5, 0.99), arm(&work, "b", 100, 0.6, 0.1)];
    let policy = built(&arms, &PolicySettings::default());
    let row = row(&policy, &work);
    assert!(has_flag(row, "constraint_unmet"));
    assert_eq!(row.candidates[0].model, "b");
    assert!((row.candidates[0].weight - 0.995).abs() < 1e-12);
    assert!(row.rationale.contains("most reliable though no model meets the constraints"), "{}", row.rationale);
}

#[test]
fn a_model_of_the_category_is_a_candidate_with_its_prior_where_it_never_ran() {
    let (easy, hard) = (segment("debugging", "beginner"), segment("debugging", "advanced"));
    let arms = [arm(&easy, "a", 100, 1.0, 0.9), arm(&hard, "a", 100, 0.9, 0.7), arm(&easy, "b", 100, 1.0, 0.9)];
    let elsewhere = arm(&segment("system", "advanced"), "c", 100, 1.0, 0.9);
    let policy = built(&[arms.to_vec(), vec![elsewhere]].concat(), &PolicySettings::default());
    let row = row(&policy, &hard);
    assert_eq!(row.candidates.len(), 2, "c has no evidence in the category");
    let cold = candidate(row, "b");
    assert_eq!((cold.n, cold.n_eff, cold.cost_usd), (0, 0.0, Some(0.01)));
    assert_eq!(cold.reason, "eligible; no evidence in this segment, prior only");
    // The prior is below b's own record on easy work, 9.0: the other model found this work harder. Three arms say little.
    let score = cold.score_interval;
    assert!(score.mean < 8.6 && score.low < 7.0 && score.high > 8.5, "{cold:?}");
}

#[test]
fn back_off_rows_judge_all_models_on_the_same_work() {
    // Simpson: strong is better on both kinds of work, but mostly ran on the hard one, so its plain mean is lower.
    let (easy, hard) = (segment("debugging", "beginner"), segment("debugging", "advanced"));
    let arms = [
        arm(&easy, "strong", 40, 1.0, 0.95),
        arm(&hard, "strong", 400, 1.0, 0.65),
        arm(&easy, "weak", 400, 1.0, 0.85),
        arm(&hard, "weak", 40, 1.0, 0.50),
    ];
    let traffic = [SegmentTraffic { segment: easy, share: 0.5 }, SegmentTraffic { segment: hard, share: 0.5 }];
    let policy = build(&arms, &traffic, &PolicySettings::default()).expect("valid evidence");
    for back_off in [Segment::new(ANY, ANY, ANY), Segment::new("executor", "debugging", ANY)] {
        let row = row(&policy, &back_off);
        assert_eq!(row.candidates[0].model, "strong");
        let mean = candidate(row, "strong").score_interval.mean;
        assert!((mean - 8.0).abs() < 0.15, "half of 9.5, half of 6.5: {mean}");
        assert_eq!(candidate(row, "strong").n, 440);
    }
}

#[test]
fn a_back_off_row_takes_only_models_eligible_in_nine_tenths_of_the_traffic() {
    let (easy, hard) = (segment("debugging", "intermediate"), segment("debugging", "advanced"));
    let arms = [
        arm(&easy, "steady", 100, 1.0, 0.6),
        arm(&hard, "steady", 100, 1.0, 0.6),
        arm(&easy, "brittle", 100, 1.0, 0.9),
        arm(&hard, "brittle", 100, 0.4, 0.9),
    ];
    for (share, eligible) in [(0.9, true), (0.89, false)] {
        let traffic = [
            SegmentTraffic { segment: easy.clone(), share },
            SegmentTraffic { segment: hard.clone(), share: 1.0 - share },
        ];
        let policy = build(&arms, &traffic, &PolicySettings::default()).expect("valid evidence");
        let row = row(&policy, &Segment::new(ANY, ANY, ANY));
        assert_eq!(candidate(row, "brittle").eligible, eligible, "{share}");
    }
}

#[test]
fn money_moves_the_choice_and_an_unknown_cost_is_charged_the_highest() {
    let work = segment("debugging", "advanced");
    let mut dear = arm(&work, "dear", 500, 1.0, 0.92);
    dear.cost_usd = Some(0.10);
    let mut cheap = arm(&work, "cheap", 500, 1.0, 0.90);
    cheap.cost_usd = Some(0.001);
    let mut unknown = arm(&work, "unknown", 500, 1.0, 0.93);
    unknown.cost_usd = None;
    let arms = [dear, cheap, unknown];
    let free = PolicySettings { algorithm: Algorithm::Greedy, ..PolicySettings::default() };
    let priced = PolicySettings { lambda: 1.0, ..free.clone() };
    let leader = |settings| row(&built(&arms, settings), &work).candidates[0].model.clone();
    assert_eq!((leader(&free).as_str(), leader(&priced).as_str()), ("unknown", "cheap"));
    let policy = built(&arms, &free);
    let row = row(&policy, &work);
    assert!(has_flag(row, "cost_unknown") && !candidate(row, "unknown").on_frontier);
    let vertices: Vec<&String> = row.frontier.iter().flat_map(|point| point.mix.keys()).collect();
    assert_eq!(vertices, ["cheap", "dear"]);
    assert_eq!(row.fallback, ["unknown", "dear", "cheap"]);
}

#[test]
fn fallbacks_change_the_provider_while_another_is_left() {
    let work = segment("debugging", "advanced");
    let of = |model: &str, provider: &str, quality: f64| ArmEvidence {
        provider: provider.into(),
        ..arm(&work, model, 500, 1.0, quality)
    };
    let arms = [of("a1", "a", 0.95), of("a2", "a", 0.90), of("b1", "b", 0.80), of("a3", "a", 0.70)];
    let policy = built(&arms, &PolicySettings::default());
    assert_eq!(row(&policy, &work).fallback, ["a1", "b1", "a2", "a3"]);
}

#[test]
fn an_unscored_log_is_ranked_by_reliability_and_says_so() {
    let work = segment("debugging", "advanced");
    let unscored = |model: &str, success: f64| ArmEvidence {
        cells: vec![Cell {
            scored_strength: 0.0,
            scored_strength_squared: 0.0,
            quality_sum: 0.0,
            quality_square_sum: 0.0,
            scored_calls: 0,
            ..arm(&work, model, 400, success, 0.5).cells[0].clone()
        }],
        ..arm(&work, model, 400, success, 0.5)
    };
    let policy = built(&[unscored("a", 0.85), unscored("b", 0.99)], &PolicySettings::default());
    let row = row(&policy, &work);
    assert!(candidate(row, "b").p_best > 0.999, "nothing but reliability tells them apart");
    assert!(candidate(row, "b").score_interval.high - candidate(row, "b").score_interval.low > 8.9);
    assert!(has_flag(row, "unscored"));
    assert_eq!(row.candidates[0].model, "b");
    assert!(row.rationale.contains("no scores, 98.9 % ["), "{}", row.rationale);
}

#[test]
fn rules_bind_in_every_row_and_an_empty_choice_is_an_error() {
    let (debugging, system) = (segment("debugging", "advanced"), segment("system", "advanced"));
    let arms =
        [arm(&debugging, "a", 100, 1.0, 0.9), arm(&system, "a", 100, 1.0, 0.9), arm(&system, "b", 100, 1.0, 0.5)];
    let only = |category: &str, model: &str| AllowRule {
        role: "*".into(),
        category: category.into(),
        models: vec![model.into()],
    };
    let rules = vec![only("debugging", "b"), only("system", "a")];
    let settings = PolicySettings { allowed_models: rules, ..PolicySettings::default() };
    let policy = built(&arms, &settings);
    let debugging_row = row(&policy, &debugging);
    assert_eq!(debugging_row.candidates[0].model, "b", "allowed there, known only elsewhere");
    assert!(debugging_row.candidates.iter().all(|candidate| candidate.model == "b" || candidate.weight == 0.0));
    assert_eq!(candidate(row(&policy, &system), "b").weight, 0.0);
    // No model is allowed everywhere: the row that must exist still names one, and says so.
    assert!(has_flag(row(&policy, &Segment::new(ANY, ANY, ANY)), "constraint_unmet"));

    let settings = PolicySettings {
        excluded_providers: vec!["a-provider".into(), "b-provider".into()],
        ..PolicySettings::default()
    };
    assert!(matches!(build(&arms, &[], &settings), Err(PolicyError::NothingAllowed { .. })));
}

#[test]
fn the_rationale_reads_as_a_sentence() {
    let work = segment("debugging", "unknown");
    let arms = [arm(&work, "claude-sonnet", 412, 1.0, 0.91), arm(&work, "gemini-pro", 400, 1.0, 0.87)];
    let policy = built(&arms, &PolicySettings::default());
    let found = &row(&policy, &work).rationale;
    assert!(found.starts_with("executor / debugging: claude-sonnet, 9.1 ["), "{found}");
    assert!(found.ends_with("on 412 effective calls, 0.4 above gemini-pro, p(best) 1.00, $0.010"), "{found}");
}

#[test]
fn broken_input_is_refused_with_its_place() {
    let work = segment("debugging", "advanced");
    let good = arm(&work, "a", 10, 1.0, 0.9);
    let error = |arms: &[ArmEvidence]| build(arms, &[], &PolicySettings::default()).expect_err("broken").to_string();
    let mut inflated = good.clone();
    inflated.cells[0].success_strength = 11.0;
    assert!(error(&[inflated]).contains("a in executor / debugging / advanced: success_strength is 11"));
    let not_a_number = ArmEvidence { cost_usd: Some(f64::NAN), ..good.clone() };
    assert!(error(&[not_a_number]).contains("cost_usd is NaN"));
    assert!(error(&[good.clone(), good.clone()]).contains("given twice"));
    assert!(error(&[]).contains("no evidence"));
    let settings = PolicySettings { epsilon: 1.5, ..PolicySettings::default() };
    let found = build(std::slice::from_ref(&good), &[], &settings).expect_err("broken").to_string();
    assert!(found.contains("`epsilon` is 1.5, it must be between 0 and 1"), "{found}");
    let traffic = [SegmentTraffic { segment: work, share: 0.5 }];
    let found = build(&[good], &traffic, &PolicySettings::default()).expect_err("broken").to_string();
    assert!(found.contains("sum to 0.5, not to 1"), "{found}");
}
