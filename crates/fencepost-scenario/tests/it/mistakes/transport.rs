//! Faults of datagrams, which streams do not offer.

use super::check;

#[test]
fn loss_on_a_stream() {
    check(
        r#"title = "t"
locks = ["redis"]
[[fault]]
at = "5s"
loss = { who = "c1", rate = "5%", hold = "1s" }
"#,
        r#"
error[needs-datagrams]: `loss` is not offered on streams
 --> test.toml:5:1
  |
5 | loss = { who = "c1", rate = "5%", hold = "1s" }
  | ^^^^ the resource is spoken to by a stream: in order and exactly once
  |
  = help: write `transport = "datagram"` under `[workload]`; for streams there are `delay`, `partition` and `message = { …, lose = true }`
"#,
    );
}

#[test]
fn reordering_on_a_stream() {
    check(
        r#"title = "t"
locks = ["redis"]
[[fault]]
at = "5s"
reorder = { who = "resource", by = "5ms", hold = "1s" }
"#,
        r#"
error[needs-datagrams]: `reorder` is not offered on streams
 --> test.toml:5:1
  |
5 | reorder = { who = "resource", by = "5ms", hold = "1s" }
  | ^^^^^^^ the resource is spoken to by a stream: in order and exactly once
  |
  = help: write `transport = "datagram"` under `[workload]`; for streams there are `delay`, `partition` and `message = { …, lose = true }`
"#,
    );
}

#[test]
fn a_doubled_write_on_a_stream() {
    check(
        r#"title = "t"
locks = ["redis"]
[[fault]]
message = { kind = "write", duplicate = true }
"#,
        r#"
error[needs-datagrams]: `duplicate` is not offered on streams
 --> test.toml:4:29
  |
4 | message = { kind = "write", duplicate = true }
  |                             ^^^^^^^^^ the resource is spoken to by a stream: in order and exactly once
  |
  = help: write `transport = "datagram"` under `[workload]`; for streams there are `delay`, `partition` and `message = { …, lose = true }`
"#,
    );
}

#[test]
fn a_doubled_acquire() {
    check(
        r#"title = "t"
locks = ["redis"]
[workload]
transport = "datagram"
[[fault]]
message = { kind = "acquire", duplicate = true }
"#,
        r#"
error[needs-datagrams]: `duplicate` is not offered for `acquire`
 --> test.toml:6:31
  |
6 | message = { kind = "acquire", duplicate = true }
  |                               ^^^^^^^^^ locks are spoken to by streams: in order and exactly once
  |
  = help: double a `read`, a `write` or one of their replies, with `transport = "datagram"`
"#,
    );
}

#[test]
fn loss_at_a_server() {
    check(
        r#"title = "t"
locks = ["redis"]
[workload]
transport = "datagram"
[[fault]]
at = "5s"
loss = { who = "store", rate = "5%", hold = "1s" }
"#,
        r#"
error[datagram-target]: `loss` cannot hit `store`
 --> test.toml:7:16
  |
7 | loss = { who = "store", rate = "5%", hold = "1s" }
  |                ^^^^^^^ servers speak by streams
  |
  = help: aim it at `resource` or at a client: between those there are datagrams
"#,
    );
}

#[test]
fn a_rate_is_needed() {
    check(
        r#"title = "t"
locks = ["redis"]
[workload]
transport = "datagram"
[[fault]]
at = "5s"
duplicate = { who = "c1", hold = "1s" }
"#,
        r#"
error[missing-key]: duplicate = { … } needs `rate`
 --> test.toml:7:13
  |
7 | duplicate = { who = "c1", hold = "1s" }
  |             ^^^^^^^^^^^^^^^^^^^^^^^^^^^ here
  |
  = help: add `rate`: 0% to 100%
"#,
    );
}
