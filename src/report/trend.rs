//! How each model's decayed score went, with the changes of level marked.

use std::collections::{BTreeMap, BTreeSet};

use merit_router::Table;
use serde::Serialize;

use super::mart::MartReader;
use super::model::candidates;
use super::palette::{COLOURS, Palette};
use super::plot::{Scale, Tick, coordinate};
use super::{format, text};
use crate::day::Day;

/// The days a picture goes back at most.
const MOST_DAYS: i32 = 365;
/// The places of a line at most.
const MOST_PLACES: i32 = 90;
/// The pictures of categories at most.
const MOST_CATEGORIES: usize = 24;
/// Below this decayed number of calls a line has no figure.
const LEAST_STRENGTH: f64 = 5.0;
/// The picture's width and height.
const SIZE: (f64, f64) = (640.0, 280.0);
/// The place of the lines: left, right, top, bottom; labels stand to the right.
const FRAME: [f64; 4] = [48.0, SIZE.0 - 200.0, 14.0, SIZE.1 - 28.0];
/// A model that has changed counts as much as one with this share of the draws.
const CHANGED: f64 = 0.03;
/// The height of a label.
const LINE: f64 = 15.0;
/// The most characters of a label.
const LABEL_LENGTH: usize = 18;

/// One picture.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TrendPlot {
    /// What it is of.
    pub name: String,
    /// The category; `*` for any work.
    pub category: String,
    /// The picture in words.
    pub description: String,
    /// The axis of scores.
    pub y_ticks: Vec<Tick>,
    /// The axis of days.
    pub x_ticks: Vec<Tick>,
    /// The models that are drawn most and those that have changed.
    pub lines: Vec<TrendLine>,
    /// Changes of level.
    pub marks: Vec<TrendMark>,
    /// How many models are not drawn.
    pub left_out: usize,
}

/// A model's line.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TrendLine {
    /// Its colour.
    pub colour: String,
    /// Its name, cut to fit.
    pub label: String,
    /// Where its name stands.
    pub label_y: String,
    /// Model, first and last figure.
    pub title: String,
    /// `x,y x,y …`, one text for each part without a gap.
    pub parts: Vec<String>,
    /// Its last figure's place.
    pub end: (String, String),
}

/// A change of level.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TrendMark {
    /// Its day's place.
    pub x: String,
    /// The level's place that day.
    pub y: String,
    /// The colour of its model.
    pub colour: String,
    /// What changed.
    pub title: String,
}

/// All pictures.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Trends {
    /// `score`, or `success` where nothing was scored.
    pub measure: String,
    /// Any work, then the categories by falling traffic.
    pub plots: Vec<TrendPlot>,
}

/// Sums of a day.
#[derive(Clone, Copy, Default)]
struct Sums {
    weight: f64,
    value: f64,
}

/// By category (`*`: any work), model and day.
type Histories = BTreeMap<String, BTreeMap<String, BTreeMap<Day, Sums>>>;

/// A change of level of a model, in one category or in all.
struct Change {
    arm: String,
    category: Option<String>,
    since: Day,
    title: String,
}

impl Change {
    /// Whether a picture shows it: one of a single category that of the category alone.
    fn is_of(&self, category: &str) -> bool {
        self.category.as_deref().is_none_or(|of| of == category)
    }
}

/// The pictures; what is measured is the score, or success where nothing is `scored`.
pub(super) fn trends(
    table: &Table,
    marts: &mut MartReader<'_>,
    traffic: &BTreeMap<String, f64>,
    scored: bool,
    palette: &Palette,
) -> Trends {
    let histories = read(marts, scored);
    let changes = changes(marts, scored);
    let share = |category: &String| traffic.get(category).copied().unwrap_or(0.0);
    let mut categories: Vec<&String> = histories.keys().filter(|category| *category != "*").collect();
    categories.sort_by(|one, other| share(other).total_cmp(&share(one)).then(one.cmp(other)));
    let any = "*".to_string();
    let one = categories.len() < 2;
    let wanted = std::iter::once(&any).chain(categories.into_iter().filter(|_| !one).take(MOST_CATEGORIES));
    let days = days(&histories);
    let half_life = table.policy.half_life_days;
    let plot = |category: &String| {
        Picture { table, half_life, scored, palette, days: days.as_deref()? }.plot(
            category,
            histories.get(category)?,
            &changes,
        )
    };
    Trends { measure: if scored { "score" } else { "success" }.into(), plots: wanted.filter_map(plot).collect() }
}

fn read(marts: &mut MartReader<'_>, scored: bool) -> Histories {
    let (days, arms) = (marts.days("histories", "day"), marts.texts("histories", "arm"));
    let categories = marts.texts("histories", "task_category");
    let (weights, values) = if scored { ("n_scored_success", "quality_sum") } else { ("n", "n_success") };
    let (weights, values) = (marts.numbers("histories", weights), marts.numbers("histories", values));
    let mut histories = Histories::new();
    for (index, (day, arm)) in days.into_iter().zip(arms).enumerate() {
        let (Some(day), Some(arm), Some(category)) = (day, arm, categories[index].clone()) else { continue };
        let (weight, value) = (weights[index].unwrap_or(0.0), values[index].unwrap_or(0.0));
        for category in [category, "*".into()] {
            let sums = histories.entry(category).or_default().entry(arm.clone()).or_default().entry(day).or_default();
            sums.weight += weight;
            sums.value += value;
        }
    }
    histories
}

fn changes(marts: &mut MartReader<'_>, scored: bool) -> Vec<Change> {
    let mut words = |column| marts.texts("changes", column);
    let (subjects, arms, categories) = (words("subject"), words("arm"), words("task_category"));
    let figures = words("figure");
    let since = marts.days("changes", "since");
    let (before, after) = (marts.numbers("changes", "before"), marts.numbers("changes", "after"));
    let figure = if scored { "score" } else { "success" };
    let level =
        |share: Option<f64>| if scored { format::score(share.map(|q| 10.0 * q)) } else { format::percent(share) };
    let change = |row: usize| {
        let subject = subjects[row].as_deref()?;
        let of_figure = figures[row].as_deref() == Some(figure);
        let (arm, since) = (arms[row].clone()?, since[row]?);
        let category = if subject == "arm" { categories[row].clone() } else { None };
        let title =
            format!("{}: {figure} {} → {} since {since}", text::name(&arm), level(before[row]), level(after[row]));
        (of_figure && subject != "judge").then_some(Change { arm, category, since, title })
    };
    (0..subjects.len()).filter_map(change).collect()
}

/// The days at which lines have places, evenly from the first to the last.
fn days(histories: &Histories) -> Option<Vec<Day>> {
    let any = histories.get("*")?;
    let all: BTreeSet<Day> = any.values().flat_map(|days| days.keys().copied()).collect();
    let (first, last) = (all.first()?.0, all.last()?.0);
    let first = first.max(last - MOST_DAYS + 1);
    let places = (last - first + 1).min(MOST_PLACES);
    let place = |index: i32| {
        if places < 2 {
            last
        } else {
            first + (i64::from(last - first) * i64::from(index) / i64::from(places - 1)) as i32
        }
    };
    Some((0..places).map(|index| Day(place(index))).collect())
}

/// The decayed mean at each of the days: Σ 2^(−age/h)·value / Σ 2^(−age/h)·weight over the days up to it; none where the
/// sum of weights is too small.
fn decayed(sums: &BTreeMap<Day, Sums>, days: &[Day], half_life: Option<f64>) -> Vec<Option<f64>> {
    let fade = |days: i32| half_life.map_or(1.0, |half_life| libm::exp2(-f64::from(days) / half_life));
    let mut rest = sums.iter().peekable();
    let (mut weight, mut value, mut newest) = (0.0, 0.0, None::<Day>);
    days.iter()
        .map(|day| {
            while let Some((next, sums)) = rest.next_if(|(next, _)| *next <= day) {
                let fading = newest.map_or(1.0, |newest| fade(next.0 - newest.0));
                (weight, value) = (fading * weight + sums.weight, fading * value + sums.value);
                newest = Some(*next);
            }
            let strength = weight * newest.map_or(0.0, |newest| fade(day.0 - newest.0));
            (strength >= LEAST_STRENGTH).then(|| value / weight)
        })
        .collect()
}

/// What all pictures share.
struct Picture<'a> {
    table: &'a Table,
    half_life: Option<f64>,
    scored: bool,
    palette: &'a Palette,
    days: &'a [Day],
}

impl Picture<'_> {
    fn plot(
        &self,
        category: &str,
        models: &BTreeMap<String, BTreeMap<Day, Sums>>,
        changes: &[Change],
    ) -> Option<TrendPlot> {
        let last = *self.days.last()?;
        let fade =
            |day: Day| self.half_life.map_or(1.0, |half_life| libm::exp2(-f64::from(last.0 - day.0) / half_life));
        let strength =
            |model: &BTreeMap<Day, Sums>| -> f64 { model.iter().map(|(day, sums)| fade(*day) * sums.weight).sum() };
        let row = self.table.segments.iter().find(|row| row.key() == ("*", category, "*"));
        let candidates = candidates(row);
        let changed = |id: &str| changes.iter().any(|change| change.arm == id && change.is_of(category));
        // Who is drawn most, before the mere explorers who has changed, then who has most recent evidence.
        let importance = |id: &str| {
            let weight = candidates.get(id).map_or(0.0, |candidate| candidate.weight);
            if changed(id) { weight.max(CHANGED) } else { weight }
        };
        let mut order: Vec<(&String, f64, f64)> =
            models.iter().map(|(id, model)| (id, importance(id), strength(model))).collect();
        order.sort_by(|one, other| other.1.total_cmp(&one.1).then(other.2.total_cmp(&one.2)).then(one.0.cmp(other.0)));
        let figures: Vec<(&String, Vec<Option<f64>>)> =
            order.iter().map(|(id, ..)| (*id, decayed(&models[*id], self.days, self.half_life))).collect();
        let shown: Vec<(&String, Vec<Option<f64>>)> =
            figures.into_iter().filter(|(_, figures)| figures.iter().any(Option::is_some)).take(COLOURS).collect();
        let own = Palette::new(shown.iter().map(|(id, _)| id.as_str()));
        let palette = if models.len() > COLOURS { &own } else { self.palette };
        let [left, right, top, bottom] = FRAME;
        let y = Scale::even(shown.iter().flat_map(|(_, figures)| figures.iter().copied().flatten()), (bottom, top))?;
        let first = *self.days.first()?;
        let span = f64::from(last.0 - first.0).max(1.0);
        let x = |day: Day| left + (right - left) * f64::from(day.0 - first.0) / span;
        let mut lines: Vec<TrendLine> =
            shown.iter().filter_map(|(id, figures)| self.line(id, figures, palette, &y, x)).collect();
        part_labels(&mut lines);
        let mark = |change: &Change| {
            let (_, figures) = shown.iter().find(|(id, _)| **id == change.arm).filter(|_| change.is_of(category))?;
            let place = self.days.iter().position(|day| *day >= change.since)?;
            let level = figures[place..].iter().copied().flatten().next()?;
            Some(TrendMark {
                x: coordinate(x(change.since.max(first))),
                y: coordinate(y.place(level)),
                colour: palette.of(&change.arm),
                title: change.title.clone(),
            })
        };
        let marks: Vec<TrendMark> = changes.iter().filter_map(mark).collect();
        let name = if category == "*" { "Any work".into() } else { text::name(category) };
        let said: Vec<String> =
            lines.iter().map(|line| line.title.clone()).chain(marks.iter().map(|mark| mark.title.clone())).collect();
        let ticks = [self.days[0], self.days[self.days.len() / 2], last];
        let mut x_ticks: Vec<Tick> =
            ticks.iter().map(|day| Tick { at: coordinate(x(*day)), label: day.to_string() }).collect();
        x_ticks.dedup_by(|one, other| one.label == other.label);
        Some(TrendPlot {
            description: format!("decayed {} from {first} to {last}. {}", self.measure(), said.join("; ")),
            name,
            category: text::name(category),
            y_ticks: y.ticks(|value| self.write(Some(value))),
            x_ticks,
            left_out: models.len() - lines.len(),
            lines,
            marks,
        })
    }

    fn measure(&self) -> &'static str {
        if self.scored { "score" } else { "success" }
    }

    fn write(&self, value: Option<f64>) -> String {
        if self.scored { format::score(value.map(|value| 10.0 * value)) } else { format::percent(value) }
    }

    fn line(
        &self,
        id: &str,
        figures: &[Option<f64>],
        palette: &Palette,
        y: &Scale,
        x: impl Fn(Day) -> f64,
    ) -> Option<TrendLine> {
        let (mut parts, mut part) = (Vec::new(), Vec::new());
        let mut end = None;
        for (day, figure) in self.days.iter().zip(figures) {
            match figure {
                Some(figure) => {
                    let place = (coordinate(x(*day)), coordinate(y.place(*figure)));
                    part.push(format!("{},{}", place.0, place.1));
                    end = Some((place, y.place(*figure)));
                }
                None => parts.push(std::mem::take(&mut part)),
            }
        }
        parts.push(part);
        let known = || figures.iter().copied().flatten();
        let (place, height) = end?;
        let name = text::name(id);
        Some(TrendLine {
            colour: palette.of(id),
            label: format!("{} {}", text::middle_cut(&name, LABEL_LENGTH), self.write(known().next_back())),
            label_y: coordinate(height),
            title: format!("{name} {} → {}", self.write(known().next()), self.write(known().next_back())),
            parts: parts.into_iter().filter(|part| part.len() > 1).map(|part| part.join(" ")).collect(),
            end: place,
        })
    }
}

/// Moves labels apart, from the top down, then back up where they left the picture.
fn part_labels(lines: &mut [TrendLine]) {
    let mut order: Vec<usize> = (0..lines.len()).collect();
    let mut places: Vec<f64> = lines.iter().map(|line| line.label_y.parse().unwrap_or(FRAME[2])).collect();
    order.sort_by(|one, other| places[*one].total_cmp(&places[*other]).then(one.cmp(other)));
    let mut free = f64::NEG_INFINITY;
    for &index in &order {
        places[index] = places[index].max(free);
        free = places[index] + LINE;
    }
    let mut free = SIZE.1 - 4.0;
    for &index in order.iter().rev() {
        places[index] = places[index].min(free);
        free = places[index] - LINE;
    }
    for (line, place) in lines.iter_mut().zip(places) {
        line.label_y = coordinate(place);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sums(days: &[(i32, f64, f64)]) -> BTreeMap<Day, Sums> {
        days.iter().map(|&(day, weight, value)| (Day(day), Sums { weight, value })).collect()
    }

    #[test]
    fn a_decayed_mean_follows_its_half_life() {
        let history = sums(&[(10, 8.0, 8.0), (20, 8.0, 0.0)]);
        let days: Vec<Day> = [5, 10, 20, 30, 60].map(Day).to_vec();
        let found = decayed(&history, &days, Some(10.0));
        assert_eq!(found[..2], [None, Some(1.0)]);
        // Ten days on, the first eight calls count as four: 4 / 12.
        assert!((found[2].expect("known") - 1.0 / 3.0).abs() < 1e-12);
        // Nothing new: the mean stays until too little is left, 12·2^(−4) < 5.
        assert!((found[3].expect("known") - 1.0 / 3.0).abs() < 1e-12 && found[4].is_none());
        let forever = decayed(&history, &days, None);
        assert_eq!(forever[4], Some(0.5));
    }

    #[test]
    fn labels_do_not_cover_each_other() {
        let line = |y: &str| TrendLine {
            colour: "k0".into(),
            label: "m".into(),
            label_y: y.into(),
            title: String::new(),
            parts: Vec::new(),
            end: ("0".into(), "0".into()),
        };
        let mut lines: Vec<TrendLine> = (0..8).map(|_| line("270.0")).collect();
        part_labels(&mut lines);
        let mut places: Vec<f64> = lines.iter().map(|line| line.label_y.parse().expect("a number")).collect();
        places.sort_by(f64::total_cmp);
        assert!(places.windows(2).all(|pair| pair[1] - pair[0] >= LINE - 0.11), "{places:?}");
        assert!(places[0] > 0.0 && places[7] <= SIZE.1);
    }
}
