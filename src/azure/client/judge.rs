//! What an answer means.

use bytes::Buf;

use super::ask::Reader;
use super::failure::{Failure, FailureKind};
use super::transport::Reply;
use crate::azure::error_body::ErrorBody;

/// Codes that say that a subscription does not use a resource provider, whatever the status
/// (<https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/error-register-resource-provider>).
const NOT_REGISTERED: &[&str] = &[
    "MissingSubscriptionRegistration",
    "SubscriptionNotRegistered",
    "ResourceProviderNotRegistered",
];

/// May stand before JSON, and is no part of it (<https://www.rfc-editor.org/rfc/rfc8259#section-8.1>).
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// What is wrong with an answer; a [`Failure`] but for the question.
#[derive(Debug)]
pub(super) struct Wrong {
    pub(super) kind: FailureKind,
    pub(super) status: Option<u16>,
    pub(super) code: Option<String>,
    pub(super) message: String,
    pub(super) missing_action: Option<String>,
}

impl Wrong {
    pub(super) fn new(kind: FailureKind, message: &str) -> Self {
        let message = message.to_owned();
        Self { kind, status: None, code: None, message, missing_action: None }
    }

    pub(super) fn into_failure(self, requests: u32, path: String) -> Failure {
        let Self { kind, status, code, message, missing_action } = self;
        Failure { kind, status, code, message, missing_action, requests, path }
    }
}

/// The answer as read, or what is wrong with it.
pub(super) fn judge<P>(mut reply: Reply, read: Reader<'_, P>) -> Result<(Reply, P), Wrong> {
    let status = Some(reply.status);
    if reply.status == 200 {
        if reply.body.starts_with(BYTE_ORDER_MARK) {
            reply.body.advance(BYTE_ORDER_MARK.len());
        }
        return match read(&reply) {
            Ok(page) => Ok((reply, page)),
            Err(cause) => {
                let message = format!("the answer cannot be read: {cause}");
                Err(Wrong { status, ..Wrong::new(FailureKind::Malformed, &message) })
            }
        };
    }
    let body = ErrorBody::read(&reply.body);
    let is_not_registered = body
        .code
        .as_deref()
        .is_some_and(|code| NOT_REGISTERED.iter().any(|known| known.eq_ignore_ascii_case(code)));
    let kind = match reply.status {
        400..=499 if is_not_registered => FailureKind::NotRegistered,
        401 => FailureKind::Unauthorized,
        403 => FailureKind::Forbidden,
        404 => FailureKind::NotFound,
        429 => FailureKind::Throttled,
        408 | 500 | 502..=599 => FailureKind::Server,
        400..=501 => FailureKind::Rejected,
        // Neither what was asked for nor an error: a redirect, or the page of some proxy.
        _ => FailureKind::Malformed,
    };
    let message = body.message.unwrap_or_else(|| plain(reply.status).to_owned());
    let (code, missing_action) = (body.code, body.missing_action);
    Err(Wrong { kind, status, code, message, missing_action })
}

/// What a status means where Azure adds no word.
fn plain(status: u16) -> &'static str {
    match status {
        204 => "there is no answer in the answer",
        300..=399 => "the answer is a redirect, which is not followed",
        400 => "the request is not understood",
        401 => "the token is not accepted",
        403 => "the identity may not read this",
        404 => "it does not exist",
        429 => "too many requests",
        500..=599 => "the service has a problem",
        _ => "the answer is none",
    }
}
