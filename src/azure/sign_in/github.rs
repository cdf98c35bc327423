//! The identity of a GitHub workflow: a token of GitHub's that Entra takes for a token of its own
//! (<https://docs.github.com/actions/reference/security/oidc>).

use std::fmt;

use async_trait::async_trait;
use azure_core::error::{Error, ErrorKind};
use azure_core::http::ClientMethodOptions;
use azure_identity::ClientAssertion;
use reqwest::Url;
use reqwest::header::ACCEPT;
use serde::Deserialize;

use super::transport::MAX_BYTES;
use crate::azure::cloud::is_loopback;
use crate::azure::http::{Http, Unread, body};
use crate::azure::text::json_fault;

/// Whom GitHub's token is for.
const AUDIENCE: &str = "api://AzureADTokenExchange";

/// Asks GitHub for its token.
pub(super) struct Workflow {
    http: Http,
    url: Url,
    token: String,
}

#[derive(Deserialize)]
struct Answer {
    value: String,
}

impl fmt::Debug for Workflow {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Workflow").finish_non_exhaustive()
    }
}

impl Workflow {
    pub(super) fn new(http: &Http, url: &str, token: &str) -> Result<Self, String> {
        let wrong = || "ACTIONS_ID_TOKEN_REQUEST_URL is no https address".to_owned();
        let mut url = Url::parse(url).map_err(|_| wrong())?;
        if url.scheme() != "https" && !(url.scheme() == "http" && is_loopback(&url)) {
            return Err(wrong());
        }
        url.query_pairs_mut().append_pair("audience", AUDIENCE);
        Ok(Self { http: http.clone(), url, token: token.to_owned() })
    }
}

#[async_trait]
impl ClientAssertion for Workflow {
    async fn secret(&self, _: Option<ClientMethodOptions<'_>>) -> azure_core::Result<String> {
        let failed = |said: String| Error::with_message(ErrorKind::Credential, said);
        let unreached = |error: reqwest::Error| {
            Error::with_error(ErrorKind::Io, error.without_url(), "GitHub cannot be reached")
        };
        let client = self.http.client(&self.url).map_err(unreached)?;
        let request = client.get(self.url.clone());
        let request = request.header(ACCEPT, "application/json").bearer_auth(&self.token);
        let response = request.send().await.map_err(unreached)?;
        let status = response.status().as_u16();
        if status != 200 {
            return Err(failed(format!("GitHub gives no token (status {status})")));
        }
        let body = body(response, MAX_BYTES).await.map_err(|unread| match unread {
            Unread::TooLarge => failed("GitHub's answer is too large".to_owned()),
            Unread::Broken(error) => {
                Error::with_error(ErrorKind::Io, error.without_url(), "GitHub's answer broke off")
            }
        })?;
        let answer: Result<Answer, _> = serde_json::from_slice(&body);
        let answer = answer.map_err(|error| {
            failed(format!("GitHub's answer cannot be read: {}", json_fault(&error)))
        })?;
        Ok(answer.value)
    }
}
