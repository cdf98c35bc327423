//! The program's own client reads the simulation as it reads Azure.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use backuplint::azure::http::Timeouts;
use backuplint::azure::{
    Audience, Client, Cloud, FailureKind, Get, GraphQuery, Http, Options as ClientOptions, Pages,
    Token, TokenError, TokenSource,
};

use super::super::azure_sim::{Action, Fault, Options, Phase};
use super::{PLANTS, PRODUCTION, Served, TOKEN, estate_rows};

#[derive(Debug)]
struct Known;

#[async_trait::async_trait]
impl TokenSource for Known {
    async fn token(&self, _: Audience) -> Result<Token, TokenError> {
        Ok(Token::new(TOKEN, SystemTime::now() + Duration::from_secs(3600)))
    }

    async fn replace(&self, audience: Audience, _: &Token) -> Result<Token, TokenError> {
        self.token(audience).await
    }
}

fn client(served: &Served) -> Client {
    let url = served.simulator.url();
    let graph = format!("{url}/graph");
    let cloud = Cloud::new("Simulated", &url, (&url, &url), &graph).unwrap();
    let http = Http::new(Timeouts::default()).unwrap();
    Client::new(&http, cloud, Arc::new(Known), ClientOptions::default())
}

async fn ids(mut pages: Pages<'_>) -> (BTreeSet<String>, usize) {
    let mut found = BTreeSet::new();
    let mut count = 0;
    while let Some(page) = pages.next().await.unwrap() {
        found.extend(page.rows.iter().map(|row| row.id().unwrap().to_ascii_lowercase()));
        count += 1;
    }
    (found, count)
}

fn expected(file: &str, subscription: Option<&str>) -> BTreeSet<String> {
    let rows = estate_rows(file, subscription);
    rows.iter().map(|row| row["id"].as_str().unwrap().to_ascii_lowercase()).collect()
}

#[tokio::test]
async fn lists_queries_and_the_directory_are_read_to_their_end() {
    let served = Served::contoso(Options { page_size: 20, ..Options::default() });
    let client = client(&served);
    let machines =
        format!("/subscriptions/{PRODUCTION}/providers/Microsoft.Compute/virtualMachines");
    let (found, pages) = ids(client.pages(&Get::arm(machines, "2024-03-01"))).await;
    let machines = expected("virtual-machines.jsonl", Some(PRODUCTION));
    assert_eq!((&found, pages), (&machines, machines.len().div_ceil(20)));

    let kind =
        "microsoft.recoveryservices/vaults/backupfabrics/protectioncontainers/protecteditems";
    let query = GraphQuery {
        text: format!("recoveryservicesresources | where type in~ ('{kind}') | order by id asc"),
        subscriptions: vec![PRODUCTION.to_owned(), PLANTS.to_owned()],
        management_groups: Vec::new(),
    };
    let items = &expected("protected-items.jsonl", Some(PRODUCTION))
        | &expected("protected-items.jsonl", Some(PLANTS));
    assert_eq!(ids(client.query(&query)).await, (items, 1));

    let groups = Get::directory("/v1.0/groups").with("$top", "3");
    let (found, pages) = ids(client.pages(&groups)).await;
    assert_eq!((found.len(), pages), (10, 4));
    assert_eq!(served.simulator.requests(Phase::Directory), 4);
}

#[tokio::test]
async fn failures_are_recognised_for_what_they_are() {
    let fault = Fault::new(Action::Vanish).of_kind("Microsoft.Compute/disks");
    let unregistered = vec!["Microsoft.DataProtection".to_owned()];
    let served =
        Served::contoso(Options { faults: vec![fault], unregistered, ..Options::default() });
    let client = client(&served);
    let scope = format!("/subscriptions/{PLANTS}");
    let vault = format!(
        "{scope}/resourceGroups/rg-backup/providers/Microsoft.RecoveryServices/vaults/rsv-mfg-gwc"
    );
    let links = Get::arm(format!("{vault}/backupResourceGuardProxies"), "2025-08-01");
    let refused = client.pages(&links).next().await.unwrap_err();
    assert_eq!(refused.kind, FailureKind::Forbidden);
    let missing = "Microsoft.RecoveryServices/vaults/backupResourceGuardProxies/read";
    assert_eq!(refused.missing_action.as_deref(), Some(missing));
    for (list, kind) in [
        ("Microsoft.DataProtection/backupVaults", FailureKind::NotRegistered),
        ("Microsoft.Compute/disks", FailureKind::NotFound),
    ] {
        let get = Get::arm(format!("{scope}/providers/{list}"), "2025-07-01");
        assert_eq!(client.get(&get).await.unwrap_err().kind, kind, "{list}");
    }
}
