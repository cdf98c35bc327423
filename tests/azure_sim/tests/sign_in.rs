//! Signing in, and what answers without it.

use reqwest::Method;
use serde_json::Value;

use super::super::azure_sim::Options;
use super::{Served, client, read};

async fn token(served: &Served, scope: &str, secret: &str) -> (u16, Value) {
    let tenant = served.simulator.tenant();
    let url = format!("{}/{tenant}/oauth2/v2.0/token", served.simulator.url());
    let form =
        format!("grant_type=client_credentials&client_id=x&client_secret={secret}&scope={scope}");
    let request = served.client.post(url).body(form);
    read(request.send().await.unwrap()).await
}

async fn status_with(served: &Served, path: &str, token: &str) -> (u16, Value) {
    let url = format!("{}{path}", served.simulator.url());
    read(served.client.get(url).bearer_auth(token).send().await.unwrap()).await
}

#[tokio::test]
async fn a_client_finds_its_way_from_the_address_alone() {
    let served = Served::contoso(Options::default());
    let url = served.simulator.url();
    let (_, cloud) = served.get("/metadata/endpoints?api-version=2022-09-01").await;
    assert_eq!(cloud["resourceManager"], url);
    assert_eq!(cloud["authentication"]["loginEndpoint"], url);
    let graph = cloud["microsoftGraphResourceId"].as_str().unwrap();
    let audience = cloud["authentication"]["audiences"][0].as_str().unwrap();
    let tenant = served.simulator.tenant().to_owned();
    let (_, configuration) =
        served.get(&format!("/{tenant}/v2.0/.well-known/openid-configuration")).await;
    assert_eq!(configuration["token_endpoint"], format!("{url}/{tenant}/oauth2/v2.0/token"));

    let (status, management) = token(&served, &format!("{audience}/.default"), "any").await;
    assert_eq!((status, management["token_type"].as_str()), (200, Some("Bearer")));
    let (_, directory) = token(&served, &format!("{graph}/.default"), "any").await;
    let text = |value: &Value| value["access_token"].as_str().unwrap().to_owned();
    let (subscriptions, groups) = ("/subscriptions?api-version=2022-12-01", "/graph/v1.0/groups");
    assert_eq!(status_with(&served, subscriptions, &text(&management)).await.0, 200);
    assert_eq!(status_with(&served, groups, &text(&directory)).await.0, 200);
    // Each service takes its own tokens only.
    let (status, body) = status_with(&served, subscriptions, &text(&directory)).await;
    assert_eq!(
        (status, &body["error"]["code"]),
        (401, &"InvalidAuthenticationTokenAudience".into())
    );
    let (status, body) = status_with(&served, groups, &text(&management)).await;
    assert_eq!((status, &body["error"]["code"]), (401, &"InvalidAuthenticationToken".into()));

    served.simulator.expire_tokens();
    let (status, body) = status_with(&served, subscriptions, &text(&management)).await;
    assert_eq!((status, &body["error"]["code"]), (401, &"ExpiredAuthenticationToken".into()));
}

#[tokio::test]
async fn wrong_secrets_and_tenants_are_refused_as_entra_does_it() {
    let served =
        Served::contoso(Options { secret: Some("right".to_owned()), ..Options::default() });
    assert_eq!(token(&served, "x/.default", "right").await.0, 200);
    let (status, body) = token(&served, "x/.default", "wrong").await;
    assert_eq!(
        (status, &body["error"], &body["error_codes"][0]),
        (401, &"invalid_client".into(), &7_000_215.into())
    );
    let url = format!(
        "{}/0b0b0b0b-0000-4000-8000-000000000000/oauth2/v2.0/token",
        served.simulator.url()
    );
    let (status, body) = read(served.client.post(url).send().await.unwrap()).await;
    assert_eq!((status, &body["error_codes"][0]), (400, &90002.into()));
}

#[tokio::test]
async fn other_ways_of_signing_in_give_tokens_that_are_accepted() {
    let served = Served::contoso(Options::default());
    let url = served.simulator.url();
    let resource = "https://management.simulated.example.com";
    let identity = format!("{url}/msi/token?api-version=2019-08-01&resource={resource}");
    let request = served.client.get(&identity).header("x-identity-header", "secret");
    let (_, body) = read(request.send().await.unwrap()).await;
    // A number in text, as App Service writes it.
    assert!(body["expires_on"].as_str().unwrap().parse::<u64>().is_ok());
    let given = body["access_token"].as_str().unwrap();
    assert_eq!(status_with(&served, "/subscriptions?api-version=2022-12-01", given).await.0, 200);
    assert_eq!(read(served.client.get(&identity).send().await.unwrap()).await.0, 400);
    let workflow = format!("{url}/oidc/token?audience=api://AzureADTokenExchange");
    let request = served.client.get(workflow).bearer_auth("run");
    let (_, body) = read(request.send().await.unwrap()).await;
    assert_eq!(body["value"].as_str().unwrap().split('.').count(), 3);
}

#[tokio::test]
async fn a_token_outlives_the_simulation_that_gave_it_out() {
    let audience = "https://management.simulated.example.com/.default";
    let (_, given) = token(&Served::contoso(Options::default()), audience, "any").await;
    let given = given["access_token"].as_str().unwrap().to_owned();
    let next = Served::contoso(Options::default());
    let subscriptions = "/subscriptions?api-version=2022-12-01";
    assert_eq!(status_with(&next, subscriptions, &given).await.0, 200);
    let short = Options { token_lifetime: std::time::Duration::ZERO, ..Options::default() };
    let (_, expired) = token(&Served::contoso(short), audience, "any").await;
    let (_, body) =
        status_with(&next, subscriptions, expired["access_token"].as_str().unwrap()).await;
    assert_eq!(body["error"]["code"], "ExpiredAuthenticationToken");
}

#[tokio::test]
async fn nothing_is_answered_without_a_token() {
    let served = Served::contoso(Options::default());
    let url = format!("{}/subscriptions?api-version=2022-12-01", served.simulator.url());
    let response = served.client.get(&url).send().await.unwrap();
    let challenge = response.headers()["www-authenticate"].to_str().unwrap().to_owned();
    assert!(challenge.starts_with("Bearer authorization_uri=\""), "{challenge}");
    assert_eq!(read(response).await.1["error"]["code"], "AuthenticationFailed");
    let request = served.client.get(&url).bearer_auth("made-up");
    assert_eq!(
        read(request.send().await.unwrap()).await.1["error"]["code"],
        "InvalidAuthenticationToken"
    );
}

#[tokio::test]
async fn https_is_answered_on_the_same_port() {
    let served = Served::contoso(Options::default());
    let trusting = client(Some(served.simulator.certificate()));
    let url = format!("{}/subscriptions?api-version=2022-12-01", served.simulator.https_url());
    let response = trusting.get(&url).bearer_auth(super::TOKEN).send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert!(client(None).get(&url).send().await.is_err(), "nobody else trusts it");
    assert_eq!(
        served.send(Method::DELETE, "/subscriptions/x?api-version=2022-12-01", None).await.status(),
        405
    );
}
