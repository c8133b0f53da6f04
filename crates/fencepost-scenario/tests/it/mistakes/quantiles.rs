//! Laws by quantiles.

use super::check;

#[test]
fn quantiles_that_fall() {
    check(
        r#"title = "t"
locks = ["redis"]
[workload]
hold = { p50 = "80ms", p99 = "8ms", max = "2s" }
"#,
        r#"
error[falling-quantiles]: `p99` of `hold` is below its `p50`
 --> test.toml:4:30
  |
4 | hold = { p50 = "80ms", p99 = "8ms", max = "2s" }
  |                              ^^^^^ less than "80ms"
  |
  = help: quantiles rise with their rank: write "80ms" or more, or lower `p50`
"#,
    );
}

#[test]
fn a_largest_value_below_a_quantile() {
    check(
        r#"title = "t"
locks = ["redis"]
[workload]
hold = { min = "1ms", p999 = "80ms", max = "20ms" }
"#,
        r#"
error[falling-quantiles]: `max` of `hold` is below its `p999`
 --> test.toml:4:44
  |
4 | hold = { min = "1ms", p999 = "80ms", max = "20ms" }
  |                                            ^^^^^^ less than "80ms"
  |
  = help: quantiles rise with their rank: write "80ms" or more, or lower `p999`
"#,
    );
}

#[test]
fn quantiles_without_a_largest_value() {
    check(
        r#"title = "t"
locks = ["redis"]
[workload]
hold = { p50 = "80ms", p99 = "90ms" }
"#,
        r#"
error[missing-key]: a law needs `max`
 --> test.toml:4:8
  |
4 | hold = { p50 = "80ms", p99 = "90ms" }
  |        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ here
  |
  = help: add `max`: a time
"#,
    );
}

#[test]
fn a_mean_beside_quantiles() {
    check(
        r#"title = "t"
locks = ["redis"]
[workload]
hold = { p50 = "80ms", mean = "85ms", max = "90ms" }
"#,
        r#"
error[exclusive-keys]: `hold` has a `mean` beside quantiles
 --> test.toml:4:24
  |
4 | hold = { p50 = "80ms", mean = "85ms", max = "90ms" }
  |                        ^^^^ beside quantiles
  |
  = help: keep one of them: the mean follows from the quantiles
"#,
    );
}

#[test]
fn a_quantile_with_a_point() {
    check(
        r#"title = "t"
locks = ["redis"]
[workload]
hold = { p50 = "80ms", p99.9 = "85ms", max = "90ms" }
"#,
        r#"
error[wrong-type]: `p99` takes a time, not a table
 --> test.toml:4:24
  |
4 | hold = { p50 = "80ms", p99.9 = "85ms", max = "90ms" }
  |                        ^^^ this is a table
  |
  = help: write a time; a point parts a key of TOML in two, so 99.9 % is `p999`
"#,
    );
}

#[test]
fn a_quantile_that_is_not_offered() {
    check(
        r#"title = "t"
locks = ["redis"]
[workload]
hold = { p50 = "80ms", p98 = "85ms", max = "90ms" }
"#,
        r#"
error[unknown-key]: unknown key `p98`
 --> test.toml:4:24
  |
4 | hold = { p50 = "80ms", p98 = "85ms", max = "90ms" }
  |                        ^^^ did you mean `p90`?
  |
  = help: the keys of a law are: `min`, `max`, `mean`, `p50`, `p75`, `p90`, `p95`, `p99`, `p999` and `p9999`
"#,
    );
}

#[test]
fn a_signed_quantile_below_nothing() {
    check(
        r#"title = "t"
locks = ["redis"]
[[fault]]
at = "5s"
jump = { who = "redis", by = { p50 = "-1s", max = "3s" } }
"#,
        r#"
error[falling-quantiles]: `p50` of `by` is below "0s", where a law without `min` begins
 --> test.toml:5:38
  |
5 | jump = { who = "redis", by = { p50 = "-1s", max = "3s" } }
  |                                      ^^^^^ less than "0s"
  |
  = help: add `min`: the smallest value
"#,
    );
}

#[test]
fn a_quantile_that_is_no_time() {
    check(
        r#"title = "t"
locks = ["redis"]
[workload]
hold = { p50 = 80, p99 = "2 days", max = "90ms" }
"#,
        r#"
error[wrong-type]: `p50` takes a time, not a whole number
 --> test.toml:4:16
  |
4 | hold = { p50 = 80, p99 = "2 days", max = "90ms" }
  |                ^^ this is a whole number
  |
  = help: write a number with a unit, such as "150ms", "2s" or "1m 30s"

error[out-of-range]: `p99` is out of range
 --> test.toml:4:26
  |
4 | hold = { p50 = 80, p99 = "2 days", max = "90ms" }
  |                          ^^^^^^^^ too long
  |
  = help: write a time from "0s" to "1day"
"#,
    );
}
