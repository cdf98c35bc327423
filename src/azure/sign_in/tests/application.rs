//! Applications: a secret, a workflow of GitHub, a pod.

use std::io::Write as _;

use super::*;
use crate::azure::token::{Audience, TokenSource as _};

#[tokio::test]
async fn a_secret_of_the_environment_signs_in() {
    let server = Scripted::start(token).await;
    let session = sign_in(&server, with_secret(), None).run(&http()).await.expect("a session");
    assert_eq!(session.method(), AuthChoice::ClientSecret);
    assert_eq!(
        session.summary(),
        "signed in by the client secret of the environment (client-secret)"
    );
    let graph = session.token(Audience::Directory).await.expect("a token");
    assert_eq!(graph.secret(), "token-for-graph");
    let arm = session.token(Audience::ResourceManager).await.expect("a token");
    assert_eq!(arm.secret(), "token-for-arm");
    let asked = server.asked();
    assert_eq!(asked.len(), 2, "each token is asked for once");
    for (asked, scope) in
        asked.iter().zip(["https://arm.example/.default", "https://graph.example/.default"])
    {
        assert_eq!(asked.target, "/tenant.example/oauth2/v2.0/token");
        assert_eq!(asked.field("scope").as_deref(), Some(scope));
        assert_eq!(asked.field("client_secret").as_deref(), Some(SECRET));
        assert_eq!(asked.field("client_id").as_deref(), Some("client"));
    }
}

#[tokio::test]
async fn a_workflow_of_github_signs_in() {
    let server = Scripted::start(|asked| {
        if asked.target.starts_with("/oidc") {
            assert_eq!(asked.target, "/oidc?run=1&audience=api%3A%2F%2FAzureADTokenExchange");
            assert_eq!(asked.header("authorization"), Some("Bearer request-token"));
            return reply(200, r#"{"count":1,"value":"github-assertion"}"#);
        }
        assert_eq!(asked.field("client_assertion").as_deref(), Some("github-assertion"));
        token(asked)
    })
    .await;
    let variables = [
        ("ACTIONS_ID_TOKEN_REQUEST_URL", format!("{}/oidc?run=1", server.url())),
        ("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "request-token".to_owned()),
        // A secret is there too; the workflow's own identity comes first.
        ("AZURE_CLIENT_SECRET", SECRET.to_owned()),
    ];
    let environment: Environment = application().into_iter().chain(variables).collect();
    let session = sign_in(&server, environment, None).run(&http()).await.expect("a session");
    assert_eq!(session.method(), AuthChoice::GithubOidc);
}

#[tokio::test]
async fn a_workflow_that_github_gives_no_token_is_told() {
    let cases = [
        (reply(403, "{}"), "status 403"),
        (reply(200, "<html>"), "it is not JSON"),
        (reply(200, r#"{"value":7}"#), "not what it should be"),
        (Vec::new(), "GitHub cannot be reached"),
    ];
    for (sent, says) in cases {
        let server = Scripted::start(move |_| sent.clone()).await;
        let variables = [
            ("ACTIONS_ID_TOKEN_REQUEST_URL", format!("{}/oidc", server.url())),
            ("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "request-token".to_owned()),
        ];
        let environment: Environment = application().into_iter().chain(variables).collect();
        let (cause, advice) = refusal(&sign_in(&server, environment, None)).await;
        assert!(cause.contains(says), "{cause}");
        assert!(advice.contains("id-token: write"), "{advice}");
    }
    let server = Scripted::start(|_| reply(500, "")).await;
    let variables = [
        ("ACTIONS_ID_TOKEN_REQUEST_URL", "http://evil.example/oidc".to_owned()),
        ("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "request-token".to_owned()),
    ];
    let environment: Environment = application().into_iter().chain(variables).collect();
    let (cause, _) = refusal(&sign_in(&server, environment, None)).await;
    assert!(cause.contains("no https address"), "{cause}");
}

#[tokio::test]
async fn a_pod_signs_in() {
    let server = Scripted::start(|asked| {
        assert_eq!(asked.field("client_assertion").as_deref(), Some("pod-assertion"));
        token(asked)
    })
    .await;
    let mut file = tempfile::NamedTempFile::new().expect("a file");
    file.write_all(b"pod-assertion").expect("written");
    let path = file.path().to_str().expect("a path").to_owned();
    let variables = [("AZURE_FEDERATED_TOKEN_FILE", path)];
    let environment: Environment = application().into_iter().chain(variables).collect();
    let session = sign_in(&server, environment, None).run(&http()).await.expect("a session");
    assert_eq!(session.method(), AuthChoice::WorkloadIdentity);

    let variables = [("AZURE_FEDERATED_TOKEN_FILE", "/nowhere/token".to_owned())];
    let environment: Environment = application().into_iter().chain(variables).collect();
    let (cause, _) = refusal(&sign_in(&server, environment, None)).await;
    assert!(cause.contains("/nowhere/token"), "{cause}");
}

#[tokio::test]
async fn what_is_half_set_up_is_not_passed_over() {
    let server = Scripted::start(token).await;
    for (variables, says) in [
        (vec![("AZURE_CLIENT_SECRET", SECRET)], "AZURE_TENANT_ID, AZURE_CLIENT_ID is not set"),
        (
            vec![
                ("AZURE_CLIENT_SECRET", SECRET),
                ("AZURE_TENANT_ID", "t"),
                ("AZURE_CLIENT_ID", " "),
            ],
            "AZURE_CLIENT_ID is not set",
        ),
        (vec![("AZURE_FEDERATED_TOKEN_FILE", "/f")], "AZURE_FEDERATED_TOKEN_FILE is set, but"),
    ] {
        let (cause, _) = refusal(&sign_in(&server, variables.into_iter().collect(), None)).await;
        assert!(cause.contains(says), "{cause}");
    }
    let chosen = sign_in(&server, Environment::default(), Some(AuthChoice::GithubOidc));
    let (cause, _) = refusal(&chosen).await;
    assert!(cause.contains("ACTIONS_ID_TOKEN_REQUEST_URL"), "{cause}");
    assert!(server.asked().is_empty());
}

#[tokio::test]
async fn a_tenant_that_is_named_comes_first() {
    let server = Scripted::start(token).await;
    let sign_in =
        SignIn { tenant: Some("named".to_owned()), ..sign_in(&server, with_secret(), None) };
    sign_in.run(&http()).await.expect("a session");
    assert_eq!(server.asked()[0].target, "/named/oauth2/v2.0/token");
}

#[tokio::test]
async fn a_wrong_secret_ends_it_and_says_what_to_do() {
    let description =
        "AADSTS7000215: Invalid client secret provided. Trace ID: 1\r\nTimestamp: \"now\"";
    let body = json!({"error": "invalid_client", "error_description": description, "error_codes": [7_000_215]});
    let sent = reply(401, &body.to_string());
    let server = Scripted::start(move |_| sent.clone()).await;
    let (cause, advice) = refusal(&sign_in(&server, with_secret(), None)).await;
    let expected = "AADSTS7000215: Invalid client secret provided. Trace ID: 1 Timestamp: \"now\"";
    assert_eq!(cause, expected);
    assert_eq!(advice, "AZURE_CLIENT_SECRET must be the value of the secret, not its id");
    assert_eq!(server.asked().len(), 1);
}

#[tokio::test]
async fn answers_that_are_none_are_told() {
    let answer = |changed: &[(&str, Value)]| {
        let mut body = json!({"token_type": "Bearer", "expires_in": 3600, "access_token": "t"});
        for (name, value) in changed {
            body[*name] = value.clone();
        }
        reply(200, &body.to_string())
    };
    let cases = [
        ("html", reply(200, "<html>sign in here</html>"), "not JSON"),
        ("cut", reply(200, r#"{"access_token":"t","expires_in":36"#), "not JSON"),
        ("list", reply(200, "[]"), "not JSON"),
        ("empty token", answer(&[("access_token", "".into())]), "no token"),
        ("no token", answer(&[("access_token", Value::Null)]), "no token"),
        ("odd token", answer(&[("access_token", "a b\n".into())]), "no token"),
        ("expired", answer(&[("expires_in", 0.into())]), "how long"),
        ("long ago", answer(&[("expires_in", (-5).into())]), "how long"),
        ("for ever", answer(&[("expires_in", i64::MAX.into())]), "how long"),
        ("no life", answer(&[("expires_in", Value::Null)]), "how long"),
        ("error page", reply(400, "<html>"), "status 400"),
        ("broken", reply(503, ""), "status 503"),
        ("cut off", b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n".to_vec(), "cannot be reached"),
        ("large", reply(200, &" ".repeat(2 << 20)), "too large"),
    ];
    for (name, sent, says) in cases {
        let server = Scripted::start(move |_| sent.clone()).await;
        let (cause, advice) = refusal(&sign_in(&server, with_secret(), None)).await;
        assert!(cause.contains(says), "{name}: {cause}");
        assert!(advice.contains("AZURE_CLIENT_SECRET"), "{name}: {advice}");
    }
}

#[tokio::test]
async fn a_service_that_stumbles_is_asked_again() {
    let count = std::sync::atomic::AtomicU32::new(0);
    let server = Scripted::start(move |asked| {
        match count.fetch_add(1, std::sync::atomic::Ordering::Relaxed) {
            0 => crate::azure::tests::server::reply_with(503, &[("retry-after", "3600")], b""),
            _ => token(asked),
        }
    })
    .await;
    sign_in(&server, with_secret(), None).run_within(&http(), limits()).await.expect("a session");
    assert_eq!(server.asked().len(), 2);
}

#[tokio::test]
async fn a_service_that_says_nothing_is_not_waited_for() {
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", silent.local_addr().expect("an address"));
    let arm = ("https://arm.example", "https://arm.example");
    let cloud = Cloud::new("Simulated", &url, arm, "https://graph.example").expect("addresses");
    let sign_in = SignIn { cloud, environment: with_secret(), choice: None, tenant: None };
    let short = Duration::from_millis(100);
    let read_short = Http::new(Timeouts { read: short, ..Timeouts::default() }).expect("TLS");
    for (http, limits, says) in [
        (read_short, limits(), "cannot be reached"),
        (http(), Limits { token: short, ..limits() }, "there was no token"),
    ] {
        let error = sign_in.run_within(&http, limits).await.expect_err("no token").to_string();
        assert!(error.contains(says), "{error}");
    }
}
