//! ∫ G dF over a grid.

use super::cell::monotone;
use super::posterior_table::PosteriorTable;
use super::reading::Reading;

/// A cell in which some G rises by more than this is halved …
const STEEP: f64 = 0.1;
/// … at most so many times.
const HALVINGS: u32 = 4;

/// For each table ∫ G_m dF_m from the first point of `grid` on, where `others` turns the readings F of all tables at a
/// point into the G of each.
///
/// Within a cell of width h both are taken as the cubics of their values and slopes at its ends, for which ∫ G dF =
/// (G₀+G₁)ΔF/2 + h(ΔG·ΔF′ − ΔG′·ΔF)/10 + h²(G₁′F₀′ − G₀′F₁′)/60 exactly. The grid suits each F; a product of many is
/// steeper, and its cells are halved where it is.
pub(super) fn integrals(
    tables: &[&PosteriorTable],
    shifts: &[f64],
    grid: &[f64],
    others: impl Fn(&[Reading], &mut [Reading]),
) -> Vec<f64> {
    let mut integration = Integration {
        tables,
        shifts,
        others,
        positions: vec![0; tables.len()],
        spare: Vec::new(),
        integrals: vec![0.0; tables.len()],
    };
    if let Some((&first, rest)) = grid.split_first() {
        let mut from = integration.at(first);
        for &point in rest {
            let to = integration.at(point);
            let scale = integration.scale(from.point, point);
            integration.add(&from, &to, scale, HALVINGS);
            integration.spare.push(std::mem::replace(&mut from, to));
        }
    }
    integration.integrals
}

/// All tables read at a point.
struct Readings {
    point: f64,
    own: Vec<Reading>,
    others: Vec<Reading>,
}

struct Integration<'a, Others> {
    tables: &'a [&'a PosteriorTable],
    shifts: &'a [f64],
    others: Others,
    /// Each table's cell at the last point read.
    positions: Vec<usize>,
    /// Readings no longer needed, whose memory the next ones use.
    spare: Vec<Readings>,
    integrals: Vec<f64>,
}

impl<Others: Fn(&[Reading], &mut [Reading])> Integration<'_, Others> {
    fn at(&mut self, point: f64) -> Readings {
        let count = self.tables.len();
        let mut readings = self.spare.pop().unwrap_or_else(|| Readings {
            point,
            own: vec![Reading::ONE; count],
            others: vec![Reading::ONE; count],
        });
        readings.point = point;
        let tables = self.tables.iter().zip(self.shifts).zip(&mut self.positions);
        for (reading, ((table, &shift), position)) in readings.own.iter_mut().zip(tables) {
            *reading = table.read(point, shift, position);
        }
        (self.others)(&readings.own, &mut readings.others);
        readings
    }

    /// Adds the integrals over the cell between two points.
    fn add(&mut self, from: &Readings, to: &Readings, scale: Scale, halvings: u32) {
        let matters = |arm: usize| to.own[arm].below > from.own[arm].below;
        let steep = |arm: usize| to.others[arm].below - from.others[arm].below > STEEP;
        if halvings > 0 && (0..self.tables.len()).any(|arm| steep(arm) && matters(arm)) {
            let middle = scale.middle(from.point, to.point);
            if from.point < middle && middle < to.point {
                let middle = self.at(middle);
                self.add(from, &middle, scale.halved(), halvings - 1);
                self.add(&middle, to, scale.halved(), halvings - 1);
                self.spare.push(middle);
                return;
            }
        }
        let widths = scale.widths(from.point, to.point);
        for (arm, integral) in self.integrals.iter_mut().enumerate() {
            *integral += within_cell(widths, [from.own[arm], to.own[arm]], [from.others[arm], to.others[arm]]);
        }
    }

    /// The scale on which the distribution functions are cubics between two points: the points' own, except where a table
    /// with a pole is read by logits. Of several such tables that one counts whose logit changes most. `to` is the point
    /// read last.
    fn scale(&self, from: f64, to: f64) -> Scale {
        let mut steepest = (1.0, 0.0);
        for ((table, shift), &position) in self.tables.iter().zip(self.shifts).zip(&self.positions) {
            let ratio = table.odds_ratio(position, from - shift, to - shift);
            if ratio > steepest.0 && ratio.is_finite() {
                steepest = (ratio, *shift);
            }
        }
        let (ratio, shift) = steepest;
        if ratio > 1.0 { Scale::Logit { odds_ratio: ratio, shift } } else { Scale::Point }
    }
}

/// The scale of a cell.
#[derive(Clone, Copy)]
enum Scale {
    /// The points themselves.
    Point,
    /// logit(point − shift), which rises by ln(odds ratio).
    Logit { odds_ratio: f64, shift: f64 },
}

impl Scale {
    /// What turns the slopes at either end of a cell into slopes per cell: on the logit scale, slopes are x(1 − x) times
    /// those in x.
    fn widths(self, from: f64, to: f64) -> [f64; 2] {
        match self {
            Self::Point => [to - from; 2],
            Self::Logit { odds_ratio, shift } => {
                let width = libm::log(odds_ratio);
                [from - shift, to - shift].map(|value| width * value * (1.0 - value))
            }
        }
    }

    fn middle(self, from: f64, to: f64) -> f64 {
        match self {
            Self::Point => from + 0.5 * (to - from),
            Self::Logit { odds_ratio, shift } => {
                let odds = (from - shift) / (1.0 - (from - shift)) * odds_ratio.sqrt();
                shift + odds / (1.0 + odds)
            }
        }
    }

    /// The scale of either half.
    fn halved(self) -> Self {
        match self {
            Self::Point => Self::Point,
            Self::Logit { odds_ratio, shift } => Self::Logit { odds_ratio: odds_ratio.sqrt(), shift },
        }
    }
}

/// ∫ G dF over a cell, for the cubics F and G of these ends; `widths` scales the slopes there.
fn within_cell(widths: [f64; 2], f: [Reading; 2], g: [Reading; 2]) -> f64 {
    let f_rise = f[1].below - f[0].below;
    if f_rise <= 0.0 {
        return 0.0;
    }
    let g_rise = (g[1].below - g[0].below).max(0.0);
    let [f_start, f_end] = [0, 1].map(|end| monotone(f[end].density * widths[end], f_rise));
    let [g_start, g_end] = [0, 1].map(|end| monotone(g[end].density * widths[end], g_rise));
    let integral = 0.5 * (g[0].below + g[1].below) * f_rise
        + (g_rise * (f_end - f_start) - (g_end - g_start) * f_rise) / 10.0
        + (g_end * f_start - g_start * f_end) / 60.0;
    integral.max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cubics_are_integrated_exactly() {
        // F = x³ and G = x² on [1, 3]: ∫ G dF = ∫ 3x⁴ dx = 3·(3⁵ − 1)/5.
        let f = [1.0, 3.0_f64].map(|x| Reading { below: x.powi(3), density: 3.0 * x * x });
        let g = [1.0, 3.0_f64].map(|x| Reading { below: x * x, density: 2.0 * x });
        assert!((within_cell([2.0; 2], f, g) - 3.0 * 242.0 / 5.0).abs() < 1e-12);
    }

    #[test]
    fn slopes_out_of_bounds_do_no_harm() {
        let (low, high) = (0.25, 0.75);
        let f = [low, high].map(|below| Reading { below, density: f64::INFINITY });
        let g = [low, high].map(|below| Reading { below, density: f64::NAN });
        let found = within_cell([1.0; 2], f, g);
        assert!((low * 0.5..=high * 0.5).contains(&found), "{found}");
    }
}
