//! What the engine costs, beside a plain heap loop on the same workload in the same run, and how many tiny
//! judged runs with faults a second has room for.

#[path = "support/cell.rs"]
mod cell;
#[path = "support/heap_loop.rs"]
mod heap_loop;
#[path = "support/tiny.rs"]
mod tiny;

use cell::Cell;
use criterion::{BenchmarkId, Criterion, SamplingMode, Throughput, criterion_group, criterion_main};
use std::time::Duration;

/// Clients and virtual seconds of each size.
const SIZES: [(usize, u64); 3] = [(5, 20), (100, 2), (10_000, 1)];

fn messages(criterion: &mut Criterion) {
    for (clients, seconds) in SIZES {
        let mut group = criterion.benchmark_group(format!("messages/{clients}-clients"));
        group.sampling_mode(SamplingMode::Flat).sample_size(10).measurement_time(Duration::from_secs(3));
        let heap = || heap_loop::run(clients, seconds * 1_000_000_000, 7).messages;
        group.throughput(Throughput::Elements(heap()));
        group.bench_function(BenchmarkId::from_parameter("heap"), |bencher| bencher.iter(heap));
        let cell = Cell::new(clients, seconds);
        for (name, judged) in [("bare", false), ("judged", true)] {
            group.throughput(Throughput::Elements(cell.run(judged)));
            group.bench_function(BenchmarkId::from_parameter(name), |bencher| {
                bencher.iter(|| cell.run(judged))
            });
        }
        group.finish();
    }
}

fn runs(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("runs");
    let mut tiny = tiny::Tiny::new();
    group.throughput(Throughput::Elements(1));
    group.bench_function("tiny, judged, with a fault", |bencher| bencher.iter(|| tiny.run_next()));
    group.finish();
}

criterion_group!(benches, messages, runs);
criterion_main!(benches);
