//! `[[bench.backends]]` as it is written: defaults, and a sentence for everything that cannot be kept.

use merit_backends::settings::{LimitField, Service};
use merit_backends::{BackendKind, BackendSettings, open};

use crate::surroundings::{KEY, surroundings};

fn read(text: &str) -> Result<BackendSettings, String> {
    toml::from_str(text).map_err(|error| error.to_string())
}

fn error(text: &str) -> String {
    let settings = read(text).expect("it can be read");
    let (surroundings, _) = surroundings(&[("OUR_KEY", KEY), ("ANTHROPIC_API_KEY", KEY)]);
    open(&[settings], &surroundings).expect_err("it cannot be opened").to_string()
}

#[test]
fn a_well_known_name_needs_only_its_models() {
    for (name, kind, provider, base_url, keys) in [
        ("claude", BackendKind::Anthropic, "anthropic", "https://api.anthropic.com", "ANTHROPIC_API_KEY"),
        (
            "gemini",
            BackendKind::Gemini,
            "google",
            "https://generativelanguage.googleapis.com",
            "GEMINI_API_KEY GOOGLE_API_KEY",
        ),
        ("groq", BackendKind::Groq, "groq", "https://api.groq.com/openai/v1", "GROQ_API_KEY"),
        ("openrouter", BackendKind::OpenRouter, "openrouter", "https://openrouter.ai/api/v1", "OPENROUTER_API_KEY"),
        ("openai", BackendKind::OpenAi, "openai", "https://api.openai.com/v1", "OPENAI_API_KEY"),
        ("ollama", BackendKind::OpenAi, "ollama", "http://127.0.0.1:11434/v1", ""),
        ("vllm", BackendKind::OpenAi, "vllm", "http://127.0.0.1:8000/v1", ""),
        ("llama.cpp", BackendKind::OpenAi, "llama.cpp", "http://127.0.0.1:8080/v1", ""),
    ] {
        let plan =
            read(&format!("name = {name:?}\nmodels = [\"m\"]")).expect("it can be read").plan().expect("it is good");
        assert_eq!((plan.kind, plan.provider.as_str(), plan.key_variables.join(" ").as_str()), (kind, provider, keys));
        assert!(matches!(&plan.service, Service::Http { base_url: at, .. } if at == base_url), "{plan:?}");
    }
    for (name, program, provider) in [("claude-program", "claude", "anthropic"), ("gemini-program", "gemini", "google")]
    {
        let plan =
            read(&format!("name = {name:?}\nmodels = [\"m\"]")).expect("it can be read").plan().expect("it is good");
        assert_eq!(plan.provider, provider);
        assert!(
            matches!(&plan.service, Service::Program { program: at, must_have_key: false } if at.as_os_str() == program)
        );
    }
}

#[test]
fn everything_can_be_written_and_comes_back() {
    let text = r#"
        name = "ours"
        kind = "openai"
        base_url = "https://models.example.com/v1"
        key_variable = "OUR_KEY"
        models = ["a", "b"]
        provider = "us"
        concurrency = 7
        timeout_seconds = 20
        max_retries = 2
        max_tokens_field = "max_completion_tokens"
    "#;
    let settings = read(text).expect("it can be read");
    let plan = settings.plan().expect("it is good");
    assert_eq!((plan.provider.as_str(), plan.concurrency, plan.key_variables.join(" ").as_str()), ("us", 7, "OUR_KEY"));
    assert_eq!(
        (plan.patience.timeout.as_secs(), plan.patience.deadline.as_secs(), plan.patience.max_retries),
        (20, 60, 2)
    );
    assert!(matches!(plan.service, Service::Http { max_tokens_field: LimitField::MaxCompletionTokens, .. }));
    let json = serde_json::to_value(&settings).expect("it can be written");
    assert_eq!(serde_json::from_value::<BackendSettings>(json).expect("it can be read"), settings);
}

#[test]
fn no_vendors_key_goes_to_another_address_by_default() {
    for name in ["anthropic", "gemini", "groq", "openrouter", "openai"] {
        let text = format!("name = {name:?}\nmodels = [\"m\"]\nbase_url = \"https://example.com\"");
        let plan = read(&text).expect("it can be read").plan().expect("it is good");
        assert_eq!(plan.key_variables, Vec::<String>::new(), "{name}");
    }
}

#[test]
fn an_unknown_setting_is_refused() {
    for text in [
        "name = \"groq\"\nmodel = \"m\"",
        "name = \"groq\"\nkind = \"grok\"",
        "name = \"groq\"\nkey = \"sk\"",
        "models = [\"m\"]",
    ] {
        assert!(read(text).is_err(), "{text}");
    }
}

#[test]
fn every_fault_is_a_sentence_with_a_remedy() {
    let groq = |line: &str| error(&format!("name = \"groq\"\nmodels = [\"m\"]\n{line}"));
    assert_eq!(groq(""), "bench.backends, name = \"groq\": there is no key; set the environment variable GROQ_API_KEY");
    assert_eq!(
        error("name = \"gemini\"\nmodels = [\"m\"]"),
        "bench.backends, name = \"gemini\": there is no key; set the environment variable GEMINI_API_KEY or GOOGLE_API_KEY"
    );
    assert!(groq("key_variable = \"OTHER\"").ends_with("set the environment variable OTHER"));
    assert!(groq("key_variable = \"sk-0123456789\"").contains("no name of an environment variable"));
    assert!(!groq("key_variable = \"sk-0123456789\"").contains("sk-"));
    assert!(groq("concurrency = 0").contains("concurrency = 0 is out of its range; it goes from 1 to 1000"));
    assert!(groq("timeout_seconds = 0").contains("timeout_seconds"));
    assert!(groq("max_retries = 21").contains("max_retries"));
    assert!(groq("timeout_seconds = 9\ndeadline_seconds = 8").contains("one attempt must fit"));
    assert!(groq("program = \"x\"").contains("program does not belong to kind = \"groq\""));
    assert!(groq("base_url = \" \"").contains("base_url is empty"));
    assert!(error("name = \"ours\"\nmodels = [\"m\"]").contains("set kind to"));
    assert!(error("name = \"groq\"").contains("models is empty"));
    assert!(error("name = \"groq\"\nmodels = [\"--x\"]").contains("begins with -"));
    assert!(error("name = \"groq\"\nmodels = [\"m\", \"m\"]").contains("twice"));
    assert!(error("name = \"\"\nmodels = [\"m\"]").contains("name is empty"));
    let insecure = "name = \"x\"\nkind = \"openai\"\nmodels = [\"m\"]\nbase_url = \"http://example.com/v1\"\nkey_variable = \"OUR_KEY\"";
    assert!(error(insecure).contains("set allow_insecure = true"), "{}", error(insecure));
    assert!(error("name = \"claude-program\"\nmodels = [\"m\"]\nkey_variable = \"OTHER\"").contains("OTHER"));
}

#[test]
fn plain_http_is_taken_where_it_is_allowed_or_carries_no_key() {
    let (surroundings, _) = surroundings(&[("OUR_KEY", KEY)]);
    let plain = "name = \"x\"\nkind = \"openai\"\nmodels = [\"m\"]\nbase_url = \"http://example.com/v1\"\n";
    for rest in ["", "key_variable = \"OUR_KEY\"\nallow_insecure = true"] {
        let settings = read(&format!("{plain}{rest}")).expect("it can be read");
        assert!(open(&[settings], &surroundings).is_ok(), "{rest}");
    }
}

#[test]
fn a_name_is_used_once() {
    let (surroundings, _) = surroundings(&[]);
    let settings = read("name = \"ollama\"\nmodels = [\"m\"]").expect("it can be read");
    let error = open(&[settings.clone(), settings], &surroundings).expect_err("it is used twice");
    assert_eq!(error.to_string(), "bench.backends: the name \"ollama\" is used twice; give each backend its own");
}
