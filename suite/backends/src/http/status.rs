//! What an HTTP status means for a call.

use merit_router::ErrorKind;

use crate::error::QUOTA;

/// The kind of a failure by its status, and whether it may pass: 408, 409, 429 and 5xx (529 among them: overloaded).
pub(crate) fn kind_of(status: u16) -> (ErrorKind, bool) {
    match status {
        401 | 403 => (ErrorKind::Authentication, false),
        402 => (QUOTA, false),
        408 => (ErrorKind::Timeout, true),
        429 => (ErrorKind::RateLimit, true),
        409 | 500.. => (ErrorKind::ServerError, true),
        _ => (ErrorKind::InvalidRequest, false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_pass_is_tried_again() {
        let passing: Vec<u16> = (300..600).filter(|status| kind_of(*status).1).collect();
        let expected: Vec<u16> = [408, 409, 429].into_iter().chain(500..600).collect();
        assert_eq!(passing, expected);
    }

    #[test]
    fn each_has_its_word() {
        let words = [400, 401, 402, 403, 404, 408, 409, 413, 422, 429, 500, 503, 529].map(|s| kind_of(s).0);
        let words: Vec<&str> = words.iter().map(ErrorKind::as_str).collect();
        assert_eq!(
            words,
            [
                "invalid_request",
                "authentication",
                "quota",
                "authentication",
                "invalid_request",
                "timeout",
                "server_error",
                "invalid_request",
                "invalid_request",
                "rate_limit",
                "server_error",
                "server_error",
                "server_error",
            ]
        );
    }
}
