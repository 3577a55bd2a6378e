//! The table that choices are timed on: 1,000 rows × 20 models.

#[allow(dead_code, reason = "of the tests' small tables only the parts are used here")]
#[path = "../../tests/router/tables.rs"]
mod tables;

use merit_router::table::Chain;

/// Rows of the table.
pub(crate) const ROWS: usize = 1_000;
/// Candidates of each row.
pub(crate) const MODELS: usize = 20;

/// Names of a row's parts; the last row is (\*, \*, \*).
pub(crate) fn key(row: usize) -> [String; 3] {
    if row + 1 == ROWS {
        return ["*"; 3].map(String::from);
    }
    [format!("role-{}", row / 100), format!("category-{}", row / 10 % 10), format!("difficulty-{}", row % 10)]
}

/// The bytes of a table whose numbers have all their digits and whose reasons are as long as real ones.
pub(crate) fn large() -> Vec<u8> {
    let models: Vec<String> = (0..MODELS).map(|model| format!("provider-{}/model-{model}", model % 5)).collect();
    let providers: Vec<String> = (0..5).map(|provider| format!("provider-{provider}")).collect();
    let priced: Vec<tables::Priced<'_>> = models
        .iter()
        .enumerate()
        .map(|(number, id)| {
            (id.as_str(), providers[number % 5].as_str(), Some((0.5 + number as f64, 2.0 + number as f64)))
        })
        .collect();
    let fallback: Vec<&str> = models.iter().take(6).map(String::as_str).collect();
    let row = |row: usize| {
        let [role, category, difficulty] = key(row);
        let odds: Vec<tables::Odds<'_>> = models
            .iter()
            .enumerate()
            .map(|(number, id)| (id.as_str(), 1.0 / MODELS as f64, 0.0, true, Some((1 + number) as f64 / 3_000.0)))
            .collect();
        let mut made = tables::row([&role, &category, &difficulty], 0.1, &odds, &fallback);
        for (number, candidate) in made.candidates.iter_mut().enumerate() {
            let wobble = ((row * 31 + number * 7) % 1_000) as f64 / 7_000.0;
            for value in [&mut candidate.alpha, &mut candidate.beta, &mut candidate.n_eff, &mut candidate.strength] {
                *value += wobble;
            }
            for interval in [&mut candidate.value, &mut candidate.score, &mut candidate.success] {
                (interval.mean, interval.low) = (interval.mean - wobble, interval.low - wobble);
            }
            candidate.input_tokens = Some(1_200.0 + wobble);
            candidate.output_tokens = Some(400.0 + wobble);
            candidate.latency_ms.p50 = Some(2_100.0 + wobble);
            candidate.chain = Some(Chain { value: 0.8 + wobble, cost_usd: Some(0.01 + wobble), success: 0.99 });
            candidate.reason = format!(
                "value {:.3} (0.712 to 0.883) from 793 effective calls, best with 12 %; 0.0{number} USD a call at the \
                 price of 2026-01-01",
                candidate.value.mean
            );
        }
        made
    };
    let draft = tables::draft(0.1, &priced, (0..ROWS).map(row).collect());
    tables::sealed(draft).1
}
