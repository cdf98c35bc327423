//! The command lines that people have signed in with, played by scripts.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use tempfile::TempDir;

use super::*;
use crate::azure::token::{Audience, TokenSource as _};

/// In 2100.
const LATER: &str = r#"{"accessToken":"az-token","expires_on":4102444800,"tokenType":"Bearer"}"#;

/// A folder with scripts of the given names, and the environment in which they are found. Each notes how it
/// was called.
fn tools(scripts: &[(&str, &str)]) -> (TempDir, Environment) {
    let folder = tempfile::tempdir().expect("a folder");
    let shown = folder.path().display().to_string();
    for (name, script) in scripts {
        let path = folder.path().join(name);
        let text = format!("#!/bin/sh\necho \"$@\" >> {shown}/{name}.calls\n{script}\n");
        fs::write(&path, text).expect("written");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("executable");
    }
    let path = format!("{shown}:/usr/bin:/bin");
    // Whoever has the real ones installed there must not sign in with them.
    let path = if scripts.len() < 2 { path.replace(":/usr/bin:/bin", "") } else { path };
    (folder, [("PATH", path)].into_iter().collect())
}

fn calls(folder: &TempDir, name: &str) -> Vec<String> {
    let text = fs::read_to_string(folder.path().join(format!("{name}.calls"))).unwrap_or_default();
    text.lines().map(str::to_owned).collect()
}

async fn run(environment: Environment, choice: Option<AuthChoice>) -> Result<Session, SignInError> {
    run_within(environment, choice, limits()).await
}

async fn run_within(
    environment: Environment,
    choice: Option<AuthChoice>,
    limits: Limits,
) -> Result<Session, SignInError> {
    let cloud = Cloud::named("AzureCloud").expect("a cloud");
    let sign_in = SignIn { cloud, environment, choice, tenant: None };
    sign_in.run_within(&http(), limits).await
}

#[tokio::test]
async fn the_azure_cli_is_asked_once_for_each_service() {
    let (folder, environment) = tools(&[("az", &format!("echo '{LATER}'"))]);
    let session = run(environment, None).await.expect("a session");
    assert_eq!(session.summary(), "signed in by the Azure CLI (azure-cli)");
    for _ in 0..3 {
        let token = session.token(Audience::ResourceManager).await.expect("a token");
        assert_eq!(token.secret(), "az-token");
    }
    let both = futures::future::join_all((0..8).map(|_| session.token(Audience::Directory))).await;
    assert!(both.iter().all(Result::is_ok));
    assert_eq!(
        calls(&folder, "az"),
        [
            "account get-access-token -o json --scope https://management.azure.com/.default",
            "account get-access-token -o json --scope https://graph.microsoft.com/.default",
        ]
    );
}

#[tokio::test]
async fn the_azure_developer_cli_comes_when_the_other_is_not_used() {
    let azd = r#"echo '{"token":"azd-token","expiresOn":"2100-01-01T00:00:00Z"}'"#;
    let unused = "echo \"ERROR: Please run 'az login' to setup account.\" >&2; exit 1";
    for scripts in [vec![("azd", azd)], vec![("az", unused), ("azd", azd)]] {
        let (_folder, environment) = tools(&scripts);
        let session = run(environment, None).await.expect("a session");
        assert_eq!(session.method(), AuthChoice::AzureDeveloperCli);
    }
}

#[tokio::test]
async fn a_sign_in_that_does_not_work_ends_it() {
    let azd = r#"echo '{"token":"azd-token","expiresOn":"2100-01-01T00:00:00Z"}'"#;
    let expired = LATER.replace("4102444800", "1000000000");
    let no_time = LATER.replace("4102444800", "null");
    let cases = [
        ("echo 'some garbage with a s3cr3t in it'", "what it says is no token: it is not JSON"),
        ("echo '\"s3cr3t\"'", "what it says is no token: the JSON is not what it should be"),
        ("true", "what it says is no token: the JSON ends too early"),
        (
            "echo 'WARNING: x' >&2; echo 'ERROR: AADSTS70043: The refresh token has expired. Please run: az login' >&2; exit 1",
            "AADSTS70043: The refresh token has expired. Please run: az login",
        ),
        (
            "echo \"ERROR: AADSTS50173: Revoked. Please run 'az login' to setup account.\" >&2; exit 1",
            "AADSTS50173: Revoked.",
        ),
        (&format!("echo '{expired}'"), "has expired already"),
        (&format!("echo '{no_time}'"), "2.54.0"),
        (&format!("echo '{}'", LATER.replace("az-token", "")), "a token that is none"),
    ];
    for (script, says) in cases {
        let (folder, environment) = tools(&[("az", script), ("azd", azd)]);
        let Err(SignInError::Refused { choice, cause, advice }) = run(environment, None).await
        else {
            panic!("{script}: it went on")
        };
        assert_eq!(choice, AuthChoice::AzureCli, "{script}");
        assert!(cause.contains(says), "{script}: {cause}");
        assert!(
            !cause.contains("s3cr3t") && advice.contains("az login"),
            "{script}: {cause} {advice}"
        );
        assert!(calls(&folder, "azd").is_empty());
    }
}

#[tokio::test]
async fn when_nothing_is_set_up_all_that_was_tried_is_told() {
    let (_folder, environment) = tools(&[]);
    let error = run(environment, None).await.expect_err("nobody");
    let expected = "nobody is signed in to Azure; tried in turn:
  github-oidc: ACTIONS_ID_TOKEN_REQUEST_URL, ACTIONS_ID_TOKEN_REQUEST_TOKEN, AZURE_TENANT_ID, AZURE_CLIENT_ID is not set
  workload-identity: AZURE_FEDERATED_TOKEN_FILE is not set
  client-secret: AZURE_CLIENT_SECRET is not set
  managed-identity: IDENTITY_ENDPOINT and IDENTITY_HEADER are not set; on a virtual machine ask for it with `--auth managed-identity`
  azure-cli: az not found on PATH
  azure-developer-cli: azd not found on PATH";
    assert_eq!(error.to_string(), expected);
    let help = miette::Diagnostic::help(&error).expect("help").to_string();
    assert!(help.contains("az login") && help.contains("--auth"), "{help}");
}

#[tokio::test]
async fn a_tool_that_is_asked_for_by_name_must_work() {
    let (_folder, environment) = tools(&[]);
    let error = run(environment, Some(AuthChoice::AzureCli)).await.expect_err("no tool");
    let said = error.to_string();
    assert_eq!(said, "cannot sign in to Azure by the Azure CLI: az not found on PATH");
}

#[tokio::test]
async fn a_tool_that_says_nothing_is_not_waited_for() {
    let (_folder, environment) = tools(&[("az", "exec sleep 5"), ("azd", "true")]);
    let limits = Limits { command: Duration::from_millis(200), ..limits() };
    let error = run_within(environment, None, limits).await.expect_err("no token").to_string();
    assert!(error.contains("by the Azure CLI") && error.contains("it said nothing"), "{error}");
}
