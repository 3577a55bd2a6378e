//! The report for terminals and pull requests.

use super::context::Context;
use super::grid::Align::{Left, Right};
use super::grid::Grid;
use super::text;

/// The report as Markdown (CommonMark with tables); no name in it is taken for markup.
pub fn markdown(context: &Context) -> String {
    let parts = [
        header(context),
        notices(context),
        since(context),
        recommendations(context),
        changes(context),
        matrix(context),
        models(context),
        spend(context),
        by_day(context),
        data(context),
        lineage(context),
    ];
    parts.join("\n")
}

fn header(context: &Context) -> String {
    let columns = [("target", Left), ("asked", Right), ("actual", Right), ("interval", Left), ("", Left), ("of", Left)];
    let mut grid = Grid::new(&columns);
    for row in &context.targets.rows {
        grid.row([&row.name, &row.asked, &row.actual, &row.interval, &row.verdict, &row.counted].map(String::as_str));
    }
    let obstacles: Vec<String> = context
        .targets
        .rows
        .iter()
        .filter(|row| !row.obstacle.is_empty())
        .map(|row| format!("- {}, {}: {}\n", row.name, row.verdict, text::markdown(&row.obstacle)))
        .collect();
    let [as_of, version, span] =
        [&context.as_of, &context.table_version, &context.span].map(|part| text::markdown(part));
    format!(
        "# merit, as of {as_of}\n\nRouting table {version}, from {} calls, {span}.\n\n## Targets\n\n{}\n\n{}\n{}",
        context.calls,
        text::markdown(&context.targets.span),
        grid.or("No figures."),
        obstacles.concat()
    )
}

fn notices(context: &Context) -> String {
    let lines: Vec<String> = context
        .notices
        .iter()
        .map(|notice| format!("- **{}**: {}\n", text::markdown(&notice.level), text::markdown(&notice.sentence)))
        .collect();
    let body = if lines.is_empty() { "Nothing out of the ordinary.\n".into() } else { lines.concat() };
    format!("## What to know\n\n{body}")
}

fn since(context: &Context) -> String {
    let since = &context.since;
    if since.table.is_empty() {
        return "## Since the last table\n\nThere is no table before this one to compare it with.\n".into();
    }
    let facts: String = since.facts.iter().map(|fact| format!("- {}\n", text::markdown(fact))).collect();
    let columns =
        [("kind of work", Left), ("traffic", Right), ("moved", Right), ("model", Left), ("draws", Left), ("why", Left)];
    let mut grid = Grid::new(&columns);
    for row in &since.rows {
        let name = format!("{} / {} / {}", row.role, row.category, row.difficulty);
        if let Some(first) = row.moves.first() {
            let draws = format!("{} → {}", first.from, first.to);
            grid.row([&name, &row.traffic, &row.moved, &first.model, &draws, &first.why].map(String::as_str));
        }
    }
    format!(
        "## Since the last table\n\nCompared with {}.\n\n{facts}\n{}{}",
        text::markdown(&since.table),
        grid.or("No kind of work is routed otherwise than before."),
        left_out(since.left_out, "kinds of work moved")
    )
}

fn spend(context: &Context) -> String {
    let columns = [("model", Left), ("last 7 days", Right), ("last 28 days", Right), ("all", Right), ("share", Right)];
    let mut grid = Grid::new(&columns);
    for row in context.spend.rows.iter() {
        grid.row([&row.model, &row.week, &row.month, &row.all, &row.share].map(String::as_str));
    }
    format!("## Spend\n\n{}{}", grid.or("No call was logged with a cost."), left_out(context.spend.left_out, "models"))
}

fn recommendations(context: &Context) -> String {
    let columns = [("category", Left), ("traffic", Right), ("model", Left), ("draws", Right), ("then", Left)];
    let mut grid = Grid::new(&columns);
    for row in &context.recommendations {
        grid.row([&row.category, &row.traffic, &row.model, &row.weight, &row.fallback].map(String::as_str));
    }
    let reasons: Vec<String> = context
        .recommendations
        .iter()
        .map(|row| {
            let flags = if row.flags.is_empty() { String::new() } else { format!(" ({})", row.flags) };
            format!("- {}\n", text::markdown(&format!("{}{flags}", row.rationale)))
        })
        .collect();
    format!("## Recommended models\n\n{}\n{}", grid.or("No recommendations yet."), reasons.concat())
}

fn changes(context: &Context) -> String {
    let columns =
        [("changed", Left), ("figure", Left), ("since", Left), ("found", Left), ("before", Right), ("after", Right)];
    let mut grid = Grid::new(&columns);
    for row in &context.changes.rows {
        let found = if row.is_new { format!("{}, new", row.detected) } else { row.detected.clone() };
        grid.row([row.subject.as_str(), &row.figure, &row.since, &found, &row.before, &row.after]);
    }
    let none = "No model, arm or judge has left its level.";
    format!("## Changes of level\n\n{}{}", grid.or(none), left_out(context.changes.left_out, "changes"))
}

fn matrix(context: &Context) -> String {
    let matrix = &context.matrix;
    let shown = |position: usize| matrix.categories.get(position).is_some_and(|column| column.in_short_list);
    let names = matrix.categories.iter().filter(|column| column.in_short_list);
    let columns: Vec<(&str, _)> =
        [("model", Left)].into_iter().chain(names.map(|column| (column.category.as_str(), Right))).collect();
    let mut grid = Grid::new(&columns);
    for (row, _) in matrix.rows.iter().zip(&context.models.rows).filter(|(_, model)| model.in_short_list) {
        let cells = row.cells.iter().enumerate().filter(|(position, _)| shown(*position)).map(|(_, cell)| {
            let evidence =
                if cell.effective_calls.is_empty() { String::new() } else { format!(" ({})", cell.effective_calls) };
            let text = text::markdown(&format!("{}{evidence}", cell.figure));
            if cell.recommended { format!("**{text}**") } else { text }
        });
        grid.marked([text::markdown(&row.model)].into_iter().chain(cells).collect());
    }
    let measure = if matrix.measure == "score" { "Score of 0 to 10" } else { "Share of calls that succeed" };
    let categories = left_out(matrix.left_out + matrix.short_left_out, "categories");
    format!(
        "## Models × categories\n\n{measure}, in brackets the effective calls it rests on; **bold** is recommended.\n\n{}{}{categories}",
        grid.or("No calls yet."),
        more_models(context)
    )
}

fn models(context: &Context) -> String {
    let columns = [
        ("model", Left),
        ("score", Right),
        ("success", Right),
        ("p50", Right),
        ("p95", Right),
        ("a call", Right),
        ("calls", Right),
        ("effective", Right),
        ("spend", Right),
        ("last call", Right),
    ];
    let mut grid = Grid::new(&columns);
    for row in context.models.rows.iter().filter(|row| row.in_short_list) {
        let cells = [
            &row.model,
            &row.score,
            &row.reliability,
            &row.p50,
            &row.p95,
            &row.cost,
            &row.calls,
            &row.effective_calls,
            &row.spend,
            &row.last_day,
        ];
        grid.row(cells.map(String::as_str));
    }
    format!(
        "## Models\n\nEach judged on the same mix of work, by falling value; spend is what was logged.\n\n{}{}",
        grid.or("No models yet."),
        more_models(context)
    )
}

fn by_day(context: &Context) -> String {
    let columns =
        [("day", Left), ("tasks", Right), ("served", Right), ("score", Right), ("cost", Right), ("time", Right)];
    let mut grid = Grid::new(&columns);
    for day in context.by_day.days.iter().take(7) {
        grid.row([&day.day, &day.tasks, &day.served, &day.score, &day.cost, &day.latency].map(String::as_str));
    }
    format!("## Last days\n\nProduction tasks, fallbacks included.\n\n{}", grid.or("No production tasks yet."))
}

fn data(context: &Context) -> String {
    let quality = &context.quality;
    let mut ingest = Grid::new(&[("data", Left), ("count", Right)]);
    quality.ingest.iter().for_each(|fact| ingest.row([fact.label.as_str(), &fact.value]));
    let mut parts = vec![format!("## Data\n\n{}", ingest.or("Nothing was read."))];
    let mut refused = Grid::new(&[("set aside because", Left), ("rows", Right)]);
    quality.quarantine.iter().for_each(|fact| refused.row([fact.label.as_str(), &fact.value]));
    let mut unpriced = Grid::new(&[("logged model", Left), ("provider", Left), ("of calls", Right), ("missing", Left)]);
    for row in &quality.unpriced {
        unpriced.row([&row.model, &row.provider, &row.share, &row.missing].map(String::as_str));
    }
    let mut mismatches =
        Grid::new(&[("model", Left), ("calls", Right), ("logged", Right), ("by list", Right), ("difference", Right)]);
    for row in &quality.mismatches {
        mismatches.row([&row.model, &row.calls, &row.logged, &row.list, &row.difference].map(String::as_str));
    }
    parts.push(refused.or("Nothing was set aside."));
    parts.push(unpriced.or("Every model has an alias and a price.") + &left_out(quality.unpriced_left_out, "models"));
    let agreement = "Logged costs agree with the price list, or none were logged.";
    parts.push(mismatches.or(agreement) + &left_out(quality.mismatches_left_out, "models"));
    parts.join("\n")
}

fn lineage(context: &Context) -> String {
    let facts = context.lineage.policy.iter().chain(&context.lineage.digests);
    let lines: Vec<String> =
        facts.map(|fact| format!("- {}: {}\n", text::markdown(&fact.label), text::markdown(&fact.value))).collect();
    format!("## Lineage\n\n{}", lines.concat())
}

fn more_models(context: &Context) -> String {
    left_out(context.models.left_out + context.models.short_left_out, "models")
}

fn left_out(number: usize, what: &str) -> String {
    if number == 0 { String::new() } else { format!("\n{number} more {what}: see the HTML report.\n") }
}
