//! One request against one table.

use std::borrow::Cow;

use serde::Serialize;

use super::answer::{Answer, Arm, Context, Expected};
use super::cost::{expected, within_cap};
use super::error::ChooseError;
use super::fallback::Fallback;
use super::lottery::{Lottery, Totals};
use super::request::Request;
use super::seats::Seats;
use crate::router::Router;

/// A model's probability under a request.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Share<'a> {
    /// The model's id.
    pub model: &'a str,
    /// The probability that the request draws it, in \[0, 1\].
    pub propensity: f64,
}

/// Draws a model with a given number u in \[0, 1); pure.
///
/// # Errors
/// A request or u without meaning; every model excluded.
///
/// ```
/// use merit_router::{Request, Router, choose};
/// # let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/golden/tables/plain.json");
/// # let router = Router::load(path).expect("a golden table");
/// let request = Request::new("executor", "debugging", "advanced");
/// let answer = choose(&router, &request, 0.5).expect("nothing is excluded");
/// assert_eq!(answer, choose(&router, &request, 0.5).expect("the same again"));
/// ```
pub fn choose<'a>(router: &'a Router, request: &Request<'a>, u: f64) -> Result<Answer<'a>, ChooseError> {
    choose_in(router, router.prepared(request), request, u)
}

/// [`choose`] where the row is known already.
#[inline]
pub(crate) fn choose_in<'a>(
    router: &'a Router,
    seats: &'a Seats,
    request: &Request<'a>,
    u: f64,
) -> Result<Answer<'a>, ChooseError> {
    if !(0.0..1.0).contains(&u) {
        return Err(ChooseError::Uniform(u));
    }
    let (drawn, arm, propensity) = match outcome(router, seats, request)? {
        Outcome::Forced(position) => (position, Arm::Forced, 1.0),
        Outcome::Open(lottery) => {
            let (position, arm) = lottery.draw(u);
            (position, arm, lottery.share(position))
        }
    };
    let seat = &seats.candidates[drawn];
    let model = router.model(seat.model);
    Ok(Answer {
        model: &model.id,
        name: &model.name,
        provider: &model.provider,
        propensity,
        arm,
        table_version: router.table_version(),
        expires_at: router.expires_at(),
        task_id: request.task_id.map(Cow::Borrowed),
        attempt: request.attempt,
        row_used: seats.name.key().into(),
        fallback: Fallback { router, seats, context: request.context(), drawn },
        expected: Expected {
            score: seat.expected_score,
            success: seat.expected_success,
            cost_usd: expected(&seat.bill, &request.context()),
            latency_ms: seat.median_latency_ms,
        },
        reason: &seat.reason,
        context: request.context(),
    })
}

/// The exact distribution that [`choose`] draws from: every candidate of the row used, in table
/// order, with its probability after exclusions and caps. The probabilities sum to 1.
///
/// # Errors
/// A request without meaning; every model excluded.
pub fn distribution<'a>(router: &'a Router, request: &Request<'_>) -> Result<Vec<Share<'a>>, ChooseError> {
    let seats = router.prepared(request);
    let outcome = outcome(router, seats, request)?;
    let propensity = |position: usize| match &outcome {
        Outcome::Forced(forced) => f64::from(u8::from(position == *forced)),
        Outcome::Open(lottery) => lottery.share(position),
    };
    let shares = seats.candidates.iter().enumerate();
    Ok(shares
        .map(|(position, seat)| Share { model: &router.model(seat.model).id, propensity: propensity(position) })
        .collect())
}

/// Who may be drawn.
enum Outcome<'a, L: Fn(usize) -> bool> {
    /// Several, by lot.
    Open(Lottery<'a, L>),
    /// Nobody: one is taken all the same.
    Forced(usize),
}

/// Exclusions and cap applied to a row.
#[inline]
fn outcome<'r>(
    router: &'r Router,
    seats: &'r Seats,
    request: &'r Request<'_>,
) -> Result<Outcome<'r, impl Fn(usize) -> bool>, ChooseError> {
    request.check()?;
    let excluded = |position: usize| {
        !request.exclude.is_empty() && request.exclude.contains(&&*router.model(seats.candidates[position].model).id)
    };
    let admitted = move |position: usize| seats.candidates[position].weighted && !excluded(position);
    let context = request.context();
    let left = move |position: usize| admitted(position) && within_cap(&seats.candidates[position].bill, &context);
    if request.exclude.is_empty() && request.max_cost.is_none() {
        if let Some(totals) = seats.open {
            return Ok(Outcome::Open(Lottery { seats: &seats.candidates, left, totals, sums: Some(&seats.sums) }));
        }
    } else if let Some(totals) = Totals::of(&seats.candidates, &seats.fallback, router.epsilon(), left) {
        return Ok(Outcome::Open(Lottery { seats: &seats.candidates, left, totals, sums: None }));
    }
    // The cap leaves nobody; or the exclusions do, and those who stand by without a weight step in.
    let standing_by = || seats.fallback.iter().copied().filter(|position| !excluded(*position));
    let forced = cheapest(router, seats, &context, (0..seats.candidates.len()).filter(|position| admitted(*position)))
        .or_else(|| standing_by().find(|position| within_cap(&seats.candidates[*position].bill, &context)))
        .or_else(|| cheapest(router, seats, &context, standing_by()));
    forced.map(Outcome::Forced).ok_or_else(|| ChooseError::AllExcluded {
        row: seats.name.to_string(),
        excluded: request.exclude.iter().map(|model| (*model).to_owned()).collect(),
    })
}

/// The lowest expected cost; unknown ones last, ties by the bytes of the id.
fn cheapest(
    router: &Router,
    seats: &Seats,
    context: &Context<'_>,
    positions: impl Iterator<Item = usize>,
) -> Option<usize> {
    let cost = |position: usize| expected(&seats.candidates[position].bill, context).unwrap_or(f64::INFINITY);
    let id = |position: usize| router.model(seats.candidates[position].model).id.as_bytes();
    positions.min_by(|a, b| cost(*a).total_cmp(&cost(*b)).then_with(|| id(*a).cmp(id(*b))))
}
