//! Which targets a kind of fault can hit, and on which transports it is offered.

use crate::read::Word;
use crate::target::{Targets, Who};
use crate::{Mistakes, words};
use std::ops::Range;

/// What a fault of this kind is aimed at. A target that it cannot hit is a mistake.
pub(crate) fn aim(kind: &str, word: &Word<'_>, targets: &Targets, mistakes: &mut Mistakes) -> Option<Who> {
    if kind == "cancel" {
        return targets.asker(word, mistakes);
    }
    let who = targets.who(word, mistakes)?;
    let is_behind = who.is_behind();
    let is_server = matches!(&who, Who::Part(_));
    let (code, label, help) = match kind {
        "stall" | "evict" if !is_server => (
            "server-fault",
            "only servers have a disk and a store",
            "aim it at a role such as `store`, or at a server by name",
        ),
        "loss" | "duplicate" | "reorder" if is_server && !targets.server_datagrams => (
            "datagram-target",
            "servers speak by streams",
            "aim it at `resource` or at a client: between those there are datagrams",
        ),
        "pause" | "partition" | "delay" | "loss" | "duplicate" | "reorder" | "stall" | "evict" => {
            return Some(who);
        }
        _ if is_behind => (
            "resource-fault",
            "its state is durable and it reads no clock",
            "it takes `pause` and faults of links: `partition`, `delay`, `loss`, `duplicate`, `reorder`",
        ),
        _ => return Some(who),
    };
    let message = format!("`{kind}` cannot hit {}", shown(word, is_behind));
    mistakes.add(code, word.span.clone(), message, label, help);
    None
}

fn shown(word: &Word<'_>, is_behind: bool) -> String {
    if is_behind { format!("the {}", word.text) } else { words::quote(word.text) }
}

/// Loss, doubling and reordering happen to datagrams; a stream hides them or breaks.
pub(crate) fn check_transport(kind: &str, span: Range<usize>, datagrams: bool, mistakes: &mut Mistakes) {
    if datagrams {
        return;
    }
    let message = format!("`{kind}` is not offered on streams");
    let label = "the resource is spoken to by a stream: in order and exactly once";
    let help = "write `transport = \"datagram\"` under `[workload]`; for streams there are `delay`, `partition` and \
                `message = { …, lose = true }`";
    mistakes.add("needs-datagrams", span, message, label, help);
}

/// A chosen message can be doubled where it is a datagram: on its way to the resource or back.
pub(crate) fn check_doubled(kind: &str, span: Range<usize>, datagrams: bool, mistakes: &mut Mistakes) {
    if matches!(kind, "read" | "read-reply" | "write" | "write-reply" | "charge" | "charge-reply") {
        return check_transport("duplicate", span, datagrams, mistakes);
    }
    let message = format!("`duplicate` is not offered for `{kind}`");
    let of_transaction = matches!(kind, "commit" | "commit-reply" | "rollback" | "rollback-reply");
    let label = if of_transaction {
        "a transaction lives on a stream: in order and exactly once"
    } else {
        "locks are spoken to by streams: in order and exactly once"
    };
    let help = "double a `read`, a `write` or one of their replies, with `transport = \"datagram\"`";
    mistakes.add("needs-datagrams", span, message, label, help);
}
