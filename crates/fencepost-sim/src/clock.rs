//! The clocks of a machine. Everything is integers: a reading is exact, and so is the instant at which a
//! clock will read something.

use fencepost_model::{Instant, Mono, Wall};

/// True time 0 on every wall clock without an offset: 2026-01-01 00:00:00 UTC.
pub const EPOCH: i64 = 1_767_225_600_000_000_000;

const MILLION: u64 = 1_000_000;

/// One machine's oscillator, and the monotonic and wall clocks that count it.
#[derive(Clone, Debug, Hash)]
pub struct MachineClock {
    /// True time of the last change of rate.
    changed_at: u64,
    /// The oscillator's reading then.
    reading: u64,
    /// Oscillator nanoseconds per million true ones.
    rate: u64,
    /// What the wall clock is ahead of epoch and oscillator.
    wall_offset: i64,
    /// Oscillator reading less monotonic reading, while the machine is awake.
    behind: u64,
    /// The monotonic reading at which the machine was suspended.
    frozen: Option<u64>,
}

impl MachineClock {
    /// A clock whose machine was up for `uptime` nanoseconds when the run began.
    pub fn new(uptime: u64, wall_offset: i64, ppm: i32) -> MachineClock {
        MachineClock {
            changed_at: 0,
            reading: uptime,
            rate: rate_of(ppm),
            wall_offset: wall_offset - uptime as i64,
            behind: 0,
            frozen: None,
        }
    }

    /// What the oscillator has counted: it goes on while the machine is suspended.
    pub fn oscillator(&self, now: Instant) -> u64 {
        self.reading + scale(now.0 - self.changed_at, self.rate, MILLION)
    }

    /// The monotonic clock.
    pub fn mono(&self, now: Instant) -> Mono {
        Mono(self.frozen.unwrap_or_else(|| self.oscillator(now) - self.behind))
    }

    /// The wall clock.
    pub fn wall(&self, now: Instant) -> Wall {
        Wall(EPOCH + self.oscillator(now) as i64 + self.wall_offset)
    }

    /// The smallest true instant at which the oscillator reads at least `reading`.
    pub fn when_oscillator(&self, reading: u64) -> Instant {
        let wanted = reading.saturating_sub(self.reading);
        Instant(self.changed_at.saturating_add(scale_up(wanted, MILLION, self.rate)))
    }

    /// The smallest true instant at which the monotonic clock reads at least `at`, if nothing changes; none
    /// while the machine is suspended before that.
    pub fn when_mono(&self, at: Mono) -> Option<Instant> {
        match self.frozen {
            Some(frozen) if frozen < at.0 => None,
            Some(_) => Some(Instant(self.changed_at)),
            None => Some(self.when_oscillator(at.0.saturating_add(self.behind))),
        }
    }

    /// Sets the wall clock by so many nanoseconds. No timer moves.
    pub fn step(&mut self, by: i64) {
        self.wall_offset += by;
    }

    /// Changes the oscillator's rate. Whoever keeps timers must aim them again.
    pub fn set_rate(&mut self, now: Instant, ppm: i32) {
        self.reading = self.oscillator(now);
        self.changed_at = now.0;
        self.rate = rate_of(ppm);
    }

    /// The machine is suspended: the monotonic clock stands still.
    pub fn suspend(&mut self, now: Instant) {
        self.frozen = Some(self.mono(now).0);
    }

    /// The machine starts again after it had no power: the monotonic clock counts from zero.
    pub fn reboot(&mut self, now: Instant) {
        self.frozen = None;
        self.behind = self.oscillator(now);
    }

    /// The machine wakes up: the monotonic clock goes on where it stood.
    pub fn wake(&mut self, now: Instant) {
        if let Some(frozen) = self.frozen.take() {
            self.behind = self.oscillator(now) - frozen;
        }
    }
}

/// Panics at a million parts per million below true: a clock that stands still is a suspended one.
fn rate_of(ppm: i32) -> u64 {
    let rate = MILLION as i64 + i64::from(ppm);
    assert!(rate > 0, "an oscillator has to run");
    rate as u64
}

/// `amount * by / of`, rounded down, without overflow in between.
#[inline]
fn scale(amount: u64, by: u64, of: u64) -> u64 {
    if by == of {
        return amount;
    }
    match amount.checked_mul(by) {
        Some(product) => product / of,
        None => (u128::from(amount) * u128::from(by) / u128::from(of)) as u64,
    }
}

/// `amount * by / of`, rounded up.
#[inline]
fn scale_up(amount: u64, by: u64, of: u64) -> u64 {
    if by == of {
        return amount;
    }
    match amount.checked_mul(by) {
        Some(product) => product.div_ceil(of),
        None => {
            (u128::from(amount) * u128::from(by)).div_ceil(u128::from(of)).min(u128::from(u64::MAX)) as u64
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timer_is_due_at_the_first_nanosecond_that_reads_its_deadline() {
        for ppm in [-300_000, -500, -1, 0, 1, 333, 500, 900_000] {
            let clock = MachineClock::new(77, 0, ppm);
            for wanted in [78, 1_000, 999_999_937, 2_000_000_000_000_001] {
                let due = clock.when_oscillator(wanted);
                assert!(clock.oscillator(due) >= wanted, "{ppm} ppm: too early for {wanted}");
                assert!(clock.oscillator(Instant(due.0 - 1)) < wanted, "{ppm} ppm: too late for {wanted}");
            }
        }
    }

    #[test]
    fn a_rate_change_keeps_the_reading_and_bends_what_follows() {
        let mut clock = MachineClock::new(0, 0, 0);
        clock.set_rate(Instant(1_000_000), 500_000);
        assert_eq!(clock.oscillator(Instant(1_000_000)), 1_000_000);
        assert_eq!(clock.oscillator(Instant(3_000_000)), 4_000_000);
    }

    #[test]
    fn a_step_moves_the_wall_clock_alone() {
        let mut clock = MachineClock::new(10, 5, 0);
        let before = (clock.mono(Instant(100)), clock.wall(Instant(100)).0);
        clock.step(-7);
        assert_eq!(clock.mono(Instant(100)), before.0);
        assert_eq!(clock.wall(Instant(100)).0, before.1 - 7);
        assert_eq!(before.1, EPOCH + 105, "uptime is no part of the wall clock");
    }

    #[test]
    fn a_suspended_machine_misses_the_time_on_its_monotonic_clock_only() {
        let mut clock = MachineClock::new(0, 0, 0);
        clock.suspend(Instant(100));
        assert_eq!(clock.mono(Instant(900)), Mono(100));
        assert_eq!(clock.when_mono(Mono(101)), None, "nothing is due while it sleeps");
        clock.wake(Instant(1_000));
        assert_eq!(clock.mono(Instant(1_050)), Mono(150));
        assert_eq!(clock.oscillator(Instant(1_050)), 1_050);
        assert_eq!(clock.wall(Instant(1_050)), Wall(EPOCH + 1_050));
        assert_eq!(clock.when_mono(Mono(150)), Some(Instant(1_050)));
    }
}
