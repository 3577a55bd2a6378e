//! An explanation as a page of text.

use super::types::{CandidateExplanation, Explanation};
use crate::report::format::{count, percent, plain, seconds, usd};
use crate::table::lines::{rough, wrapped};

/// The explanation for people.
pub fn page(explanation: &Explanation) -> String {
    let mut lines = heading(explanation);
    section(&mut lines, "Who is drawn, and why");
    for candidate in &explanation.candidates {
        lines.extend(candidate_lines(candidate));
    }
    if !explanation.constraints.is_empty() {
        section(&mut lines, "What binds");
        lines.extend(explanation.constraints.iter().flat_map(|sentence| wrapped("  ", 4, sentence)));
    }
    section(&mut lines, "What money buys here");
    lines.extend(frontier(explanation));
    section(&mut lines, "After a failure");
    if explanation.fallback.is_empty() {
        lines.push("  nobody is left to try".into());
    }
    for (place, step) in explanation.fallback.iter().enumerate() {
        lines.extend(wrapped(&format!("  {}. {} ({}): ", place + 1, step.model, step.provider), 5, &step.why));
    }
    section(&mut lines, "What it rests on");
    lines.extend(foundations(explanation));
    lines.join("\n") + "\n"
}

fn section(lines: &mut Vec<String>, title: &str) {
    lines.extend([String::new(), title.to_owned()]);
}

fn heading(explanation: &Explanation) -> Vec<String> {
    let segment = &explanation.segment;
    let restored = explanation.restored_from.map(|version| format!(", the content of v{version}")).unwrap_or_default();
    let mut lines = vec![
        format!("{} / {} / {}", segment.role, segment.category, segment.difficulty),
        format!(
            "table v{}{restored}, as of {}, expires {}",
            explanation.table_version, explanation.as_of, explanation.expires_at
        ),
        match explanation.tried.as_slice() {
            [_] => format!("row {}, its own", explanation.row),
            [missing @ .., _] => {
                let missing: Vec<&str> = missing.iter().map(|tried| tried.row.as_str()).collect();
                format!("row {}, as there is none for {}", explanation.row, missing.join(", "))
            }
            [] => format!("row {}", explanation.row),
        },
    ];
    lines.extend(wrapped("", 2, &format!("“{}”", explanation.rationale)));
    if !explanation.flags.is_empty() {
        lines.push(format!("flags: {}", explanation.flags.join(", ")));
    }
    if let Some(standing) = &explanation.standing {
        let sentence =
            format!("standing is v{}, row {}: “{}”", standing.table_version, standing.row, standing.rationale);
        lines.extend(wrapped("", 2, &sentence));
    }
    lines
}

fn candidate_lines(explained: &CandidateExplanation) -> Vec<String> {
    let candidate = &explained.candidate;
    let (value, success) = (candidate.value, candidate.success);
    let shares = [success.mean, success.low, success.high].map(|share| percent(Some(share)));
    let price = explained.price.map_or("no price known".into(), |(input, output)| {
        format!("${} in, ${} out a million tokens", plain(Some(input)), plain(Some(output)))
    });
    let frontier = match (candidate.on_frontier, candidate.on_hull) {
        (true, true) => "fallbacks counted, no other, nor a mixture of others, is both cheaper and better",
        (true, false) => "fallbacks counted, no other is both cheaper and better, but a mixture of others is",
        (false, _) if candidate.eligible => "fallbacks counted, another is both cheaper and better",
        (false, _) => "not eligible, so not on the frontier",
    };
    let weight = percent(Some(candidate.weight));
    let head = format!("  {} ({})  {weight} = ", candidate.model, explained.provider);
    let figures = [
        format!(
            "value {:.3} [{:.3}, {:.3}], score {:.1} [{:.1}, {:.1}], {} [{}, {}] of calls succeed",
            value.mean,
            value.low,
            value.high,
            candidate.score.mean,
            candidate.score.low,
            candidate.score.high,
            shares[0],
            shares[1],
            shares[2]
        ),
        format!(
            "{} a call ({price}), p95 {}; {frontier}",
            usd(candidate.cost_usd.mean),
            seconds(candidate.latency_ms.p95)
        ),
        format!("{}; {} calls, which count for {:.1} today", candidate.reason, count(candidate.n), candidate.strength),
    ];
    let figures = figures.iter().flat_map(|sentence| wrapped("      ", 8, sentence));
    wrapped(&head, 6, &explained.why).into_iter().chain(figures).collect()
}

fn frontier(explanation: &Explanation) -> Vec<String> {
    let point = |point: &merit_router::table::RowPoint| {
        let mix: Vec<String> =
            point.mix.iter().map(|(model, share)| format!("{} {model}", percent(Some(*share)))).collect();
        format!(
            "  {} a task, fallbacks included: value {:.3} with {}",
            usd(Some(point.cost_usd)),
            point.value,
            mix.join(" + ")
        )
    };
    if explanation.frontier.is_empty() {
        return vec!["  no cost is known".into()];
    }
    explanation.frontier.iter().map(point).collect()
}

fn foundations(explanation: &Explanation) -> Vec<String> {
    let (evidence, policy) = (&explanation.evidence, &explanation.policy);
    let span = match (&evidence.from, &evidence.to) {
        (Some(from), Some(to)) => format!(", {from} to {to}"),
        _ => String::new(),
    };
    let aging = policy
        .half_life_days
        .map_or("evidence does not age".into(), |days| format!("a call counts half after {} days", plain(Some(days))));
    vec![
        format!(
            "  {} calls{span}; they count for {:.1} today ({aging}); {} of traffic",
            count(evidence.n),
            evidence.strength,
            percent(Some(explanation.traffic_share))
        ),
        format!(
            "  {}, exploring {} of draws; {}",
            policy.algorithm,
            percent(Some(policy.epsilon)),
            if policy.lambda > 0.0 {
                format!("λ {}: a dollar more must buy that much more value", rough(policy.lambda))
            } else {
                "λ 0: cost does not count".into()
            }
        ),
    ]
}
