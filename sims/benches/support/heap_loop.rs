//! The yardstick of the benches: the least that a simulation of this workload can cost.
//!
//! One lock server (`SET key owner NX PX ttl` and delete-if-owner) and clients that contend for one key.
//! A client asks; denied, it waits 5 ms and asks again; granted, it holds for 2 ms and releases. A message
//! is under way for 0.5 to 2 ms. No tasks, no faults, no judging: two state machines and one ordered queue.
//!
//! Benches, the counting of instructions and the integration tests include this file by its path. It names
//! no crate of ours, so that a change of the engine cannot move the yardstick.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BinaryHeap};

const KEY: u32 = 0;
const MILLISECOND: u64 = 1_000_000;
const RETRY_AFTER: u64 = 5 * MILLISECOND;
const HOLD_FOR: u64 = 2 * MILLISECOND;
const LEASE: u64 = 1_000 * MILLISECOND;
const FLIGHT_MIN: u64 = MILLISECOND / 2;
const FLIGHT_MAX: u64 = 2 * MILLISECOND;

/// What a run came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Messages delivered, to the server or to a client.
    pub messages: u64,
    /// How often a client was granted the lock.
    pub grants: u64,
    /// Every delivered message folded with its time, in order.
    pub digest: u64,
}

/// Runs the workload for `virtual_nanos` of simulated time. The draws follow from `key` alone.
pub fn run(clients: usize, virtual_nanos: u64, key: u64) -> Tally {
    let mut world = World::new(key);
    let mut server = Server::default();
    let mut states = vec![Client::Asking; clients];
    for client in 0..clients as u32 {
        world.send(Event::Request { client, request: Request::set(client) });
    }
    while let Some(Entry { at, event, .. }) = world.queue.pop() {
        if at > virtual_nanos {
            break;
        }
        world.now = at;
        match event {
            Event::Request { client, request } => {
                world.count(u64::from(client) << 2 | u64::from(matches!(request, Request::Delete { .. })));
                let done = server.apply(at, request);
                world.send(Event::Reply { client, done });
            }
            Event::Reply { client, done } => {
                world.count(u64::from(client) << 2 | 2 | u64::from(done));
                states[client as usize].reply(client, done, &mut world);
            }
            Event::Wake { client } => states[client as usize].wake(client, &mut world),
        }
    }
    world.tally
}

/// What a client says, with all that the real command carries.
#[derive(Clone, Copy)]
enum Request {
    /// `SET key owner NX PX ttl`.
    Set { key: u32, owner: u32, ttl: u64 },
    /// Delete the key if this is its owner.
    Delete { key: u32, owner: u32 },
}

impl Request {
    fn set(owner: u32) -> Request {
        Request::Set { key: KEY, owner, ttl: LEASE }
    }
}

#[derive(Clone, Copy)]
enum Event {
    Request { client: u32, request: Request },
    Reply { client: u32, done: bool },
    Wake { client: u32 },
}

#[derive(Default)]
struct Server {
    leases: BTreeMap<u32, Lease>,
}

struct Lease {
    owner: u32,
    until: u64,
}

impl Server {
    fn apply(&mut self, now: u64, request: Request) -> bool {
        let lease = |key| self.leases.get(&key).filter(|lease| lease.until > now);
        match request {
            Request::Set { key, .. } if lease(key).is_some() => false,
            Request::Set { key, owner, ttl } => {
                self.leases.insert(key, Lease { owner, until: now + ttl });
                true
            }
            Request::Delete { key, owner } if lease(key).is_some_and(|lease| lease.owner == owner) => {
                self.leases.remove(&key).is_some()
            }
            Request::Delete { .. } => false,
        }
    }
}

#[derive(Clone, Copy)]
enum Client {
    Asking,
    Waiting,
    Holding,
    Releasing,
}

impl Client {
    fn reply(&mut self, client: u32, done: bool, world: &mut World) {
        *self = match self {
            Client::Asking if done => {
                world.tally.grants += 1;
                world.push(HOLD_FOR, Event::Wake { client });
                Client::Holding
            }
            Client::Asking => {
                world.push(RETRY_AFTER, Event::Wake { client });
                Client::Waiting
            }
            Client::Waiting | Client::Holding => unreachable!("no request is under way"),
            Client::Releasing => {
                world.send(Event::Request { client, request: Request::set(client) });
                Client::Asking
            }
        };
    }

    fn wake(&mut self, client: u32, world: &mut World) {
        let (next, request) = match self {
            Client::Holding => (Client::Releasing, Request::Delete { key: KEY, owner: client }),
            _ => (Client::Asking, Request::set(client)),
        };
        *self = next;
        world.send(Event::Request { client, request });
    }
}

struct World {
    now: u64,
    pushed: u64,
    queue: BinaryHeap<Entry>,
    draws: Xoshiro,
    tally: Tally,
}

impl World {
    fn new(key: u64) -> World {
        World {
            now: 0,
            pushed: 0,
            queue: BinaryHeap::new(),
            draws: Xoshiro::new(key),
            tally: Tally::default(),
        }
    }

    #[inline]
    fn push(&mut self, delay: u64, event: Event) {
        self.pushed += 1;
        self.queue.push(Entry { at: self.now + delay, number: self.pushed, event });
    }

    #[inline]
    fn send(&mut self, event: Event) {
        let flight = FLIGHT_MIN + self.draws.below(FLIGHT_MAX - FLIGHT_MIN);
        self.push(flight, event);
    }

    #[inline]
    fn count(&mut self, message: u64) {
        self.tally.messages += 1;
        let folded = (self.tally.digest ^ self.now).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29);
        self.tally.digest = (folded ^ message).wrapping_mul(0xd6e8_feb8_6659_fd93);
    }
}

/// An event in the queue, in reverse order of (time, number), because the standard heap pops its largest.
#[derive(Clone, Copy)]
struct Entry {
    at: u64,
    number: u64,
    event: Event,
}

impl Ord for Entry {
    fn cmp(&self, other: &Self) -> Ordering {
        (other.at, other.number).cmp(&(self.at, self.number))
    }
}

impl PartialOrd for Entry {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Entry {}

/// The generator xoshiro256++, filled by splitmix64.
struct Xoshiro([u64; 4]);

impl Xoshiro {
    fn new(key: u64) -> Xoshiro {
        let mut state = key;
        Xoshiro(std::array::from_fn(|_| {
            state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let word = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            let word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            word ^ (word >> 31)
        }))
    }

    #[inline]
    fn below(&mut self, bound: u64) -> u64 {
        let [a, b, c, d] = &mut self.0;
        let drawn = a.wrapping_add(*d).rotate_left(23).wrapping_add(*a);
        let shifted = *b << 17;
        *c ^= *a;
        *d ^= *b;
        *b ^= *c;
        *a ^= *d;
        *c ^= shifted;
        *d = d.rotate_left(45);
        ((u128::from(drawn) * u128::from(bound)) >> 64) as u64
    }
}
