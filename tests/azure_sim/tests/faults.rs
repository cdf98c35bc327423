//! Faults strike where and when their script says, and do what it says.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use super::super::azure_sim::{Action, Fault, Options, Phase, Script};
use super::{PRODUCTION, Served, read};

const QUERY: &str = "/providers/Microsoft.ResourceGraph/resources?api-version=2024-04-01";

fn disks() -> String {
    format!("/subscriptions/{PRODUCTION}/providers/Microsoft.Compute/disks?api-version=2023-04-02")
}

fn served(fault: Fault) -> Served {
    Served::contoso(Options { faults: vec![fault], page_size: 1000, ..Options::default() })
}

fn action(text: Value) -> Action {
    serde_json::from_value(text).unwrap()
}

#[tokio::test]
async fn a_fault_strikes_the_calls_that_it_names() {
    let fault = Fault::new(action(
        json!({"type": "status", "status": 503, "headers": {"Retry-After": "2"}}),
    ));
    let served =
        served(fault.at("*/microsoft.compute/*").of_kind("Microsoft.Compute/disks").on_calls(2, 2));
    let other = format!(
        "/subscriptions/{PRODUCTION}/providers/Microsoft.Compute/virtualMachines?api-version=2024-03-01"
    );
    let mut statuses = Vec::new();
    for _ in 0..4 {
        assert_eq!(served.get(&other).await.0, 200);
        let response = served.send(Method::GET, &disks(), None).await;
        statuses.push(response.status().as_u16());
        if response.status() == 503 {
            assert_eq!(response.headers()["retry-after"], "2");
        }
    }
    assert_eq!(statuses, [200, 503, 503, 200]);
    let log = served.simulator.log();
    let struck: Vec<u64> =
        log.iter().filter(|entry| entry.fault.is_some()).map(|entry| entry.number).collect();
    assert_eq!(struck, [4, 6]);
    assert_eq!(log[3].fault.as_deref(), Some("Status"));
    assert_eq!(served.simulator.requests(Phase::ResourceManager), 8);
}

#[tokio::test]
async fn flat_lists_count_as_the_type_that_they_hold() {
    let item =
        "Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers/protectedItems";
    let served = served(Fault::new(Action::Vanish).of_kind(item));
    let vault = format!(
        "/subscriptions/{PRODUCTION}/resourceGroups/rg-backup/providers/Microsoft.RecoveryServices/vaults/rsv-prod-weu-vm"
    );
    assert_eq!(
        served.get(&format!("{vault}/backupProtectedItems?api-version=2025-08-01")).await.0,
        404
    );
    assert_eq!(served.get(&format!("{vault}/backupPolicies?api-version=2025-08-01")).await.0, 200);
}

#[tokio::test]
async fn queries_are_told_apart_by_their_text() {
    let fault = Fault::new(Action::Throttle { retry_after: Some(3) });
    let served = served(fault.in_phase(Phase::ResourceGraph).asking("BackupJobs").on_calls(1, 1));
    let ask = |query: &str| served.send(Method::POST, QUERY, Some(json!({"query": query})));
    assert_eq!(ask("resources | count").await.status(), 200);
    let jobs = "recoveryservicesresources | where type endswith 'backupjobs' | count";
    let struck = ask(jobs).await;
    assert_eq!(
        (struck.status().as_u16(), &struck.headers()["retry-after"]),
        (429, &"3".parse().unwrap())
    );
    assert_eq!(read(struck).await.1["error"]["code"], "RateLimiting");
    assert_eq!(ask(jobs).await.status(), 200);
}

#[tokio::test]
async fn errors_are_those_of_the_service() {
    for (fault, code) in [
        (json!({"type": "throttle"}), "SubscriptionRequestsThrottled"),
        (
            json!({"type": "forbid", "permission": "Microsoft.Compute/disks/read"}),
            "AuthorizationFailed",
        ),
        (
            json!({"type": "unregister", "namespace": "Microsoft.Compute"}),
            "MissingSubscriptionRegistration",
        ),
        (json!({"type": "status", "status": 500}), "InternalServerError"),
        (
            json!({"type": "status", "status": 400, "code": "AadPremiumLicenseRequired"}),
            "AadPremiumLicenseRequired",
        ),
    ] {
        let served = served(Fault::new(action(fault.clone())));
        assert_eq!(served.get(&disks()).await.1["error"]["code"], code, "{fault}");
    }
    let directory = served(Fault::new(action(json!({"type": "forbid", "permission": "x"}))));
    assert_eq!(
        directory.get("/v1.0/groups").await.1["error"]["code"],
        "Authorization_RequestDenied"
    );
    let expiring = served(Fault::new(Action::ExpireTokens).at("/subscriptions"));
    let tenant = expiring.simulator.tenant().to_owned();
    let url = format!("{}/{tenant}/oauth2/v2.0/token", expiring.simulator.url());
    let form = "grant_type=client_credentials&client_secret=x&scope=https://management.simulated.example.com/.default";
    let (_, token) = read(expiring.client.post(url).body(form).send().await.unwrap()).await;
    let ask = |path: &str| {
        let url = format!("{}{path}?api-version=2022-12-01", expiring.simulator.url());
        expiring.client.get(url).bearer_auth(token["access_token"].as_str().unwrap()).send()
    };
    assert_eq!(ask("/tenants").await.unwrap().status(), 200);
    assert_eq!(
        read(ask("/subscriptions").await.unwrap()).await.1["error"]["code"],
        "ExpiredAuthenticationToken"
    );
    assert_eq!(ask("/tenants").await.unwrap().status(), 401);
}

#[tokio::test]
async fn connections_end_where_they_are_told_to() {
    for fault in [
        json!({"type": "drop"}),
        json!({"type": "cut", "bytes": 0}),
        json!({"type": "cut", "bytes": 200}),
        json!({"type": "length", "by": 10}),
    ] {
        let served = served(Fault::new(action(fault.clone())));
        let url = format!("{}{}", served.simulator.url(), disks());
        let answer = async {
            let response = served.client.get(&url).bearer_auth(super::TOKEN).send().await?;
            response.bytes().await
        };
        assert!(answer.await.is_err(), "{fault}");
        let status = served.simulator.log()[0].status;
        assert_eq!(status, if fault["type"] == "drop" { 0 } else { 200 });
    }
}

#[tokio::test]
async fn bodies_are_spoilt_as_told() {
    async fn body(fault: Value) -> (u16, String) {
        let served = served(Fault::new(action(fault)));
        let response = served.send(Method::GET, &disks(), None).await;
        (response.status().as_u16(), response.text().await.unwrap())
    }
    let (_, whole) = body(json!({"type": "delay", "ms": 1})).await;
    assert!(serde_json::from_str::<Value>(&whole).is_ok());
    assert!(body(json!({"type": "truncate", "bytes": 300})).await.1 == whole[..300]);
    assert!(body(json!({"type": "length", "by": -10})).await.1 == whole[..whole.len() - 10]);
    assert_eq!(body(json!({"type": "replace", "body": "null"})).await.1, "null");
    assert!(serde_json::from_str::<Value>(&body(json!({"type": "malform"})).await.1).is_err());
    assert!(body(json!({"type": "slow", "bytes": 4096, "pause-ms": 1})).await.1 == whole);
    assert_eq!(body(json!({"type": "pad", "megabytes": 1})).await.1.len(), whole.len() + (1 << 20));
    let (status, page) = body(json!({"type": "html", "status": 502})).await;
    assert!(status == 502 && page.starts_with("<html>"));
}

#[tokio::test]
async fn a_bomb_unpacks_to_far_more_than_was_sent() {
    let served = served(Fault::new(Action::GzipBomb { megabytes: 4 }));
    let mut response = served.send(Method::GET, &disks(), None).await;
    let mut unpacked = 0;
    while let Ok(Some(chunk)) = response.chunk().await {
        assert!(chunk.iter().all(|byte| *byte == b' '));
        unpacked += chunk.len();
    }
    assert!(unpacked > 3 << 20, "{unpacked}");
}

#[tokio::test]
async fn nothing_comes_where_the_service_hangs() {
    let served = served(Fault::new(Action::Hang));
    let url = format!("{}{}", served.simulator.url(), disks());
    let request =
        served.client.get(url).bearer_auth(super::TOKEN).timeout(Duration::from_millis(50));
    assert!(request.send().await.unwrap_err().is_timeout());
}

#[tokio::test]
async fn pages_lead_astray() {
    async fn list(served: &Served) -> Value {
        served.get(&disks()).await.1
    }
    let rows = |body: &Value| body["value"].as_array().unwrap().len();
    let plain = served(Fault::new(Action::Delay { ms: 0 }));
    let whole = list(&plain).await;
    let looping = served(Fault::new(Action::PageLoop));
    let link = list(&looping).await["nextLink"].clone();
    assert_eq!(link, format!("{}{}", looping.simulator.url(), disks()));
    let foreign =
        served(Fault::new(Action::ForeignLink { url: "https://example.com/next".to_owned() }));
    assert_eq!(list(&foreign).await["nextLink"], "https://example.com/next");
    let empty = served(Fault::new(Action::EmptyPage).on_calls(1, 1));
    let first = list(&empty).await;
    assert_eq!(rows(&first), 0);
    assert_eq!(empty.get(first["nextLink"].as_str().unwrap()).await.1["value"], whole["value"]);
    let twice = list(&served(Fault::new(Action::DuplicateRows))).await;
    assert_eq!(rows(&twice), rows(&whole) + 1);
    assert_eq!(twice["value"][rows(&whole)], whole["value"][0]);
    assert_eq!(rows(&list(&served(Fault::new(Action::LoseRow))).await), rows(&whole) - 1);
}

#[tokio::test]
async fn the_graph_miscounts_and_cuts() {
    async fn answer(action: Action) -> Value {
        let served = served(Fault::new(action).in_phase(Phase::ResourceGraph));
        let body = json!({"query": "resources | project id", "options": {"$top": 10}});
        read(served.send(Method::POST, QUERY, Some(body)).await).await.1
    }
    let plain = answer(Action::Delay { ms: 0 }).await;
    let total = plain["totalRecords"].as_i64().unwrap();
    assert_eq!(answer(Action::CountMismatch { by: -3 }).await["totalRecords"], total - 3);
    let lost = answer(Action::LoseRow).await;
    assert_eq!((&lost["count"], &lost["totalRecords"]), (&9.into(), &total.into()));
    let cut = answer(Action::ResultTruncated).await;
    assert_eq!((&cut["resultTruncated"], cut.get("$skipToken")), (&"true".into(), None));
    let served = served(Fault::new(Action::Quota { remaining: 1 }));
    let response =
        served.send(Method::POST, QUERY, Some(json!({"query": "resources | count"}))).await;
    assert_eq!(response.headers()["x-ms-user-quota-remaining"], "1");
}

#[tokio::test]
async fn a_script_is_read_from_toml_and_from_json() {
    let folder = tempfile::tempdir().unwrap();
    let toml = folder.path().join("faults.toml");
    let scope = format!("/subscriptions/{PRODUCTION}");
    let text = format!(
        "[[fault]]\npath = \"*/disks\"\nphase = \"resource-manager\"\ncall = 2\ntimes = 1\naction = {{ type = \"status\", status = 502 }}\n\n[[refusal]]\nscope = \"{scope}\"\nkind = \"Microsoft.Compute/virtualMachines\"\n"
    );
    std::fs::write(&toml, text).unwrap();
    let json = folder.path().join("faults.json");
    std::fs::write(&json, r#"{"fault": [{"path": "*/disks", "call": 2, "times": 1, "action": {"type": "status", "status": 502}}]}"#).unwrap();
    for path in [&toml, &json] {
        let script = Script::open(path).unwrap();
        let options =
            Options { faults: script.faults, refusals: script.refusals, ..Options::default() };
        let served = Served::contoso(options);
        assert_eq!(served.get(&disks()).await.0, 200);
        assert_eq!(served.get(&disks()).await.0, 502);
        let machines =
            format!("{scope}/providers/Microsoft.Compute/virtualMachines?api-version=2024-03-01");
        assert_eq!(served.get(&machines).await.0, if path == &toml { 403 } else { 200 });
    }
    for wrong in [
        "[[fault]]\naction = { type = \"explode\" }",
        "[[fault]]\npaths = \"x\"\naction = { type = \"drop\" }",
        "[[fault]]\npath = \"x\"",
    ] {
        std::fs::write(&toml, wrong).unwrap();
        assert!(Script::open(&toml).is_err(), "{wrong}");
    }
}
