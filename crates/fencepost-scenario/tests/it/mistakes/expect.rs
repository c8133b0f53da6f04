//! Which verdicts are as they should be.

use super::check;

#[test]
fn unknown_property() {
    check(
        r#"title = "t"
locks = ["redis"]
[expect]
always = ["exclusive"]
"#,
        r#"
error[unknown-property]: unknown property `exclusive`
 --> test.toml:4:11
  |
4 | always = ["exclusive"]
  |           ^^^^^^^^^^^ did you mean `exclusive-grant`?
  |
  = help: the properties are: `exclusive-grant`, `exclusive-belief`, `exclusive-effect`, `fencing`, `no-lost-update`, `ownership`, `truthful`, `progress`, `deadlock-free`, `reentrant`, `fair` and `well-behaved`
"#,
    );
}

#[test]
fn unknown_variant() {
    check(
        r#"title = "t"
locks = ["redis"]
[expect.broken]
plain = ["progress"]
"#,
        r#"
error[unknown-variant]: unknown variant `plain`
 --> test.toml:4:1
  |
4 | plain = ["progress"]
  | ^^^^^ no variant has this name
  |
  = help: the variants are: `redis`
"#,
    );
}

#[test]
fn a_property_that_is_not_offered() {
    check(
        r#"title = "t"
locks = ["redis"]
[expect.may-break]
redis = ["fencing"]
"#,
        r#"
error[not-offered]: `redis` does not offer `fencing`
 --> test.toml:4:10
  |
4 | redis = ["fencing"]
  |          ^^^^^^^^^ it hands out no tokens
  |
  = help: remove it: what is not offered cannot break
"#,
    );
}

#[test]
fn a_property_that_stands_twice() {
    check(
        r#"title = "t"
locks = ["redis"]
[expect]
broken.redis = ["progress"]
may-break.redis = ["progress"]
"#,
        r#"
error[twice]: `progress` stands under both `broken` and `may-break` for `redis`
 --> test.toml:5:20
  |
5 | may-break.redis = ["progress"]
  |                    ^^^^^^^^^^ the second time
  |
  = help: keep one of them
"#,
    );
}

#[test]
fn misbehaviour_that_is_not_planted() {
    check(
        r#"title = "t"
locks = ["redis"]
[expect]
broken.redis = ["well-behaved"]
"#,
        r#"
error[not-planted]: `redis` has no defect, so it must be well-behaved
 --> test.toml:4:17
  |
4 | broken.redis = ["well-behaved"]
  |                 ^^^^^^^^^^^^^^ only a planted variant may misbehave
  |
  = help: remove it
"#,
    );
}

#[test]
fn unknown_sight() {
    check(
        r#"title = "t"
locks = ["redis"]
[expect]
sometimes = ["contentoin", "fired:explode"]
"#,
        r#"
error[unknown-sight]: unknown sight `contentoin`
 --> test.toml:4:14
  |
4 | sometimes = ["contentoin", "fired:explode"]
  |              ^^^^^^^^^^^^ did you mean `contention`?
  |
  = help: what can be seen is: `contention`, `hand-over`, `lease-expiry`, `extension`, `unknown-acquire`, `unknown-release`, `loss-notice`, `write-refused`, `failover` and `fired:<fault>`

error[unknown-fault]: unknown fault `explode`
 --> test.toml:4:28
  |
4 | sometimes = ["contentoin", "fired:explode"]
  |                            ^^^^^^^^^^^^^^^ no fault has this name
  |
  = help: the faults are: `kill`, `restart`, `power-cut`, `pause`, `suspend`, `partition`, `delay`, `loss`, `duplicate`, `reorder`, `skew`, `jump`, `drift`, `stall`, `evict`, `cancel` and `message`
"#,
    );
}

#[test]
fn a_sight_that_can_never_be_seen() {
    check(
        r#"title = "t"
locks = ["redis"]
[expect]
sometimes = ["fired:pause"]
"#,
        r#"
error[never-fires]: `fired:pause` can never be seen
 --> test.toml:4:14
  |
4 | sometimes = ["fired:pause"]
  |              ^^^^^^^^^^^^^ no fault of this kind
  |
  = help: add a `[[fault]]` with `pause`, or take the word away
"#,
    );
}

#[test]
fn a_break_inside_the_claims() {
    check(
        r#"title = "t"
within = "claims"
locks = ["redis"]
[expect.may-break]
redis = ["exclusive-belief"]
"#,
        r#"
error[within-claims]: `redis` may break nothing while every fault stays inside its claims
 --> test.toml:5:10
  |
5 | redis = ["exclusive-belief"]
  |          ^^^^^^^^^^^^^^^^^^ a violation here would be a mistake of the lock
  |
  = help: remove it, or `within`
"#,
    );
}

#[test]
fn unknown_bounds() {
    check(
        r#"title = "t"
within = "claim"
locks = ["redis"]
"#,
        r#"
error[unknown-bounds]: unknown bounds `claim`
 --> test.toml:2:10
  |
2 | within = "claim"
  |          ^^^^^^^ did you mean `claims`?
  |
  = help: drawn faults can stay within: `claims`
"#,
    );
}
