mod application;
#[cfg(unix)]
mod command_line;
mod leaks;
mod managed;
mod tokens;

use std::time::Duration;

use serde_json::{Value, json};

use super::*;
use crate::azure::http::Timeouts;
use crate::azure::tests::server::{Asked, Scripted, Sent, reply};

/// A secret of the application, which must be seen nowhere but in the request for a token.
const SECRET: &str = "s3cr3t~of.the-application";

fn http() -> Http {
    Http::new(Timeouts::default()).expect("TLS")
}

/// A cloud whose sign-in service is a server of this machine.
fn cloud(server: &Scripted) -> Cloud {
    let arm = ("https://arm.example", "https://arm.example/");
    Cloud::new("Simulated", &server.url(), arm, "https://graph.example").expect("addresses")
}

/// An answer with a token for the scope that was asked for.
fn token(asked: &Asked) -> Sent {
    let scope = asked.field("scope").unwrap_or_default();
    let audience = if scope.contains("graph") { "graph" } else { "arm" };
    let body = json!({
        "token_type": "Bearer", "expires_in": 3600, "ext_expires_in": 3600,
        "access_token": format!("token-for-{audience}"),
    });
    reply(200, &body.to_string())
}

fn application() -> Vec<(&'static str, String)> {
    vec![
        ("AZURE_TENANT_ID", "tenant.example".to_owned()),
        ("AZURE_CLIENT_ID", "client".to_owned()),
        ("PATH", "/nowhere".to_owned()),
    ]
}

fn with_secret() -> Environment {
    application().into_iter().chain([("AZURE_CLIENT_SECRET", SECRET.to_owned())]).collect()
}

fn sign_in(server: &Scripted, environment: Environment, choice: Option<AuthChoice>) -> SignIn {
    SignIn { cloud: cloud(server), environment, choice, tenant: None }
}

fn limits() -> Limits {
    let minute = Duration::from_mins(1);
    Limits { command: minute, token: minute, retry: Duration::from_millis(5) }
}

/// What stands in the error of a sign-in that does not work, and its advice.
async fn refusal(sign_in: &SignIn) -> (String, String) {
    match sign_in.run_within(&http(), limits()).await {
        Err(SignInError::Refused { cause, advice, .. }) => (cause, advice),
        other => panic!("no refusal: {other:?}"),
    }
}
