//! Times, numbers and shares out of bounds.

use super::check;

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
fn a_share_without_a_unit() {
    check(
        r#"title = "t"
locks = ["redis"]
[workload]
ask-status = 5
"#,
        r#"
error[wrong-type]: `ask-status` takes a rate, not a whole number
 --> test.toml:4:14
  |
4 | ask-status = 5
  |              ^ this is a whole number
  |
  = help: write "0%" to "100%", or "0ppm" to "1000000ppm"
"#,
    );
}

#[test]
fn a_share_with_a_wrong_unit() {
    check(
        r#"title = "t"
locks = ["redis"]
[workload]
ask-status = "5s"
"#,
        r#"
error[bad-rate]: `ask-status` is not a rate
 --> test.toml:4:14
  |
4 | ask-status = "5s"
  |              ^^^^ not a share of all
  |
  = help: write a number with its unit, such as "5%", "0.5%" or "50000ppm"
"#,
    );
}

#[test]
fn a_share_of_more_than_all() {
    check(
        r#"title = "t"
locks = ["redis"]
[workload]
ask-status = "150%"
"#,
        r#"
error[out-of-range]: `ask-status` is out of range
 --> test.toml:4:14
  |
4 | ask-status = "150%"
  |              ^^^^^^ too large
  |
  = help: write "0%" to "100%", or "0ppm" to "1000000ppm"
"#,
    );
}

#[test]
fn a_negative_share() {
    check(
        r#"title = "t"
locks = ["redis"]
[workload]
ask-status = "-0.5%"
"#,
        r#"
error[out-of-range]: `ask-status` is out of range
 --> test.toml:4:14
  |
4 | ask-status = "-0.5%"
  |              ^^^^^^^ too small
  |
  = help: write "0%" to "100%", or "0ppm" to "1000000ppm"
"#,
    );
}

#[test]
fn more_seeds_than_are_ever_run() {
    check(
        r#"title = "t"
seeds = 20
seeds-max = 3
locks = ["redis"]
"#,
        r#"
error[seeds-above-max]: `seeds` is larger than `seeds-max`
 --> test.toml:2:9
  |
2 | seeds = 20
  |         ^^ these runs are never all made
  |
  = help: lower `seeds`, or raise `seeds-max`
"#,
    );
}
