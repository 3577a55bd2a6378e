//! The real data sets: every row is accounted for, and one row of each shows the mapping.

use super::*;
use crate::shared_data;

/// The account of a file of the shared data, and its records; none where the data is absent.
fn read(relative: &str, adapter: &str) -> Option<(FileReport, MemorySink)> {
    let path = shared_data::path(relative)?;
    let adapter = Adapter::builtin(adapter).expect("built in");
    Some(ingest_path(&path, &adapter, &IngestSettings::new(NOW)).expect("the file can be read"))
}

/// The first record, its derived name aside.
fn first(batches: &[RecordBatch]) -> String {
    let record = json(&batches[..1]).swap_remove(0);
    match record.split_once(",\"timestamp\"") {
        Some((_, rest)) => format!("{{\"timestamp\"{rest}"),
        None => record,
    }
}

#[test]
fn bfcl() {
    let Some((report, sink)) = read("bfcl/outcomes.parquet", "bfcl") else { return };
    assert_eq!((report.read, report.calls, report.skipped, report.quarantined), (224_460, 224_460, 0, 0));
    assert_eq!(
        first(&sink.calls),
        concat!(
            r#"{"timestamp":"2024-07-06T00:00:00Z","source":"benchmark","task_id":"executable_multiple_function_0","#,
            r#""attempt":1,"model":"Nexusflow-Raven-v2","role":"unknown","task_category":"executable_multiple_function","#,
            r#""task_difficulty":"unknown","score":10.0,"success":true,"latency_ms":1455.030918121338,"output_tokens":0,"#,
            r#""judge":"bfcl","extra":"{\"mode\":\"prompt\"}"}"#
        )
    );
}

#[test]
fn tau2bench_calls_and_outcomes_meet() {
    let Some((report, sink)) = read("tau2bench/calls.parquet", "tau2bench") else { return };
    assert_eq!((report.read, report.calls, report.skipped, report.quarantined), (7_297, 7_297, 0, 0));
    assert_eq!(report.adapter, "tau2bench.calls");
    assert_eq!(
        json(&sink.calls[..1])[0],
        concat!(
            r#"{"call_id":"0e32d252-7a06-4893-b390-b048a0ec32ff/2","timestamp":"2026-03-14T08:19:32.482557Z","#,
            r#""source":"benchmark","task_id":"0e32d252-7a06-4893-b390-b048a0ec32ff","attempt":1,"model":"gpt-4.1-mini","#,
            r#""role":"executor","task_category":"airline","task_difficulty":"unknown","success":true,"#,
            r#""latency_ms":1529.183,"input_tokens":3274,"output_tokens":40,"cost_usd":0.0013736,"#,
            r#""extra":"{\"task\":\"0\",\"tool_call_count\":0}"}"#
        )
    );
    let Some((report, outcomes)) = read("tau2bench/outcomes.parquet", "tau2bench") else { return };
    assert_eq!((report.read, report.outcomes, report.skipped, report.quarantined), (634, 634, 0, 0));
    assert_eq!(report.adapter, "tau2bench.outcomes");
    assert_eq!(
        json(&outcomes.outcomes[..1])[0],
        concat!(
            r#"{"call_id":"c79d218a-23c3-4b5f-8dcd-b64562dd505a/0","observed_at":"2025-07-31T22:03:49.359102Z","#,
            r#""score":10.0,"judge":"tau2bench"}"#
        )
    );
    let calls: std::collections::BTreeSet<_> = texts(&sink.calls, "call_id").into_iter().collect();
    assert_eq!(calls.len(), 7_297, "every call has a name of its own");
    let met = texts(&outcomes.outcomes, "call_id").into_iter().filter(|name| calls.contains(name)).count();
    assert_eq!(met, 584, "the other 50 simulations have no calls in the log");
}

#[test]
fn routellm() {
    let Some((report, sink)) = read("routellm/outcomes.parquet", "routellm") else { return };
    assert_eq!((report.read, report.calls, report.skipped, report.quarantined), (31_361, 31_042, 319, 0));
    assert_eq!(
        first(&sink.calls),
        concat!(
            r#"{"timestamp":"2024-03-31T00:00:00Z","source":"benchmark","task_id":"gsm8k/0","attempt":1,"#,
            r#""model":"gpt-4-1106-preview","role":"unknown","task_category":"gsm8k","task_difficulty":"unknown","#,
            r#""score":10.0,"success":true,"judge":"routellm_gsm8k","#,
            r#""extra":"{\"prompt_chars\":280,\"response_chars\":262}"}"#
        )
    );
}

#[test]
fn can_ai_code() {
    let Some((report, sink)) = read("can_ai_code/outcomes.parquet", "can_ai_code") else { return };
    assert_eq!((report.read, report.calls, report.skipped, report.quarantined), (22_584, 22_584, 0, 0));
    assert_eq!(
        first(&sink.calls),
        concat!(
            r#"{"timestamp":"2023-07-24T19:22:26Z","source":"benchmark","#,
            r#""task_id":"junior-v2/FactorialMisnamed/javascript","attempt":1,"#,
            r#""model":"TokenBender/llama2-7b-chat-hf-codeCherryPop-qLoRA-merged-fp16","role":"unknown","#,
            r#""task_category":"code:javascript","task_difficulty":"junior","score":10.0,"success":true,"#,
            r#""judge":"can_ai_code","extra":"{\"interview\":\"junior-v2\",\"runtime\":\"transformers\",\"group\":\"llama2\","#,
            r#"\"run_file\":\"eval_junior-v2_python-javascript_codeCherryPop_none_precise_TokenBender-llama2-7b-chat-hf-"#,
            r#"codeCherryPop-qLoRA-merged-fp16_1690226546\"}"}"#
        )
    );
}

#[test]
fn llmperf() {
    let Some((report, sink)) = read("llmperf/outcomes.parquet", "llmperf") else { return };
    assert_eq!((report.read, report.calls, report.skipped, report.quarantined), (2_845, 2_845, 0, 0));
    assert_eq!(
        first(&sink.calls),
        concat!(
            r#"{"timestamp":"2023-12-19T00:00:00Z","source":"benchmark","task_id":"req0","attempt":1,"#,
            r#""model":"llama-2-13b-chat","provider":"anyscale","role":"unknown","#,
            r#""task_category":"latency_probe_550in_150out","task_difficulty":"unknown","success":true,"#,
            r#""latency_ms":1528.1514210000182,"input_tokens":550,"output_tokens":151,"#,
            r#""extra":"{\"ttft_ms\":557.5600349999945,\"inter_token_ms\":9.577180821190572}"}"#
        )
    );
    let limited = texts(&sink.calls, "error_kind").into_iter().flatten().filter(|kind| kind == "rate_limit").count();
    assert_eq!(limited, 392);
}
