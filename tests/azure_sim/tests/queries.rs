//! Resource Graph: what queries answer, page by page, and what they refuse.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Value, json};

use super::super::azure_sim::{Options, Seed, World};
use super::{PLANTS, PRODUCTION, Served, bare, estate_rows, read, world};

const PATH: &str = "/providers/Microsoft.ResourceGraph/resources?api-version=2024-04-01";

async fn ask(served: &Served, body: Value) -> (u16, Value) {
    read(served.send(Method::POST, PATH, Some(body)).await).await
}

async fn rows(served: &Served, query: &str) -> Vec<Value> {
    let (status, body) = ask(served, json!({"query": query, "options": {"$top": 1000}})).await;
    assert_eq!(status, 200, "{query}: {body}");
    assert_eq!(body["resultTruncated"], "false", "{query}");
    body["data"].as_array().unwrap().clone()
}

fn ids(rows: &[Value]) -> BTreeSet<String> {
    rows.iter().map(|row| row["id"].as_str().unwrap().to_ascii_lowercase()).collect()
}

#[tokio::test]
async fn every_row_has_the_columns_of_recorded_answers() {
    let served = Served::contoso(Options::default());
    let found = rows(
        &served,
        "resources | where type =~ 'Microsoft.DataProtection/backupVaults' | order by id asc",
    )
    .await;
    let estate = estate_rows("backup-vaults.jsonl", None);
    assert_eq!(ids(&found), ids(&estate));
    let first = &found[0];
    let names: Vec<&str> = first.as_object().unwrap().keys().map(String::as_str).collect();
    let recorded = [
        "id",
        "name",
        "type",
        "tenantId",
        "kind",
        "location",
        "resourceGroup",
        "subscriptionId",
        "managedBy",
        "sku",
        "plan",
        "properties",
        "tags",
        "identity",
        "zones",
        "extendedLocation",
    ];
    assert_eq!(names, recorded);
    assert_eq!(
        (&first["type"], &first["resourceGroup"]),
        (&"microsoft.dataprotection/backupvaults".into(), &"rg-backup".into())
    );
    // In the one spelling of this list that no other service has.
    let id = first["id"].as_str().unwrap();
    assert!(id.contains("/Microsoft.DataProtection/BackupVaults/"), "{id}");
    let own =
        estate.iter().find(|row| row["id"].as_str().unwrap().eq_ignore_ascii_case(id)).unwrap();
    assert_eq!(first["properties"], own["properties"]);
}

#[tokio::test]
async fn tables_hold_what_the_graph_has_and_nothing_else() {
    let served = Served::contoso(Options::default());
    for (table, file, kind) in [
        (
            "recoveryservicesresources",
            "policies.jsonl",
            "microsoft.recoveryservices/vaults/backuppolicies",
        ),
        (
            "recoveryservicesresources",
            "backup-instances.jsonl",
            "microsoft.dataprotection/backupvaults/backupinstances",
        ),
        ("resources", "virtual-machines.jsonl", "microsoft.compute/virtualmachines"),
        (
            "resourcecontainers",
            "resource-groups.jsonl",
            "microsoft.resources/subscriptions/resourcegroups",
        ),
        (
            "authorizationresources",
            "role-assignments.jsonl",
            "microsoft.authorization/roleassignments",
        ),
    ] {
        let expected = estate_rows(file, None);
        let found = rows(&served, &format!("{table} | where type =~ '{kind}'")).await;
        assert!(ids(&found).is_superset(&ids(&expected)), "{file}");
    }
    let kinds = |found: Vec<Value>| -> BTreeSet<String> {
        found.iter().map(|row| row["type"].as_str().unwrap().to_owned()).collect()
    };
    for table in
        ["resources", "recoveryservicesresources", "authorizationresources", "resourcecontainers"]
    {
        for kind in kinds(rows(&served, &format!("{table} | summarize count() by type")).await) {
            for lacking in [
                "backupconfig",
                "backupstorageconfig",
                "guardproxies",
                "recoverypoints",
                "diagnosticsettings",
                "locks",
                "eligibility",
            ] {
                assert!(!kind.contains(lacking), "{table} has no {kind}");
            }
        }
    }
    // The table of jobs forgets after 14 days.
    let jobs = rows(&served, "recoveryservicesresources | where type endswith '/vaults/backupjobs' | project id, start = tostring(properties.startTime)").await;
    assert!(
        !jobs.is_empty()
            && jobs.len()
                < estate_rows("jobs.jsonl", None).len() + estate_rows("restores.jsonl", None).len()
    );
    assert!(jobs.iter().all(|job| job["start"].as_str().unwrap() >= "2026-11-06T02:00:00"));
}

#[tokio::test]
async fn a_machine_shows_its_power_and_no_more_of_how_it_runs() {
    let id = "/subscriptions/1/resourceGroups/one/providers/Microsoft.Compute/virtualMachines/vm";
    let mut machine = bare(id);
    let statuses = json!([{"code": "ProvisioningState/succeeded"}, {"code": "PowerState/running"}]);
    machine["properties"] = json!({"instanceView": {"statuses": statuses, "vmAgent": {}}});
    let served = Served::world(world(&[machine]), Options::default());
    let found = rows(&served, "resources | project properties").await;
    let power = json!({"instanceView": {"powerState": {"code": "PowerState/running"}}});
    assert_eq!(found[0]["properties"], json!({"extended": power}));
}

#[tokio::test]
async fn pages_follow_tokens_only_where_rows_have_ids() {
    let served = Served::contoso(Options::default());
    let all = rows(
        &served,
        "resources | where type =~ 'microsoft.compute/virtualmachines' | order by id asc",
    )
    .await;
    let mut found = Vec::new();
    let mut token = Value::Null;
    let mut pages = 0;
    loop {
        let query = "resources | where type =~ 'microsoft.compute/virtualmachines' | project id | order by id asc";
        let (_, body) =
            ask(&served, json!({"query": query, "options": {"$top": 100, "$skipToken": token}}))
                .await;
        assert_eq!(body["totalRecords"], all.len());
        let page = body["data"].as_array().unwrap();
        assert_eq!(body["count"], page.len());
        // Text, and false as long as a token leads on.
        assert_eq!(body["resultTruncated"], "false");
        found.extend(page.clone());
        pages += 1;
        match body.get("$skipToken") {
            Some(next) => token = next.clone(),
            None => break,
        }
    }
    assert_eq!((ids(&found), pages), (ids(&all), all.len().div_ceil(100)));
    let (_, body) = ask(&served, json!({"query": "resources | project name"})).await;
    assert_eq!(
        (&body["resultTruncated"], body.get("$skipToken"), &body["count"]),
        (&"true".into(), None, &100.into())
    );
    let (_, body) = ask(&served, json!({"query": "resources | project id | limit 150"})).await;
    assert_eq!((&body["resultTruncated"], &body["totalRecords"]), (&"true".into(), &150.into()));
    let (_, body) = ask(
        &served,
        json!({"query": "resources | project id | limit 3", "options": {"resultFormat": "table"}}),
    )
    .await;
    assert_eq!(body["data"]["columns"], json!([{"name": "id", "type": "string"}]));
    assert_eq!(body["data"]["rows"].as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn scopes_bound_what_is_seen_and_what_is_forbidden_is_missing_without_a_word() {
    let served = Served::contoso(Options::default());
    let query = "recoveryservicesresources | where type contains 'protectedItems' | project id, subscriptionId";
    let asked = json!({"query": query, "subscriptions": [PRODUCTION.to_uppercase()], "options": {"$top": 1000}});
    let (_, body) = ask(&served, asked).await;
    assert_eq!(body["count"], estate_rows("protected-items.jsonl", Some(PRODUCTION)).len());
    let asked = json!({"query": query, "managementGroups": ["contoso"], "options": {"$top": 1000}});
    assert_eq!(
        ask(&served, asked).await.1["count"],
        estate_rows("protected-items.jsonl", None).len()
    );
    let hidden = format!(
        "/subscriptions/{PLANTS}/resourceGroups/rg/providers/Microsoft.Compute/disks/hidden"
    );
    let shown = hidden.replace("hidden", "shown");
    let seed = Seed {
        bodies: [&hidden, &shown].map(|id| bare(id).to_string()).into(),
        refusals: vec![super::super::azure_sim::Refusal::new(&hidden, "Microsoft.Compute/disks")],
        ..Seed::default()
    };
    let served = Served::world(World::from(seed), Options::default());
    assert_eq!(
        ids(&rows(&served, "resources").await),
        BTreeSet::from([shown.to_ascii_lowercase()])
    );
    assert_eq!(served.get(&format!("{hidden}?api-version=2023-04-02")).await.0, 403);
}

#[tokio::test]
async fn operators_mean_what_they_mean_in_kusto() {
    let mut disks = Vec::new();
    for (name, size, tier) in
        [("a-1", 10, Some("Gold")), ("b-2", 20, Some("gold")), ("c-3", 30, None)]
    {
        let mut disk = bare(&format!(
            "/subscriptions/1/resourceGroups/One/providers/Microsoft.Compute/disks/{name}"
        ));
        disk["properties"] = json!({"diskSizeGB": size, "timeCreated": format!("2026-11-{size}T00:00:00Z"), "lists": [name, size]});
        if let Some(tier) = tier {
            disk["tags"] = json!({"tier": tier});
        }
        disks.push(disk);
    }
    let bodies = disks.iter().map(Value::to_string).collect();
    let seed = Seed { bodies, clock: "2026-11-30T12:00:00Z".to_owned(), ..Seed::default() };
    let served = Served::world(World::from(seed), Options::default());
    for (condition, expected) in [
        ("name == 'a-1'", "a-1"),
        ("name == 'A-1'", ""),
        ("name =~ 'A-1'", "a-1"),
        ("name != 'a-1'", "b-2 c-3"),
        ("name !~ 'A-1'", "b-2 c-3"),
        ("name in ('a-1', 'B-2')", "a-1"),
        ("name in~ ('a-1', 'B-2')", "a-1 b-2"),
        ("name !in~ ('a-1', 'B-2')", "c-3"),
        ("name contains 'B'", "b-2"),
        ("name !contains 'B'", "a-1 c-3"),
        ("name has 'B'", "b-2"),
        ("id has 'disk'", ""),
        ("name startswith 'C'", "c-3"),
        ("tags.tier == 'gold'", "b-2"),
        ("tags['tier'] =~ 'GOLD'", "a-1 b-2"),
        ("isempty(tags.tier)", "c-3"),
        ("isnotempty(tags.tier) and name !~ 'b-2'", "a-1"),
        ("isnull(tags) or name == 'a-1'", "a-1 c-3"),
        ("tags.tier !~ 'gold'", "c-3"),
        ("not(tags.tier =~ 'gold')", "c-3"),
        ("properties.diskSizeGB >= 20", "b-2 c-3"),
        ("properties.diskSizeGB < 20 or (properties.diskSizeGB == 30 and true)", "a-1 c-3"),
        ("todatetime(properties.timeCreated) > ago(15d)", "b-2 c-3"),
        ("properties.timeCreated < datetime(2026-11-15)", "a-1"),
        ("split(id, '/')[4] == 'One' and split(name, '-')[-1] == '2'", "b-2"),
        ("properties.lists[0] == 'a-1' and array_length(properties.lists) == 2", "a-1"),
        ("toupper(strcat(name, '!')) == 'C-3!'", "c-3"),
        ("type =~ 'Microsoft.Compute/disks' // a remark", "a-1 b-2 c-3"),
    ] {
        let query =
            format!("Resources\n| where {condition}\n| project id, name\n| order by name asc");
        let found = rows(&served, &query).await;
        let names: Vec<&str> = found.iter().map(|row| row["name"].as_str().unwrap()).collect();
        assert_eq!(names.join(" "), expected, "{condition}");
    }
    for (query, expected) in [
        ("resources | count", json!([{"Count": 3}])),
        (
            "resources | summarize count() by tolower(tostring(tags.tier)) | order by count_ desc",
            json!([{"tags_tier": "gold", "count_": 2}, {"tags_tier": "", "count_": 1}]),
        ),
        (
            "resources | summarize n = count() by type",
            json!([{"type": "microsoft.compute/disks", "n": 3}]),
        ),
        (
            "resources | order by properties.diskSizeGB desc | take 1 | project name, properties.diskSizeGB",
            json!([{"name": "c-3", "properties_diskSizeGB": 30}]),
        ),
        ("resources | distinct resourceGroup", json!([{"resourceGroup": "one"}])),
        (
            "resources | extend size = properties.diskSizeGB | where size == 10 | project-away properties, tags, id | project name, size",
            json!([{"name": "a-1", "size": 10}]),
        ),
        (
            "resources | where name == 'b-2' | project tier = coalesce(tags.none, tags.tier), gone = isnull(sku)",
            json!([{"tier": "gold", "gone": true}]),
        ),
    ] {
        assert_eq!(Value::from(rows(&served, query).await), expected, "{query}");
    }
}

#[tokio::test]
async fn what_is_not_understood_is_refused_with_its_place() {
    let served = Served::contoso(Options::default());
    for (query, code, place) in [
        ("resources | join kind=inner (resources) on id", "ParserFailure", json!([1, 12])),
        ("resources\n| where name matches regex 'a'", "ParserFailure", json!([2, 13])),
        ("resources | where substring(name, 1) == 'a'", "ParserFailure", json!([1, 18])),
        ("resources | summarize max(name)", "ParserFailure", json!([1, 22])),
        ("resources | where name == 'open", "ParserFailure", json!([1, 26])),
        ("resources | where", "ParserFailure", json!([1, 17])),
        ("resources | take 1.5", "ParserFailure", json!([1, 17])),
        ("resources | where nome == 'a'", "InvalidExpression", json!([null, null])),
        ("resources | project id | where name == 'a'", "InvalidExpression", json!([null, null])),
    ] {
        let (status, body) = ask(&served, json!({"query": query})).await;
        assert_eq!((status, &body["error"]["code"]), (400, &"BadRequest".into()), "{query}");
        let detail = &body["error"]["details"][1];
        assert_eq!(detail["code"], code, "{query}");
        assert_eq!(
            json!([detail["line"], detail["characterPositionInLine"]]),
            place,
            "{query}: {body}"
        );
    }
    for (body, code) in [
        (json!({"query": "networkresources"}), "DisallowedLogicalTableName"),
        (json!({"query": "resources", "options": {"$top": 1001}}), "InvalidPagingParameter"),
        (json!({"query": "resources", "options": {"$skipToken": "mine"}}), "InvalidSkipToken"),
        (json!({"query": "resources", "facets": [{"expression": "location"}]}), "NotSupported"),
        (json!({"subscriptions": []}), "InvalidRequestContent"),
    ] {
        let (status, answer) = ask(&served, body.clone()).await;
        assert_eq!((status, &answer["error"]["details"][0]["code"]), (400, &code.into()), "{body}");
    }
    let unversioned = served
        .send(
            Method::POST,
            "/providers/Microsoft.ResourceGraph/resources",
            Some(json!({"query": "resources"})),
        )
        .await;
    assert_eq!(unversioned.status(), 400);
}

#[tokio::test]
async fn the_query_that_was_recorded_from_az_is_understood() {
    let id = "/subscriptions/1/resourceGroups/rg/providers/Microsoft.DataProtection/backupVaults/v/backupInstances/i";
    let vault =
        "/subscriptions/1/resourceGroups/rg/providers/Microsoft.DataProtection/backupVaults/v";
    let mut holder = bare(vault);
    holder["location"] = "westeurope".into();
    let served = Served::world(world(&[holder, bare(id)]), Options::default());
    let query = "RecoveryServicesResources | where type =~ 'microsoft.dataprotection/backupvaults/backupinstances'\
        | extend vaultName = split(split(id, '/Microsoft.DataProtection/backupVaults/')[1],'/')[0]\
        | extend protectionState = properties.currentProtectionState\
        | extend datasourceId = properties.dataSourceInfo.resourceID \
        | where resourceGroup in~ ('RG') | where vaultName in~ ('v') | where name in~ ('i')";
    let found = rows(&served, query).await;
    assert_eq!(found.len(), 1);
    assert_eq!(
        (&found[0]["vaultName"], &found[0]["location"]),
        (&"v".into(), &"westeurope".into())
    );
}
