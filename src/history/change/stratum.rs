//! The days of one stratum: calls that differ in nothing but their day.

/// One day's sums, and the sums of all days up to it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Entry {
    /// Days since 1970.
    pub(super) day: i32,
    /// The day's own.
    pub(super) own: Sums,
    /// Of all days up to and with this one.
    up_to: Sums,
}

/// Count, sum and sum of squares of values in [0, 1].
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sums {
    pub(super) count: f64,
    pub(super) sum: f64,
    pub(super) squares: f64,
}

impl Sums {
    pub(super) fn add(&mut self, other: Sums) {
        self.count += other.count;
        self.sum += other.sum;
        self.squares += other.squares;
    }

    fn less(self, other: Sums) -> Sums {
        Sums { count: self.count - other.count, sum: self.sum - other.sum, squares: self.squares - other.squares }
    }

    pub(super) fn mean(self) -> f64 {
        self.sum / self.count
    }

    /// Σ (x − x̄)².
    pub(super) fn scatter(self) -> f64 {
        (self.squares - self.sum * self.mean()).max(0.0)
    }
}

/// Days before tonight that a baseline may reach back. Longer would set tonight against a world long gone.
pub(super) const WINDOW: i32 = 60;

/// One arm from one source, for scores also by one judge.
#[derive(Clone, Debug)]
pub(super) struct Stratum {
    /// Index into the history's arms.
    pub(super) arm: u32,
    /// Index into the history's judges; none for successes.
    pub(super) judge: Option<u32>,
    /// The days with calls, ascending.
    entries: Vec<Entry>,
    /// Days before this one belong to a level that is gone.
    restart: i32,
    /// The window of the current night: `entries[start..end]`.
    start: usize,
    end: usize,
}

impl Stratum {
    pub(super) fn new(arm: u32, judge: Option<u32>) -> Self {
        Self { arm, judge, entries: Vec::new(), restart: i32::MIN, start: 0, end: 0 }
    }

    /// Appends a day, or adds to the last one; days must come in ascending order.
    pub(super) fn push(&mut self, day: i32, own: Sums) {
        match self.entries.last_mut().filter(|last| last.day == day) {
            Some(last) => {
                last.own.add(own);
                last.up_to.add(own);
            }
            None => {
                let mut up_to = self.entries.last().map_or(Sums::default(), |last| last.up_to);
                up_to.add(own);
                self.entries.push(Entry { day, own, up_to });
            }
        }
    }

    /// All days and counts, ascending.
    pub(super) fn days(&self) -> impl Iterator<Item = (i32, f64)> + '_ {
        self.entries.iter().map(|entry| (entry.day, entry.own.count))
    }

    /// Makes the window that of `night`; nights must ascend.
    pub(super) fn advance(&mut self, night: i32) {
        while self.entries.get(self.end).is_some_and(|entry| entry.day <= night) {
            self.end += 1;
        }
        let first = self.restart.max(night - WINDOW + 1);
        while self.start < self.end && self.entries[self.start].day < first {
            self.start += 1;
        }
    }

    /// Forgets the days before `day`.
    pub(super) fn restart_at(&mut self, day: i32, night: i32) {
        self.restart = self.restart.max(day);
        self.advance(night);
    }

    /// The days of the window.
    pub(super) fn window(&self) -> &[Entry] {
        &self.entries[self.start..self.end]
    }

    /// Their sums.
    pub(super) fn total(&self) -> Sums {
        match (self.window().last(), self.start) {
            (None, _) => Sums::default(),
            (Some(last), 0) => last.up_to,
            (Some(last), start) => last.up_to.less(self.entries[start - 1].up_to),
        }
    }

    /// The sums before a day of the window and from it on.
    pub(super) fn split(&self, day: i32) -> (Sums, Sums) {
        let mut after = Sums::default();
        self.window().iter().filter(|entry| entry.day >= day).for_each(|entry| after.add(entry.own));
        (self.total().less(after), after)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_moves_and_restarts() {
        let mut stratum = Stratum::new(0, None);
        for day in 0..100 {
            stratum.push(day, Sums { count: 2.0, sum: 1.0, squares: 1.0 });
        }
        stratum.advance(10);
        assert_eq!((stratum.window().len(), stratum.total().count), (11, 22.0));
        stratum.advance(99);
        assert_eq!((stratum.window()[0].day, stratum.total().count), (40, 120.0));
        let (before, after) = stratum.split(97);
        assert_eq!((before.count, after.count, after.mean()), (114.0, 6.0, 0.5));
        stratum.restart_at(98, 99);
        assert_eq!((stratum.window().len(), stratum.total().sum), (2, 2.0));
    }
}
