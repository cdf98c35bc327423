//! When to ask again, and when to give up.

use std::time::Duration;

use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimeParser;
use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};

use super::failure::{FailureKind, NetworkFault};

/// How patient a client is with one request.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// The most requests for one answer when Azure is busy; other troubles get fewer.
    pub requests: u32,
    /// The wait before the second request, doubled from one to the next.
    pub first_wait: Duration,
    /// The longest of these waits.
    pub longest_wait: Duration,
    /// The longest wait that Azure may ask for. Whoever is told to wait longer gives up and says so.
    pub longest_asked: Duration,
    /// For all requests and waits of one answer.
    pub total: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            requests: 8,
            first_wait: Duration::from_millis(500),
            longest_wait: Duration::from_secs(30),
            longest_asked: Duration::from_secs(90),
            total: Duration::from_mins(5),
        }
    }
}

/// What to do after a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Ask again after this.
    Again(Duration),
    /// No number of requests would help, or there were enough.
    GiveUp,
    /// Azure asks for more patience than there is.
    TooLong(Duration),
}

impl Patience {
    /// What to do after the given number of requests. `is_down` says that nothing at all was reached for a
    /// while: then once is enough.
    pub(super) fn verdict(
        &self,
        kind: FailureKind,
        requests: u32,
        elapsed: Duration,
        asked: Option<Duration>,
        is_down: bool,
    ) -> Verdict {
        let most = match kind {
            FailureKind::Network(NetworkFault::Dns | NetworkFault::Connect) if is_down => 1,
            FailureKind::Throttled => self.requests,
            FailureKind::Server
            | FailureKind::Network(NetworkFault::Dns | NetworkFault::Connect | NetworkFault::Cut) => {
                self.requests.min(5)
            }
            FailureKind::Network(NetworkFault::Timeout) | FailureKind::Malformed => {
                self.requests.min(3)
            }
            FailureKind::Network(NetworkFault::Tls) => self.requests.min(2),
            _ => 1,
        };
        if requests >= most {
            return Verdict::GiveUp;
        }
        let wait = self.wait(requests);
        let Some(asked) = asked else {
            return if elapsed + wait > self.total {
                Verdict::GiveUp
            } else {
                Verdict::Again(wait)
            };
        };
        if asked > self.longest_asked || elapsed + asked > self.total {
            return Verdict::TooLong(asked);
        }
        // Those who were sent away together do not come back together.
        Verdict::Again(asked + wait.min(asked / 8).mul_f64(fastrand::f64()))
    }

    /// Between half and all of the wait that is due.
    fn wait(&self, requests: u32) -> Duration {
        let doubled = 2_u32.saturating_pow(requests.saturating_sub(1));
        let due = self.first_wait.saturating_mul(doubled).min(self.longest_wait);
        due.mul_f64(0.5 + fastrand::f64() / 2.0)
    }
}

/// How long the server asks to wait: by the headers of Azure's services, or by
/// `Retry-After`, in seconds or as a date (<https://www.rfc-editor.org/rfc/rfc9110#field.retry-after>).
pub(super) fn asked_wait(headers: &HeaderMap) -> Option<Duration> {
    let milliseconds = ["x-ms-retry-after-ms", "retry-after-ms"].iter().find_map(|name| {
        let text = headers.get(*name)?.to_str().ok()?;
        text.trim().parse().ok().map(Duration::from_millis)
    });
    milliseconds.or_else(|| {
        let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
        text.parse().ok().map(Duration::from_secs).or_else(|| until(text, headers))
    })
}

/// From now to a date; now is when the server says it is, for the clocks may differ.
fn until(date: &str, headers: &HeaderMap) -> Option<Duration> {
    let then = time_of(date)?;
    let now = headers.get(DATE).and_then(|now| time_of(now.to_str().ok()?));
    let wait = then.duration_since(now.unwrap_or_else(Timestamp::now));
    Some(Duration::try_from(wait).unwrap_or(Duration::ZERO))
}

fn time_of(date: &str) -> Option<Timestamp> {
    DateTimeParser::new().parse_timestamp(date.trim()).ok()
}

/// How long a message asks to wait: Azure Backup says it in words alone
/// (`Please try again after '324' seconds.`).
pub(super) fn told_wait(message: &str) -> Option<Duration> {
    let (_, after) = message.split_once("try again after '")?;
    let (number, unit) = after.split_once('\'')?;
    unit.trim_start().starts_with("seconds").then_some(())?;
    number.parse().ok().map(Duration::from_secs)
}

#[cfg(test)]
mod tests {
    use reqwest::header::{HeaderName, HeaderValue};

    use super::*;

    type Headers = [(&'static str, &'static str)];

    fn asked(headers: &Headers) -> Option<Duration> {
        let headers = headers
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)));
        asked_wait(&headers.collect())
    }

    #[test]
    fn every_way_to_ask_for_patience_is_understood() {
        let date = "Sun, 29 Nov 2026 10:00:00 GMT";
        let cases: &[(&Headers, Option<u64>)] = &[
            (&[("retry-after", "7")], Some(7_000)),
            (&[("retry-after", " 7 "), ("x-ms-retry-after-ms", "1500")], Some(1_500)),
            (&[("retry-after-ms", "20")], Some(20)),
            (&[("retry-after-ms", "soon"), ("retry-after", "1")], Some(1_000)),
            (&[("retry-after", "Sun, 29 Nov 2026 10:00:30 GMT"), ("date", date)], Some(30_000)),
            (&[("retry-after", "Sun, 29 Nov 2026 09:00:00 GMT"), ("date", date)], Some(0)),
            (&[("retry-after", "-1")], None),
            (&[("retry-after", "99999999999999999999999")], None),
            (&[], None),
        ];
        for (headers, expected) in cases {
            assert_eq!(asked(headers), expected.map(Duration::from_millis), "{headers:?}");
        }
        let told =
            "limit of '150' for time interval '01:00:00'. Please try again after '324' seconds.";
        assert_eq!(told_wait(told), Some(Duration::from_secs(324)));
        assert_eq!(told_wait("try again after 'some' seconds"), None);
    }

    #[test]
    fn waits_grow_to_a_limit_and_scatter() {
        let patience = Patience::default();
        for (requests, due) in [(1, 500), (2, 1_000), (3, 2_000), (7, 30_000), (40, 30_000)] {
            for _ in 0..100 {
                let wait = patience.wait(requests);
                let due = Duration::from_millis(due);
                assert!(wait >= due / 2 && wait <= due, "{requests}: {wait:?}");
            }
        }
    }

    #[test]
    fn gives_up_when_more_would_not_help() {
        let patience = Patience::default();
        let (short, second) = (Duration::ZERO, Duration::from_secs(1));
        let verdict = |kind, requests, elapsed, asked, is_down| {
            patience.verdict(kind, requests, elapsed, asked, is_down)
        };
        let connect = FailureKind::Network(NetworkFault::Connect);
        let hour = Some(Duration::from_hours(1));
        assert_eq!(verdict(FailureKind::Forbidden, 1, short, None, false), Verdict::GiveUp);
        assert_eq!(verdict(FailureKind::Server, 5, short, None, false), Verdict::GiveUp);
        assert_eq!(verdict(connect, 1, short, None, true), Verdict::GiveUp);
        assert!(matches!(verdict(connect, 1, short, None, false), Verdict::Again(_)));
        assert_eq!(verdict(FailureKind::Throttled, 8, short, Some(second), false), Verdict::GiveUp);
        assert_eq!(
            verdict(FailureKind::Throttled, 1, short, hour, false),
            Verdict::TooLong(Duration::from_hours(1))
        );
        let late = Duration::from_secs(299);
        assert!(matches!(
            verdict(FailureKind::Throttled, 2, late, Some(second * 3), false),
            Verdict::TooLong(_)
        ));
        let Verdict::Again(wait) =
            verdict(FailureKind::Throttled, 1, short, Some(second * 8), false)
        else {
            panic!("once more")
        };
        assert!(wait >= second * 8 && wait <= second * 9, "{wait:?}");
    }
}
