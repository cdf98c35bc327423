//! What the credentials of `azure_identity` send goes through our own stack, and only what signing in
//! takes: a GET, or a POST to a token endpoint.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use azure_core::error::{Error, ErrorKind};
use azure_core::http::headers::Headers;
use azure_core::http::request::Body;
use azure_core::http::{AsyncRawResponse, HttpClient, Method, Request};
use bytes::Bytes;
use reqwest::Url;
use serde_json::{Map, Value};

use crate::azure::error_body::ErrorBody;
use crate::azure::http::{Http, Unread, body};
use crate::azure::text::chain;

/// The end of every address that tokens are asked for at.
const TOKEN_PATH: &str = "/oauth2/v2.0/token";

/// No answer of a sign-in service is larger.
pub(super) const MAX_BYTES: usize = 1 << 20;

/// No token is good for longer; whoever says so is not to be believed, and the sum would overflow.
const LONGEST_LIFE: i64 = 366 * 24 * 3600;

/// Sends for one credential.
#[derive(Debug)]
pub(super) struct SignInTransport {
    http: Http,
    /// `https` that is sent as `http`: the credentials insist on the one, a simulated Azure of this machine
    /// speaks the other. Host and port.
    plain: Option<(String, u16)>,
    /// What a service said last when it gave no token: the credentials cannot read all of it.
    refusal: Mutex<Option<String>>,
}

impl SignInTransport {
    /// The authority may be one of this machine that speaks http; then, and only then, its https is sent so.
    pub(super) fn new(http: &Http, authority: &Url) -> Self {
        let host = authority.host_str().zip(authority.port_or_known_default());
        let plain = host.filter(|_| authority.scheme() == "http");
        let plain = plain.map(|(host, port)| (host.to_owned(), port));
        Self { http: http.clone(), plain, refusal: Mutex::default() }
    }

    /// What was said when there was no token, once.
    pub(super) fn take_refusal(&self) -> Option<String> {
        self.refusal.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn refuse(&self, said: &str) {
        *self.refusal.lock().unwrap_or_else(PoisonError::into_inner) = Some(said.to_owned());
    }

    fn target(&self, url: &Url) -> Url {
        let host = url.host_str().zip(url.port_or_known_default());
        let is_plain =
            self.plain.as_ref().is_some_and(|(plain, port)| host == Some((plain, *port)));
        let mut url = url.clone();
        if is_plain && url.scheme() == "https" {
            // Both are known to the parser, so that it takes the one for the other.
            let _ = url.set_scheme("http");
        }
        url
    }

    async fn send(&self, request: &Request) -> Result<(u16, Bytes), Error> {
        let url = self.target(request.url());
        let client = self.http.client(&url).map_err(cannot_reach)?;
        let mut outgoing = match (request.method(), request.body()) {
            (Method::Get, _) => client.get(url),
            (Method::Post, Body::Bytes(body)) if url.path().ends_with(TOKEN_PATH) => {
                client.post(url).body(body.clone())
            }
            _ => {
                return Err(Error::with_message(
                    ErrorKind::Other,
                    "this is no request for a token",
                ));
            }
        };
        for (name, value) in request.headers().iter() {
            outgoing = outgoing.header(name.as_str(), value.as_str());
        }
        let response = outgoing.send().await.map_err(cannot_reach)?;
        let status = response.status().as_u16();
        let body = body(response, MAX_BYTES).await.map_err(|unread| match unread {
            Unread::Broken(error) => cannot_reach(error),
            Unread::TooLarge => Error::with_message(ErrorKind::Other, "the answer is too large"),
        })?;
        Ok((status, body))
    }
}

#[async_trait]
impl HttpClient for SignInTransport {
    async fn execute_request(&self, request: &Request) -> azure_core::Result<AsyncRawResponse> {
        let sent = self.send(request).await;
        let (status, body) = sent.inspect_err(|error| self.refuse(&chain(error)))?;
        if !(200..300).contains(&status) {
            let said = ErrorBody::read(&body).message;
            self.refuse(
                &said.unwrap_or_else(|| format!("the service answers with status {status}")),
            );
        } else if let Err(fault) = check(&body) {
            self.refuse(fault);
            return Err(Error::with_message(ErrorKind::DataConversion, fault));
        }
        // Without the headers: the credentials wait as long as `Retry-After` says, be it for hours.
        Ok(AsyncRawResponse::from_bytes(status.into(), Headers::default(), body))
    }
}

fn cannot_reach(error: reqwest::Error) -> Error {
    Error::with_error(ErrorKind::Io, error.without_url(), "the sign-in service cannot be reached")
}

/// Whether an answer has a token in it, and a life that can be reckoned with.
fn check(body: &[u8]) -> Result<(), &'static str> {
    let answer: Map<String, Value> = serde_json::from_slice(body)
        .map_err(|_| "the answer of the sign-in service is not JSON")?;
    let token = answer.get("access_token").and_then(Value::as_str).unwrap_or_default();
    if !is_token(token) {
        return Err("there is no token in the answer of the sign-in service");
    }
    let life = match answer.get("expires_in").or_else(|| answer.get("expires_on")) {
        Some(Value::Number(number)) => number.as_i64(),
        Some(Value::String(text)) => text.parse().ok(),
        _ => None,
    };
    let now = SystemTime::UNIX_EPOCH.elapsed().unwrap_or(Duration::ZERO).as_secs();
    let since = if answer.contains_key("expires_in") { 0 } else { now };
    let latest = LONGEST_LIFE.saturating_add_unsigned(since);
    match life {
        Some(life) if life > 0 && life <= latest => Ok(()),
        _ => Err("the answer of the sign-in service does not say how long its token is good for"),
    }
}

/// Whether a text can stand in a header as a token.
pub(super) fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic())
}
