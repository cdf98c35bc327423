//! What a fault does to an answer.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;

use super::super::answer::{Answer, Delivery};
use super::super::arm::error;
use super::super::phase::Phase;
use super::super::request::Request;
use super::super::{directory, resource_graph};
use super::{body, gzip};

/// What happens.
#[derive(Clone, Debug, Deserialize)]
#[serde(
    tag = "type",
    rename_all = "kebab-case",
    rename_all_fields = "kebab-case",
    deny_unknown_fields
)]
pub enum Action {
    /// This status; the body in Azure's shape with this code, unless one is given.
    Status {
        status: u16,
        #[serde(default)]
        code: Option<String>,
        #[serde(default)]
        body: Option<String>,
        #[serde(default)]
        headers: BTreeMap<String, String>,
    },
    /// 429, in the words of the service.
    Throttle {
        #[serde(default)]
        retry_after: Option<u64>,
    },
    /// 403, naming this action.
    Forbid { permission: String },
    /// 404, as if it had gone between two questions.
    Vanish,
    /// 409: the subscription does not use the provider.
    Unregister { namespace: String },
    /// The connection ends before anything was sent.
    Drop,
    /// The connection ends after so many bytes of the body.
    Cut { bytes: usize },
    /// So many bytes at a time, with a pause before each.
    Slow { bytes: usize, pause_ms: u64 },
    /// Everything as it should be, later.
    Delay { ms: u64 },
    /// No answer at all, and the connection stays open.
    Hang,
    /// The body ends early, and its length says so.
    Truncate { bytes: usize },
    /// Something that is nearly JSON.
    Malform,
    /// This body, whatever was asked.
    Replace { body: String },
    /// The page of a proxy, with this status.
    Html { status: u16 },
    /// A length that is wrong by so much.
    Length { by: i64 },
    /// Spaces that are small only while they are packed.
    GzipBomb { megabytes: usize },
    /// A body of so many spaces before the answer.
    Pad { megabytes: usize },
    /// Every token expires before this is answered.
    ExpireTokens,
    /// The link to the next page leads to this one.
    PageLoop,
    /// The link to the next page leads elsewhere.
    ForeignLink { url: String },
    /// No rows, and a link to the same rows.
    EmptyPage,
    /// The first row twice.
    DuplicateRows,
    /// The last row is missing.
    LoseRow,
    /// This stands where the last row was, or alone where there was none.
    SpoilRow { row: String },
    /// This stands before the body.
    Precede { with: String },
    /// This header is there, whatever it says of the body.
    Head { name: String, value: String },
    /// Resource Graph says that rows are missing, and gives no token.
    ResultTruncated,
    /// The total is wrong by so much.
    CountMismatch { by: i64 },
    /// The headers say that so few requests are left.
    Quota { remaining: u32 },
}

impl Action {
    /// Its name in a script.
    pub fn name(&self) -> String {
        let text = format!("{self:?}");
        text.split(|letter: char| !letter.is_alphanumeric()).next().unwrap_or_default().to_owned()
    }

    /// An answer that needs no real one.
    pub fn instead(&self, request: &Request, phase: Phase) -> Option<Answer> {
        Some(match self {
            Self::Status { status, code, body, headers } => {
                let answer = match body {
                    Some(body) => Answer::text(*status, body.as_bytes()),
                    None => {
                        failure(phase, *status, code.as_deref().unwrap_or("InternalServerError"))
                    }
                };
                headers.iter().fold(answer, |answer, (name, value)| {
                    answer.with(&name.to_ascii_lowercase(), value)
                })
            }
            Self::Throttle { retry_after } => {
                let mut answer = match phase {
                    Phase::ResourceGraph => resource_graph::throttled(1),
                    Phase::Directory => {
                        directory::error(429, "TooManyRequests", "Too many requests.")
                    }
                    Phase::ResourceManager | Phase::SignIn => error::throttled(1),
                };
                answer.headers.retain(|(name, _)| name != "retry-after");
                match retry_after {
                    Some(seconds) => answer.with("retry-after", seconds),
                    None => answer,
                }
            }
            Self::Forbid { permission } => match phase {
                Phase::Directory => {
                    let message = "Insufficient privileges to complete the operation.";
                    directory::error(403, "Authorization_RequestDenied", message)
                }
                _ => error::forbidden(permission, &request.path),
            },
            Self::Vanish => error::not_found(&request.path),
            Self::Unregister { namespace } => error::not_registered(namespace),
            Self::Drop => Answer::text(0, "").sent(Delivery::Nothing),
            Self::Html { status } => {
                Answer::text(*status, body::HTML).with("content-type", "text/html")
            }
            Self::Malform => Answer::text(200, body::MALFORMED),
            Self::Replace { body } => Answer::text(200, body.as_bytes()),
            Self::GzipBomb { megabytes } => {
                Answer::text(200, gzip::bomb(*megabytes)).with("content-encoding", "gzip")
            }
            _ => return None,
        })
    }

    /// What becomes of a real answer.
    pub fn disturb(&self, request: &Request, answer: Answer) -> Answer {
        let length = answer.body.len();
        match self {
            Self::Cut { bytes } => answer.sent(Delivery::CutAfter(*bytes)),
            Self::Slow { bytes, pause_ms } => {
                answer.sent(Delivery::Slowly(*bytes, Duration::from_millis(*pause_ms)))
            }
            Self::Truncate { bytes } => {
                let mut answer = answer;
                answer.body.truncate(*bytes);
                answer
            }
            Self::Length { by } => {
                let wrong = i64::try_from(length).unwrap_or_default() + by;
                answer.with("content-length", wrong.max(0))
            }
            Self::Pad { megabytes } => {
                let mut padded = vec![b' '; megabytes << 20];
                padded.extend_from_slice(&answer.body);
                Answer { body: padded, ..answer }
            }
            Self::PageLoop => {
                body::linked(answer, &format!("{}{}", request.origin, request.target()))
            }
            Self::ForeignLink { url } => body::linked(answer, url),
            Self::EmptyPage => {
                let link = format!("{}{}", request.origin, request.target());
                body::linked(body::without_rows(answer), &link)
            }
            Self::DuplicateRows => body::with_rows(answer, |rows| {
                if let Some(first) = rows.first().cloned() {
                    rows.push(first);
                }
            }),
            Self::LoseRow => body::with_rows(answer, |rows| {
                rows.pop();
            }),
            Self::SpoilRow { row } => body::with_rows(answer, |rows| {
                rows.pop();
                rows.extend(serde_json::from_str::<Value>(row));
            }),
            Self::Precede { with } => {
                let body = [with.as_bytes(), &answer.body].concat();
                Answer { body, ..answer }
            }
            Self::Head { name, value } => {
                let mut answer = answer;
                answer.headers.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
                answer.with(name, value)
            }
            Self::ResultTruncated => body::truncated(answer),
            Self::CountMismatch { by } => body::miscounted(answer, *by),
            Self::Quota { remaining } => answer
                .with("x-ms-ratelimit-remaining-subscription-reads", remaining)
                .with("x-ms-ratelimit-remaining-tenant-reads", remaining)
                .with("x-ms-user-quota-remaining", remaining),
            _ => answer,
        }
    }

    /// What passes before the answer.
    pub fn pause(&self) -> Duration {
        match self {
            Self::Delay { ms } => Duration::from_millis(*ms),
            // Longer than any client waits.
            Self::Hang => Duration::from_secs(86_400),
            _ => Duration::ZERO,
        }
    }
}

fn failure(phase: Phase, status: u16, code: &str) -> Answer {
    let message = "Encountered internal server error.";
    match phase {
        Phase::Directory => directory::error(status, code, message),
        _ => Answer::error(status, code, message),
    }
}
