//! What goes wrong, and at whom.

use super::check;

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
  = help: add one of `kill`, `restart`, `power-cut`, `pause`, `suspend`, `partition`, `delay`, `loss`, `duplicate`, `reorder`, `skew`, `jump`, `drift`, `stall`, `evict`, `cancel` and `message`
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
  = help: it takes `pause` and faults of links: `partition`, `delay`, `loss`, `duplicate`, `reorder`
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
  = help: the kinds of messages are: `acquire`, `acquire-reply`, `extend`, `extend-reply`, `release`, `release-reply`, `status`, `status-reply`, `subscribe`, `subscribe-reply`, `listen`, `listen-reply`, `read`, `read-reply`, `write`, `write-reply`, `commit`, `commit-reply`, `rollback`, `rollback-reply`, `charge`, `charge-reply`, `replicate` and `replicate-ack`
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
error[one-upset]: a message fault needs exactly one of `delay`, `lose` and `duplicate`
 --> test.toml:4:11
  |
4 | message = { kind = "write" }
  |           ^^^^^^^^^^^^^^^^^^ late, lost or doubled?
  |
  = help: write `delay = "3s"`, `lose = true` or `duplicate = true`
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
  = help: targets are clients (`c1` to `c5`), owners (`c1.1`) and: `holder`, `client`, `server`, `resource`, `member`, `store` and `redis`
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
  = help: targets are clients (`c1` to `c5`), owners (`c1.1`) and: `holder`, `client`, `server`, `resource`, `member`, `store` and `redis`
"#,
    );
}

#[test]
fn a_slow_disk_of_a_client() {
    check(
        r#"title = "t"
locks = ["redis"]
[[fault]]
at = "5s"
stall = { who = "c1", hold = "1s" }
"#,
        r#"
error[server-fault]: `stall` cannot hit `c1`
 --> test.toml:5:17
  |
5 | stall = { who = "c1", hold = "1s" }
  |                 ^^^^ only servers have a disk and a store
  |
  = help: aim it at a role such as `store`, or at a server by name
"#,
    );
}

#[test]
fn eviction_from_the_resource() {
    check(
        r#"title = "t"
locks = ["redis"]
[[fault]]
at = "5s"
evict = { who = "resource" }
"#,
        r#"
error[server-fault]: `evict` cannot hit the resource
 --> test.toml:5:17
  |
5 | evict = { who = "resource" }
  |                 ^^^^^^^^^^ only servers have a disk and a store
  |
  = help: aim it at a role such as `store`, or at a server by name
"#,
    );
}

#[test]
fn a_power_cut_of_the_resource() {
    check(
        r#"title = "t"
locks = ["redis"]
[[fault]]
at = "5s"
power-cut = { who = "resource" }
"#,
        r#"
error[resource-fault]: `power-cut` cannot hit the resource
 --> test.toml:5:21
  |
5 | power-cut = { who = "resource" }
  |                     ^^^^^^^^^^ its state is durable and it reads no clock
  |
  = help: it takes `pause` and faults of links: `partition`, `delay`, `loss`, `duplicate`, `reorder`
"#,
    );
}

#[test]
fn a_server_that_cancels() {
    check(
        r#"title = "t"
locks = ["redis"]
[[fault]]
at = "5s"
cancel = { who = "store" }
"#,
        r#"
error[unknown-client]: unknown client `store`
 --> test.toml:5:18
  |
5 | cancel = { who = "store" }
  |                  ^^^^^^^ no client has this name
  |
  = help: clients are `c1` to `c5`, owners are such as `c1.1`; write: `client`
"#,
    );
}

#[test]
fn a_holder_that_cancels() {
    check(
        r#"title = "t"
locks = ["redis"]
[[fault]]
at = "5s"
cancel = { who = "holder" }
"#,
        r#"
error[unknown-client]: unknown client `holder`
 --> test.toml:5:18
  |
5 | cancel = { who = "holder" }
  |                  ^^^^^^^^ no client has this name
  |
  = help: clients are `c1` to `c5`, owners are such as `c1.1`; write: `client`
"#,
    );
}

#[test]
fn an_owner_that_does_not_exist_cancels() {
    check(
        r#"title = "t"
locks = ["redis"]
[[fault]]
at = "5s"
cancel = { who = "c1.2" }
"#,
        r#"
error[unknown-target]: unknown target `c1.2`
 --> test.toml:5:18
  |
5 | cancel = { who = "c1.2" }
  |                  ^^^^^^ this scenario has clients `c1` to `c5`, each with one owner
  |
  = help: raise `clients.count` or `clients.owners-per-client`, or use a role such as `holder`
"#,
    );
}

#[test]
fn a_misspelt_role() {
    check(
        r#"title = "t"
locks = ["redis"]
[[fault]]
at = "5s"
kill = { who = "stor" }
"#,
        r#"
error[unknown-target]: unknown target `stor`
 --> test.toml:5:16
  |
5 | kill = { who = "stor" }
  |                ^^^^^^ did you mean `store`?
  |
  = help: targets are clients (`c1` to `c5`), owners (`c1.1`) and: `holder`, `client`, `server`, `resource`, `member`, `store` and `redis`
"#,
    );
}

#[test]
fn a_stall_without_a_length() {
    check(
        r#"title = "t"
locks = ["redis"]
[[fault]]
at = "5s"
stall = { who = "store", slower = "5ms" }
"#,
        r#"
error[missing-key]: stall = { … } needs `hold`
 --> test.toml:5:9
  |
5 | stall = { who = "store", slower = "5ms" }
  |         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ here
  |
  = help: add `hold`: a time or a law
"#,
    );
}

#[test]
fn a_negative_stall() {
    check(
        r#"title = "t"
locks = ["redis"]
[[fault]]
at = "5s"
stall = { who = "store", slower = "-5ms", hold = "1s" }
"#,
        r#"
error[out-of-range]: `slower` is out of range
 --> test.toml:5:35
  |
5 | stall = { who = "store", slower = "-5ms", hold = "1s" }
  |                                   ^^^^^^ negative
  |
  = help: write a time from "0s" to "1day"
"#,
    );
}
