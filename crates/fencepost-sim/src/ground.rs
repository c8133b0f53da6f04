//! The two grounds on which a world runs.
//!
//! On the *madsim* ground the whole run is one task inside a madsim runtime: the `std` clocks, `getrandom`
//! and hash seeds that libraries read behind our back are virtual, and follow true time. On *bare* ground
//! there is nothing underneath. Code that reads no such thing runs alike on both, to the last bit.

use fencepost_model::{DrawKey, Instant};

/// What is underneath a world.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ground {
    /// A madsim runtime.
    Madsim,
    /// Nothing.
    Bare,
}

impl Ground {
    /// The best ground that this build has: madsim where it was compiled with `--cfg madsim`.
    pub const fn best() -> Ground {
        if cfg!(madsim) { Ground::Madsim } else { Ground::Bare }
    }

    /// Whether this build has the ground.
    pub const fn is_here(self) -> bool {
        matches!(self, Ground::Bare) || cfg!(madsim)
    }

    /// The word of run headers.
    pub const fn word(self) -> &'static str {
        match self {
            Ground::Madsim => "madsim",
            Ground::Bare => "bare",
        }
    }

    /// Does `work` on this ground. Panics where the build does not have it.
    pub(crate) fn stand<T>(self, key: DrawKey, work: impl FnOnce(Footing) -> T) -> T {
        match self {
            Ground::Bare => work(Footing::bare()),
            Ground::Madsim => on_madsim(key, work),
        }
    }
}

#[cfg(madsim)]
fn on_madsim<T>(key: DrawKey, work: impl FnOnce(Footing) -> T) -> T {
    // One runtime a run: a runtime that is used again leaks and never sets its clock back (measured).
    let runtime = madsim::runtime::Runtime::with_seed_and_config(key.0 ^ key.1, madsim::Config::default());
    runtime.block_on(async move {
        work(Footing { clock: Some(madsim::time::TimeHandle::current()), at: Instant::START })
    })
}

#[cfg(not(madsim))]
fn on_madsim<T>(_key: DrawKey, _work: impl FnOnce(Footing) -> T) -> T {
    panic!(
        "this build has no madsim ground: compile with `--cfg madsim`, as .cargo/config.toml in the checkout does"
    )
}

/// Where a run stands: moves the clock underneath along with true time.
pub(crate) struct Footing {
    #[cfg(madsim)]
    clock: Option<madsim::time::TimeHandle>,
    #[cfg_attr(not(madsim), expect(dead_code, reason = "bare ground has no clock to move"))]
    at: Instant,
}

impl Footing {
    fn bare() -> Footing {
        Footing {
            #[cfg(madsim)]
            clock: None,
            at: Instant::START,
        }
    }

    /// Moves the clock underneath to `now`. Called only before code that may read it, because it costs.
    #[inline]
    pub fn advance_to(&mut self, now: Instant) {
        #[cfg(madsim)]
        if let Some(clock) = &self.clock
            && now > self.at
        {
            clock.advance(std::time::Duration::from_nanos(now.since(self.at).0));
            self.at = now;
        }
        #[cfg(not(madsim))]
        let _ = now;
    }
}
