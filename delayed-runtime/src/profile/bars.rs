//! What one thread did, as bars in time: never more than a screen could show.

use super::Bar;

/// The most bars that are kept of one thread.
const MOST: usize = 1 << 15;

/// The bars of one thread. Where there would be too many, neighbours of one
/// stage become one bar.
#[derive(Clone)]
pub(super) struct Bars {
    most: usize,
    bars: Vec<Bar>,
    /// For each stage, its last bar.
    last: Vec<Option<usize>>,
    /// Bars of one stage become one if that is no longer than this, in
    /// nanoseconds.
    resolution: u64,
}

impl Default for Bars {
    fn default() -> Self {
        Self::up_to(MOST)
    }
}

impl Bars {
    /// No more bars than `most`, unless there are more stages.
    pub(super) fn up_to(most: usize) -> Self {
        Self {
            most,
            bars: Vec::new(),
            last: Vec::new(),
            resolution: 0,
        }
    }

    /// Adds a bar that ended after those before it.
    pub(super) fn push(&mut self, bar: Bar) {
        let stage = bar.stage.0;
        if stage >= self.last.len() {
            self.last.resize(stage + 1, None);
        }
        if let Some(last) = self.last[stage]
            && self.bars[last].merge(&bar, self.resolution)
        {
            return;
        }
        self.last[stage] = Some(self.bars.len());
        self.bars.push(bar);
        if self.bars.len() > self.most {
            self.coarsen();
        }
    }

    /// Halves their number at least: there are far fewer stages.
    fn coarsen(&mut self) {
        let begin = self.bars.iter().map(|bar| bar.start).min().unwrap_or(0);
        let end = self.bars.iter().map(|bar| bar.end).max().unwrap_or(0);
        let whole = (end - begin).max(1);
        while self.bars.len() > self.most / 2 && self.resolution <= whole {
            let least = whole / self.most.max(1) as u64;
            self.resolution = self.resolution.saturating_mul(2).max(least).max(1);
            let bars = std::mem::take(&mut self.bars);
            self.last.fill(None);
            for bar in bars {
                let last = &mut self.last[bar.stage.0];
                match last {
                    Some(at) if self.bars[*at].merge(&bar, self.resolution) => {}
                    _ => {
                        *last = Some(self.bars.len());
                        self.bars.push(bar);
                    }
                }
            }
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Bar> {
        self.bars.iter()
    }
}

impl Bar {
    /// Takes in a later bar of the same stage, if both together are no longer
    /// than `resolution`. Gives whether it has.
    fn merge(&mut self, later: &Self, resolution: u64) -> bool {
        let start = self.start.min(later.start);
        let end = self.end.max(later.end);
        if end - start > resolution {
            return false;
        }
        (self.start, self.end) = (start, end);
        self.own += later.own;
        self.count += later.count;
        self.failed |= later.failed;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::StageId;

    fn bar(stage: usize, start: u64, end: u64) -> Bar {
        Bar {
            stage: StageId(stage),
            start,
            end,
            own: end - start,
            count: 1,
            failed: false,
        }
    }

    #[test]
    fn few_bars_are_kept_as_they_are() {
        let mut bars = Bars::default();
        for at in 0..1000 {
            bars.push(bar(at as usize % 3, at, at + 1));
        }
        assert_eq!(bars.iter().count(), 1000);
    }

    #[test]
    fn a_million_bars_become_few_and_lose_no_time() {
        let mut bars = Bars::default();
        for at in 0..1_000_000_u64 {
            bars.push(bar(at as usize % 2, 1000 * at, 1000 * at + 900));
        }
        assert!(bars.iter().count() <= MOST);
        assert_eq!(bars.iter().map(|bar| bar.count).sum::<u64>(), 1_000_000);
        assert_eq!(bars.iter().map(|bar| bar.own).sum::<u64>(), 900_000_000);
        let longest = bars.iter().map(|bar| bar.end - bar.start).max().unwrap();
        assert!(longest < 1_000_000_000 / 1000, "{longest}");
    }
}
