//! Tokens and secrets appear nowhere: not in what a run says, not in what it says when it fails.

use std::fmt::Write as _;
use std::sync::{Arc, Mutex};

use super::*;
use crate::azure::tests::server::reply_with;
use crate::azure::token::{Audience, TokenSource};
use crate::azure::{Client, Exchange, Get, GraphQuery, Observer, Options, Patience, Pause};

/// A token as Entra's look, and one as others' look.
const JWT: &str = "eyJhbGciOiJub25lIn0.eyJ0aWQiOiJ0IiwidXBuIjoiYUBiIn0.c2lnbmF0dXJlLXMzY3IzdA";
const OPAQUE: &str = "opaque-token-of-azure";
const REQUEST: &str = "request-token-of-github";
const ASSERTION: &str = "assertion-of-github";

#[derive(Debug, Default)]
struct Log(Mutex<String>);

impl Observer for Log {
    fn answered(&self, exchange: &Exchange<'_>) {
        let _ = writeln!(self.0.lock().expect("a lock"), "{exchange:?}");
    }

    fn waiting(&self, pause: &Pause<'_>) {
        let _ = writeln!(self.0.lock().expect("a lock"), "{pause:?}");
    }
}

/// A server that says everything it was told back to whoever asks, in every shape.
async fn parrot(token: &'static str, status: u16) -> Scripted {
    Scripted::start(move |asked| {
        let told = format!("{} {} {:?}", asked.target, asked.body, asked.headers);
        if asked.target.starts_with("/oidc") {
            return reply(200, &json!({ "value": ASSERTION }).to_string());
        }
        if asked.target.contains("oauth2") && status == 200 {
            let body = json!({"token_type": "Bearer", "expires_in": 3600, "access_token": token});
            return reply(200, &body.to_string());
        }
        let body = json!({
            "error": {"code": told, "message": told}, "error_description": told, "value": told
        });
        let status = if status == 200 { 403 } else { status };
        reply_with(status, &[("x-told", "a")], body.to_string().as_bytes())
    })
    .await
}

fn environment(server: &Scripted, is_workflow: bool) -> Environment {
    let mut variables = application();
    if is_workflow {
        variables.push(("ACTIONS_ID_TOKEN_REQUEST_URL", format!("{}/oidc", server.url())));
        variables.push(("ACTIONS_ID_TOKEN_REQUEST_TOKEN", REQUEST.to_owned()));
    } else {
        variables.push(("AZURE_CLIENT_SECRET", SECRET.to_owned()));
    }
    variables.into_iter().collect()
}

/// Everything that anybody could see of a run.
async fn seen(token: &'static str, status: u16, is_workflow: bool) -> String {
    let server = parrot(token, status).await;
    let url = server.url();
    let cloud = Cloud::new("Simulated", &url, (&url, &url), &url).expect("addresses");
    let environment = environment(&server, is_workflow);
    let sign_in = SignIn { cloud: cloud.clone(), environment, choice: None, tenant: None };
    let mut seen = format!("{sign_in:?} {cloud:?}\n");
    let session = match sign_in.run_within(&http(), limits()).await {
        Ok(session) => Arc::new(session),
        Err(error) => {
            let report = miette::Report::new(error);
            let _ = writeln!(seen, "{report} {report:?} {:?}", report.to_string());
            return seen;
        }
    };
    let _ = writeln!(seen, "{} {session:?} {:?}", session.summary(), session.identity());
    let log = Arc::new(Log::default());
    let observer: Arc<dyn Observer> = Arc::<Log>::clone(&log);
    let patience =
        Patience { requests: 2, first_wait: Duration::from_millis(1), ..Patience::default() };
    let options = Options { observer: Some(observer), patience, ..Options::default() };
    let tokens: Arc<dyn TokenSource> = Arc::<Session>::clone(&session);
    let client = Client::new(&http(), cloud, tokens, options);
    let failure = client.get(&Get::arm("/subscriptions/s/vaults", "1")).await.expect_err("refused");
    let _ = writeln!(seen, "{failure} {failure:?} {client:?}");
    let query =
        GraphQuery { text: "resources".into(), subscriptions: vec![], management_groups: vec![] };
    let failure = client.query(&query).next().await.expect_err("refused");
    let _ = writeln!(seen, "{failure} {failure:?}");
    let failure = client.get(&Get::directory("/v1.0/groups")).await.expect_err("refused");
    let _ = writeln!(seen, "{failure} {failure:?}");
    let token = session.token(Audience::ResourceManager).await.expect("a token");
    let _ = writeln!(seen, "{token:?} {session:?} {}", log.0.lock().expect("a lock"));
    assert!(seen.contains("403"), "the log shows what happened: {seen}");
    seen
}

#[tokio::test]
async fn no_token_and_no_secret_is_seen() {
    for token in [JWT, OPAQUE] {
        for status in [200, 400, 401] {
            for is_workflow in [false, true] {
                let seen = seen(token, status, is_workflow).await;
                let escaped = SECRET.replace('~', "%7E");
                for secret in [token, SECRET, &escaped, REQUEST, ASSERTION, "s3cr3t", "c2lnbmF0"] {
                    assert!(
                        !seen.contains(secret),
                        "{secret} is seen ({status}, workflow: {is_workflow}): {seen}"
                    );
                }
            }
        }
    }
}
