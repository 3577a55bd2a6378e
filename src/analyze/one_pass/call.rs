//! One call's share in the sums, in whole numbers.

use super::Stop;

/// What a call adds to the sums of its arm and of its task.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Measured {
    pub(super) first: bool,
    pub(super) succeeded: bool,
    /// Quality in 1e-6 where a success was scored.
    pub(super) quality_micro: Option<i64>,
    /// Cost in nano-USD.
    pub(super) cost_nano: Option<i64>,
    /// Latency in tenths of a millisecond.
    pub(super) tenths: Option<i64>,
    /// The same in the histogram of arms, which counts no more than 29 hours.
    pub(super) capped_tenths: Option<i64>,
    /// Input, cached and output tokens, where input and output are known.
    pub(super) tokens: Option<[i64; 3]>,
}

/// ⌊number⌋ as a whole number.
///
/// # Errors
/// [`Stop::Declined`] where it does not fit: the engine has its own words for that.
pub(super) fn whole(number: f64) -> Result<i64, Stop> {
    let floor = number.floor();
    // The largest float below 2^63.
    (floor.abs() < 9.2e18).then_some(floor as i64).ok_or(Stop::Declined)
}

/// 1e-6 of quality, by the score from 0 to 10.
pub(super) fn quality_micro(score: f64) -> Result<i64, Stop> {
    whole(score * 100_000.0 + 0.5)
}

/// Nano-USD.
pub(super) fn cost_nano(cost_usd: f64) -> Result<i64, Stop> {
    whole(cost_usd * 1_000_000_000.0 + 0.5)
}

/// A latency in tenths of a millisecond, and capped as the histogram of arms caps it.
pub(super) fn tenths(latency_ms: f64) -> Result<(i64, i64), Stop> {
    const LONGEST_MS: f64 = 107_374_182.3;
    let capped = if latency_ms < LONGEST_MS { latency_ms } else { LONGEST_MS };
    let (tenths, capped) = (whole(latency_ms * 10.0)?, whole(capped * 10.0)?);
    if tenths < 0 {
        return Err(Stop::Declined);
    }
    Ok((tenths, capped))
}

/// A sum of whole numbers.
///
/// # Errors
/// [`Stop::Declined`] where it does not fit 64 bits.
pub(super) fn add(sum: &mut i64, more: i64) -> Result<(), Stop> {
    *sum = sum.checked_add(more).ok_or(Stop::Declined)?;
    Ok(())
}
