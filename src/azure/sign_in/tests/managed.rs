//! Managed identities. `azure_identity` reads their variables from the process alone, so that the test runs
//! itself once more as a process that has them.

use std::io::Write as _;

use super::*;

/// The server that stands for the address at which virtual machines ask.
const BENEATH: &str = "BACKUPLINT_TEST_BENEATH";
const CHILD: &str = "BACKUPLINT_TEST_MANAGED_IDENTITY";

/// Does its work in the process that the test below starts; does nothing otherwise.
#[tokio::test]
async fn child() {
    let environment = Environment::of_process();
    let Some(choice) = environment.get(CHILD).map(str::to_owned) else { return };
    let cloud = Cloud::named("AzureCloud").expect("a cloud");
    let choice = choice.parse().ok();
    let http = environment.get(BENEATH).map_or_else(http, Http::by_way_of);
    let sign_in = SignIn { cloud, environment, choice, tenant: None };
    let said = match sign_in.run_within(&http, limits()).await {
        Ok(session) => session.summary(),
        Err(error) => error.to_string(),
    };
    writeln!(std::io::stderr(), "child: {said}").expect("somebody who listens");
}

async fn run(server: &Scripted, choice: &str, client: &str) -> String {
    let endpoint = format!("{}/msi/token", server.url());
    let secret = "identity-header-s3cr3t";
    let variables = [("IDENTITY_ENDPOINT", endpoint.as_str()), ("IDENTITY_HEADER", secret)];
    run_with(&variables, choice, client).await
}

async fn run_with(variables: &[(&str, &str)], choice: &str, client: &str) -> String {
    let output = tokio::process::Command::new(std::env::current_exe().expect("a path"))
        .args(["--exact", "azure::sign_in::tests::managed::child", "--nocapture"])
        .env_clear()
        .env(CHILD, choice)
        .envs(variables.iter().copied())
        .env("AZURE_CLIENT_ID", client)
        .output()
        .await
        .expect("a process");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!said.contains("s3cr3t"), "{said}");
    let line = said.lines().find_map(|line| line.split_once("child: "));
    line.unwrap_or_else(|| panic!("it said nothing: {said}")).1.to_owned()
}

#[tokio::test]
async fn the_identity_of_a_service_signs_in() {
    let server = Scripted::start(|_| {
        let body = json!({
            "access_token": "managed-token", "expires_on": "4102444800", "token_type": "Bearer",
            "resource": "https://management.azure.com"
        });
        let body = body.to_string().replace("4102444800", &(now() + 3600).to_string());
        reply(200, &body)
    })
    .await;
    let said = run(&server, "any", "").await;
    assert_eq!(said, "signed in by the managed identity (managed-identity)");
    let said = run(&server, "managed-identity", "one-of-several").await;
    assert_eq!(said, "signed in by the managed identity (managed-identity)");
    let asked = server.asked();
    let target = "/msi/token?api-version=2019-08-01&resource=https%3A%2F%2Fmanagement.azure.com";
    assert_eq!(asked[0].target, target);
    assert_eq!(asked[0].header("x-identity-header"), Some("identity-header-s3cr3t"));
    assert_eq!(asked[1].target, format!("{target}&client_id=one-of-several"));
}

#[tokio::test]
async fn an_identity_that_is_refused_ends_it() {
    let refused =
        r#"{"error":"invalid_request","error_description":"No identity identity-header-s3cr3t"}"#;
    for (sent, says) in [
        (reply(400, refused), "No identity (withheld)"),
        (reply(200, "<html>"), "not JSON"),
        (reply(200, r#"{"access_token":"t","expires_on":"soon"}"#), "how long"),
    ] {
        let server = Scripted::start(move |_| sent.clone()).await;
        let said = run(&server, "any", "").await;
        assert!(said.starts_with("cannot sign in to Azure by the managed identity: "), "{said}");
        assert!(said.contains(says), "{said}");
    }
}

#[tokio::test]
async fn the_identity_of_a_virtual_machine_signs_in() {
    let server = Scripted::start(|_| {
        let body = json!({
            "access_token": "managed-token", "expires_on": (now() + 3600).to_string(),
            "token_type": "Bearer", "resource": "https://management.azure.com",
        });
        reply(200, &body.to_string())
    })
    .await;
    for client in ["", "one-of-several"] {
        let said = run_with(&[(BENEATH, &server.url())], "managed-identity", client).await;
        assert_eq!(said, "signed in by the managed identity (managed-identity)");
    }
    let asked = server.asked();
    let target = "http://169.254.169.254/metadata/identity/oauth2/token?api-version=2019-08-01\
                  &resource=https%3A%2F%2Fmanagement.azure.com";
    assert_eq!(asked[0].target, target);
    assert_eq!(asked[0].header("metadata"), Some("true"));
    assert_eq!(asked[1].target, format!("{target}&client_id=one-of-several"));
    assert_eq!(asked.len(), 2);
}

#[tokio::test]
async fn a_virtual_machine_without_an_identity_says_so() {
    let none = r#"{"error":"invalid_request","error_description":"Identity not found"}"#;
    for (sent, says) in
        [(reply(400, none), "Identity not found"), (reply(200, "<html>"), "not JSON")]
    {
        let server = Scripted::start(move |_| sent.clone()).await;
        let said = run_with(&[(BENEATH, &server.url())], "managed-identity", "").await;
        assert!(said.starts_with("cannot sign in to Azure by the managed identity: "), "{said}");
        assert!(said.contains(says), "{said}");
    }
}

fn now() -> u64 {
    std::time::SystemTime::UNIX_EPOCH.elapsed().expect("after 1970").as_secs()
}
