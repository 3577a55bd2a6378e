//! The Grafana dashboard: its SQL runs against the real server, its PromQL is parsed by the real promtool and names only
//! metrics that docs/metrics.md lists, which a unit test holds against those that are written.

use std::collections::BTreeSet;
use std::process::Command;

use serde_json::{Value, json};

use crate::harness::{Place, program, texts};
use crate::serve::{Serving, small_world};

fn dashboard() -> Value {
    serde_json::from_str(include_str!("../../dashboards/merit.json")).expect("the dashboard is JSON")
}

/// The texts under a key, wherever they stand.
fn all<'a>(value: &'a Value, key: &str) -> Vec<&'a str> {
    match value {
        Value::Object(members) => members
            .iter()
            .flat_map(|(name, value)| match value {
                Value::String(text) if name == key => vec![text.as_str()],
                other => all(other, key),
            })
            .collect(),
        Value::Array(items) => items.iter().flat_map(|item| all(item, key)).collect(),
        _ => Vec::new(),
    }
}

/// The argument of the first call of a macro, and the text around it.
fn first_call<'a>(sql: &'a str, name: &str) -> Option<(&'a str, &'a str, &'a str)> {
    let start = sql.find(&format!("{name}("))?;
    let inside = &sql[start + name.len() + 1..];
    let mut open = 1;
    let end = inside.char_indices().find(|(_, character)| {
        open += i32::from(*character == '(') - i32::from(*character == ')');
        open == 0
    });
    let (end, _) = end.expect("the macro's bracket is closed");
    Some((&sql[..start], &inside[..end], &inside[end + 1..]))
}

/// The question as Grafana sends it (grafana, pkg/tsdb/grafana-postgresql-datasource/macros.go).
fn expanded(sql: &str, place: &[(&str, String)]) -> String {
    let mut sql = sql.to_string();
    while let Some((before, column, after)) = first_call(&sql, "$__timeFilter") {
        sql = format!("{before}{column} BETWEEN '2026-06-01T00:00:00Z' AND '2026-06-13T23:59:59.999Z'{after}");
    }
    while let Some((before, arguments, after)) = first_call(&sql, "$__timeGroup") {
        let (column, interval) = arguments.rsplit_once(',').expect("a column and an interval");
        assert_eq!(interval.trim(), "'1h'", "the test knows this interval alone");
        sql = format!("{before}floor(extract(epoch from {column})/3600)*3600{after}");
    }
    for (name, value) in place {
        sql = sql.replace(&format!("${name}"), value);
    }
    assert!(!sql.contains('$'), "a macro or variable that the test does not know: {sql}");
    sql
}

#[test]
fn every_question_of_the_dashboard_has_an_answer() {
    let dashboard = dashboard();
    let place = small_world();
    let serving = Serving::start(&place, &[], None);
    // The variables first, as Grafana asks them; their values come quoted into the panels' questions.
    let mut values = Vec::new();
    for name in ["category", "model"] {
        let variables = dashboard["templating"]["list"].as_array().expect("variables");
        let variable = variables.iter().find(|variable| variable["name"] == name).expect("it is there");
        let Some(answer) = serving.ask(variable["query"].as_str().expect("a question")) else { return };
        assert!(answer.lines().count() > 1, "{name}: {answer}");
        let quoted: Vec<String> = answer.lines().map(|value| format!("'{}'", value.replace('\'', "''"))).collect();
        values.push((name, quoted.join(",")));
    }
    let questions = all(&dashboard, "rawSql");
    assert!(questions.len() >= 10, "{}", questions.len());
    for question in questions {
        let answer = serving.ask(&expanded(question, &values)).expect("psql is there");
        // Twelve days may have no change.
        assert!(!answer.is_empty() || question.contains("FROM changes"), "{question} has no answer");
    }
}

/// The names of metrics in a text.
fn metrics(text: &str) -> BTreeSet<String> {
    let words = text.split(|character: char| !character.is_ascii_alphanumeric() && character != '_');
    words.filter(|word| word.starts_with("merit_")).map(str::to_string).collect()
}

#[test]
fn every_expression_is_promql_over_metrics_that_merit_writes() {
    let dashboard = dashboard();
    let page = include_str!("../../docs/metrics.md");
    let expressions = all(&dashboard, "expr");
    assert!(expressions.len() >= 10, "{}", expressions.len());
    let known = metrics(page);
    for expression in &expressions {
        let unknown: Vec<String> = metrics(expression).difference(&known).cloned().collect();
        assert!(unknown.is_empty(), "{expression} names {unknown:?}");
        assert!(!metrics(expression).is_empty(), "{expression} names no metric");
    }
    let place = Place::new();
    let Some(promtool) = program("promtool", "prometheus") else { return };
    let plain = |text: &str| text.replace("$category", ".*").replace("$model", ".*");
    let rule =
        |(index, text): (usize, &&str)| json!({"record": format!("dashboard:panel:{index}"), "expr": plain(text)});
    let rules: Vec<Value> = expressions.iter().enumerate().map(rule).collect();
    let rules = json!({"groups": [{"name": "dashboard", "rules": rules}]});
    let alerts = page.split("```yaml\n").nth(1).and_then(|rest| rest.split("```").next()).expect("the page has alerts");
    // JSON is YAML.
    for (name, text) in [("dashboard.yml", rules.to_string()), ("alerts.yml", alerts.to_string())] {
        let path = place.write(name, &text);
        let output = Command::new(&promtool).args(["check", "rules"]).arg(path).output().expect("promtool runs");
        let (out, error) = texts(&output);
        assert!(output.status.success() && out.contains("SUCCESS"), "{out}\n{error}");
    }
}

#[test]
fn panels_and_variables_stand_once_and_beside_each_other() {
    let dashboard = dashboard();
    let panels = dashboard["panels"].as_array().expect("panels");
    let ids: BTreeSet<String> = panels.iter().map(|panel| panel["id"].to_string()).collect();
    assert_eq!(ids.len(), panels.len());
    let place = |panel: &Value| ["x", "y", "w", "h"].map(|side| panel["gridPos"][side].as_u64().expect("a number"));
    for (index, panel) in panels.iter().enumerate() {
        let [x, y, w, h] = place(panel);
        assert!(x + w <= 24, "{}", panel["title"]);
        for other in &panels[..index] {
            let [ox, oy, ow, oh] = place(other);
            let overlap = x < ox + ow && ox < x + w && y < oy + oh && oy < y + h;
            assert!(!overlap, "{} lies on {}", panel["title"], other["title"]);
        }
    }
    for source in ["${metrics}", "${store}"] {
        assert!(all(&dashboard, "uid").contains(&source));
    }
}
