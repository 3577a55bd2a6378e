//! One name per provider: the published files have several.

/// The provider's name in merit for the one a published file uses.
///
/// Names not listed stay as they are. Vertex AI stays apart from Google's own API, as Azure does
/// from OpenAI: the same model at two providers has two prices.
pub(super) fn canonical(name: &str) -> &str {
    match name {
        "gemini" => "google",
        "aws" | "bedrock_converse" => "bedrock",
        "azure_text" => "azure",
        "cohere_chat" => "cohere",
        "fireworks_ai" => "fireworks",
        "moonshotai" => "moonshot",
        "text-completion-openai" => "openai",
        "together_ai" => "together",
        "x-ai" => "xai",
        "zhipuai" => "zai",
        name if name.starts_with("vertex_ai") => "vertex_ai",
        name => name,
    }
}
