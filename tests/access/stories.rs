//! What an answer says beside who: chains, schedules, doubts, and what was not read.

use std::fmt::Write as _;

use backuplint::access::action::{Action, ActionTable, Actions, sets};
use backuplint::access::{Access, AccessIndex, Missing, PrincipalKind, Strength, Tenure};
use backuplint::inventory::{Reason, Time};
use backuplint::snapshot::Inputs;
use serde_json::{Value, json};

const NOW: &str = "2026-11-20T02:00:00Z";
const SUBSCRIPTION: &str = "/subscriptions/s";
const GROUP: &str = "/subscriptions/s/resourceGroups/g";
const VAULT: &str =
    "/subscriptions/s/resourceGroups/g/providers/Microsoft.RecoveryServices/vaults/v";
const OWNER: &str = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635";
const USER_ACCESS_ADMINISTRATOR: &str = "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9";
const READER: &str = "acdd72a7-3385-48ef-bd42-f606fba81ae7";
const DELETE: Action = Action::ITEM_DELETE;

fn assignment(scope: &str, name: &str, principal: &str, role: &str) -> Value {
    let at = scope.trim_end_matches('/');
    json!({
        "id": format!("{at}/providers/Microsoft.Authorization/roleAssignments/{name}"),
        "type": "Microsoft.Authorization/roleAssignments",
        "properties": {
            "principalId": principal, "principalType": "User", "scope": scope,
            "roleDefinitionId": format!("/providers/Microsoft.Authorization/roleDefinitions/{role}"),
        },
    })
}

fn with(mut body: Value, name: &str, value: impl Into<Value>) -> Value {
    body["properties"][name] = value.into();
    body
}

fn instance(of: &Value, kind: &str, start: &str, end: &str) -> Value {
    let mut body = of.clone();
    body["id"] = json!(of["id"].as_str().unwrap().replace("roleAssignments", kind));
    body["type"] = json!(format!("Microsoft.Authorization/{kind}"));
    body["properties"]["originRoleAssignmentId"] = of["id"].clone();
    body["properties"]["startDateTime"] = json!(start);
    body["properties"]["endDateTime"] = if end.is_empty() { Value::Null } else { json!(end) };
    body
}

fn asked<T>(
    collections: &[(&str, &str)],
    resources: &[Value],
    ask: impl FnOnce(Access<'_, '_>) -> T,
) -> T {
    let collections: Vec<Value> =
        collections.iter().map(|(scope, kind)| json!({"scope": scope, "kind": kind})).collect();
    let snapshot = json!({
        "schema": "backuplint.snapshot/1", "collectedAt": NOW, "scopes": ["/"],
        "collections": collections, "gaps": [], "resources": resources,
    });
    let inputs = Inputs::of_text("estate.json", snapshot.to_string());
    let estate = inputs.read();
    let index = AccessIndex::new(&estate, Time::parse(NOW).unwrap(), &ActionTable::CLOSED);
    ask(Access::new(&index, &estate))
}

/// Who holds an action at a scope, as `id strength`, with commas.
fn who(access: Access<'_, '_>, scope: &str, action: Action) -> String {
    let mut out = String::new();
    for (principal, strength) in access.at(scope).with(action) {
        let comma = if out.is_empty() { "" } else { ", " };
        let id = &access.principal(principal).id;
        write!(out, "{comma}{id} {}", strength.name()).unwrap();
    }
    out
}

#[test]
fn a_root_elevation_reaches_every_vault() {
    // Global administrators who elevate themselves get this role at the root
    // (https://learn.microsoft.com/azure/role-based-access-control/elevate-access-global-admin).
    let elevated = assignment("/", "a", "admin", USER_ACCESS_ADMINISTRATOR);
    asked(&[], &[elevated], |access| {
        assert_eq!(who(access, VAULT, Action::ASSIGNMENT_WRITE), "admin allowed");
        assert_eq!(who(access, "/", Action::ASSIGNMENT_WRITE), "admin allowed");
        assert_eq!(who(access, VAULT, DELETE), "");
        let admin = access.find("ADMIN").unwrap();
        let chains = access.chains(VAULT, admin, sets::GRANT);
        assert_eq!(chains.len(), 1);
        assert_eq!(chains[0].assignment, "/providers/Microsoft.Authorization/roleAssignments/a");
        assert_eq!(chains[0].role_name, Some("User Access Administrator"));
        assert_eq!(chains[0].scope, "/");
        assert!(chains[0].groups.is_empty());
    });
}

#[test]
fn a_chain_names_the_groups_in_between() {
    let group = |id: &str, members: Value| json!({"@odata.type": "#microsoft.graph.group", "id": id, "displayName": id, "members": members});
    let user = json!({"@odata.type": "#microsoft.graph.user", "id": "u", "displayName": "Uma", "userType": "Guest"});
    let nested = json!([{"@odata.type": "#microsoft.graph.group", "id": "inner"}, {"@odata.type": "#microsoft.graph.servicePrincipal", "id": "app"}]);
    let resources = [
        group("outer", nested),
        // A circle.
        group("inner", json!([user, {"@odata.type": "#microsoft.graph.group", "id": "OUTER"}])),
        with(assignment(GROUP, "a", "outer", OWNER), "principalType", "Group"),
        with(assignment(VAULT, "b", "u", OWNER), "condition", "(@Request[x])"),
        assignment(VAULT, "c", "u", READER),
    ];
    asked(&[], &resources, |access| {
        assert_eq!(who(access, VAULT, DELETE), "app allowed, u allowed");
        let guest = access.find("u").unwrap();
        assert_eq!(access.principal(guest).kind, PrincipalKind::Guest);
        assert_eq!(access.principal(guest).name.as_deref(), Some("Uma"));
        let chains = access.chains(VAULT, guest, Actions::of(&[DELETE]));
        let names: Vec<_> =
            chains.iter().map(|chain| chain.assignment.rsplit('/').next().unwrap()).collect();
        assert_eq!(names, ["a", "b"], "the reader's role does not give it");
        let groups: Vec<_> =
            chains[0].groups.iter().map(|group| access.principal(*group).id.as_str()).collect();
        assert_eq!(groups, ["outer", "inner"]);
        assert_eq!(chains[0].held.strength(DELETE), Some(Strength::Allowed));
        assert_eq!(chains[1].held.strength(DELETE), Some(Strength::Conditional));
        assert_eq!(chains[1].condition.as_deref(), Some("(@Request[x])"));
    });
}

#[test]
fn an_unreadable_group_stands_for_its_members() {
    let on_vault = with(assignment(VAULT, "a", "team", OWNER), "principalType", "Group");
    for (resources, reason) in [
        (vec![on_vault.clone()], Reason::NotCollected),
        (
            vec![
                on_vault.clone(),
                json!({"@odata.type": "#microsoft.graph.group", "id": "TEAM", "displayName": "Team"}),
            ],
            Reason::NotCollected,
        ),
    ] {
        asked(&[], &resources, |access| {
            assert_eq!(who(access, VAULT, DELETE), "team allowed");
            let team = access.find("team").unwrap();
            assert_eq!(access.principal(team).unresolved, Some(reason));
            let doubts = access.doubts(VAULT);
            let members =
                doubts.iter().find(|doubt| doubt.missing == Missing::GroupMembers).unwrap();
            assert_eq!((members.scope.as_str(), members.reason), ("team", reason));
        });
    }
    // Read to its end without it: a group that was deleted has no members.
    asked(&[("/", "microsoft.graph.group")], &[on_vault], |access| {
        let team = access.find("team").unwrap();
        assert_eq!(access.principal(team).kind, PrincipalKind::Orphan);
        assert!(!access.principal(team).can_act());
        assert_eq!(access.principal(team).unresolved, None);
    });
}

#[test]
fn schedules_say_for_how_long() {
    let tenure = |resources: &[Value], collections: &[(&str, &str)]| {
        asked(collections, resources, |access| {
            let chains = access.chains(VAULT, access.find("u")?, Actions::of(&[DELETE]));
            chains.first().map(|chain| (chain.tenure, chain.held.strength(DELETE).unwrap()))
        })
    };
    let plain = assignment(VAULT, "a", "u", OWNER);
    let schedule = |end: &str, kind: &str| {
        let kind = [
            plain.clone(),
            with(
                instance(&plain, "roleAssignmentScheduleInstances", "2026-01-01T00:00:00Z", end),
                "assignmentType",
                kind,
            ),
        ];
        tenure(&kind, &[])
    };
    let later = Time::parse("2026-12-01T00:00:00Z").unwrap();
    let allowed = Strength::Allowed;
    assert_eq!(
        tenure(std::slice::from_ref(&plain), &[]),
        Some((Tenure::Unknown(Reason::NotCollected), allowed))
    );
    let read = [("/", "Microsoft.Authorization/roleAssignmentScheduleInstances")];
    assert_eq!(tenure(std::slice::from_ref(&plain), &read), Some((Tenure::Permanent, allowed)));
    assert_eq!(schedule("", "Assigned"), Some((Tenure::Permanent, allowed)));
    assert_eq!(schedule("2026-12-01T00:00:00Z", "Assigned"), Some((Tenure::Until(later), allowed)));
    assert_eq!(
        schedule("2026-12-01T00:00:00Z", "Activated"),
        Some((Tenure::Activated(Some(later)), allowed))
    );
    // Over: nobody holds it any more.
    assert_eq!(schedule("2026-11-20T02:00:00Z", "Activated"), None);
    let eligible = instance(
        &plain,
        "roleEligibilityScheduleInstances",
        "2026-01-01T00:00:00Z",
        "2026-12-01T00:00:00Z",
    );
    assert_eq!(
        tenure(std::slice::from_ref(&eligible), &[]),
        Some((Tenure::Until(later), Strength::Eligible))
    );
    let coming = with(eligible, "startDateTime", "2026-12-01T00:00:00Z");
    assert_eq!(tenure(&[coming], &[]), None);
    // A schedule whose role assignment was not read holds as well.
    let alone = with(
        instance(&plain, "roleAssignmentScheduleInstances", "2026-01-01T00:00:00Z", ""),
        "assignmentType",
        "Assigned",
    );
    assert_eq!(tenure(&[alone], &[]), Some((Tenure::Permanent, allowed)));
}

#[test]
fn a_role_without_definition_may_allow_anything() {
    let unknown = assignment(GROUP, "a", "u", "0000aaaa-0000-4000-8000-000000000000");
    asked(&[], &[unknown], |access| {
        assert_eq!(who(access, VAULT, DELETE), "u possible");
        let chains = access.chains(VAULT, access.find("u").unwrap(), Actions::of(&[DELETE]));
        assert_eq!(
            chains[0].doubt.as_ref().map(|doubt| doubt.missing),
            Some(Missing::RoleDefinition)
        );
        assert!(access.doubts(VAULT).iter().any(|doubt| doubt.missing == Missing::RoleDefinition));
        assert_eq!(who(access, SUBSCRIPTION, DELETE), "");
    });
    // One that shows no permissions tells no more.
    let role = "0000aaaa-0000-4000-8000-000000000000";
    let definition = json!({"id": format!("/providers/Microsoft.Authorization/roleDefinitions/{role}"),
        "type": "Microsoft.Authorization/roleDefinitions", "properties": {"roleName": "x"}});
    asked(&[], &[assignment(GROUP, "a", "u", role), definition], |access| {
        assert_eq!(who(access, VAULT, DELETE), "u possible");
    });
}

#[test]
fn what_was_not_read_is_told_by_scope() {
    let words = |access: Access<'_, '_>, scope: &str| -> Vec<String> {
        let doubts = access.doubts(scope).into_iter();
        doubts
            .map(|doubt| format!("{:?} {} {}", doubt.missing, doubt.scope, doubt.reason))
            .collect()
    };
    let root = json!({"id": SUBSCRIPTION, "type": "Microsoft.Resources/subscriptions",
        "properties": {"managementGroupAncestorsChain": [{"name": "m"}]}});
    let group = "/providers/Microsoft.Management/managementGroups/m";
    let all = [
        ("/", "Microsoft.Authorization/roleAssignments"),
        ("/", "Microsoft.Authorization/roleEligibilityScheduleInstances"),
        ("/", "Microsoft.Authorization/denyAssignments"),
    ];
    asked(&all, std::slice::from_ref(&root), |access| assert_eq!(words(access, VAULT), [""; 0]));
    // Lists of the subscription say nothing of what is above it.
    let own = all.map(|(_, kind)| (SUBSCRIPTION, kind));
    asked(&own, std::slice::from_ref(&root), |access| {
        let mut expected = Vec::new();
        for missing in ["RoleAssignments", "EligibleAssignments", "DenyAssignments"] {
            expected.extend(["/", group].map(|scope| format!("{missing} {scope} not-collected")));
        }
        assert_eq!(words(access, VAULT), expected);
    });
    asked(&all, &[], |access| {
        assert_eq!(words(access, VAULT), ["ManagementGroups /subscriptions/s not-collected"]);
        assert_eq!(words(access, "/"), [""; 0]);
    });
    // A body that is there and cannot be read.
    let broken = json!({"id": format!("{GROUP}/providers/Microsoft.Authorization/roleAssignments/x"),
        "type": "Microsoft.Authorization/roleAssignments", "properties": {"scope": GROUP}});
    asked(&all, &[root, broken], |access| {
        assert_eq!(words(access, VAULT), [format!("RoleAssignments {GROUP} unrecognised-value")]);
        assert_eq!(words(access, SUBSCRIPTION), [""; 0]);
    });
}

#[test]
fn a_denial_is_named_with_what_it_takes() {
    let everyone = json!([{"id": "00000000-0000-0000-0000-000000000000", "type": "SystemDefined"}]);
    let deny = json!({
        "id": format!("{GROUP}/providers/Microsoft.Authorization/denyAssignments/d"),
        "type": "Microsoft.Authorization/denyAssignments",
        "properties": {"denyAssignmentName": "stack", "scope": GROUP, "principals": everyone,
            "excludePrincipals": [{"id": "Spared", "type": "User"}],
            "permissions": [{"actions": ["*/delete"], "notActions": []}]},
    });
    let resources =
        [assignment(SUBSCRIPTION, "a", "u", OWNER), assignment("/", "b", "spared", OWNER), deny];
    asked(&[], &resources, |access| {
        assert_eq!(who(access, VAULT, DELETE), "spared allowed");
        assert_eq!(who(access, VAULT, Action::VAULT_WRITE), "spared allowed, u allowed");
        assert_eq!(who(access, SUBSCRIPTION, DELETE), "spared allowed, u allowed");
        let user = access.find("u").unwrap();
        assert!(access.chains(VAULT, user, Actions::of(&[DELETE])).is_empty());
        let denials = access.denials(VAULT, user, Actions::of(&[DELETE, Action::VAULT_WRITE]));
        assert_eq!(denials.len(), 1);
        assert_eq!(denials[0].surely, Actions::of(&[DELETE]));
        assert!(denials[0].assignment.ends_with("/denyAssignments/d"));
        assert_eq!(access.denials(VAULT, access.find("spared").unwrap(), sets::DESTROY), []);
    });
}
