//! What can go wrong with a call, in the words of the call record.

use std::borrow::Cow;
use std::fmt;

/// The kind of a failed call; its word is the call record's `error_kind`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// Too many calls: try later.
    RateLimit,
    /// The provider failed, or is overloaded.
    ServerError,
    /// The provider could not be reached, or the connection broke.
    Connection,
    /// No answer within the time the call had.
    Timeout,
    /// The request has no meaning to the provider: no other model would do better.
    InvalidRequest,
    /// The key is refused.
    Authentication,
    /// The provider declined because of the content.
    ContentFilter,
    /// A word of the caller's. Made with [`ErrorKind::from`], which knows the words above.
    Other(Cow<'static, str>),
}

impl ErrorKind {
    /// The word in the call record.
    ///
    /// ```
    /// use merit_router::ErrorKind;
    /// assert_eq!(ErrorKind::RateLimit.as_str(), "rate_limit");
    /// assert_eq!(ErrorKind::from("rate_limit"), ErrorKind::RateLimit);
    /// assert_eq!(ErrorKind::from("bad_json").as_str(), "bad_json");
    /// ```
    pub fn as_str(&self) -> &str {
        match self {
            ErrorKind::RateLimit => "rate_limit",
            ErrorKind::ServerError => "server_error",
            ErrorKind::Connection => "connection",
            ErrorKind::Timeout => "timeout",
            ErrorKind::InvalidRequest => "invalid_request",
            ErrorKind::Authentication => "authentication",
            ErrorKind::ContentFilter => "content_filter",
            ErrorKind::Other(word) => word,
        }
    }

    /// Whether the same model may do better a moment later.
    pub fn is_passing(&self) -> bool {
        matches!(self, ErrorKind::RateLimit | ErrorKind::ServerError | ErrorKind::Connection)
    }

    /// Whether it speaks against the model, so that it counts towards a cool-down.
    pub fn is_models_fault(&self) -> bool {
        !matches!(self, ErrorKind::InvalidRequest | ErrorKind::ContentFilter)
    }
}

impl From<Cow<'static, str>> for ErrorKind {
    fn from(word: Cow<'static, str>) -> Self {
        const KNOWN: [ErrorKind; 7] = [
            ErrorKind::RateLimit,
            ErrorKind::ServerError,
            ErrorKind::Connection,
            ErrorKind::Timeout,
            ErrorKind::InvalidRequest,
            ErrorKind::Authentication,
            ErrorKind::ContentFilter,
        ];
        KNOWN.into_iter().find(|kind| kind.as_str() == word).unwrap_or(ErrorKind::Other(word))
    }
}

impl From<&'static str> for ErrorKind {
    fn from(word: &'static str) -> Self {
        Cow::Borrowed(word).into()
    }
}

impl From<String> for ErrorKind {
    fn from(word: String) -> Self {
        Cow::<'static, str>::Owned(word).into()
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
