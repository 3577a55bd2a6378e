//! The marts recomputed with Polars from the rollups must agree to 1e-9.

use std::path::{Path, PathBuf};
use std::process::Command;

use polars::prelude::*;
use serde_json::Value;

const AS_OF: &str = "2026-08-30";
const HALF_LIFE: f64 = 14.0;
const POST_CHANGE_WEIGHT: f64 = 0.1;
const TOLERANCE: f64 = 1e-9;
const KEYS: [&str; 4] = ["role", "task_category", "task_difficulty", "arm"];

/// The program, built before: `MERIT_BINARY`, or where cargo puts it beside this test.
fn binary() -> PathBuf {
    if let Some(path) = std::env::var_os("MERIT_BINARY") {
        return path.into();
    }
    let own = std::env::current_exe().expect("a test has a path");
    let folder = own.ancestors().nth(2).expect("target/debug/deps/NAME");
    let path = folder.join("merit");
    assert!(path.exists(), "{} is not there; build it first: cargo build", path.display());
    path
}

fn merit(data: &Path, arguments: &[&str]) -> Vec<u8> {
    let output = Command::new(binary()).arg("--data").arg(data).args(arguments).output().expect("the binary runs");
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

/// The rows of a question as a frame: columns of whole numbers, numbers or text.
fn frame(data: &Path, question: &str) -> DataFrame {
    let rows: Vec<Value> =
        serde_json::from_slice(&merit(data, &["sql", "-c", question, "--format", "json"])).expect("JSON");
    let mut names: Vec<String> = Vec::new();
    for row in &rows {
        for name in row.as_object().expect("an object").keys() {
            if !names.contains(name) {
                names.push(name.clone());
            }
        }
    }
    let column = |name: &String| {
        let values: Vec<&Value> = rows.iter().map(|row| row.get(name).unwrap_or(&Value::Null)).collect();
        if values.iter().any(|value| value.is_string()) {
            Column::new(name.as_str().into(), values.iter().map(|value| value.as_str()).collect::<Vec<_>>())
        } else {
            Column::new(name.as_str().into(), values.iter().map(|value| value.as_f64()).collect::<Vec<_>>())
        }
    };
    DataFrame::new(rows.len(), names.iter().map(column).collect()).expect("columns of one length")
}

/// Days since 1970 at as-of, from the engine's own calendar-free count of days.
const AGE: &str = "CAST(DATE '2026-08-30' - day AS BIGINT)";

fn keys() -> Vec<Expr> {
    KEYS.iter().map(|key| col(*key)).collect()
}

fn agree(mart: &DataFrame, own: &DataFrame, columns: &[&str]) {
    let sort = SortMultipleOptions::default();
    let (mart, own) = (mart.sort(KEYS, sort.clone()).expect("sorted"), own.sort(KEYS, sort).expect("sorted"));
    assert_eq!(mart.height(), own.height());
    assert!(mart.height() >= 200, "every arm of the sample: {}", mart.height());
    for name in columns {
        let values = |frame: &DataFrame| {
            let column = frame.column(name).expect("there").cast(&DataType::Float64).expect("a number");
            column.f64().expect("numbers").iter().map(|value| value.unwrap_or(f64::NAN)).collect::<Vec<_>>()
        };
        let (one, two) = (values(&mart), values(&own));
        assert!(one.iter().any(|value| *value != 0.0 && !value.is_nan()), "{name} says something");
        for (row, (one, two)) in one.into_iter().zip(two).enumerate() {
            let same = (one.is_nan() && two.is_nan()) || (one - two).abs() <= TOLERANCE * one.abs().max(1.0);
            assert!(same, "{name} of row {row}: {one} and {two}");
        }
    }
}

fn of_tokens(name: &str, suffix: &str) -> Expr {
    col("w") * col(format!("{name}_{suffix}"))
}

#[test]
fn polars_recomputes_the_marts() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let data = folder.path().join("data");
    let sample = |name: &str| format!("{}/../../data/sample/{name}", env!("CARGO_MANIFEST_DIR"));
    merit(
        &data,
        &["analyze", "--as-of", AS_OF, "--quiet", "--logs", &sample("calls.parquet"), &sample("outcomes.parquet")],
    );

    let models = frame(&data, "SELECT logged_model, logged_provider, arm FROM models").lazy();
    let weight = lit(2.0f64).pow(lit(0.0) - col("age") / lit(HALF_LIFE)).alias("w");
    let daily = frame(&data, &format!("SELECT *, {AGE} AS age FROM arms_daily WHERE attempt_class = 'first'"));
    let left = [col("model"), col("provider")];
    let right = [col("logged_model"), col("logged_provider")];
    let first = daily.lazy().with_column(weight).join(models, left, right, JoinArgs::new(JoinType::Inner));

    // What lies before an arm's last change of level counts a tenth; costs are not cut.
    let since = "SELECT role, task_category, task_difficulty, arm, CAST(DATE '2026-08-30' - since AS BIGINT) AS since \
                 FROM arm_changes";
    let changes = frame(&data, since);
    assert!(changes.height() > 0, "the sample has a drift and an outage");
    let before = col("since").is_not_null().and(col("age").gt(col("since")));
    let cut = when(before).then(lit(POST_CHANGE_WEIGHT)).otherwise(lit(1.0));
    let scored = first
        .clone()
        .join(changes.lazy(), keys(), keys(), JoinArgs::new(JoinType::Left))
        .with_column((col("w") * cut).alias("w"));
    let weigh = |name: &str| (col("w") * col(name)).sum();
    let scores = scored.group_by(keys()).agg([
        weigh("n").alias("strength"),
        (col("w") * col("w") * col("n")).sum().alias("strength_squared"),
        weigh("n_success").alias("success_strength"),
        weigh("n_scored_success").alias("scored_strength"),
        (weigh("quality_sum") / lit(1e6)).alias("quality_sum"),
        (weigh("quality_square_sum") / lit(1e12)).alias("quality_square_sum"),
        col("n").sum().alias("n"),
    ]);
    let scores = scores.with_column((col("strength") * col("strength") / col("strength_squared")).alias("n_eff"));
    let mart = frame(&data, "SELECT * FROM decayed_scores");
    let columns = [
        "n",
        "strength",
        "strength_squared",
        "success_strength",
        "scored_strength",
        "quality_sum",
        "quality_square_sum",
        "n_eff",
    ];
    agree(&mart, &scores.collect().expect("computed"), &columns);

    let tokens = |name: &str| {
        let calls = of_tokens("n_tokens", "costed").sum() + of_tokens("n_tokens", "uncosted").sum();
        (of_tokens(name, "costed").sum() + of_tokens(name, "uncosted").sum()) / calls
    };
    let costs = first.group_by(keys()).agg([
        (weigh("cost_sum") / lit(1e9) / weigh("n_costed")).alias("logged_cost_usd"),
        tokens("input_tokens").alias("input_tokens"),
        tokens("cached_input_tokens").alias("cached_input_tokens"),
        tokens("output_tokens").alias("output_tokens"),
    ]);
    let prices = frame(&data, "SELECT * FROM prices_in_force").lazy();
    let dollars = (col("input_tokens") - col("cached_input_tokens")) * col("input_usd_per_mtok")
        + col("cached_input_tokens") * col("cached_input_usd_per_mtok")
        + col("output_tokens") * col("output_usd_per_mtok");
    let costs = costs
        .join(prices, [col("arm")], [col("arm")], JoinArgs::new(JoinType::Left))
        .with_column((dollars / lit(1e6)).alias("list_cost_usd"));
    let mart = frame(&data, "SELECT * FROM costs");
    agree(&mart, &costs.collect().expect("computed"), &["logged_cost_usd", "input_tokens", "list_cost_usd"]);
}
