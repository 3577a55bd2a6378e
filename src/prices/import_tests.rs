//! Imports on small lists, and of the two published files.

use std::fs;

use jiff::civil::{Date, date};
use proptest::prelude::*;

use super::*;
use crate::prices::file::{import_file, read_prices};
use crate::shared_data;

const HEADER: &str =
    "provider,model,effective_from,input_usd_per_mtok,cached_input_usd_per_mtok,output_usd_per_mtok,source,retrieved\n";

fn list(rows: &str) -> PriceList {
    PriceList::parse(&format!("{HEADER}{rows}"), "prices.csv").expect("a price list")
}

fn terms(from: Option<Date>) -> Terms {
    Terms { from, source: "a published list".into(), retrieved: date(2026, 11, 23) }
}

/// genai-prices' format with one model, `m` at `p`.
fn dated(prices: &str) -> Published {
    let text = format!(r#"[{{"id": "p", "models": [{{"id": "m", "prices": {prices}}}]}}]"#);
    Published::parse(&text, "data.json").expect("a published list")
}

fn run(list: &PriceList, published: Published, from: Option<Date>) -> Import {
    import(list, published, &terms(from), "data.json").expect("an import")
}

fn reasons(import: &Import) -> Vec<Skip> {
    import.skipped.iter().map(|skipped| skipped.reason.clone()).collect()
}

#[test]
fn a_changed_price_adds_a_row_and_leaves_the_old_one() {
    let old = list("p,m,2025-01-01,3,0.3,15,list,2025-01-02\n");
    let import = run(&old, dated(r#"{"input_mtok": 2, "output_mtok": 10}"#), Some(date(2026, 1, 1)));
    assert_eq!(import.added.len(), 1);
    assert_eq!(import.added[0].before.as_ref(), old.in_force("p", "m", date(2026, 1, 1)));
    let cost = |day| import.list.in_force("p", "m", day).map(|price| price.cost_usd(1_000_000, 0, 1_000_000));
    assert_eq!(cost(date(2025, 12, 31)), Some(18.0));
    assert_eq!(cost(date(2026, 1, 1)), Some(12.0));
    assert!(import.list.to_csv().contains("p,m,2025-01-01,3,0.3,15,list,2025-01-02\n"));
    assert_eq!(import.list.to_csv().lines().last(), Some("p,m,2026-01-01,2,,10,a published list,2026-11-23"));
    assert_eq!(
        import.render(),
        "added 1 (0 new, 1 changed), unchanged 0, skipped 0\nchanged: m at p from 2026-01-01: 3/0.3/15 → 2/2/10\n"
    );
}

#[test]
fn a_price_in_force_adds_nothing() {
    let old = list("p,m,2025-01-01,3,0.3,15,list,2025-01-02\n");
    let same = r#"{"input_mtok": 3, "cache_read_mtok": 0.3, "output_mtok": 15}"#;
    let import = run(&old, dated(same), Some(date(2026, 1, 1)));
    assert_eq!((import.added.len(), import.unchanged), (0, 1));
    assert_eq!(import.list, old);
}

#[test]
fn a_cached_price_that_the_file_does_not_state_stays_with_its_input_price() {
    let old = list("p,m,2025-01-01,3,0.3,15,list,2025-01-02\n");
    let silent = run(&old, dated(r#"{"input_mtok": 3, "output_mtok": 15}"#), Some(date(2026, 1, 1)));
    assert_eq!(silent.unchanged, 1);
    let dearer = run(&old, dated(r#"{"input_mtok": 3, "output_mtok": 16}"#), Some(date(2026, 1, 1)));
    assert_eq!(dearer.added[0].price.cached_input, Some(0.3));
    let other = run(&old, dated(r#"{"input_mtok": 4, "output_mtok": 15}"#), Some(date(2026, 1, 1)));
    assert_eq!(other.added[0].price.cached_input, None);
}

#[test]
fn history_is_never_rewritten() {
    let old = list("p,m,2025-01-01,3,,15,list,2025-01-02\np,m,2026-03-01,2,,10,list,2026-03-02\n");
    let other = || dated(r#"{"input_mtok": 9, "output_mtok": 90}"#);
    let before = run(&old, other(), Some(date(2025, 6, 1)));
    assert_eq!((before.list, reasons(&run(&old, other(), Some(date(2025, 6, 1))))), (old.clone(), vec![Skip::Behind]));
    let same_day = run(&old, other(), Some(date(2026, 3, 1)));
    assert_eq!((reasons(&same_day), same_day.list), (vec![Skip::Conflict], old));
}

#[test]
fn dated_prices_keep_their_days_and_undated_ones_take_the_given_one() {
    let prices = r#"[{"prices": {"input_mtok": 2, "output_mtok": 10}},
        {"constraint": {"start_date": "2026-09-01"}, "prices": {"input_mtok": 3, "output_mtok": 15}}]"#;
    let days = |import: &Import| import.list.iter().map(|price| price.effective_from).collect::<Vec<_>>();
    let none = PriceList::default();

    let early = run(&none, dated(prices), Some(date(2026, 7, 1)));
    assert_eq!(days(&early), [date(2026, 7, 1), date(2026, 9, 1)]);
    let late = run(&none, dated(prices), Some(date(2026, 11, 1)));
    assert_eq!((days(&late), reasons(&late)), (vec![date(2026, 9, 1)], vec![Skip::Superseded]));
    let undated = run(&none, dated(prices), None);
    assert_eq!((days(&undated), reasons(&undated)), (vec![date(2026, 9, 1)], vec![Skip::Undated]));
}

#[test]
fn a_file_without_any_date_needs_one() {
    let published = dated(r#"{"input_mtok": 3, "output_mtok": 15}"#);
    let error = import(&PriceList::default(), published, &terms(None), "data.json").expect_err("no date");
    assert_eq!(
        error.to_string(),
        "data.json: its prices carry no dates; say from when they are in force with --from YYYY-MM-DD"
    );
}

#[test]
fn the_file_on_disk_is_rewritten_only_when_something_is_new() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (prices, published) = (folder.path().join("prices.csv"), folder.path().join("data.json"));
    // Another column order: what import writes is canonical, what it leaves alone stays as it was.
    let text = "model,provider,effective_from,input_usd_per_mtok,cached_input_usd_per_mtok,output_usd_per_mtok,source,retrieved\n\
                m,p,2025-01-01,3,,15,list,2025-01-02\n";
    fs::write(&prices, text).expect("written");
    let entry = |input: u32| {
        format!(r#"[{{"id": "p", "models": [{{"id": "m", "prices": {{"input_mtok": {input}, "output_mtok": 15}}}}]}}]"#)
    };
    fs::write(&published, entry(3)).expect("written");
    import_file(&published, &prices, &terms(Some(date(2026, 1, 1)))).expect("an import");
    assert_eq!(fs::read_to_string(&prices).expect("read"), text);

    fs::write(&published, entry(4)).expect("written");
    let import = import_file(&published, &prices, &terms(Some(date(2026, 1, 1)))).expect("an import");
    assert_eq!(read_prices(Some(&prices)).expect("a price list"), import.list);
    assert_eq!(import.list.len(), 2);
}

#[test]
fn importing_litellm_twice_adds_nothing_the_second_time() {
    let Some(path) = shared_data::path("prices/litellm_model_prices_and_context_window.json") else { return };
    let text = fs::read_to_string(path).expect("readable");
    let published = || Published::parse(&text, "litellm").expect("LiteLLM's file");
    let first = run(&PriceList::default(), published(), Some(date(2026, 11, 23)));
    assert_eq!(LITELLM, (first.added.len(), first.skipped.len()), "{}", first.render());
    let price = |provider, model| {
        let price = first.list.in_force(provider, model, date(2026, 11, 23)).expect("listed");
        (price.input, price.cached_input, price.output)
    };
    assert_eq!(price("openai", "gpt-4o"), (2.5, Some(1.25), 10.0));
    assert_eq!(price("google", "gemini-2.5-pro"), (1.25, Some(0.125), 10.0));
    assert_eq!(price("azure", "gpt-4o-2024-11-20"), (2.5, Some(1.25), 10.0));
    assert_eq!(price("mistral", "ministral-3b-2512"), (0.1, Some(0.01), 0.1));
    assert_eq!(price("dashscope", "qwen-flash"), (0.05, None, 0.4));
    again_adds_nothing(&first, published(), Some(date(2026, 11, 23)));
    again_adds_nothing(&first, published(), Some(date(2026, 12, 24)));
}

#[test]
fn importing_genai_prices_twice_adds_nothing_the_second_time() {
    let Some(path) = shared_data::path("prices/genai_prices_data.json") else { return };
    let text = fs::read_to_string(path).expect("readable");
    let published = || Published::parse(&text, "genai-prices").expect("genai-prices' file");
    let first = run(&PriceList::default(), published(), Some(date(2026, 11, 23)));
    assert_eq!(GENAI, (first.added.len(), first.skipped.len()), "{}", first.render());
    let input = |provider, model, day| first.list.in_force(provider, model, day).map(|price| price.input);
    assert_eq!(input("openai", "gpt-4o", date(2026, 11, 23)), Some(2.5));
    assert_eq!(input("openai", "o3", date(2025, 6, 10)), Some(2.0));
    assert_eq!(input("openai", "o3", date(2025, 6, 9)), None);
    assert_eq!(input("xai", "grok-3", date(2026, 11, 23)), Some(3.0));
    assert_eq!(input("anthropic", "claude-sonnet-4-5", date(2026, 11, 23)), Some(3.0), "the base tier");
    assert_eq!(input("deepseek", "deepseek-chat", date(2026, 11, 23)), None, "its price changes with the hour");
    again_adds_nothing(&first, published(), Some(date(2026, 11, 23)));

    let without_a_day = run(&PriceList::default(), published(), None);
    assert_eq!(without_a_day.added.len(), 7);
    again_adds_nothing(&without_a_day, published(), None);
}

/// Rows taken and entries skipped of the two files as published.
const LITELLM: (usize, usize) = (2_981, 1_237);
const GENAI: (usize, usize) = (1_243, 206);

fn again_adds_nothing(first: &Import, published: Published, from: Option<Date>) {
    let second = run(&first.list, published, from);
    assert_eq!((second.added.len(), second.list.to_csv()), (0, first.list.to_csv()));
    let back = PriceList::parse(&first.list.to_csv(), "prices.csv").expect("what was written can be read");
    assert_eq!(back, first.list);
}

/// A small list: two models, days of one month, four prices.
fn any_list() -> impl Strategy<Value = PriceList> {
    let rows = prop::collection::btree_map((0_usize..2, 1_i8..28), (1_u32..5, prop::option::of(1_u32..5)), 0..8);
    rows.prop_map(|rows| {
        let row = |((model, day), (price, cached)): ((usize, i8), (u32, Option<u32>))| {
            let cached = cached.map_or_else(String::new, |cached| cached.to_string());
            format!("p,{},{},{price},{cached},{price},list,2026-01-01\n", ["m", "n"][model], date(2026, 1, day))
        };
        list(&rows.into_iter().map(row).collect::<String>())
    })
}

proptest! {
    /// Whatever is imported: every old row stands, no past day changes its price, a second time adds nothing.
    #[test]
    fn imports_keep_history_and_are_idempotent(old in any_list(), price in 1_u32..5, from in 1_i8..28) {
        let published = || dated(&format!(r#"{{"input_mtok": {price}, "output_mtok": {price}}}"#));
        let from = date(2026, 1, from);
        let first = run(&old, published(), Some(from));
        for row in old.iter() {
            prop_assert_eq!(first.list.in_force("p", &row.model, row.effective_from), Some(row));
        }
        for day in (1..28).map(|day| date(2026, 1, day)).filter(|day| *day < from) {
            prop_assert_eq!(first.list.in_force("p", "m", day), old.in_force("p", "m", day));
        }
        prop_assert_eq!(run(&first.list, published(), Some(from)).list, first.list);
    }
}
