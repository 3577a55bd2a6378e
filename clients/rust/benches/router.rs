//! The choice and the load at 1,000 rows × 20 models: `cargo bench -p merit-router`.

#![allow(missing_docs, clippy::print_stdout, reason = "the bench harness makes public functions and prints figures")]

mod table;

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use merit_router::table::{digest_of, parse};
use merit_router::{Request, Router};

fn benches(criterion: &mut Criterion) {
    let bytes = table::large();
    let router = Router::parse(&bytes).expect("a sound table");
    let ids: Vec<String> = (0..256).map(|task| format!("{task:08x}-1111-4222-8333-{:012x}", task * 7_919)).collect();
    let keys: Vec<[String; 3]> = (0..table::ROWS - 1).map(table::key).collect();
    let mut task = 0;
    let mut next = |exclude: &'static [&'static str], max_cost: Option<f64>| {
        task += 1;
        let [role, category, difficulty] = &keys[task * 7_919 % keys.len()];
        let id = ids[task % ids.len()].as_str();
        let request = Request { task_id: Some(id), exclude, max_cost, ..Request::new(role, category, difficulty) };
        black_box(router.choose(&request).expect("somebody is left").propensity)
    };
    criterion.bench_function("choose", |bencher| bencher.iter(|| next(&[], None)));
    criterion.bench_function("choose, one excluded, capped", |bencher| {
        bencher.iter(|| next(&["provider-1/model-1"], Some(0.004)));
    });

    println!("the table has {} bytes", bytes.len());
    let mut slow = criterion.benchmark_group("table");
    slow.sample_size(20);
    slow.bench_function("load for choosing", |bencher| bencher.iter(|| Router::parse(black_box(&bytes))));
    slow.bench_function("read whole", |bencher| bencher.iter(|| parse(black_box(&bytes))));
    slow.bench_function("digest", |bencher| bencher.iter(|| digest_of(black_box(&bytes))));
    slow.finish();
}

criterion_group!(router, benches);
criterion_main!(router);
