//! Every kind of mistake in an advice file, as it is told.

use super::read;

/// The expected text is written without the trailing line break of the file.
#[track_caller]
fn check(text: &str, expected: &str) {
    let told = match read(text) {
        Ok(_) => panic!("this was accepted:\n{text}"),
        Err(mistakes) => mistakes.render(false),
    };
    assert_eq!(told.trim_end(), expected.trim(), "\n{told}");
}

#[test]
fn nothing_in_it() {
    check(
        r#""#,
        r#"
error[empty-file]: the file is empty
--> lock.toml
 = help: one lock is enough, such as `lock = "redis"`; `fencepost new advice` writes one to start from
"#,
    );
}

#[test]
fn no_lock() {
    check(
        r#"title = "t"
"#,
        r#"
error[missing-key]: the top of the advice file needs `lock`
 --> lock.toml:1:1
  |
1 | title = "t"
  | ^ here
  |
  = help: add `lock`: a lock, or a table with a preset
"#,
    );
}

#[test]
fn an_unknown_lock() {
    check(
        r#"lock = "redsi"
"#,
        r#"
error[unknown-lock]: unknown lock `redsi`
 --> lock.toml:1:8
  |
1 | lock = "redsi"
  |        ^^^^^^^ did you mean `redis`?
  |
  = help: the locks are: `none`, `always`, `never`, `redis` and `cluster`
"#,
    );
}

#[test]
fn an_unknown_key() {
    check(
        r#"lock = "redis"
rom = "5s"
[enviroment]
"#,
        r#"
error[unknown-key]: unknown key `rom`
 --> lock.toml:2:1
  |
2 | rom = "5s"
  | ^^^ did you mean `room`?
  |
  = help: the keys of the top of the advice file are: `title`, `lock`, `settings`, `gate`, `obeys-deadline`, `room`, `environment` and `floor`

error[unknown-key]: unknown key `enviroment`
 --> lock.toml:3:2
  |
3 | [enviroment]
  |  ^^^^^^^^^^ did you mean `environment`?
  |
  = help: the keys of the top of the advice file are: `title`, `lock`, `settings`, `gate`, `obeys-deadline`, `room`, `environment` and `floor`
"#,
    );
}

#[test]
fn an_unknown_setting() {
    check(
        r#"lock = "redis"
settings = { tll = "2s" }
"#,
        r#"
error[unknown-setting]: unknown setting `tll`
 --> lock.toml:2:14
  |
2 | settings = { tll = "2s" }
  |              ^^^ did you mean `ttl`?
  |
  = help: the settings of `redis` are: `ttl`, `reserve`, `command-timeout`, `retry-min`, `retry-max`, `fencing`, `expiry`, `drift-allowance` and `persistence`
"#,
    );
}

#[test]
fn a_gate_that_does_not_fit() {
    check(
        r#"lock = "redis"
gate = "token"
"#,
        r#"
error[gate-needs-tokens]: gate `token` compares tokens, and `redis` hands out none
 --> lock.toml:2:8
  |
2 | gate = "token"
  |        ^^^^^^^ there is nothing to compare
  |
  = help: choose settings under which the lock hands out tokens, or gate `none`
"#,
    );
}

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
  = help: the keys of [environment] are: `pause`, `unreachable`, `round-trip`, `clock`, `failover`, `holds` and `owners`

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
fn everything_at_once() {
    check(
        r#"lock = "redis"
room = 5
obeys-deadline = "no"
[environment]
owners = 0
pause = { max = "2days" }
[floor]
pause = "5 mins ago"
"#,
        r#"
error[wrong-type]: `room` takes a time, not a whole number
 --> lock.toml:2:8
  |
2 | room = 5
  |        ^ this is a whole number
  |
  = help: write a number with a unit, such as "150ms", "2s" or "1m 30s"

error[wrong-type]: `obeys-deadline` takes `true` or `false`, not text
 --> lock.toml:3:18
  |
3 | obeys-deadline = "no"
  |                  ^^^^ this is text
  |
  = help: write `true` or `false`

error[out-of-range]: `owners` is out of range
 --> lock.toml:5:10
  |
5 | owners = 0
  |          ^ too small
  |
  = help: write a whole number from 1 to 1000

error[out-of-range]: `max` is out of range
 --> lock.toml:6:17
  |
6 | pause = { max = "2days" }
  |                 ^^^^^^^ too long
  |
  = help: write a time from "0s" to "1day"

error[bad-time]: `pause` is not a time
 --> lock.toml:8:9
  |
8 | pause = "5 mins ago"
  |         ^^^^^^^^^^^^ expected number at 7
  |
  = help: write a number with a unit, such as "150ms", "2s" or "1m 30s"
"#,
    );
}

#[test]
fn no_toml() {
    check(
        r#"lock = 
"#,
        r#"
error[syntax]: string values must be quoted, expected literal string
 --> lock.toml:1:8
  |
1 | lock = 
  |        ^ here
  |
  = help: an advice file is a TOML file: see scenarios/advice.md
"#,
    );
}

#[test]
fn an_unknown_option() {
    check(
        r#"lock = { preset = "library", expireAftr = "5s" }
"#,
        r#"
error[unknown-option]: unknown option `expireAftr`
 --> lock.toml:1:30
  |
1 | lock = { preset = "library", expireAftr = "5s" }
  |                              ^^^^^^^^^^ did you mean `expireAfter`?
  |
  = help: the options of `library` are: `expireAfter`, `driftFactor` and `watched`
"#,
    );
}

#[test]
fn an_unknown_preset() {
    check(
        r#"lock = { preset = "libary" }
"#,
        r#"
error[unknown-preset]: unknown preset `libary`
 --> lock.toml:1:19
  |
1 | lock = { preset = "libary" }
  |                   ^^^^^^^^ did you mean `library`?
  |
  = help: the presets are: `library`
"#,
    );
}

#[test]
fn a_preset_as_a_lock() {
    check(
        r#"lock = "library"
"#,
        r#"
error[preset-as-lock]: `library` is a preset, and not a lock
 --> lock.toml:1:8
  |
1 | lock = "library"
  |        ^^^^^^^^^ no lock
  |
  = help: write `lock = { preset = "library" }`; in a scenario it stands in a `[variant.NAME]`
"#,
    );
}

#[test]
fn options_that_do_not_fit() {
    check(
        r#"lock = { preset = "library", watched = true, expireAfter = "5m" }
"#,
        r#"
error[misfit]: `expireAfter` does not fit: nobody watches for so long
 --> lock.toml:1:46
  |
1 | lock = { preset = "library", watched = true, expireAfter = "5m" }
  |                                              ^^^^^^^^^^^^^^^^^^ this
  |
  = help: write at most "1m"
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
