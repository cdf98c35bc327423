//! Subscriptions, resource groups, management groups and the directory.

use serde_json::{Value, json};

use super::super::azure_sim::Options;
use super::{PRODUCTION, Served, bare, estate_rows, world};

#[tokio::test]
async fn subscriptions_and_groups_are_those_of_the_estate_in_the_shape_of_arm() {
    let served = Served::contoso(Options { page_size: 4, ..Options::default() });
    let (rows, pages) = served.list("/subscriptions?api-version=2022-12-01").await;
    assert_eq!((rows.len(), pages), (10, 3));
    let production = rows.iter().find(|row| row["subscriptionId"] == PRODUCTION).unwrap();
    assert_eq!(production["displayName"], "contoso-production");
    assert_eq!(production["state"], "Enabled");
    assert!(production.get("properties").is_none());
    let (groups, _) = served
        .list(&format!("/subscriptions/{PRODUCTION}/resourcegroups?api-version=2022-12-01"))
        .await;
    assert_eq!(groups.len(), estate_rows("resource-groups.jsonl", Some(PRODUCTION)).len());
    assert!(groups.iter().all(|group| group["type"] == "Microsoft.Resources/resourceGroups"));
}

#[tokio::test]
async fn management_groups_are_those_that_subscriptions_name() {
    let served = Served::contoso(Options::default());
    let (groups, _) = served
        .list("/providers/Microsoft.Management/managementGroups?api-version=2020-05-01")
        .await;
    assert!(groups.iter().any(|group| group["name"] == "contoso"));
    let root = "/providers/Microsoft.Management/managementGroups/contoso";
    let (below, _) = served.list(&format!("{root}/descendants?api-version=2020-05-01")).await;
    let subscriptions =
        below.iter().filter(|row| row["type"].as_str().unwrap().ends_with("/subscriptions"));
    assert_eq!(subscriptions.count(), 10);
    let (_, group) =
        served.get(&format!("{root}?api-version=2020-05-01&$expand=children&$recurse=true")).await;
    let children = group["properties"]["children"].as_array().unwrap();
    assert!(
        children
            .iter()
            .any(|child| child["name"] == "landing-zones" && child["children"].is_array())
    );
    assert_eq!(
        served
            .get("/providers/Microsoft.Management/managementGroups/none?api-version=2020-05-01")
            .await
            .0,
        404
    );
}

#[tokio::test]
async fn an_estate_without_containers_has_those_that_its_ids_name() {
    let id = "/subscriptions/1/resourceGroups/One/providers/Microsoft.Compute/disks/d";
    let served = Served::world(world(&[bare(id)]), Options::default());
    assert_eq!(
        served.list("/subscriptions?api-version=2022-12-01").await.0[0]["subscriptionId"],
        "1"
    );
    let (groups, _) = served.list("/subscriptions/1/resourceGroups?api-version=2022-12-01").await;
    assert_eq!(groups[0]["name"], "one");
    let disks = served
        .list("/subscriptions/1/providers/Microsoft.Compute/disks?api-version=2023-04-02")
        .await
        .0;
    assert_eq!(disks[0]["id"], id);
}

#[tokio::test]
async fn groups_tell_their_members_and_hide_what_nobody_knows() {
    let object = |kind: &str, id: &str, more: Value| {
        let mut body =
            json!({"@odata.type": format!("#microsoft.graph.{kind}"), "id": id, "displayName": id});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    };
    let member =
        |kind: &str, id: &str| json!({"@odata.type": format!("#microsoft.graph.{kind}"), "id": id});
    let outer = json!({"members": [member("group", "inner"), member("user", "ada")]});
    let inner = json!({"members": [member("user", "bo"), member("group", "outer")]});
    let served = Served::world(
        world(&[
            object("group", "outer", outer),
            object("group", "inner", inner),
            object("group", "hidden", json!({})),
            object("user", "bo", json!({"userPrincipalName": "bo@example.com"})),
            bare("/subscriptions/1/resourceGroups/one"),
        ]),
        Options { page_size: 2, ..Options::default() },
    );
    let names = |rows: &[Value]| -> Vec<String> {
        rows.iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names(&served.list("/graph/v1.0/groups/outer/members").await.0), ["inner", "ada"]);
    let (all, pages) = served.list("/v1.0/groups/outer/transitiveMembers").await;
    assert_eq!(
        (names(&all), pages),
        (["inner", "ada", "bo", "outer"].map(str::to_owned).to_vec(), 2)
    );
    assert_eq!(all[2]["userPrincipalName"], "bo@example.com");
    let (status, body) = served.get("/v1.0/groups/hidden/transitiveMembers").await;
    assert_eq!((status, &body["error"]["code"]), (403, &"Authorization_RequestDenied".into()));
    let (status, body) = served.get("/v1.0/groups/nobody").await;
    assert_eq!((status, &body["error"]["code"]), (404, &"Request_ResourceNotFound".into()));
    let (some, _) =
        served.list("/v1.0/groups?$filter=id in ('inner', 'hidden','bo')&$select=id").await;
    assert_eq!(
        some.iter().map(|row| row["id"].as_str().unwrap()).collect::<Vec<_>>(),
        ["inner", "hidden"]
    );
    assert!(some.iter().all(|row| row.get("displayName").is_none()));
    for wrong in ["id ne 'x'", "id in (x)", "startswith(displayName,'a')"] {
        assert_eq!(served.get(&format!("/v1.0/users?$filter={wrong}")).await.0, 400, "{wrong}");
    }
    let asked = json!({"ids": ["ada", "bo", "hidden"], "types": ["user"]});
    let response =
        served.send(reqwest::Method::POST, "/v1.0/directoryObjects/getByIds", Some(asked)).await;
    let (_, body) = super::read(response).await;
    assert_eq!(names(body["value"].as_array().unwrap()), ["bo"]);
}

#[tokio::test]
async fn providers_are_registered_and_registering_changes_nothing() {
    let unregistered = vec!["Microsoft.DataProtection".to_owned()];
    let served = Served::contoso(Options { unregistered, ..Options::default() });
    let providers = format!("/subscriptions/{PRODUCTION}/providers");
    let state = |body: &Value| body["registrationState"].as_str().unwrap().to_owned();
    let (rows, _) = served.list(&format!("{providers}?api-version=2022-12-01")).await;
    let odd: Vec<&Value> = rows.iter().filter(|row| state(row) != "Registered").collect();
    assert_eq!((odd.len(), &odd[0]["namespace"]), (1, &"Microsoft.DataProtection".into()));
    let path = format!("{providers}/microsoft.dataprotection/register?api-version=2022-12-01");
    let response = served.send(reqwest::Method::POST, &path, None).await;
    assert_eq!(state(&super::read(response).await.1), "NotRegistered");
}
