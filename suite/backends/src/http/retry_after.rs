//! When a server says to try again.

use std::time::{Duration, SystemTime};

use jiff::Timestamp;
use jiff::fmt::rfc2822;
use serde_json::Value;
use ureq::http::HeaderMap;

/// The pause that the headers ask for: `retry-after-ms`, else `Retry-After` in seconds or as a date (RFC 9110, 10.2.3).
pub(super) fn of_headers(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let text = |name: &str| headers.get(name)?.to_str().ok().map(str::trim);
    let milliseconds = text("retry-after-ms").and_then(|text| text.parse::<f64>().ok());
    if let Some(pause) = milliseconds.and_then(|ms| seconds(ms / 1_000.0)) {
        return Some(pause);
    }
    let text = text("retry-after")?;
    match text.parse::<f64>() {
        Ok(number) => seconds(number),
        Err(_) => until(text, now),
    }
}

/// The pause that a body of Google's asks for: a `RetryInfo` among the details of the error, such as `"34.1s"`.
pub(super) fn of_body(error: &Value) -> Option<Duration> {
    let details = error.get("details")?.as_array()?;
    let delay = details.iter().find_map(|detail| detail.get("retryDelay")?.as_str())?;
    seconds(delay.strip_suffix('s')?.parse().ok()?)
}

fn seconds(number: f64) -> Option<Duration> {
    Duration::try_from_secs_f64(number).ok()
}

fn until(date: &str, now: SystemTime) -> Option<Duration> {
    let then = rfc2822::parse(date).ok()?.timestamp();
    let now = Timestamp::try_from(now).ok()?;
    Some(Duration::try_from(then.duration_since(now)).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(name: &'static str, value: &str) -> Option<u128> {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_445_412_470); // 21 Oct 2015 07:27:50 GMT
        let mut headers = HeaderMap::new();
        headers.insert(name, value.parse().expect("a header's value"));
        of_headers(&headers, now).map(|pause| pause.as_millis())
    }

    #[test]
    fn seconds_milliseconds_and_dates_are_read() {
        assert_eq!(asked("retry-after", "7"), Some(7_000));
        assert_eq!(asked("retry-after", " 1.5 "), Some(1_500));
        assert_eq!(asked("retry-after-ms", "250"), Some(250));
        assert_eq!(asked("retry-after", "Wed, 21 Oct 2015 07:28:00 GMT"), Some(10_000));
        assert_eq!(asked("retry-after", "Wed, 21 Oct 2015 07:00:00 GMT"), Some(0));
    }

    #[test]
    fn what_says_nothing_is_none() {
        for odd in ["", "soon", "-1", "NaN", "inf", "1e300"] {
            assert_eq!(asked("retry-after", odd), None, "{odd}");
        }
    }

    #[test]
    fn googles_own_way_is_read() {
        let error = serde_json::json!({ "code": 429, "details": [{ "@type": "x" }, { "retryDelay": "34.5s" }] });
        assert_eq!(of_body(&error), Some(Duration::from_millis(34_500)));
        assert_eq!(of_body(&serde_json::json!({ "details": [{ "retryDelay": "?" }] })), None);
    }
}
