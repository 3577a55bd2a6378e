//! Whether a world makes sense.

use super::{Drift, FactorLevel, LogNormal, SimulatedModel, SimulationError, World};
use crate::segment::{ANY, Segment};

type Checked = Result<(), SimulationError>;

fn refuse(place: impl Into<String>, reason: impl Into<String>) -> Checked {
    Err(SimulationError::World { place: place.into(), reason: reason.into() })
}

/// Refuses the first value that makes no sense.
///
/// # Errors
/// [`SimulationError::World`] with the key and what would be right.
pub(super) fn world(world: &World) -> Checked {
    models(&world.models)?;
    factor("roles", &world.roles)?;
    factor("categories", &world.categories)?;
    factor("difficulties", &world.difficulties)?;
    tokens(world)?;
    policy(world)?;
    scoring(world)?;
    share("cost_logged_share", world.cost_logged_share)?;
    for extra in &world.extras {
        if serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(extra).is_err() {
            return refuse(
                "extras",
                format!("{extra:?} is not a JSON object; write one, such as {{\"region\":\"eu\"}}"),
            );
        }
    }
    changes(world)
}

fn models(models: &[SimulatedModel]) -> Checked {
    if models.is_empty() {
        return refuse("models", "there is none; name at least one");
    }
    for (number, model) in models.iter().enumerate() {
        let place = |key: &str| format!("models.{}.{key}", model.name);
        if model.name.is_empty() || models[..number].iter().any(|other| other.name == model.name) {
            return refuse("models", format!("the name {:?} is empty or taken; give each model its own", model.name));
        }
        finite(&place("quality"), model.quality)?;
        finite(&place("sensitivity"), model.sensitivity)?;
        not_negative(&place("spread"), model.spread)?;
        if !(model.reliability > 0.0 && model.reliability < 1.0) {
            return refuse(place("reliability"), format!("{} is not between 0 and 1", model.reliability));
        }
        log_normal(&place("latency_ms"), &model.latency_ms)?;
        let price = &model.price;
        for value in [Some(price.input), price.cached_input, Some(price.output)].into_iter().flatten() {
            not_negative(&place("price"), value)?;
        }
        for speciality in &model.specialities {
            finite(&place("specialities.quality"), speciality.quality)?;
            finite(&place("specialities.reliability"), speciality.reliability)?;
        }
    }
    Ok(())
}

fn factor(place: &str, levels: &[FactorLevel]) -> Checked {
    shares(place, levels.iter().map(|level| level.share))?;
    for (number, level) in levels.iter().enumerate() {
        let key = |key: &str| format!("{place}.{}.{key}", level.name);
        if level.name.is_empty() || level.name == ANY || levels[..number].iter().any(|other| other.name == level.name) {
            return refuse(place, format!("the name {:?} is empty, taken or \"*\"; give each its own", level.name));
        }
        finite(&key("quality"), level.quality)?;
        finite(&key("reliability"), level.reliability)?;
        positive(&key("input_factor"), level.input_factor)?;
        positive(&key("output_factor"), level.output_factor)?;
    }
    Ok(())
}

fn tokens(world: &World) -> Checked {
    let tokens = &world.tokens;
    log_normal("tokens.input", &tokens.input)?;
    log_normal("tokens.output", &tokens.output)?;
    for (place, limit) in [("tokens.input_limit", tokens.input_limit), ("tokens.output_limit", tokens.output_limit)] {
        if !(1.0..=1e12).contains(&limit) {
            return refuse(place, format!("{limit} is not a number of tokens from 1 to 1e12"));
        }
    }
    finite("tokens.latency_exponent", tokens.latency_exponent)
}

fn policy(world: &World) -> Checked {
    let policy = &world.policy;
    share("policy.epsilon", policy.epsilon)?;
    finite("policy.fallback_shift", policy.fallback_shift)?;
    if policy.max_attempts == 0 {
        return refuse("policy.max_attempts", "it is 0; a task gets at least one attempt");
    }
    for name in &policy.fallback {
        known(world, "policy.fallback", name)?;
    }
    for row in &policy.rows {
        let place = format!("policy.rows ({})", row.segment());
        shares(&place, row.exploit.values().copied())?;
        for name in row.exploit.keys() {
            known(world, &place, name)?;
        }
    }
    if policy.rows.last().map(super::PolicyRow::segment) != Some(Segment::new(ANY, ANY, ANY)) {
        return refuse("policy.rows", "the last row does not cover everything; end with one that names no work");
    }
    Ok(())
}

fn scoring(world: &World) -> Checked {
    shares("scoring.judges", world.scoring.judges.iter().map(|judge| judge.share))?;
    for judge in &world.scoring.judges {
        finite(&format!("scoring.judges.{}.bias", judge.name), judge.bias)?;
    }
    finite("scoring.benchmark_offset", world.scoring.benchmark_offset)
}

fn changes(world: &World) -> Checked {
    for drift in &world.drifts {
        match drift {
            Drift::Jump { model, quality, reliability, .. } => {
                known(world, "drifts", model)?;
                finite("drifts.quality", *quality)?;
                finite("drifts.reliability", *reliability)?;
            }
            Drift::Walk { model, sigma } => {
                model.iter().try_for_each(|model| known(world, "drifts", model))?;
                not_negative("drifts.sigma", *sigma)?;
            }
        }
    }
    for outage in &world.outages {
        known(world, "outages", &outage.model)?;
        share("outages.failing_share", outage.failing_share)?;
        not_negative("outages.hours", outage.hours)?;
        if !(0.0..=24.0).contains(&outage.hour) {
            return refuse("outages.hour", format!("{} is not an hour from 0 to 24", outage.hour));
        }
    }
    Ok(())
}

fn known(world: &World, place: &str, model: &str) -> Checked {
    match world.model_index(model) {
        Some(_) => Ok(()),
        None => refuse(place, format!("the model {model:?} is not in models; add it there or correct the name")),
    }
}

fn shares(place: &str, shares: impl Iterator<Item = f64>) -> Checked {
    let mut total = 0.0;
    for share in shares {
        not_negative(place, share)?;
        total += share;
    }
    if total > 0.0 { Ok(()) } else { refuse(place, "the shares sum to 0; give at least one a share above 0") }
}

fn share(place: &str, value: f64) -> Checked {
    if (0.0..=1.0).contains(&value) { Ok(()) } else { refuse(place, format!("{value} is not a share from 0 to 1")) }
}

fn log_normal(place: &str, value: &LogNormal) -> Checked {
    positive(&format!("{place}.median"), value.median)?;
    not_negative(&format!("{place}.spread"), value.spread)
}

fn finite(place: &str, value: f64) -> Checked {
    if value.is_finite() { Ok(()) } else { refuse(place, format!("{value} is not a finite number")) }
}

fn not_negative(place: &str, value: f64) -> Checked {
    if value.is_finite() && value >= 0.0 { Ok(()) } else { refuse(place, format!("{value} is not 0 or more")) }
}

fn positive(place: &str, value: f64) -> Checked {
    if value.is_finite() && value > 0.0 { Ok(()) } else { refuse(place, format!("{value} is not above 0")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(change: impl FnOnce(&mut World)) -> String {
        let mut changed = World::standard();
        change(&mut changed);
        world(&changed).expect_err("refused").to_string()
    }

    #[test]
    fn senseless_worlds_are_refused_with_their_place() {
        assert_eq!(
            message(|world| world.models[2].reliability = 1.0),
            "world: models.gemini-pro.reliability: 1 is not between 0 and 1"
        );
        assert!(message(|world| world.models.clear()).contains("name at least one"));
        assert!(message(|world| world.models[1].name = "claude-opus".into()).contains("taken"));
        assert!(message(|world| world.roles[0].name = "*".into()).contains("roles"));
        assert!(message(|world| world.categories.iter_mut().for_each(|level| level.share = 0.0)).contains("sum to 0"));
        assert!(message(|world| world.tokens.input.median = 0.0).contains("tokens.input.median"));
        assert!(message(|world| world.policy.rows.truncate(2)).contains("does not cover everything"));
        assert!(message(|world| world.policy.fallback.push("gpt".into())).contains("\"gpt\" is not in models"));
        assert!(message(|world| world.policy.epsilon = f64::NAN).contains("policy.epsilon"));
        assert!(message(|world| world.extras.push("[1]".into())).contains("not a JSON object"));
        assert!(message(|world| world.scoring.judges.clear()).contains("scoring.judges"));
        let walk = Drift::Walk { model: None, sigma: -0.1 };
        assert!(message(|world| world.drifts.push(walk)).contains("drifts.sigma"));
    }
}
