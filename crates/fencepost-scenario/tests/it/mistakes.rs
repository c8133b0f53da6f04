//! Every kind of mistake, as it is told.

use crate::told;

fn check(text: &str, expected: &str) {
    // The expected text is written without the indentation and the trailing line break of the file.
    let told = told(text);
    assert_eq!(told.trim_end(), expected.trim(), "\n{told}");
}

#[test]
fn unknown_key_at_the_top() {
    check(
        r#"titel = "t"
title = "t"
locks = ["redis"]
"#,
        r#"
error[unknown-key]: unknown key `titel`
 --> test.toml:1:1
  |
1 | titel = "t"
  | ^^^^^ did you mean `title`?
  |
  = help: the keys of the top of the file are: `title`, `about`, `seeds`, `length`, `progress-bound`, `locks`, `variant`, `clients`, `network`, `clock`, `workload`, `budget`, `fault` and `expect`
"#,
    );
}

#[test]
fn unknown_key_in_a_fault() {
    check(
        r#"title = "t"
locks = ["redis"]
[[fault]]
at = "5s"
pause = { whoo = "holder", hold = "1s" }
"#,
        r#"
error[unknown-key]: unknown key `whoo`
 --> test.toml:5:11
  |
5 | pause = { whoo = "holder", hold = "1s" }
  |           ^^^^ did you mean `who`?
  |
  = help: the keys of pause = { … } are: `who` and `hold`
"#,
    );
}

#[test]
fn a_missing_title() {
    check(
        r#"locks = ["redis"]
"#,
        r#"
error[missing-key]: the top of the file needs `title`
 --> test.toml:1:1
  |
1 | locks = ["redis"]
  | ^ here
  |
  = help: add `title`: text
"#,
    );
}

#[test]
fn wrong_type() {
    check(
        r#"title = "t"
locks = ["redis"]
seeds = "many"
"#,
        r#"
error[wrong-type]: `seeds` takes a whole number, not text
 --> test.toml:3:9
  |
3 | seeds = "many"
  |         ^^^^^^ this is text
  |
  = help: write a whole number from 1 to 1000000000
"#,
    );
}

#[test]
fn a_time_without_a_unit() {
    check(
        r#"title = "t"
locks = ["redis"]
length = 60
"#,
        r#"
error[wrong-type]: `length` takes a time, not a whole number
 --> test.toml:3:10
  |
3 | length = 60
  |          ^^ this is a whole number
  |
  = help: write a number with a unit, such as "150ms", "2s" or "1m 30s"
"#,
    );
}

#[test]
fn a_time_with_a_wrong_unit() {
    check(
        r#"title = "t"
locks = ["redis"]
length = "60 secs ago"
"#,
        r#"
error[bad-time]: `length` is not a time
 --> test.toml:3:10
  |
3 | length = "60 secs ago"
  |          ^^^^^^^^^^^^^ expected number at 8
  |
  = help: write a number with a unit, such as "150ms", "2s" or "1m 30s"
"#,
    );
}

#[test]
fn a_number_out_of_range() {
    check(
        r#"title = "t"
locks = ["redis"]
[clients]
count = 0
"#,
        r#"
error[out-of-range]: `count` is out of range
 --> test.toml:4:9
  |
4 | count = 0
  |         ^ too small
  |
  = help: write a whole number from 1 to 100000
"#,
    );
}

#[test]
fn a_negative_number() {
    check(
        r#"title = "t"
locks = ["redis"]
[clients]
count = -3
"#,
        r#"
error[out-of-range]: `count` is out of range
 --> test.toml:4:9
  |
4 | count = -3
  |         ^^ too small
  |
  = help: write a whole number from 1 to 100000
"#,
    );
}

#[test]
fn a_number_beyond_all_bounds() {
    check(
        r#"title = "t"
locks = ["redis"]
seeds = 99999999999999999999999999999999999999999999
"#,
        r#"
error[out-of-range]: `seeds` is out of range
 --> test.toml:3:9
  |
3 | seeds = 99999999999999999999999999999999999999999999
  |         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ too large
  |
  = help: write a whole number from 1 to 1000000000
"#,
    );
}

#[test]
fn too_many_owners() {
    check(
        r#"title = "t"
locks = ["redis"]
[clients]
count = 100000
owners-per-client = 1000
"#,
        r#"
error[too-many-owners]: 100000 clients with 1000 owners each are 100000000 owners
 --> test.toml:5:1
  |
5 | owners-per-client = 1000
  | ^^^^^^^^^^^^^^^^^ too many
  |
  = help: a scenario has at most 1000000 owners
"#,
    );
}

#[test]
fn a_negative_time() {
    check(
        r#"title = "t"
locks = ["redis"]
[[fault]]
at = "5s"
pause = { who = "c1", hold = "-1s" }
"#,
        r#"
error[out-of-range]: `hold` is out of range
 --> test.toml:5:30
  |
5 | pause = { who = "c1", hold = "-1s" }
  |                              ^^^^^ negative
  |
  = help: write a time from "0s" to "1day"
"#,
    );
}

#[test]
fn a_time_out_of_range() {
    check(
        r#"title = "t"
locks = ["redis"]
length = "9days"
"#,
        r#"
error[out-of-range]: `length` is out of range
 --> test.toml:3:10
  |
3 | length = "9days"
  |          ^^^^^^^ too long
  |
  = help: write a time from "1ms" to "1day"
"#,
    );
}

#[test]
fn min_above_max() {
    check(
        r#"title = "t"
locks = ["redis"]
[workload]
hold = { min = "2s", max = "1s" }
"#,
        r#"
error[min-above-max]: `hold` has a `min` above its `max`
 --> test.toml:4:8
  |
4 | hold = { min = "2s", max = "1s" }
  |        ^^^^^^^^^^^^^^^^^^^^^^^^^^ empty
  |
  = help: exchange the two
"#,
    );
}

#[test]
fn a_mean_outside_its_law() {
    check(
        r#"title = "t"
locks = ["redis"]
[network]
latency = { min = "1ms", mean = "9s", max = "2ms" }
"#,
        r#"
error[mean-outside]: the mean of `latency` is outside its law
 --> test.toml:4:33
  |
4 | latency = { min = "1ms", mean = "9s", max = "2ms" }
  |                                 ^^^^ outside
  |
  = help: write a time from "1ms" to "2ms"
"#,
    );
}

#[test]
fn not_parts_per_million() {
    check(
        r#"title = "t"
locks = ["redis"]
[clock]
drift = "2%"
"#,
        r#"
error[bad-ppm]: `drift` is not in parts per million
 --> test.toml:4:9
  |
4 | drift = "2%"
  |         ^^^^ not a whole number of ppm
  |
  = help: write a number with its unit, such as "200ppm"
"#,
    );
}

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
  = help: add `lock`: a lock
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
  = help: the gates are: `none`, `token` and `token-seq`
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
fn unknown_workload() {
    check(
        r#"title = "t"
locks = ["redis"]
[workload]
use = "bank"
"#,
        r#"
error[unknown-workload]: unknown workload `bank`
 --> test.toml:4:7
  |
4 | use = "bank"
  |       ^^^^^^ no workload has this name
  |
  = help: the workloads are: `register` and `idle`
"#,
    );
}

#[test]
fn lock_and_locks() {
    check(
        r#"title = "t"
locks = ["redis"]
[workload]
lock = "a"
locks = ["b", "c"]
"#,
        r#"
error[exclusive-keys]: `lock` and `locks` name the same thing
 --> test.toml:5:1
  |
5 | locks = ["b", "c"]
  | ^^^^^ beside `lock`
  |
  = help: keep one of them
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
fn an_empty_fault() {
    check(
        r#"title = "t"
locks = ["redis"]
[[fault]]
"#,
        r#"
error[empty-fault]: the fault does not say what goes wrong
 --> test.toml:3:1
  |
3 | [[fault]]
  | ^^^^^^^^^ what?
  |
  = help: add one of `kill`, `restart`, `pause`, `suspend`, `partition`, `delay`, `skew`, `jump`, `drift` and `message`
"#,
    );
}

#[test]
fn two_faults_in_one() {
    check(
        r#"title = "t"
locks = ["redis"]
[[fault]]
at = "5s"
kill = { who = "c1" }
restart = { who = "c1" }
"#,
        r#"
error[two-faults]: a fault is one of `kill` and `restart`
 --> test.toml:6:1
  |
6 | restart = { who = "c1" }
  | ^^^^^^^ one too many
  |
  = help: write another `[[fault]]` for it
"#,
    );
}

#[test]
fn a_fault_without_a_placing() {
    check(
        r#"title = "t"
locks = ["redis"]
[[fault]]
kill = { who = "holder" }
"#,
        r#"
error[no-placing]: the fault `kill` does not say when
 --> test.toml:4:1
  |
4 | kill = { who = "holder" }
  | ^^^^ when?
  |
  = help: add one of `at = "20s"`, `every = { min, max }` and `on = { event = "acquired" }`
"#,
    );
}

#[test]
fn a_fault_with_two_placings() {
    check(
        r#"title = "t"
locks = ["redis"]
[[fault]]
at = "5s"
every = "3s"
kill = { who = "holder" }
"#,
        r#"
error[two-placings]: a fault fires by one of `at` and `every`
 --> test.toml:5:1
  |
5 | every = "3s"
  | ^^^^^ one too many
  |
  = help: keep one of them
"#,
    );
}

#[test]
fn a_skew_with_a_placing() {
    check(
        r#"title = "t"
locks = ["redis"]
[[fault]]
at = "5s"
skew = { who = "c1", by = "2s" }
"#,
        r#"
error[needless-placing]: `skew` takes no `at`
 --> test.toml:4:1
  |
4 | at = "5s"
  | ^^ a skew is there from the beginning
  |
  = help: remove `at`
"#,
    );
}

#[test]
fn a_fault_after_the_end() {
    check(
        r#"title = "t"
locks = ["redis"]
[[fault]]
at = "61s"
kill = { who = "c1" }
"#,
        r#"
error[fires-too-late]: this fault can fire after the end
 --> test.toml:4:6
  |
4 | at = "61s"
  |      ^^^^^ the scenario's `length` is 1m
  |
  = help: fire it earlier, or raise `length`
"#,
    );
}

#[test]
fn too_many_faults() {
    check(
        r#"title = "t"
locks = ["redis"]
[[fault]]
every = { min = "1ms", max = "2s" }
kill = { who = "c1" }
"#,
        r#"
error[too-many-faults]: up to 60000 faults are too many for a plan
 --> test.toml:3:1
  |
3 | [[fault]]
  | ^^^^^^^^^ with this one there can be too many
  |
  = help: a plan has at most 10000 faults: raise the `min` of `every`, or lower `length`
"#,
    );
}

#[test]
fn unknown_target() {
    check(
        r#"title = "t"
locks = ["redis"]
[[fault]]
at = "5s"
kill = { who = "hodler" }
"#,
        r#"
error[unknown-target]: unknown target `hodler`
 --> test.toml:5:16
  |
5 | kill = { who = "hodler" }
  |                ^^^^^^^^ did you mean `holder`?
  |
  = help: targets are clients (`c1` to `c5`), owners (`c1.1`) and: `holder`, `client`, `resource`, `member`, `store` and `redis`
"#,
    );
}

#[test]
fn a_client_that_does_not_exist() {
    check(
        r#"title = "t"
locks = ["redis"]
[[fault]]
at = "5s"
kill = { who = "c9" }
"#,
        r#"
error[unknown-target]: unknown target `c9`
 --> test.toml:5:16
  |
5 | kill = { who = "c9" }
  |                ^^^^ this scenario has clients `c1` to `c5`, each with one owner
  |
  = help: raise `clients.count` or `clients.owners-per-client`, or use a role such as `holder`
"#,
    );
}

#[test]
fn a_machine_that_no_variant_has() {
    check(
        r#"title = "t"
locks = ["redis"]
[[fault]]
at = "5s"
kill = { who = "node-3" }
"#,
        r#"
error[unknown-target]: unknown target `node-3`
 --> test.toml:5:16
  |
5 | kill = { who = "node-3" }
  |                ^^^^^^^^ no target has this name
  |
  = help: targets are clients (`c1` to `c5`), owners (`c1.1`) and: `holder`, `client`, `resource`, `member`, `store` and `redis`
"#,
    );
}

#[test]
fn an_owner_that_does_not_exist() {
    check(
        r#"title = "t"
locks = ["redis"]
[[fault]]
on = { event = "acquired", owner = "c1.2" }
kill = { who = "c1" }
"#,
        r#"
error[unknown-target]: unknown target `c1.2`
 --> test.toml:4:36
  |
4 | on = { event = "acquired", owner = "c1.2" }
  |                                    ^^^^^^ this scenario has clients `c1` to `c5`, each with one owner
  |
  = help: raise `clients.count` or `clients.owners-per-client`, or use a role such as `holder`
"#,
    );
}

#[test]
fn unknown_event() {
    check(
        r#"title = "t"
locks = ["redis"]
[[fault]]
on = { event = "acquire" }
kill = { who = "c1" }
"#,
        r#"
error[unknown-event]: unknown event `acquire`
 --> test.toml:4:16
  |
4 | on = { event = "acquire" }
  |                ^^^^^^^^^ did you mean `acquired`?
  |
  = help: the events are: `granted`, `acquired`, `released`, `write-sent`, `acquire-sent` and `expired`
"#,
    );
}

#[test]
fn unknown_direction() {
    check(
        r#"title = "t"
locks = ["redis"]
[[fault]]
at = "5s"
delay = { who = "c1", by = "1s", hold = "1s", direction = "out" }
"#,
        r#"
error[unknown-direction]: unknown direction `out`
 --> test.toml:5:59
  |
5 | delay = { who = "c1", by = "1s", hold = "1s", direction = "out" }
  |                                                           ^^^^^ no direction has this name
  |
  = help: directions are: `both`, `to` and `from`
"#,
    );
}

#[test]
fn a_fault_that_cannot_hit_the_resource() {
    check(
        r#"title = "t"
locks = ["redis"]
[[fault]]
at = "5s"
kill = { who = "resource" }
"#,
        r#"
error[resource-fault]: `kill` cannot hit the resource
 --> test.toml:5:16
  |
5 | kill = { who = "resource" }
  |                ^^^^^^^^^^ its state is durable and it reads no clock
  |
  = help: the resource takes `pause`, `partition` and `delay`
"#,
    );
}

#[test]
fn cut_off_from_itself() {
    check(
        r#"title = "t"
locks = ["redis"]
[[fault]]
at = "5s"
partition = { who = "c1", from = "c1", hold = "1s" }
"#,
        r#"
error[self-partition]: `c1` cannot be cut off from itself
 --> test.toml:5:34
  |
5 | partition = { who = "c1", from = "c1", hold = "1s" }
  |                                  ^^^^ the same as `who`
  |
  = help: name another target, or leave `from` out to cut it off from everybody
"#,
    );
}

#[test]
fn unknown_message_kind() {
    check(
        r#"title = "t"
locks = ["redis"]
[[fault]]
message = { kind = "wirte", lose = true }
"#,
        r#"
error[unknown-message-kind]: unknown message kind `wirte`
 --> test.toml:4:20
  |
4 | message = { kind = "wirte", lose = true }
  |                    ^^^^^^^ did you mean `write`?
  |
  = help: the kinds of messages are: `acquire`, `acquire-reply`, `extend`, `extend-reply`, `release`, `release-reply`, `status`, `status-reply`, `read`, `read-reply`, `write` and `write-reply`
"#,
    );
}

#[test]
fn a_message_neither_late_nor_lost() {
    check(
        r#"title = "t"
locks = ["redis"]
[[fault]]
message = { kind = "write" }
"#,
        r#"
error[delay-or-lose]: a message fault needs exactly one of `delay` and `lose = true`
 --> test.toml:4:11
  |
4 | message = { kind = "write" }
  |           ^^^^^^^^^^^^^^^^^^ late or lost?
  |
  = help: write `delay = "3s"` or `lose = true`
"#,
    );
}

#[test]
fn a_message_of_an_owner() {
    check(
        r#"title = "t"
locks = ["redis"]
[[fault]]
message = { kind = "write", client = "c1.1", lose = true }
"#,
        r#"
error[unknown-client]: unknown client `c1.1`
 --> test.toml:4:38
  |
4 | message = { kind = "write", client = "c1.1", lose = true }
  |                                      ^^^^^^ no client has this name
  |
  = help: clients are `c1` to `c5`, owners are such as `c1.1`; write: `c1`
"#,
    );
}

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
  = help: the properties are: `exclusive-grant`, `exclusive-belief`, `exclusive-effect`, `fencing`, `no-lost-update`, `progress` and `well-behaved`
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
  = help: the faults are: `kill`, `restart`, `pause`, `suspend`, `partition`, `delay`, `skew`, `jump`, `drift` and `message`
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
fn syntax() {
    check(
        r#"title = "t
seeds = 1 2
"#,
        r#"
error[syntax]: invalid basic string, expected `"`
 --> test.toml:1:11
  |
1 | title = "t
  |           ^ here
  |
  = help: a scenario is a TOML file: see scenarios/README.md

error[syntax]: string values must be quoted, expected literal string
 --> test.toml:2:9
  |
2 | seeds = 1 2
  |         ^^^ here
  |
  = help: a scenario is a TOML file: see scenarios/README.md
"#,
    );
}

#[test]
fn an_empty_title() {
    check(
        r#"title = " "
locks = ["redis"]
"#,
        r#"
error[empty-title]: the title is empty
 --> test.toml:1:9
  |
1 | title = " "
  |         ^^^ nothing
  |
  = help: say what happens
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

#[test]
fn a_lock_name_with_spaces() {
    check(
        r#"title = "t"
locks = ["redis"]
[workload]
lock = "my lock"
"#,
        r#"
error[bad-name]: `my lock` is no name for a lock
 --> test.toml:4:8
  |
4 | lock = "my lock"
  |        ^^^^^^^^^ not a name
  |
  = help: names have 1 to 64 letters, digits, `-`, `_` and `.`
"#,
    );
}

#[test]
fn no_lock_to_contend_for() {
    check(
        r#"title = "t"
locks = ["redis"]
[workload]
locks = []
"#,
        r#"
error[out-of-range]: `locks` is out of range
 --> test.toml:4:1
  |
4 | locks = []
  | ^^^^^ too few or too many names
  |
  = help: write 1 to 1000 names
"#,
    );
}

#[test]
fn unknown_owner() {
    check(
        r#"title = "t"
locks = ["redis"]
[[fault]]
on = { event = "acquired", owner = "c1" }
kill = { who = "c1" }
"#,
        r#"
error[unknown-owner]: unknown owner `c1`
 --> test.toml:4:36
  |
4 | on = { event = "acquired", owner = "c1" }
  |                                    ^^^^ no owner has this name
  |
  = help: clients are `c1` to `c5`, owners are such as `c1.1`; write: `c1.1`
"#,
    );
}

#[test]
fn faults_that_are_no_list() {
    check(
        r#"title = "t"
locks = ["redis"]
[fault]
at = "5s"
"#,
        r#"
error[wrong-type]: `fault` takes a list of tables, not a table
 --> test.toml:3:1
  |
3 | [fault]
  | ^^^^^^^ this is a table
  |
  = help: write `[[fault]]` with two brackets
"#,
    );
}

#[test]
fn a_variant_that_is_no_table() {
    check(
        r#"title = "t"
variant = ["redis"]
"#,
        r#"
error[wrong-type]: `variant` takes a table, not a list
 --> test.toml:2:11
  |
2 | variant = ["redis"]
  |           ^^^^^^^^^ this is a list
  |
  = help: write a table such as `{ key = value }`
"#,
    );
}

#[test]
fn a_date() {
    check(
        r#"title = "t"
locks = ["redis"]
seeds = 2026-01-01
"#,
        r#"
error[wrong-type]: `seeds` takes a whole number, not a date
 --> test.toml:3:9
  |
3 | seeds = 2026-01-01
  |         ^^^^^^^^^^ this is a date
  |
  = help: write a whole number from 1 to 1000000000
"#,
    );
}

#[test]
fn a_jump_without_a_unit() {
    check(
        r#"title = "t"
locks = ["redis"]
[[fault]]
at = "5s"
jump = { who = "redis", by = -2 }
"#,
        r#"
error[wrong-type]: `by` takes a time, not a whole number
 --> test.toml:5:30
  |
5 | jump = { who = "redis", by = -2 }
  |                              ^^ this is a whole number
  |
  = help: write a number with a unit, such as "150ms", "2s" or "1m 30s"
"#,
    );
}

#[test]
fn a_gap_of_nothing() {
    check(
        r#"title = "t"
locks = ["redis"]
[[fault]]
every = { min = "0s", max = "2s" }
kill = { who = "c1" }
"#,
        r#"
error[out-of-range]: `min` is out of range
 --> test.toml:4:17
  |
4 | every = { min = "0s", max = "2s" }
  |                 ^^^^ too short
  |
  = help: write a time from "1ns" to "1day"
"#,
    );
}

#[test]
fn all_mistakes_are_told_at_once_and_in_the_order_of_the_file() {
    let told = told(
        r#"seeds = 0
locks = ["redsi"]
[clients]
count = "five"
owners = 3
[[fault]]
at = "5"
pause = { who = "c77", hold = "1 s ago" }
[expect]
always = ["exclusivity"]
broken.redsi = ["progress"]
"#,
    );
    let heads: Vec<&str> = told.lines().filter(|line| line.starts_with("error")).collect();
    assert_eq!(
        heads,
        [
            "error[missing-key]: the top of the file needs `title`",
            "error[out-of-range]: `seeds` is out of range",
            "error[unknown-lock]: unknown lock `redsi`",
            "error[wrong-type]: `count` takes a whole number, not text",
            "error[unknown-key]: unknown key `owners`",
            "error[bad-time]: `at` is not a time",
            "error[unknown-target]: unknown target `c77`",
            "error[bad-time]: `hold` is not a time",
            "error[unknown-property]: unknown property `exclusivity`",
        ],
        "no second mistake is made of a broken variant\n{told}"
    );
}

#[test]
fn colour_is_asked_for() {
    let parsed = fencepost_scenario::parse("t", "t.toml", "title = 1", &crate::vocabulary::vocabulary());
    let Err(mistakes) = parsed else { panic!("accepted") };
    assert_eq!(mistakes.len(), 2);
    assert!(mistakes.render(true).contains('\u{1b}'));
    assert!(!mistakes.render(false).contains('\u{1b}'));
    assert_eq!(mistakes.iter().map(|mistake| mistakes.line_of(mistake)).collect::<Vec<_>>(), [1, 1]);
}
