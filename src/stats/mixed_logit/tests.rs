use super::*;
use rand::{RngExt, SeedableRng, rngs::ChaCha8Rng};

/// A world of `models` × `categories` × 3 difficulties.
struct World {
    model: f64,
    interaction: f64,
    residual: f64,
    models: usize,
    categories: usize,
    strength: f64,
}

struct Sample {
    groups: Vec<Group>,
    truths: Vec<f64>,
}

fn normal(random: &mut ChaCha8Rng) -> f64 {
    crate::stats::normal::quantile(random.random_range(1e-12..1.0))
}

fn design(world: &World) -> Design {
    let factor = |levels| Factor { levels, spread: Spread::Estimated };
    Design { factors: vec![factor(world.categories), factor(3)], ..Design::default() }
}

fn sample(world: &World, seed: u64) -> Sample {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let categories: Vec<f64> = (0..world.categories).map(|_| 0.4 * normal(&mut random)).collect();
    let (mut groups, mut truths) = (Vec::new(), Vec::new());
    for model in 0..world.models {
        let a = world.model * normal(&mut random);
        for (category, b) in categories.iter().enumerate() {
            let d = world.interaction * normal(&mut random);
            for (difficulty, c) in [0.5, 0.0, -0.6].into_iter().enumerate() {
                let logit = 1.5 + a + b + c + d + world.residual * normal(&mut random);
                let share = 1.0 / (1.0 + libm::exp(-logit));
                let sum = (0..world.strength as usize).map(|_| u32::from(random.random::<f64>() < share)).sum::<u32>();
                groups.push(Group {
                    model,
                    category,
                    arm: groups.len(),
                    levels: vec![Some(category), Some(difficulty)],
                    strength: world.strength,
                    sum: f64::from(sum),
                });
                truths.push(logit);
            }
        }
    }
    Sample { groups, truths }
}

const WORLD: World = World { model: 0.7, interaction: 0.4, residual: 0.2, models: 30, categories: 12, strength: 100.0 };

#[test]
fn the_variances_of_a_known_world_are_found() {
    let found = fit(&design(&WORLD), &sample(&WORLD, 1).groups).variances().clone();
    let deviation = |variance: f64| variance.sqrt();
    assert!((deviation(found.model) - 0.7).abs() < 0.2, "{found:?}");
    assert!((deviation(found.interaction) - 0.4).abs() < 0.06, "{found:?}");
    assert!((deviation(found.residual) - 0.2).abs() < 0.05, "{found:?}");
}

#[test]
fn interactions_that_are_not_there_are_not_found() {
    let world = World { interaction: 0.0, residual: 0.0, ..WORLD };
    let found = fit(&design(&world), &sample(&world, 2).groups).variances().clone();
    assert!(found.interaction.sqrt() < 0.1 && found.residual.sqrt() < 0.1, "{found:?}");
}

#[test]
fn a_prediction_without_its_own_arm_holds_the_truth_as_often_as_it_says() {
    let (mut held, mut all) = (0, 0);
    for seed in 0..3 {
        let Sample { groups, truths } = sample(&WORLD, 10 + seed);
        let found = fit(&design(&WORLD), &groups);
        for (group, truth) in groups.iter().zip(&truths) {
            let prediction = found.predict_without_own(
                group.arm,
                Some(group.model),
                Some(group.category),
                &found.profile(&group.levels),
            );
            held += u32::from((prediction.mean - truth).abs() < 1.6449 * prediction.variance.sqrt());
            all += 1;
        }
    }
    let share = f64::from(held) / f64::from(all);
    assert!((0.88..0.92).contains(&share), "{share} of {all}");
}

#[test]
fn leaving_an_arm_out_is_like_fitting_without_it() {
    let Sample { groups, .. } = sample(&WORLD, 4);
    let whole = fit(&design(&WORLD), &groups);
    for arm in [0, 100, 500] {
        let rest: Vec<Group> = groups.iter().filter(|group| group.arm != arm).cloned().collect();
        let group = &groups[arm];
        let (model, category, profile) = (Some(group.model), Some(group.category), whole.profile(&group.levels));
        let without = fit(&design(&WORLD), &rest).predict(model, category, &profile);
        let cavity = whole.predict_without_own(arm, model, category, &profile);
        assert!((without.mean - cavity.mean).abs() < 0.05, "{without:?} {cavity:?}");
        assert!((without.variance / cavity.variance - 1.0).abs() < 0.05, "{without:?} {cavity:?}");
    }
}

#[test]
fn predictions_for_new_models_and_categories_cover_their_truth() {
    // The last model and the last category are kept from the fit.
    let (mut held, mut all) = (0, 0);
    for seed in 0..60 {
        let Sample { groups, truths } = sample(&WORLD, 100 + seed);
        let known: Vec<Group> =
            groups.iter().filter(|group| group.model < WORLD.models - 1 && group.category < 11).cloned().collect();
        let found = fit(&design(&WORLD), &known);
        let arm = groups.len() - 2;
        let levels = [None, groups[arm].levels[1]];
        let mut prediction = found.predict(None, None, &found.profile(&levels));
        // A category that never ran has the spread of the categories.
        prediction.variance += found.variances().factors[0];
        held += u32::from((prediction.mean - truths[arm]).abs() < 1.6449 * prediction.variance.sqrt());
        all += 1;
    }
    assert!(f64::from(held) / f64::from(all) > 0.8, "{held} of {all}");
}

#[test]
fn the_order_of_the_groups_does_not_matter() {
    let Sample { mut groups, .. } = sample(&WORLD, 5);
    let at = |fit: Fit| fit.predict(Some(3), Some(4), &fit.profile(&[Some(4), Some(1)]));
    let one = at(fit(&design(&WORLD), &groups));
    groups.reverse();
    assert_eq!(one, at(fit(&design(&WORLD), &groups)));
}

#[test]
fn a_source_of_its_own_level_is_told_apart_from_the_models() {
    // Model 1 is known from the lenient source alone; the offset comes from model 0, which has both.
    let factors = vec![Factor { levels: 1, spread: Spread::Known(1.0) }];
    let group = |model: usize, arm: usize, source: Option<usize>, share: f64| Group {
        model,
        category: 0,
        arm,
        levels: vec![source],
        strength: 2000.0,
        sum: 2000.0 * share,
    };
    let groups =
        [group(0, 0, None, 0.7), group(0, 0, Some(0), 0.85), group(1, 1, Some(0), 0.85), group(2, 2, None, 0.7)];
    let found = fit(&Design { factors, ..Design::default() }, &groups);
    let offset = found.effect(0, 0);
    assert!((offset - 0.887).abs() < 0.1, "logit(.85) − logit(.7) = 0.887: {offset}");
    let at = |model: usize| found.predict(Some(model), Some(0), &found.profile(&[None]));
    let (lenient, strict) = (at(1), at(2));
    assert!((lenient.mean - strict.mean).abs() < 0.1, "{lenient:?} {strict:?}");
}

#[test]
fn an_expectation_counts_until_evidence_overrules_it() {
    let factors = vec![Factor { levels: 1, spread: Spread::Estimated }];
    let group = |model: usize, share: f64, strength: f64| Group {
        model,
        category: 0,
        arm: model,
        levels: vec![Some(0)],
        strength,
        sum: strength * share,
    };
    let expected = std::collections::BTreeMap::from([((2, 0), 0.2)]);
    let design = Design { factors, expected };
    let few: Vec<Group> = (0..2).map(|model| group(model, 0.8, 400.0)).collect();
    let found = fit(&design, &few);
    let at = |fit: &Fit, model: usize| fit.predict(Some(model), Some(0), &fit.profile(&[Some(0)])).mean;
    assert!((at(&found, 2) - at(&found, 0) - 0.2).abs() < 0.05);
    let many: Vec<Group> = (0..3).map(|model| group(model, if model == 2 { 0.6 } else { 0.8 }, 4000.0)).collect();
    let found = fit(&design, &many);
    assert!(at(&found, 2) < at(&found, 0) - 0.5, "{} {}", at(&found, 2), at(&found, 0));
}

#[test]
fn nothing_at_all_is_one_even_guess() {
    let found = fit(&Design::default(), &[]);
    let guess = found.predict(None, None, &found.profile(&[]));
    assert_eq!(guess.mean, 0.0);
    assert!(guess.variance > 0.1);
}

#[test]
fn near_certain_successes_of_few_models_are_fitted_without_running_away() {
    // Logits of 4 to 9, thousands of calls a group, four models: a full Newton step would overshoot.
    let factors = vec![Factor { levels: 6, spread: Spread::Estimated }];
    let groups: Vec<Group> = (0..24)
        .map(|arm| {
            let share = [0.999, 0.9999, 0.985, 1.0][arm / 6] - 0.001 * (arm % 2) as f64;
            Group {
                model: arm / 6,
                category: arm % 6,
                arm,
                levels: vec![Some(arm % 6)],
                strength: 2000.0,
                sum: 2000.0 * share,
            }
        })
        .collect();
    let found = fit(&Design { factors, ..Design::default() }, &groups);
    for group in &groups {
        let profile = found.profile(&group.levels);
        let prediction = found.predict_without_own(group.arm, Some(group.model), Some(group.category), &profile);
        assert!((3.0..12.0).contains(&prediction.mean), "{group:?} {prediction:?}");
    }
}

#[test]
fn two_judges_of_one_arm_leave_its_others_prediction_alone() {
    // All arms are scored by both judges, who differ by a little: leaving an arm out must not run away.
    let factors = vec![Factor { levels: 2, spread: Spread::Estimated }];
    let groups: Vec<Group> = (0..24)
        .flat_map(|arm| {
            (0..2).map(move |judge| Group {
                model: arm / 6,
                category: arm % 6,
                arm,
                levels: vec![Some(judge)],
                strength: 400.0,
                sum: 400.0 * (0.9 - 0.05 * (arm / 6) as f64 - 0.03 * judge as f64),
            })
        })
        .collect();
    let found = fit(&Design { factors, ..Design::default() }, &groups);
    for group in &groups {
        let profile = found.with_share(found.with_share(found.profile(&[None]), 0, 0, 0.5), 0, 1, 0.5);
        let prediction = found.predict_without_own(group.arm, Some(group.model), Some(group.category), &profile);
        let expected = 0.885 - 0.05 * group.model as f64;
        assert!(
            (crate::stats::logit_normal::expit(prediction.mean) - expected).abs() < 0.03,
            "{group:?} {prediction:?}"
        );
        assert!(prediction.variance < 0.2, "{prediction:?}");
    }
}
