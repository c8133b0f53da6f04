//! What the lock has to stand. Each test is a scenario that ships, with this lock in the place of one of its
//! variants; where it fails, it tells the story of the first run that shows it.

use {{crate}}::system;

#[test]
fn nothing_breaks_on_a_calm_day() {
    fencepost::scenario("smoke").variant("{{name}}", system()).seeds(0..50).assert_expected();
}

/// A lease cannot keep two owners from believing that they have the lock when one of them is stopped for long
/// enough: `plain` may break that, and so may this. It may break nothing else.
#[test]
fn a_pause_past_the_lease_breaks_no_more_than_it_has_to() {
    fencepost::scenario("pause-past-lease").variant("{{name}}", system()).like("plain").seeds(0..50).assert_expected();
}

#[test]
fn an_answer_that_is_lost_leaves_nothing_behind() {
    fencepost::scenario("acquire-reply-lost").variant("{{name}}", system()).like("cleans-up").seeds(0..50).assert_expected();
}

#[test]
fn a_release_that_comes_late_hits_nobody_else() {
    fencepost::scenario("release-after-expiry").variant("{{name}}", system()).like("script").seeds(0..50).assert_expected();
}

#[test]
fn a_dead_holder_does_not_keep_it_for_ever() {
    fencepost::scenario("dead-holder").variant("{{name}}", system()).like("with-ttl").seeds(0..50).assert_expected();
}
