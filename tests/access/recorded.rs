//! Role assignments that Azure really listed. The corpus lies beside the repository; where it is
//! missing the test says so and checks nothing.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use backuplint::access::action::{Action, ActionTable};
use backuplint::access::{Access, AccessIndex, Missing, Strength};
use backuplint::inventory::Time;
use backuplint::snapshot::Inputs;
use serde_json::{Value, json};

use super::naive::{self, Naive};
use super::random::{ACTIONS, NOW};

/// Lists of role assignments: file, how many it has, and the scope that was listed.
const LISTS: [(&str, usize, &str); 3] = [
    (
        "cli-2025/test_role_assignment_create_update/0003-GET-auth.role-assignment.json",
        207,
        "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/cli_role_assign000001",
    ),
    (
        "ext-2022/test_dataprotection_Scenario/0065-GET-auth.role-assignment.json",
        126,
        "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/sarath-rg/providers/Microsoft.Compute/disks/cli-test-disk-new",
    ),
    (
        "ext-2022/test_dataprotection_Scenario/0082-GET-auth.role-assignment.json",
        127,
        "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/sarath-rg/providers/Microsoft.Storage/storageAccounts/cliteststoreaccount",
    ),
];

fn corpus() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/azure-data");
    let folder = std::env::var_os("BACKUPLINT_CORPUS").map_or(beside, PathBuf::from);
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!("SKIPPED: this test checked nothing, there is no {}", folder.display());
    None
}

fn json_of(path: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

/// The product knows Azure's own roles by its table; the other implementation is given an export.
#[test]
fn recorded_assignments_give_what_the_exported_roles_allow() {
    let Some(corpus) = corpus() else { return };
    let export = json_of(&corpus.join("role-definitions/built-in-roles-all.json"));
    let roles = export.as_array().unwrap().iter().map(|role| {
        let id = format!("/providers/Microsoft.Authorization/roleDefinitions/{}", role["name"].as_str().unwrap());
        json!({"id": id, "type": "Microsoft.Authorization/roleDefinitions", "properties": {"permissions": role["permissions"]}})
    });
    let roles: Vec<Value> = roles.collect();
    for (file, count, scope) in LISTS {
        let path = corpus.join("recordings").join(file);
        let recorded = json_of(&path);
        let assignments = recorded["value"].as_array().unwrap();
        assert_eq!(assignments.len(), count, "{file}");
        let used: BTreeSet<String> = (assignments.iter())
            .map(|body| body["properties"]["roleDefinitionId"].as_str().unwrap().to_lowercase())
            .collect();
        let is_used = |role: &&Value| {
            let id = role["id"].as_str().unwrap().to_lowercase();
            used.iter().any(|used| used.rsplit('/').next() == id.rsplit('/').next())
        };
        let definitions: Vec<Value> = roles.iter().filter(is_used).cloned().collect();
        let resources = [assignments.clone(), definitions].concat();
        let snapshot = json!({"collections": [], "resources": resources});
        let naive = Naive::new(&snapshot, NOW);

        let inputs = Inputs::open(&[path]).unwrap();
        let estate = inputs.read();
        let table = ActionTable::CLOSED;
        let index = AccessIndex::new(&estate, Time::parse(NOW).unwrap(), &table);
        let access = Access::new(&index, &estate);
        let effective = access.at(scope);
        let principals: BTreeSet<&str> = (assignments.iter())
            .map(|body| body["properties"]["principalId"].as_str().unwrap())
            .collect();
        for principal in &principals {
            let held = effective.of(access.find(principal).unwrap());
            for action in ACTIONS {
                let ours = held.strength(table.find(action).unwrap());
                let theirs =
                    naive.strength(principal, &action.to_lowercase(), &scope.to_lowercase());
                let theirs = theirs.map(|strength| match strength {
                    naive::Strength::Allowed => Strength::Allowed,
                    naive::Strength::Eligible => Strength::Eligible,
                    naive::Strength::Conditional => Strength::Conditional,
                    naive::Strength::Possible => Strength::Possible,
                });
                assert_eq!(ours, theirs, "{file}: {principal} {action}");
            }
        }
        let surely =
            |action| effective.with(action).filter(|(_, how)| *how == Strength::Allowed).count();
        assert!(surely(Action::ASSIGNMENT_WRITE) > 0, "somebody owns the subscription");
        assert!(surely(Action::ITEM_DELETE) >= surely(Action::ASSIGNMENT_WRITE), "{file}");
        // A page of assignments says neither that it is whole nor what is above the subscription.
        let doubts = access.doubts(scope);
        for missing in
            [Missing::RoleAssignments, Missing::ManagementGroups, Missing::EligibleAssignments]
        {
            assert!(doubts.iter().any(|doubt| doubt.missing == missing), "{file}: {missing:?}");
        }
    }
}
