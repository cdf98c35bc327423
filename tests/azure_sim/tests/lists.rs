//! Resources by id and in lists, filters, and what the caller may not read.

use std::collections::BTreeSet;

use serde_json::Value;

use super::super::azure_sim::Options;
use super::{PLANTS, PRODUCTION, Served, bare, estate_rows, world};

const VAULT: &str = "/subscriptions/230a374c-5a1b-499d-8a88-7e345b9a4fc0/resourceGroups/rg-backup/providers/Microsoft.RecoveryServices/vaults/rsv-prod-weu-vm";
const BACKUP: &str = "api-version=2025-08-01";

fn ids(rows: &[Value]) -> BTreeSet<String> {
    rows.iter().map(|row| row["id"].as_str().unwrap().to_ascii_lowercase()).collect()
}

#[tokio::test]
async fn a_get_answers_the_body_of_the_estate_byte_for_byte() {
    let served = Served::contoso(Options::default());
    for file in [
        "vaults.jsonl",
        "backup-config.jsonl",
        "protected-items.jsonl",
        "locks.jsonl",
        "keys.jsonl",
    ] {
        let row = &estate_rows(file, None)[0];
        // In another case: ids are found, and answered as they are.
        let path = format!(
            "{}?{BACKUP}",
            row["id"].as_str().unwrap().to_ascii_uppercase().replace("/PROVIDERS/", "/providers/")
        );
        let response = served.send(reqwest::Method::GET, &path, None).await;
        assert_eq!(response.text().await.unwrap(), row.to_string(), "{path}");
    }
}

#[tokio::test]
async fn every_resource_is_in_the_list_that_it_belongs_to() {
    let served = Served::contoso(Options { page_size: 7, ..Options::default() });
    let scope = format!("/subscriptions/{PRODUCTION}");
    for (file, list) in [
        ("vaults.jsonl", "Microsoft.RecoveryServices/vaults"),
        ("backup-vaults.jsonl", "Microsoft.DataProtection/backupVaults"),
        ("virtual-machines.jsonl", "Microsoft.Compute/virtualMachines"),
        ("disks.jsonl", "microsoft.compute/disks"),
        ("storage-accounts.jsonl", "Microsoft.Storage/storageAccounts"),
        ("locks.jsonl", "Microsoft.Authorization/locks"),
    ] {
        let expected = estate_rows(file, Some(PRODUCTION));
        let (rows, pages) = served.list(&format!("{scope}/providers/{list}?{BACKUP}")).await;
        assert_eq!(ids(&rows), ids(&expected), "{list}");
        assert_eq!(pages, expected.len().div_ceil(7), "{list}");
    }
    for (file, list) in [
        ("protected-items.jsonl", "backupProtectedItems"),
        ("policies.jsonl", "backupPolicies"),
        ("jobs.jsonl", "backupJobs"),
        ("guard-links.jsonl", "backupResourceGuardProxies"),
        ("diagnostic-settings.jsonl", "providers/Microsoft.Insights/diagnosticSettings"),
    ] {
        let mut expected = estate_rows(file, Some(PRODUCTION));
        if list == "backupJobs" {
            expected.extend(estate_rows("restores.jsonl", Some(PRODUCTION)));
        }
        expected.retain(|row| row["id"].as_str().unwrap().starts_with(&format!("{VAULT}/")));
        let (rows, _) = served.list(&format!("{VAULT}/{list}?{BACKUP}")).await;
        assert_eq!(ids(&rows), ids(&expected), "{list}");
        assert!(!rows.is_empty(), "{list}");
    }
    let none = format!(
        "{scope}/providers/Microsoft.Insights/diagnosticSettings?api-version=2021-05-01-preview"
    );
    assert_eq!(
        served.list(&none).await.0,
        Vec::<Value>::new(),
        "what extends vaults is none of the subscription"
    );
}

#[tokio::test]
async fn a_list_of_vaults_lacks_what_recorded_lists_lack() {
    let served = Served::contoso(Options::default());
    let list =
        format!("/subscriptions/{PRODUCTION}/providers/Microsoft.RecoveryServices/vaults?{BACKUP}");
    for row in served.list(&list).await.0 {
        let names: BTreeSet<&str> =
            row["properties"].as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(
            names,
            BTreeSet::from(["provisioningState", "publicNetworkAccess", "restoreSettings"])
        );
        let (_, whole) = served.get(&format!("{}?{BACKUP}", row["id"].as_str().unwrap())).await;
        assert!(whole["properties"]["securitySettings"].is_object());
        assert!(whole["properties"]["redundancySettings"].is_object());
    }
}

#[tokio::test]
async fn a_list_of_items_lacks_what_recorded_lists_lack() {
    let served = Served::contoso(Options::default());
    let item = estate_rows("protected-items.jsonl", None)
        .into_iter()
        .find(|row| row["properties"]["extendedInfo"].is_object())
        .unwrap();
    let id = item["id"].as_str().unwrap();
    let vault = id.split("/backupFabrics/").next().unwrap();
    let (rows, _) = served.list(&format!("{vault}/backupProtectedItems?{BACKUP}")).await;
    assert!(rows.iter().all(|row| row["properties"].get("extendedInfo").is_none()));
    assert_eq!(served.get(&format!("{id}?{BACKUP}")).await.1, item);
}

#[tokio::test]
async fn pages_are_linked_by_absolute_addresses_of_the_same_host() {
    let served = Served::contoso(Options { page_size: 50, ..Options::default() });
    let path = format!(
        "{VAULT}/backupProtectedItems?{BACKUP}&$filter=backupManagementType%20eq%20'AzureIaasVM'"
    );
    let (_, body) = served.get(&path).await;
    let link = body["nextLink"].as_str().unwrap();
    assert!(
        link.starts_with(&format!(
            "{}{VAULT}/backupProtectedItems?api-version=",
            served.simulator.url()
        )),
        "{link}"
    );
    assert!(link.contains("%24filter=") && link.contains("%24skiptoken="), "{link}");
    let broken = link.replace("skiptoken=", "skiptoken=x");
    assert_eq!(served.get(&broken).await.0, 400);
}

#[tokio::test]
async fn filters_narrow_lists_or_are_refused() {
    let served = Served::contoso(Options::default());
    let items = |filter: &str| format!("{VAULT}/backupProtectedItems?{BACKUP}&$filter={filter}");
    let all = served.list(&format!("{VAULT}/backupProtectedItems?{BACKUP}")).await.0.len();
    assert_eq!(
        served
            .list(&items("backupManagementType eq 'azureiaasvm' and itemType eq 'VM'"))
            .await
            .0
            .len(),
        all
    );
    assert_eq!(served.list(&items("backupManagementType eq 'AzureStorage'")).await.0.len(), 0);
    for wrong in
        ["backupManagementType ne 'x'", "startswith(name,'x')", "a eq 'b' or c eq 'd'", "a eq 'b"]
    {
        let (status, body) = served.get(&items(wrong)).await;
        assert_eq!(
            (status, &body["error"]["code"]),
            (400, &"InvalidFilterInQueryString".into()),
            "{wrong}"
        );
    }
    let jobs = |filter: &str| format!("{VAULT}/backupJobs?{BACKUP}&$filter={filter}");
    let day = "startTime eq '2026-11-18 02:00:00 AM' and endTime eq '2026-11-19 02:00:00 AM'";
    let (of_day, _) = served.list(&jobs(day)).await;
    assert!(!of_day.is_empty());
    for job in &of_day {
        let start = job["properties"]["startTime"].as_str().unwrap();
        assert!(("2026-11-18T02".."2026-11-19T02").contains(&start), "{start}");
    }
    let (failed, _) = served.list(&jobs("status eq 'Failed' and operation eq 'Backup'")).await;
    assert!(failed.iter().all(|job| job["properties"]["status"] == "Failed"));
}

#[tokio::test]
async fn what_the_estate_could_not_read_is_forbidden() {
    let served = Served::contoso(Options::default());
    let manifest = std::fs::read_to_string(super::contoso().join("manifest.json")).unwrap();
    let manifest: Value = serde_json::from_str(&manifest).unwrap();
    let gaps = manifest["gaps"].as_array().unwrap();
    assert_eq!(gaps.len(), 2);
    for gap in gaps {
        let (scope, permission) =
            (gap["scope"].as_str().unwrap(), gap["permission"].as_str().unwrap());
        let list = permission.rsplit('/').nth(1).unwrap();
        let (status, body) = served.get(&format!("{scope}/{list}?{BACKUP}")).await;
        assert_eq!((status, &body["error"]["code"]), (403, &"AuthorizationFailed".into()));
        let message = body["error"]["message"].as_str().unwrap();
        let part = format!(
            "does not have authorization to perform action '{permission}' over scope '{scope}'"
        );
        assert!(message.contains(&part), "{message}");
    }
}

#[tokio::test]
async fn what_is_not_there_is_missed_in_the_words_of_arm() {
    let served = Served::contoso(Options {
        unregistered: vec!["Microsoft.DataProtection".to_owned()],
        ..Options::default()
    });
    let scope = format!("/subscriptions/{PLANTS}");
    let version = "api-version=2022-12-01";
    for (path, status, code) in [
        (format!("/subscriptions/0?{version}"), 404, "SubscriptionNotFound"),
        (
            format!("{scope}/resourceGroups/none/providers/Microsoft.Compute/disks?{version}"),
            404,
            "ResourceGroupNotFound",
        ),
        (format!("{VAULT}x?{version}"), 404, "ResourceNotFound"),
        (format!("{VAULT}x/backupPolicies?{version}"), 404, "ResourceNotFound"),
        (
            format!("{scope}/providers/Microsoft.Nothing/things?{version}"),
            404,
            "InvalidResourceNamespace",
        ),
        (
            format!("{scope}/providers/Microsoft.DataProtection/backupVaults?{version}"),
            409,
            "MissingSubscriptionRegistration",
        ),
        (format!("/nowhere?{version}"), 404, "NotFound"),
        (VAULT.to_owned(), 400, "MissingApiVersionParameter"),
        (format!("{VAULT}?api-version=latest"), 400, "InvalidApiVersionParameter"),
    ] {
        let (answered, body) = served.get(&path).await;
        assert_eq!((answered, &body["error"]["code"]), (status, &code.into()), "{path}: {body}");
    }
    // What a provider can have and this estate lacks is an empty list.
    for list in
        ["Microsoft.Sql/servers", "Microsoft.RecoveryServices/locations/westeurope/deletedVaults"]
    {
        assert_eq!(
            served.list(&format!("{scope}/providers/{list}?{version}")).await.0,
            Vec::<Value>::new()
        );
    }
}

#[tokio::test]
async fn assignments_show_what_is_made_above_and_only_on_request_what_is_below() {
    let served = Served::contoso(Options::default());
    let list = |scope: &str, filter: &str| {
        format!(
            "{scope}/providers/Microsoft.Authorization/roleAssignments?api-version=2022-04-01{filter}"
        )
    };
    let scopes = |rows: &[Value]| -> BTreeSet<String> {
        rows.iter().map(|row| row["properties"]["scope"].as_str().unwrap().to_owned()).collect()
    };
    let subscription = format!("/subscriptions/{PRODUCTION}");
    let (all, _) = served.list(&list(&subscription, "")).await;
    let (at, _) = served.list(&list(&subscription, "&$filter=atScope()")).await;
    let below = format!("{subscription}/resourceGroups/rg-backup");
    assert!(scopes(&all).contains(&below) && !scopes(&at).contains(&below));
    assert!(scopes(&at).contains("/providers/Microsoft.Management/managementGroups/contoso"));
    // Whoever is asked names the role as its own.
    assert!(at.iter().all(|row| {
        row["properties"]["roleDefinitionId"].as_str().unwrap().starts_with(&subscription)
    }));
    let principal = all[0]["properties"]["principalId"].as_str().unwrap();
    let (own, _) =
        served.list(&list(&subscription, &format!("&$filter=principalId eq '{principal}'"))).await;
    assert!(!own.is_empty() && own.iter().all(|row| row["properties"]["principalId"] == principal));
    let (vault, _) = served.list(&list(VAULT, "&$filter=atScope()")).await;
    assert!(scopes(&vault).contains(&below), "a vault inherits from its group");
}

#[tokio::test]
async fn built_in_roles_are_there_where_the_estate_does_not_say_that_its_list_is_whole() {
    let served =
        Served::world(world(&[bare("/subscriptions/1/resourceGroups/one")]), Options::default());
    let list =
        "/subscriptions/1/providers/Microsoft.Authorization/roleDefinitions?api-version=2022-04-01";
    assert!(served.list(list).await.0.len() > 900);
    let (reader, _) = served.list(&format!("{list}&$filter=roleName eq 'Backup Reader'")).await;
    assert_eq!(reader.len(), 1);
    assert!(reader[0]["id"].as_str().unwrap().starts_with("/subscriptions/1/providers/"));
    let served = Served::contoso(Options::default());
    let list = list.replace("/subscriptions/1/", &format!("/subscriptions/{PRODUCTION}/"));
    assert_eq!(
        served.list(&list).await.0.len(),
        estate_rows("role-definitions.jsonl", Some(PRODUCTION)).len()
    );
}

#[tokio::test]
async fn a_machine_shows_how_it_runs_only_when_asked() {
    let id = "/subscriptions/1/resourceGroups/one/providers/Microsoft.Compute/virtualMachines/vm";
    let mut machine = bare(id);
    machine["properties"] =
        serde_json::json!({"instanceView": {"statuses": [{"code": "PowerState/running"}]}});
    let served = Served::world(world(&[machine]), Options::default());
    let version = "api-version=2024-03-01";
    assert_eq!(served.get(&format!("{id}?{version}")).await.1["properties"], serde_json::json!({}));
    for path in
        [format!("{id}/instanceView?{version}"), format!("{id}?{version}&$expand=instanceView")]
    {
        assert!(served.get(&path).await.1.to_string().contains("PowerState/running"), "{path}");
    }
}
