//! The whole report: what it says, what it withholds, and that no name breaks it.

use super::fixture::Night;
use super::input::RunSummary;
use super::{Context, context, html, markdown};

fn both(night: &Night) -> (Context, String, String) {
    let context = night.with(context_of);
    let (text, page) = (markdown(&context), html(&context));
    (context, text, page)
}

/// Cell borders of a table's line: pipes that are not escaped.
fn borders(line: &str) -> usize {
    let mut escaped = false;
    line.chars()
        .filter(|character| {
            let border = *character == '|' && !escaped;
            escaped = *character == '\\' && !escaped;
            border
        })
        .count()
}

/// Every run of table lines has one number of borders.
fn assert_tables_hold(text: &str) {
    let mut expected = None;
    for line in text.lines() {
        if line.starts_with('|') {
            let found = borders(line);
            assert_eq!(*expected.get_or_insert(found), found, "{line}");
        } else {
            expected = None;
        }
    }
}

/// A crude parser: every tag that opens is closed by its own name, and only tags of the template occur.
fn assert_page_holds(page: &str) {
    const TAGS: &str = "html head meta title style body header main footer h1 h2 h3 p a nav div span b i ul li section table \
        thead tbody tr th td br small figure figcaption svg line text polyline circle rect g details summary dl dt dd caption form label select option \
        button output script";
    let known: Vec<&str> = TAGS.split_whitespace().collect();
    let mut open: Vec<&str> = Vec::new();
    for part in page.split('<').skip(1) {
        let (tag, _) = part.split_once('>').expect("a tag ends");
        let name = tag.trim_start_matches(['/', '!']).split([' ', '/']).next().expect("a name");
        if name == "doctype" {
            continue;
        }
        assert!(known.contains(&name), "an unknown tag <{tag}>");
        if tag.starts_with('/') {
            assert_eq!(open.pop(), Some(name), "</{name}> closes another tag");
        } else if !tag.ends_with('/') && !matches!(name, "meta" | "br") {
            open.push(name);
        }
        assert!(tag.matches('"').count().is_multiple_of(2), "an attribute runs on: <{tag}>");
    }
    assert_eq!(open, Vec::<&str>::new());
}

#[test]
fn the_small_night_reads_as_it_should() {
    let (_, text, page) = both(&Night::small());
    assert_tables_hold(&text);
    assert_page_holds(&page);
    insta::assert_snapshot!("small_night", text);
}

#[test]
fn the_page_says_what_the_context_says() {
    let (context, _, page) = both(&Night::small());
    for notice in &context.notices {
        assert!(page.contains(&minijinja::HtmlEscape(&notice.sentence).to_string()), "{}", notice.sentence);
    }
    for section in [
        "targets",
        "since",
        "recommendations",
        "frontiers",
        "trends",
        "reliability",
        "spend",
        "matrix",
        "models",
        "by-day",
        "changes",
        "data",
        "lineage",
    ] {
        assert!(page.contains(&format!("id=\"{section}\"")) && page.contains(&format!("href=\"#{section}\"")));
    }
    let points: usize = context.frontiers.categories.iter().map(|plot| plot.points.len()).sum();
    assert_eq!(page.matches("class=\"spread\"").count(), points);
    assert!(points == 8, "three models in three categories, less one that never ran at the first: {points}");
    assert!(
        !page.contains("http://") && !page.contains("https://") && page.matches("<script").count() == 1,
        "no network, one script"
    );
    assert!(!page.contains("NaN") && !page.contains("inf,"));
}

#[test]
fn the_same_night_gives_the_same_bytes() {
    let (one, other) = (both(&Night::small()), both(&Night::small()));
    assert_eq!((one.1, one.2), (other.1, other.2));
}

#[test]
fn a_dear_model_makes_the_cost_axis_logarithmic() {
    let context = Night::large(12, 2).with(context_of);
    assert!(context.frontiers.categories.iter().all(|plot| plot.logarithmic), "0.02 to 0.00016 is more than 20 to 1");
    let context = Night::new(&["one", "two"], &["triage"]).with(context_of);
    assert!(!context.frontiers.categories[0].logarithmic, "0.02 to 0.0014 is less than 20 to 1");
}

fn context_of(input: &super::ReportInput<'_>) -> Context {
    context(input)
}

#[test]
fn hostile_names_neither_break_nor_run() {
    let long = "n".repeat(500);
    let names = [
        "<script>alert(1)</script>",
        "a|b||c",
        "x\"><img src=x onerror=alert(1)>",
        "{{ 7 * 7 }}{% for %}",
        "line\nbreak\r\n| cell |",
        "\u{1b}[31mred\u{202e}",
        "[link](javascript:alert(1)) `code` **bold**",
        "🦀 crab's \"quote\" & <b>",
        "",
        &long,
    ];
    let mut night = Night::new(&names, &names);
    night.summary.warnings[0].purpose = names[0].into();
    night.summary.quarantine_reasons[0].reason = names[2].into();
    // A path may be longer than a name: without the longest.
    night.summary.overridden_queries = names[..9].iter().map(|name| name.to_string()).collect();
    let (context, text, page) = both(&night);
    assert_page_holds(&page);
    assert_tables_hold(&text);
    for (what, output) in [("page", &page), ("text", &text)] {
        for raw in ["<script>alert", "<img", "<b>", "\u{1b}", "\u{202e}", &long[..61]] {
            assert!(what == "page" && raw == "<b>" || !output.contains(raw), "{raw:?} in the {what}");
        }
    }
    assert!(page.contains("&lt;script&gt;alert(1)") && page.contains("{{ 7 * 7 }}") && page.contains("(empty)"));
    assert!(text.contains("&lt;script&gt;alert(1)") && text.contains("a\\|b\\|\\|c"));
    assert_eq!(context.models.rows.len(), names.len());
    // A line of text is no line of a table.
    assert!(text.lines().all(|line| !line.starts_with("| cell |")));
}

#[test]
fn an_empty_store_says_so() {
    let mut night = Night::new(&[], &[]);
    night.days = 0;
    night.summary = RunSummary::default();
    let (context, text, page) = both(&night);
    assert_page_holds(&page);
    assert!(context.notices.iter().any(|notice| notice.sentence.starts_with("no calls yet")), "{:?}", context.notices);
    for sentence in ["No recommendations yet.", "No calls yet.", "No models yet.", "No production tasks yet."] {
        assert!(text.contains(sentence) && page.contains(sentence), "{sentence}");
    }
    assert!(context.targets.rows.iter().all(|row| row.actual == "–"), "nothing is known, so nothing is zero");
}

#[test]
fn no_marts_at_all_are_named() {
    let night = Night::small();
    let marts = crate::analyze::mart::Marts::new();
    let sentences = night.with(|input| context(&super::ReportInput { marts: &marts, ..*input })).notices;
    let sentences: Vec<&str> = sentences.iter().map(|notice| notice.sentence.as_str()).collect();
    for mart in [
        "evidence",
        "traffic",
        "daily_scores",
        "histories",
        "scoreboard",
        "unpriced_models",
        "cost_mismatches",
        "changes",
        "task_days",
        "task_latency_days",
        "arm_days",
    ] {
        assert!(sentences.iter().any(|text| text.starts_with(&format!("there is no mart {mart};"))), "{sentences:?}");
    }
}

#[test]
fn one_model_stands_alone() {
    let (context, text, page) = both(&Night::new(&["only"], &["triage"]));
    assert_page_holds(&page);
    assert_tables_hold(&text);
    assert_eq!(context.recommendations.len(), 2, "triage and any work");
    assert!(context.frontiers.categories[0].hull.is_empty() && context.frontiers.categories[0].points[0].on_hull);
    assert_eq!(context.matrix.rows[0].cells[0].shade, Some(4), "the middle: there is nothing to compare");
}

#[test]
fn without_costs_there_are_no_costs() {
    let mut night = Night::small();
    night.costed = false;
    let (context, text, page) = both(&night);
    assert_page_holds(&page);
    assert!(context.frontiers.categories.is_empty() && context.spend.days.is_empty());
    assert!(context.models.rows.iter().all(|row| row.cost == "–" && row.spend == "–"), "{:?}", context.models.rows);
    assert!(context.by_day.days.iter().all(|day| day.cost == "–"));
    assert!(text.contains("no cost is known") && !text.contains("$0.00"), "{text}");
}

#[test]
fn without_scores_models_are_compared_by_success() {
    let mut night = Night::small();
    night.scored = false;
    let (context, text, page) = both(&night);
    assert_page_holds(&page);
    assert_eq!(context.matrix.measure, "success");
    assert!(context.models.rows.iter().all(|row| row.score == "–" && row.value == "–" && row.reliability == "97.0 %"));
    assert!(context.recommendations.iter().all(|row| row.expected.starts_with("score –")));
    assert!(text.contains("no call was scored"), "{text}");
}

#[test]
fn many_models_are_cut_in_the_text_and_whole_on_the_page() {
    let (context, text, page) = both(&Night::large(77, 14));
    assert_page_holds(&page);
    assert_tables_hold(&text);
    assert_eq!(context.models.rows.iter().filter(|row| row.in_short_list).count(), 20);
    assert!(text.contains("57 more models") && text.contains("2 more categories"));
    assert!(page.contains("model-76") && !text.contains("| model-76 "));
    assert!(page.len() < 5_000_000, "{} bytes", page.len());
    assert!(Night::large(10, 8).with(|input| html(&context_of(input))).len() < 2_000_000);
}

#[test]
fn stale_models_and_unmet_rows_are_named() {
    let sentences: Vec<String> =
        Night::small().with(context_of).notices.into_iter().map(|notice| notice.sentence).collect();
    for expected in [
        "no call for more than 28 days: groq-llama",
        "constraint unmet in 1 row: debugging",
        "12 rows (1.0 %) were set aside; see merit quarantine list",
        "2.1 % of calls are of models without a list price; see merit prices check",
        "queries replaced by files of yours: marts/costs.sql",
    ] {
        assert!(sentences.iter().any(|sentence| sentence == expected), "{expected}: {sentences:#?}");
    }
}

/// Writes pages to look at: `REPORT_PAGES=folder cargo test --lib report::tests::pages_to_look_at -- --ignored`.
#[test]
#[ignore = "writes pages for the eye"]
fn pages_to_look_at() {
    let folder = std::path::PathBuf::from(std::env::var_os("REPORT_PAGES").expect("a folder in REPORT_PAGES"));
    let names: Vec<String> = ["claude-opus", "claude-sonnet", "gemini-pro", "gemini-flash", "gpt-large", "groq-llama"]
        .map(str::to_string)
        .to_vec();
    let ordinary = Night { models: names, ..Night::small() };
    for (name, night) in [("small", Night::small()), ("ordinary", ordinary), ("large", Night::large(77, 12))] {
        std::fs::write(folder.join(format!("{name}.html")), both(&night).2).expect("a folder to write to");
    }
}

#[test]
fn what_moved_since_the_last_table_is_said_with_its_reason() {
    let night = Night::small();
    let context = night.with(|input| {
        let mut now = input.table.clone();
        now.segments[1].traffic_share = 0.4;
        let mut before = now.clone();
        before.table_version = 11;
        let candidates = &mut before.segments[1].candidates;
        (candidates[0].weight, candidates[1].weight) = (0.2, 0.8);
        (candidates[0].exploit_weight, candidates[1].exploit_weight) = (0.2, 0.8);
        candidates[0].value.mean -= 0.1;
        context(&super::ReportInput { table: &now, previous: Some(&before), ..*input })
    });
    let since = &context.since;
    assert_eq!((since.table.as_str(), since.rows.len()), ("table 11 as of 2026-11-23", 1));
    let row = &since.rows[0];
    assert_eq!(
        (row.category.as_str(), row.traffic.as_str(), row.moved.as_str()),
        ("code_generation", "40.0 %", "80.0 %")
    );
    let winner = &row.moves[0];
    assert_eq!((winner.model.as_str(), winner.from.as_str(), winner.to.as_str()), ("claude-sonnet", "20.0 %", "100 %"));
    assert!(winner.up && winner.why.contains("its value rose"), "{winner:?}");
    let (text, page) = (markdown(&context), html(&context));
    assert!(text.contains("20.0 % → 100 %") && page.contains("20.0 % → 100 %"));
    assert_page_holds(&page);
    assert_tables_hold(&text);
}

#[test]
fn scores_over_time_end_at_the_last_level_and_mark_the_change() {
    let context = Night::small().with(context_of);
    let plot = &context.trends.plots[0];
    assert_eq!((plot.name.as_str(), plot.lines.len()), ("Any work", 3));
    // The mean of ten days that rise by 0.02 points a day lies below the last one.
    let line = plot.lines.iter().find(|line| line.label.starts_with("claude-sonnet")).expect("a line");
    assert_eq!(line.label, "claude-sonnet 9.4");
    assert_eq!(plot.marks.len(), 1);
    assert_eq!(plot.marks[0].title, "claude-sonnet: score 8.7 → 7.3 since 2026-11-21");
    assert!(context.trends.plots.len() == 1, "one category is any work already");
}

#[test]
fn spend_is_summed_by_model_and_day() {
    let spend = Night::small().with(context_of).spend;
    assert_eq!((spend.days.len(), spend.rows.len()), (10, 3));
    assert_eq!([&spend.rows[0].week, &spend.rows[0].all, &spend.rows[0].share], ["$8.64", "$12.34", "33.3 %"]);
    assert!(spend.days[0].title.ends_with(": $3.70 (claude-sonnet $1.23, gemini-pro $1.23, groq-llama $1.23)"));
}

#[test]
fn of_many_models_those_that_are_drawn_or_changed_have_a_line() {
    let mut night = Night::large(12, 2);
    // The last model never ran at the first category, and its history is as long as the others'.
    night.models.swap(0, 11);
    let plot = night.with(context_of).trends.plots.remove(0);
    assert_eq!((plot.lines.len(), plot.left_out), (8, 4));
    assert!(plot.lines[0].label.starts_with("model-11"), "the one that gets all the draws: {:?}", plot.lines[0]);
    let colours: std::collections::BTreeSet<&String> = plot.lines.iter().map(|line| &line.colour).collect();
    assert_eq!(colours.len(), 8, "each line has a colour of its own");
}
