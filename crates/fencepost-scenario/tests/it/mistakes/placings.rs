//! When faults fire.

use super::check;

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
  = help: add one of `at = "20s"`, `every = { min, max }`, `on = { event = "acquired" }` and `at-point = { kind = "send" }`
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
  = help: the events are: `granted`, `acquired`, `released`, `write-sent`, `acquire-sent`, `expired` and `failover`
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
fn unknown_decision_point() {
    check(
        r#"title = "t"
locks = ["redis"]
[[fault]]
at-point = { kind = "sent" }
pause = { who = "c1", hold = "1s" }
"#,
        r#"
error[unknown-decision-point]: unknown decision point `sent`
 --> test.toml:4:21
  |
4 | at-point = { kind = "sent" }
  |                     ^^^^^^ did you mean `send`?
  |
  = help: the kinds of decision points are: `send`, `deliver`, `clock-read`, `wake` and `sync`
"#,
    );
}

#[test]
fn a_decision_point_without_a_kind() {
    check(
        r#"title = "t"
locks = ["redis"]
[[fault]]
at-point = { who = "c1" }
pause = { who = "c1", hold = "1s" }
"#,
        r#"
error[missing-key]: at-point = { … } needs `kind`
 --> test.toml:4:12
  |
4 | at-point = { who = "c1" }
  |            ^^^^^^^^^^^^^^ here
  |
  = help: add `kind`: a kind of decision point
"#,
    );
}

#[test]
fn a_point_that_has_no_message() {
    check(
        r#"title = "t"
locks = ["redis"]
[[fault]]
at-point = { kind = "clock-read", message = "write" }
pause = { who = "c1", hold = "1s" }
"#,
        r#"
error[no-message]: this decision point has no message
 --> test.toml:4:45
  |
4 | at-point = { kind = "clock-read", message = "write" }
  |                                             ^^^^^^^ of which message?
  |
  = help: remove `message`, or take `send` or `deliver`
"#,
    );
}

#[test]
fn a_point_of_an_unknown_message() {
    check(
        r#"title = "t"
locks = ["redis"]
[[fault]]
at-point = { kind = "send", message = "writ" }
pause = { who = "c1", hold = "1s" }
"#,
        r#"
error[unknown-message-kind]: unknown message kind `writ`
 --> test.toml:4:39
  |
4 | at-point = { kind = "send", message = "writ" }
  |                                       ^^^^^^ did you mean `write`?
  |
  = help: the kinds of messages are: `acquire`, `acquire-reply`, `extend`, `extend-reply`, `release`, `release-reply`, `status`, `status-reply`, `subscribe`, `subscribe-reply`, `listen`, `listen-reply`, `read`, `read-reply`, `write`, `write-reply`, `commit`, `commit-reply`, `rollback`, `rollback-reply`, `charge`, `charge-reply`, `replicate` and `replicate-ack`
"#,
    );
}

#[test]
fn a_point_in_a_server_that_only_clients_come_to() {
    check(
        r#"title = "t"
locks = ["redis"]
[[fault]]
at-point = { kind = "send", who = "store" }
pause = { who = "c1", hold = "1s" }
"#,
        r#"
error[point-elsewhere]: `store` never comes to this decision point
 --> test.toml:4:35
  |
4 | at-point = { kind = "send", who = "store" }
  |                                   ^^^^^^^ not here
  |
  = help: name a client or an owner, or leave `who` out
"#,
    );
}

#[test]
fn a_point_in_a_client_that_only_servers_come_to() {
    check(
        r#"title = "t"
locks = ["redis"]
[[fault]]
at-point = { kind = "sync", who = "c1" }
pause = { who = "c1", hold = "1s" }
"#,
        r#"
error[point-elsewhere]: `c1` never comes to this decision point
 --> test.toml:4:35
  |
4 | at-point = { kind = "sync", who = "c1" }
  |                                   ^^^^ not here
  |
  = help: name a server, or leave `who` out
"#,
    );
}

#[test]
fn a_sleep_of_an_owner() {
    check(
        r#"title = "t"
locks = ["redis"]
[[fault]]
at-point = { kind = "wake", who = "c1.1" }
pause = { who = "c1", hold = "1s" }
"#,
        r#"
error[point-elsewhere]: `c1.1` never comes to this decision point
 --> test.toml:4:35
  |
4 | at-point = { kind = "wake", who = "c1.1" }
  |                                   ^^^^^^ not here
  |
  = help: name the client, whose process sleeps, or leave `who` out
"#,
    );
}

#[test]
fn a_point_in_whoever_holds() {
    check(
        r#"title = "t"
locks = ["redis"]
[[fault]]
at-point = { kind = "send", who = "holder" }
pause = { who = "c1", hold = "1s" }
"#,
        r#"
error[point-elsewhere]: `holder` never comes to this decision point
 --> test.toml:4:35
  |
4 | at-point = { kind = "send", who = "holder" }
  |                                   ^^^^^^^^ not here
  |
  = help: name a client, an owner or a machine by name, or leave `who` out
"#,
    );
}

#[test]
fn a_point_and_a_time() {
    check(
        r#"title = "t"
locks = ["redis"]
[[fault]]
at = "5s"
at-point = { kind = "send" }
kill = { who = "c1" }
"#,
        r#"
error[two-placings]: a fault fires by one of `at` and `at-point`
 --> test.toml:5:1
  |
5 | at-point = { kind = "send" }
  | ^^^^^^^^ one too many
  |
  = help: keep one of them
"#,
    );
}
