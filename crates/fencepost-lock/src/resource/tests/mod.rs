//! The resource, request by request.

mod gates;
mod transactions;

use super::*;

fn read(token: u64, sequence: u32) -> ResourceRequest {
    let (lock, token) = (LockId(0), Some(Token(token)));
    ResourceRequest { lock, act: Act::Read, token, sequence, transaction: None }
}

fn write(token: u64, sequence: u32, parent: u64) -> ResourceRequest {
    ResourceRequest { act: Act::Write { parent }, ..read(token, sequence) }
}

/// What is ruled on a request at once.
fn ruled(resource: &mut Resource, request: ResourceRequest) -> Ruling {
    match resource.check(request) {
        Checked::Ruled(ruling) => ruling,
        other => panic!("{request:?} is not ruled on at once: {other:?}"),
    }
}

/// What is answered, one request after the other, each ruled on at once.
fn answers<const N: usize>(gate: Gate, requests: [ResourceRequest; N]) -> [ResourceReply; N] {
    let mut resource = Resource::new(gate, 1);
    requests.map(|request| ruled(&mut resource, request).reply)
}
