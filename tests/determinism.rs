//! What must come out the same on either ground, in debug and in release.
//!
//! The gate runs the tests of this module three times: in the checkout's default build, on bare ground and
//! in release. The expected values are checked in, so the three are compared with one another.

use fencepost_model::{Cause, Digest, DrawKey, Origin, Purpose};

use crate::heap_loop;

/// Every draw of every run rests on these: were they to differ, no plan would mean the same twice.
#[test]
fn draws_and_digests() {
    let key = DrawKey::new(7, 42);
    let mut digest = Digest::default();
    for n in 0..1_000 {
        let origin = Origin::Op { owner: n % 5, incarnation: 0, op: n / 5, kind: 1 };
        digest.fold(key.draw(Cause { purpose: Purpose::Latency, origin, n }));
    }
    assert_eq!(digest.value(), 0xa8f7_c5c7_dda2_4da0, "{:#018x}", digest.value());
}

/// The yardstick is a simulation too, and the benches compare it across builds.
#[test]
fn the_yardstick() {
    let tally = heap_loop::run(5, 1_000_000_000, 7);
    assert_eq!(tally.digest, 0xb26e_d416_d645_3ff9, "{tally:#x?}");
}
