//! What owners do, and with which locks.

use super::check;

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
fn locks_and_locks_that_are_taken_together() {
    check(
        r#"title = "t"
locks = ["redis"]
[workload]
locks = ["a"]
takes = ["b", "c"]
"#,
        r#"
error[exclusive-keys]: `locks` and `takes` name the same thing
 --> test.toml:5:1
  |
5 | takes = ["b", "c"]
  | ^^^^^ beside `locks`
  |
  = help: keep one of them
"#,
    );
}

#[test]
fn one_lock_taken_together() {
    check(
        r#"title = "t"
locks = ["redis"]
[workload]
takes = ["a"]
"#,
        r#"
error[out-of-range]: `takes` is out of range
 --> test.toml:4:1
  |
4 | takes = ["a"]
  | ^^^^^ too few or too many names
  |
  = help: write 2 to 1000 names
"#,
    );
}

#[test]
fn unknown_transport() {
    check(
        r#"title = "t"
locks = ["redis"]
[workload]
transport = "udp"
"#,
        r#"
error[unknown-transport]: unknown transport `udp`
 --> test.toml:4:13
  |
4 | transport = "udp"
  |             ^^^^^ no transport has this name
  |
  = help: the transports are: `stream` and `datagram`
"#,
    );
}
