//! Names beside the points of a picture, where there is room for them.

use std::collections::BTreeMap;

use serde::Serialize;

use super::plot::coordinate;

/// The most characters of a label.
const LENGTH: usize = 26;
/// The most labels of a picture.
const MOST_LABELS: usize = 12;
/// The width of a character at the label's size, somewhat generous.
const CHARACTER: f64 = 7.4;
/// The height of a line.
const LINE: f64 = 15.0;
/// From a point to its label.
const GAP: f64 = 8.0;
/// The half of a point's width.
const RADIUS: f64 = 5.0;

/// A name and its place.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Label {
    /// Its anchor from the left.
    pub x: String,
    /// Its base line from the top.
    pub y: String,
    /// `start`, `middle` or `end`.
    pub anchor: String,
    /// The name, cut to fit.
    pub text: String,
}

/// A point that asks for a label.
pub(super) struct Spot {
    /// From the left.
    pub(super) x: f64,
    /// From the top.
    pub(super) y: f64,
    /// What it is called.
    pub(super) name: String,
}

/// Left, right, top, bottom.
type Area = [f64; 4];

/// Labels by spot, taken in `order`, each at the first of eight sides where it hides neither point nor label.
pub(super) fn place(spots: &[Spot], order: &[usize], frame: Area) -> BTreeMap<usize, Label> {
    let mut taken: Vec<Area> =
        spots.iter().map(|spot| [spot.x - RADIUS, spot.x + RADIUS, spot.y - RADIUS, spot.y + RADIUS]).collect();
    let mut labels = BTreeMap::new();
    for &index in order {
        if labels.len() == MOST_LABELS {
            break;
        }
        let found = sides(&spots[index]).into_iter().find(|(_, area)| {
            is_inside(area, &frame)
                && !taken.iter().enumerate().any(|(other, used)| other != index && overlap(area, used))
        });
        if let Some((label, area)) = found {
            taken.push(area);
            labels.insert(index, label);
        }
    }
    labels
}

fn sides(spot: &Spot) -> [(Label, Area); 8] {
    let mut text: String = spot.name.chars().take(LENGTH).collect();
    if spot.name.chars().nth(LENGTH).is_some() {
        text.pop();
        text.push('…');
    }
    let width = CHARACTER * text.chars().count() as f64;
    let (x, y) = (spot.x, spot.y);
    let side = |anchor: &str, at: f64, left: f64, base: f64| {
        let label = Label { x: coordinate(at), y: coordinate(base), anchor: anchor.into(), text: text.clone() };
        (label, [left, left + width, base - LINE + 3.0, base + 3.0])
    };
    let (near, above, below) = (5.0, y - GAP, y + GAP + LINE - 3.0);
    // Below to the right and above to the left are clear of a line that rises ever more slowly.
    [
        side("start", x + near, x + near, y + LINE),
        side("end", x - near, x - near - width, above),
        side("start", x + GAP, x + GAP, y + 4.0),
        side("end", x - GAP, x - GAP - width, y + 4.0),
        side("middle", x, x - width / 2.0, above),
        side("middle", x, x - width / 2.0, below),
        side("start", x + near, x + near, above),
        side("end", x - near, x - near - width, y + LINE),
    ]
}

fn is_inside(area: &Area, frame: &Area) -> bool {
    area[0] >= frame[0] && area[1] <= frame[1] && area[2] >= frame[2] - LINE && area[3] <= frame[3]
}

fn overlap(one: &Area, other: &Area) -> bool {
    one[0] < other[1] && other[0] < one[1] && one[2] < other[3] && other[2] < one[3]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spot(x: f64, y: f64, name: &str) -> Spot {
        Spot { x, y, name: name.into() }
    }

    #[test]
    fn labels_keep_within_the_frame_and_clear_of_each_other() {
        let frame = [0.0, 200.0, 0.0, 100.0];
        let spots = [spot(50.0, 50.0, "claude"), spot(52.0, 50.0, "gemini"), spot(195.0, 50.0, "llama")];
        let labels = place(&spots, &[0, 1, 2], frame);
        assert_eq!(labels[&2].anchor, "end");
        assert_ne!((&labels[&0].x, &labels[&0].y), (&labels[&1].x, &labels[&1].y));
        let crowd: Vec<Spot> = (0..100).map(|_| spot(100.0, 50.0, "model")).collect();
        let order: Vec<usize> = (0..100).collect();
        assert!(place(&crowd, &order, frame).len() <= 8);
    }
}
