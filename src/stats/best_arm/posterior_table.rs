//! The distribution function of a posterior, prepared for reading.

use super::cell::Cell;
use super::nodes::nodes;
use super::reading::Reading;
use crate::stats::Beta;

/// The distribution function of a Beta posterior, tabulated once and read at any shift.
///
/// A search over prices of cost, U = value − λ·cost, moves posteriors but does not change their shape: it prepares its
/// tables once and gives other shifts to [`probability_best_of`](super::probability_best_of). Between nodes the table is
/// read by cubic Hermite interpolation, within 2.5·10⁻⁴ of the exact distribution function (half of that for shapes above
/// 0.2).
///
/// ```
/// use merit::stats::{Beta, best_arm::{PosteriorTable, probability_best_of}};
/// let tables = [PosteriorTable::new(Beta::new(90.0, 10.0)), PosteriorTable::new(Beta::new(80.0, 20.0))];
/// let (cheap, dear) = (probability_best_of(&tables, &[0.0, 0.0]), probability_best_of(&tables, &[-0.1, 0.0]));
/// assert!(cheap[0] > 0.9 && (0.4..0.6).contains(&dear[0]));
/// ```
#[derive(Clone, Debug)]
pub struct PosteriorTable {
    /// By rising value, one after the other without gaps.
    cells: Vec<Cell>,
}

impl PosteriorTable {
    /// Tabulates a posterior: some 20 to 70 nodes.
    pub fn new(posterior: Beta) -> Self {
        let nodes = nodes(posterior);
        let cells = nodes
            .windows(2)
            .map(|pair| {
                let nearer_shape = if pair[0].value < 0.5 { posterior.alpha } else { posterior.beta };
                Cell::between(&pair[0], &pair[1], nearer_shape)
            })
            .collect();
        Self { cells }
    }

    /// The values between which (almost) all of the posterior lies.
    pub(super) fn ends(&self) -> (f64, f64) {
        let (first, last) = (&self.cells[0], &self.cells[self.cells.len() - 1]);
        (first.from, last.to)
    }

    /// The nodes' values, each with the width of the narrower cell beside it.
    pub(super) fn nodes(&self) -> impl Iterator<Item = (f64, f64)> + '_ {
        let width = |cell: &Cell| cell.to - cell.from;
        let first = self.cells.first().map(|cell| (cell.from, width(cell)));
        let inner = self.cells.windows(2).map(move |pair| (pair[1].from, width(&pair[0]).min(width(&pair[1]))));
        let last = self.cells.last().map(|cell| (cell.to, width(cell)));
        first.into_iter().chain(inner).chain(last)
    }

    /// P(X + shift ≤ point) and the density there; `position` remembers the cell, where the search for the next point
    /// begins.
    ///
    /// Nodes are compared as they are in a grid, with the shift added and rounded: a point at a node has all of the
    /// node's mass below it, also where a pole's mass is piled up on few floats.
    pub(super) fn read(&self, point: f64, shift: f64, position: &mut usize) -> Reading {
        while self.cells.get(*position).is_some_and(|cell| cell.to + shift <= point) {
            *position += 1;
        }
        while *position > 0 && point < self.cells[*position - 1].to + shift {
            *position -= 1;
        }
        match self.cells.get(*position) {
            None => Reading { below: 1.0, density: 0.0 },
            Some(cell) if point < cell.from + shift => Reading { below: 0.0, density: 0.0 },
            Some(cell) => cell.read((point - shift).clamp(cell.from, cell.to)),
        }
    }

    /// The odds of `to` over those of `from`, where between them the table reads on the logit scale, else 1. `position`
    /// is that of `to`.
    pub(super) fn odds_ratio(&self, position: usize, from: f64, to: f64) -> f64 {
        let ends_there = self.cells.get(position).is_none_or(|cell| cell.from >= to);
        let cell = if ends_there { position.checked_sub(1) } else { Some(position) };
        match cell {
            Some(cell) if self.cells[cell].is_on_the_logit_scale() && from > 0.0 && to < 1.0 => {
                to * (1.0 - from) / (from * (1.0 - to))
            }
            _ => 1.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_the_exact_distribution_function_between_nodes() {
        let shapes = [0.05, 0.23, 0.7, 1.0, 1.5, 7.0, 300.0, 50_000.0];
        for (alpha, beta) in shapes.into_iter().flat_map(|alpha| shapes.map(|beta| (alpha, beta))) {
            let posterior = Beta::new(alpha, beta);
            let table = PosteriorTable::new(posterior);
            let mut position = 0;
            for cell in &table.cells {
                // Near 1 the float x stands for a whole range of the distribution.
                for share in [0.0, 0.25, 0.5, 0.75].into_iter().take_while(|_| cell.to < 1.0 - 1e-13) {
                    let value = cell.value_at(share);
                    let (found, exact) = (table.read(value, 0.0, &mut position).below, posterior.cdf(value));
                    assert!((found - exact).abs() < 2.5e-4, "Beta({alpha}, {beta}) at {value}: {found}, {exact}");
                }
            }
        }
    }

    #[test]
    fn nothing_lies_below_the_first_node_and_nothing_above_the_last() {
        let table = PosteriorTable::new(Beta::new(500.0, 50.0));
        let (first, last) = table.ends();
        let below = |value: f64| table.read(value, 0.0, &mut 0).below;
        assert_eq!([below(first - 1e-6), below(first), below(last), below(2.0)], [0.0, 0.0, 1.0, 1.0]);
        assert!(first > 0.8 && last < 0.98, "{first}, {last}");
    }
}
