//! What the table says of each model in each segment. Back-off rows are left out: they repeat the leaves.

use merit_router::Table;
use merit_router::table::{Candidate, Row};

use super::Exposition;

/// Most pairs of segment and model that are told, so that no table can flood a Prometheus.
const MOST_PAIRS: usize = 5_000;

type Figure = (&'static str, &'static str, fn(&Candidate) -> Option<f64>);

const FIGURES: [Figure; 12] = [
    ("merit_candidate_weight_ratio", "Probability that the model is drawn.", |model| Some(model.weight)),
    ("merit_candidate_value_ratio", "Posterior mean of its value, 0 to 1.", |model| Some(model.value.mean)),
    ("merit_candidate_value_lower_ratio", "Lower bound of its value.", |model| Some(model.value.low)),
    ("merit_candidate_value_upper_ratio", "Upper bound of its value.", |model| Some(model.value.high)),
    ("merit_candidate_score", "Posterior mean of its score, 0 to 10.", |model| Some(model.score.mean)),
    ("merit_candidate_success_ratio", "Probability of a usable answer.", |model| Some(model.success.mean)),
    ("merit_candidate_cost_usd", "Mean cost of a call.", |model| model.cost_usd.mean),
    ("merit_candidate_latency_p95_seconds", "95 % of calls are faster.", |model| {
        model.latency_ms.p95.map(|milliseconds| milliseconds / 1000.0)
    }),
    ("merit_candidate_calls", "Calls it is known by.", |model| Some(model.n as f64)),
    ("merit_candidate_effective_calls", "Effective number of calls after decay.", |model| Some(model.n_eff)),
    ("merit_candidate_best_ratio", "Posterior probability that it is the best.", |model| Some(model.p_best)),
    ("merit_candidate_eligible", "1 where it may be drawn.", |model| Some(f64::from(u8::from(model.eligible)))),
];

/// The families of segments and candidates.
pub(super) fn add(exposition: &mut Exposition, table: &Table) {
    let is_leaf = |row: &&Row| ![&row.role, &row.category, &row.difficulty].into_iter().any(|part| part == "*");
    let mut leaves: Vec<&Row> = table.segments.iter().filter(is_leaf).collect();
    let all = leaves.len();
    // Where there are too many, those with the most traffic.
    leaves.sort_by(|a, b| b.traffic_share.total_cmp(&a.traffic_share).then_with(|| a.key().cmp(&b.key())));
    let mut pairs = 0;
    leaves.retain(|row| {
        pairs += row.candidates.len();
        pairs <= MOST_PAIRS
    });
    leaves.sort_by_key(|row| row.key());
    exposition
        .family("merit_segments_left_out", "Segments that are not told here, because there are too many.")
        .sample(&[], (all - leaves.len()) as f64);
    let labels = |row: &Row| {
        [("role", row.role.clone()), ("category", row.category.clone()), ("difficulty", row.difficulty.clone())]
    };
    let mut of_segment = |name, help, of: fn(&Row) -> f64| {
        let family = exposition.family(name, help);
        for row in &leaves {
            let labels = labels(row);
            let labels: Vec<(&str, &str)> = labels.iter().map(|(name, value)| (*name, value.as_str())).collect();
            family.sample(&labels, of(row));
        }
    };
    of_segment("merit_segment_traffic_ratio", "Share of recent tasks.", |row| row.traffic_share);
    of_segment("merit_segment_effective_calls", "Effective number of calls after decay.", |row| row.evidence.n_eff);
    for (name, help, of) in FIGURES {
        let family = exposition.family(name, help);
        for row in &leaves {
            for candidate in &row.candidates {
                let labels = [
                    ("role", row.role.as_str()),
                    ("category", &row.category),
                    ("difficulty", &row.difficulty),
                    ("model", &candidate.model),
                ];
                family.optional(&labels, of(candidate));
            }
        }
    }
}
