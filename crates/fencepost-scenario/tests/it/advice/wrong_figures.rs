//! Mistakes in `[environment]` and `[floor]`, as they are told.

use super::mistakes::check;

#[test]
fn an_unknown_figure() {
    check(
        r#"lock = "redis"
[environment]
pauses = { max = "4s" }
clock = { skew = "2s" }
"#,
        r#"
error[unknown-key]: unknown key `pauses`
 --> lock.toml:3:1
  |
3 | pauses = { max = "4s" }
  | ^^^^^^ did you mean `pause`?
  |
  = help: the keys of [environment] are: `pause`, `unreachable`, `round-trip`, `clock`, `failover` and `holds`

error[unknown-key]: unknown key `skew`
 --> lock.toml:4:11
  |
4 | clock = { skew = "2s" }
  |           ^^^^ no key has this name
  |
  = help: the keys of clock = { … } are: `step` and `drift`
"#,
    );
}

#[test]
fn a_sample_that_is_one_time() {
    check(
        r#"lock = "redis"
[environment]
pause = "4s"
"#,
        r#"
error[wrong-type]: `pause` takes a table, not text
 --> lock.toml:3:9
  |
3 | pause = "4s"
  |         ^^^^ this is text
  |
  = help: write a table such as `{ p50 = "8ms", p99 = "210ms", max = "4.1s" }`
"#,
    );
}

#[test]
fn a_sample_without_its_largest() {
    check(
        r#"lock = "redis"
[environment]
pause = { p50 = "4s", over = "30d" }
"#,
        r#"
error[missing-key]: pause = { … } needs `max`
 --> lock.toml:3:9
  |
3 | pause = { p50 = "4s", over = "30d" }
  |         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ here
  |
  = help: add `max`: a time
"#,
    );
}

#[test]
fn quantiles_that_fall() {
    check(
        r#"lock = "redis"
[environment]
unreachable = { p50 = "4s", p99 = "3s", max = "12s" }
"#,
        r#"
error[falling-quantiles]: `p99` of `unreachable` is below its `p50`
 --> lock.toml:3:35
  |
3 | unreachable = { p50 = "4s", p99 = "3s", max = "12s" }
  |                                   ^^^^ less than "4s"
  |
  = help: quantiles rise with their rank: write "4s" or more, or lower `p50`
"#,
    );
}

#[test]
fn quantiles_beside_a_log() {
    check(
        r#"lock = "redis"
[environment]
pause = { from = "gc.log", max = "4s", over = "3d" }
"#,
        r#"
error[exclusive-keys]: `from` and `max` say the same
 --> lock.toml:3:28
  |
3 | pause = { from = "gc.log", max = "4s", over = "3d" }
  |                            ^^^ beside `from`
  |
  = help: keep one of them: a log says what its quantiles are

error[exclusive-keys]: `over` is not needed: the log covers 9s by its stamps
 --> lock.toml:3:40
  |
3 | pause = { from = "gc.log", max = "4s", over = "3d" }
  |                                        ^^^^ beside `from`
  |
  = help: take it away
"#,
    );
}

#[test]
fn a_log_that_is_not_there() {
    check(
        r#"lock = "redis"
[environment]
pause = { from = "jc.log" }
"#,
        r#"
error[unreadable-log]: the log `jc.log` cannot be read
 --> lock.toml:3:18
  |
3 | pause = { from = "jc.log" }
  |                  ^^^^^^^^ No such file or directory (os error 2)
  |
  = help: write its path as seen from the advice file
"#,
    );
}

#[test]
fn a_log_without_a_pause() {
    check(
        r#"lock = "redis"
[environment]
pause = { from = "calm.log" }
"#,
        r#"
error[no-pauses]: the log `calm.log` tells of no pause
 --> lock.toml:3:18
  |
3 | pause = { from = "calm.log" }
  |                  ^^^^^^^^^^ lines: 1, understood: 1
  |
  = help: log with `-Xlog:gc,safepoint`; before JDK 9 with `-XX:+PrintGCDetails -XX:+PrintGCApplicationStoppedTime`
"#,
    );
}

#[test]
fn a_log_of_something_else() {
    check(
        r#"lock = "redis"
[environment]
round-trip = { from = "gc.log" }
"#,
        r#"
error[missing-key]: a sample needs `max`
 --> lock.toml:3:14
  |
3 | round-trip = { from = "gc.log" }
  |              ^^^^^^^^^^^^^^^^^^^ here
  |
  = help: add `max`: a time

error[unknown-key]: unknown key `from`
 --> lock.toml:3:16
  |
3 | round-trip = { from = "gc.log" }
  |                ^^^^ no key has this name
  |
  = help: the keys of a sample are: `min`, `p50`, `p75`, `p90`, `p95`, `p99`, `p999`, `p9999`, `max`, `over` and `count`
"#,
    );
}

#[test]
fn a_measure_of_nothing() {
    check(
        r#"lock = "redis"
[environment]
holds = { max = "2s", over = "0s", per-day = 0 }
"#,
        r#"
error[out-of-range]: `over` is out of range
 --> lock.toml:3:30
  |
3 | holds = { max = "2s", over = "0s", per-day = 0 }
  |                              ^^^^ too short
  |
  = help: write a time from "1s" to "9years"

error[out-of-range]: `per-day` is out of range
 --> lock.toml:3:46
  |
3 | holds = { max = "2s", over = "0s", per-day = 0 }
  |                                              ^ too small
  |
  = help: write a whole number from 1 to 1000000000
"#,
    );
}

#[test]
fn a_floor_that_is_no_hazard() {
    check(
        r#"lock = "redis"
[floor]
puase = "5s"
"#,
        r#"
error[unknown-key]: unknown key `puase`
 --> lock.toml:3:1
  |
3 | puase = "5s"
  | ^^^^^ did you mean `pause`?
  |
  = help: the keys of [floor] are: `pause`, `unreachable`, `failover`, `clock-step`, `drift`, `lost-reply` and `death`
"#,
    );
}

#[test]
fn a_floor_that_is_no_amount() {
    check(
        r#"lock = "redis"
[floor]
pause = "helds"
failover = "5s"
drift = true
lost-reply = "hodl"
"#,
        r#"
error[bad-floor]: `helds` is no floor of `pause`
 --> lock.toml:3:9
  |
3 | pause = "helds"
  |         ^^^^^^^ not a time or `hold`
  |
  = help: write a time or `hold`, such as "5s" or "hold"

error[bad-floor]: `5s` is no floor of `failover`
 --> lock.toml:4:12
  |
4 | failover = "5s"
  |            ^^^^ not `hold`
  |
  = help: write "hold": there is no more or less of it

error[wrong-type]: `drift` takes parts per million, not `true` or `false`
 --> lock.toml:5:9
  |
5 | drift = true
  |         ^^^^ this is `true` or `false`
  |
  = help: write "0ppm" to "500000ppm"

error[bad-floor]: `hodl` is no floor of `lost-reply`
 --> lock.toml:6:14
  |
6 | lost-reply = "hodl"
  |              ^^^^^^ did you mean `hold`?
  |
  = help: write "hold": there is no more or less of it
"#,
    );
}

#[test]
fn a_floor_without_a_unit() {
    check(
        r#"lock = "redis"
[floor]
pause = "5"
drift = "5s"
death = 30
"#,
        r#"
error[bad-time]: `pause` is not a time
 --> lock.toml:3:9
  |
3 | pause = "5"
  |         ^^^ time unit needed, for example 5sec or 5ms
  |
  = help: write a number with a unit, such as "150ms", "2s" or "1m 30s"

error[bad-ppm]: `drift` is not in parts per million
 --> lock.toml:4:9
  |
4 | drift = "5s"
  |         ^^^^ not a whole number of ppm
  |
  = help: write a number with its unit, such as "200ppm"

error[wrong-type]: `death` takes a time, not a whole number
 --> lock.toml:5:9
  |
5 | death = 30
  |         ^^ this is a whole number
  |
  = help: write a number with a unit, such as "150ms", "2s" or "1m 30s"
"#,
    );
}

#[test]
fn parts_of_a_log() {
    check(
        r#"lock = "redis"
[environment]
pause = { from = ["gc.log", "gc.lag", "gc.log"] }
"#,
        r#"
error[unreadable-log]: the log `gc.lag` cannot be read
 --> lock.toml:3:29
  |
3 | pause = { from = ["gc.log", "gc.lag", "gc.log"] }
  |                             ^^^^^^^^ No such file or directory (os error 2)
  |
  = help: write its path as seen from the advice file

error[twice]: `gc.log` stands twice in `from`
 --> lock.toml:3:39
  |
3 | pause = { from = ["gc.log", "gc.lag", "gc.log"] }
  |                                       ^^^^^^^^ the second time
  |
  = help: take one of them away
"#,
    );
}

#[test]
fn no_part_of_a_log() {
    check(
        r#"lock = "redis"
[environment]
pause = { from = [] }
"#,
        r#"
error[no-files]: `from` names no file
 --> lock.toml:3:18
  |
3 | pause = { from = [] }
  |                  ^^ empty
  |
  = help: name a log
"#,
    );
}

#[test]
fn a_log_that_is_a_number() {
    check(
        r#"lock = "redis"
[environment]
pause = { from = 3 }
"#,
        r#"
error[wrong-type]: `from` takes text, not a whole number
 --> lock.toml:3:18
  |
3 | pause = { from = 3 }
  |                  ^ this is a whole number
  |
  = help: write text in quotes
"#,
    );
}
