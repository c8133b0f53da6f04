//! Stretches of time during which something was so: a process stopped, a machine suspended.

use fencepost_model::{Instant, Span};

/// The stretches of one state that comes and goes.
#[derive(Clone, Debug, Default)]
pub struct Stretches {
    open: Option<Instant>,
    past: Vec<(Instant, Instant)>,
}

impl Stretches {
    /// The state begins, unless it lasts already.
    pub fn begin(&mut self, at: Instant) {
        self.open.get_or_insert(at);
    }

    /// The state ends, where it lasted.
    pub fn end(&mut self, at: Instant) {
        if let Some(from) = self.open.take() {
            self.past.push((from, at));
        }
    }

    /// The longest single stretch, as far as it lies between `from` and `to`.
    pub fn longest(&self, from: Instant, to: Instant) -> Span {
        self.within(from, to).max().unwrap_or(Span::ZERO)
    }

    /// All stretches together, as far as they lie between `from` and `to`.
    pub fn total(&self, from: Instant, to: Instant) -> Span {
        self.within(from, to).fold(Span::ZERO, |sum, part| sum + part)
    }

    fn within(&self, from: Instant, to: Instant) -> impl Iterator<Item = Span> {
        let open = self.open.map(|since| (since, Instant::NEVER));
        let all = self.past.iter().copied().chain(open);
        all.map(move |(begin, end)| end.min(to).since(begin.max(from)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_part_inside_the_window_counts() {
        let mut stretches = Stretches::default();
        stretches.begin(Instant(10));
        stretches.end(Instant(20));
        stretches.begin(Instant(30));
        assert_eq!(stretches.longest(Instant(15), Instant(33)), Span(5));
        assert_eq!(stretches.total(Instant(15), Instant(33)), Span(8), "the open stretch counts so far");
        assert_eq!(stretches.total(Instant(20), Instant(30)), Span::ZERO);
    }
}
