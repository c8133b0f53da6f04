//! Locks, settings, defects and gates.

use super::check;
use crate::vocabulary::vocabulary;
use fencepost_model::{Fault, Plan, Target};
use fencepost_scenario::parse;

#[test]
fn unknown_lock() {
    check(
        r#"title = "t"
locks = ["redsi"]
"#,
        r#"
error[unknown-lock]: unknown lock `redsi`
 --> test.toml:2:10
  |
2 | locks = ["redsi"]
  |          ^^^^^^^ did you mean `redis`?
  |
  = help: the locks are: `none`, `always`, `never`, `redis` and `cluster`
"#,
    );
}

#[test]
fn a_variant_without_a_lock() {
    check(
        r#"title = "t"
[variant.plain]
gate = "none"
"#,
        r#"
error[missing-key]: [variant.NAME] needs `lock`
 --> test.toml:2:1
  |
2 | [variant.plain]
  | ^^^^^^^^^^^^^^^ here
  |
  = help: add `lock`: a lock, or a table with a preset
"#,
    );
}

#[test]
fn unknown_setting() {
    check(
        r#"title = "t"
[variant.redis]
settings = { tttl = "2s" }
"#,
        r#"
error[unknown-setting]: unknown setting `tttl`
 --> test.toml:3:14
  |
3 | settings = { tttl = "2s" }
  |              ^^^^ did you mean `ttl`?
  |
  = help: the settings of `redis` are: `ttl`, `reserve`, `command-timeout`, `retry-min`, `retry-max`, `fencing`, `expiry`, `drift-allowance` and `persistence`
"#,
    );
}

#[test]
fn unknown_value_of_a_setting() {
    check(
        r#"title = "t"
[variant.redis]
settings = { persistence = "aof" }
"#,
        r#"
error[unknown-value]: unknown value `aof`
 --> test.toml:3:28
  |
3 | settings = { persistence = "aof" }
  |                            ^^^^^ did you mean `aof-always`?
  |
  = help: `persistence` is one of: `none` and `aof-always`
"#,
    );
}

#[test]
fn a_setting_out_of_bounds() {
    check(
        r#"title = "t"
[variant.redis]
settings = { drift-allowance = "200000ppm", ttl = "2h" }
"#,
        r#"
error[out-of-range]: `drift-allowance` is out of range
 --> test.toml:3:32
  |
3 | settings = { drift-allowance = "200000ppm", ttl = "2h" }
  |                                ^^^^^^^^^^^ too large
  |
  = help: write "0ppm" to "100000ppm"

error[out-of-range]: `ttl` is out of range
 --> test.toml:3:51
  |
3 | settings = { drift-allowance = "200000ppm", ttl = "2h" }
  |                                                   ^^^^ too long
  |
  = help: write a time from "0s" to "1h"
"#,
    );
}

#[test]
fn a_setting_of_the_wrong_kind() {
    check(
        r#"title = "t"
[variant.redis]
settings = { fencing = "yes", persistence = 1 }
"#,
        r#"
error[wrong-type]: `fencing` takes `true` or `false`, not text
 --> test.toml:3:24
  |
3 | settings = { fencing = "yes", persistence = 1 }
  |                        ^^^^^ this is text
  |
  = help: write `true` or `false`

error[wrong-type]: `persistence` takes a word, not a whole number
 --> test.toml:3:45
  |
3 | settings = { fencing = "yes", persistence = 1 }
  |                                             ^ this is a whole number
  |
  = help: write "none" or "aof-always"
"#,
    );
}

#[test]
fn unknown_defect() {
    check(
        r#"title = "t"
[variant.redis]
defects = ["blind-release"]
"#,
        r#"
error[unknown-defect]: unknown defect `blind-release`
 --> test.toml:3:12
  |
3 | defects = ["blind-release"]
  |            ^^^^^^^^^^^^^^^ did you mean `blind-delete`?
  |
  = help: the defects of `redis` are: `blind-delete`
"#,
    );
}

#[test]
fn unknown_gate() {
    check(
        r#"title = "t"
[variant.redis]
gate = "tokens"
"#,
        r#"
error[unknown-gate]: unknown gate `tokens`
 --> test.toml:3:8
  |
3 | gate = "tokens"
  |        ^^^^^^^^ did you mean `token`?
  |
  = help: the gates are: `none`, `token`, `token-seq`, `token-strict`, `once-per-key`, `if-version`, `token-writes-only` and `token-two-step`
"#,
    );
}

#[test]
fn a_gate_that_needs_tokens() {
    check(
        r#"title = "t"
[variant.redis]
gate = "token"
"#,
        r#"
error[gate-needs-tokens]: gate `token` compares tokens, and `redis` hands out none
 --> test.toml:3:8
  |
3 | gate = "token"
  |        ^^^^^^^ there is nothing to compare
  |
  = help: choose settings under which the lock hands out tokens, or gate `none`
"#,
    );
}

#[test]
fn unknown_commit() {
    check(
        r#"title = "t"
[variant.redis]
commit = "after"
"#,
        r#"
error[unknown-commit]: unknown commit `after`
 --> test.toml:3:10
  |
3 | commit = "after"
  |          ^^^^^^^ did you mean `after-release`?
  |
  = help: the choices are: `at-once`, `before-release` and `after-release`
"#,
    );
}

#[test]
fn a_provider_that_knows_our_versions() {
    check(
        r#"title = "t"
[variant.redis]
provider = "if-version"
"#,
        r#"
error[no-provider-gate]: a provider cannot check `if-version`
 --> test.toml:3:12
  |
3 | provider = "if-version"
  |            ^^^^^^^^^^^^ it knows no versions of ours
  |
  = help: write "once-per-key" where it takes a key for each job, or "none"
"#,
    );
}

#[test]
fn a_provider_that_compares_tokens_of_a_lock_without() {
    check(
        r#"title = "t"
[variant.redis]
provider = "token"
"#,
        r#"
error[gate-needs-tokens]: gate `token` compares tokens, and `redis` hands out none
 --> test.toml:3:12
  |
3 | provider = "token"
  |            ^^^^^^^ there is nothing to compare
  |
  = help: choose settings under which the lock hands out tokens, or gate `none`
"#,
    );
}

/// A fault may be aimed at it where some variant has one, and not elsewhere.
#[test]
fn a_provider_that_nobody_has() {
    let file = |provider: &str| {
        format!(
            "title = \"t\"\n[variant.redis]\n{provider}\n[[fault]]\nat = \"1s\"\npause = {{ who = \"provider\", hold = \"1s\" }}\n"
        )
    };
    let told =
        parse("test", "test.toml", &file(""), &vocabulary()).err().map(|mistakes| mistakes.render(false));
    assert!(told.is_some_and(|told| told.contains("unknown target `provider`")));
    let (with, beside) = ("provider = \"none\"", "provider = \"none\"\n[variant.other]\nlock = \"redis\"");
    for fine in [with, beside] {
        let scenario = parse("test", "test.toml", &file(fine), &vocabulary()).expect("some variant has one");
        let is_lacking = |plan: &Plan| matches!(&plan.faults[0].what, Fault::Pause { who: Target::Lacking(name), .. } if name == "provider");
        assert!(!is_lacking(&scenario.plan("redis", 0)));
        assert!(fine == with || is_lacking(&scenario.plan("other", 0)));
    }
}

#[test]
fn a_kill_of_the_provider() {
    check(
        r#"title = "t"
[variant.redis]
provider = "none"
[[fault]]
at = "1s"
kill = { who = "provider" }
"#,
        r#"
error[resource-fault]: `kill` cannot hit the provider
 --> test.toml:6:16
  |
6 | kill = { who = "provider" }
  |                ^^^^^^^^^^ its state is durable and it reads no clock
  |
  = help: it takes `pause` and faults of links: `partition`, `delay`, `loss`, `duplicate`, `reorder`
"#,
    );
}

#[test]
fn transactions_over_datagrams() {
    check(
        r#"title = "t"
[workload]
transport = "datagram"
[variant.redis]
commit = "before-release"
"#,
        r#"
error[needs-stream]: the transactions of `redis` need a stream to the resource
 --> test.toml:5:10
  |
5 | commit = "before-release"
  |          ^^^^^^^^^^^^^^^^ a transaction lives on a connection, and datagrams have none
  |
  = help: take `transport = "datagram"` away, or write `commit = "at-once"`
"#,
    );
}

#[test]
fn two_variants_of_one_name() {
    check(
        r#"title = "t"
locks = ["redis"]
[variant.redis]
settings = { ttl = "2s" }
"#,
        r#"
error[two-variants]: two variants are called `redis`
 --> test.toml:3:10
  |
3 | [variant.redis]
  |          ^^^^^ the other one is in `locks`
  |
  = help: rename one of them
"#,
    );
}

#[test]
fn no_variant() {
    check(
        r#"title = "t"
"#,
        r#"
error[no-variant]: a scenario needs at least one variant
 --> test.toml:1:1
  |
1 | title = "t"
  | ^ no lock is named
  |
  = help: add `locks = ["…"]`, or a table such as `[variant.plain]`
"#,
    );
}

#[test]
fn a_variant_that_cannot_be_in_a_case_id() {
    check(
        r#"title = "t"
[variant."a/b"]
lock = "redis"
"#,
        r#"
error[bad-name]: `a/b` is no name for a variant
 --> test.toml:2:10
  |
2 | [variant."a/b"]
  |          ^^^^^ not a name
  |
  = help: names have 1 to 64 letters, digits, `-`, `_` and `.`
"#,
    );
}

#[test]
fn a_lock_that_stands_twice() {
    check(
        r#"title = "t"
locks = ["redis", "redis"]
"#,
        r#"
error[twice]: `redis` stands twice in `locks`
 --> test.toml:2:19
  |
2 | locks = ["redis", "redis"]
  |                   ^^^^^^^ the second time
  |
  = help: take one of them away
"#,
    );
}
