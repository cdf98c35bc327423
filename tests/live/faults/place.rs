//! Where a fault can strike: one question of a run, and what is missing if it finds no answer.

use super::tenant::{backup_vault, group, subscription, vault};
use crate::azure_sim::{Action, Fault, Phase};

/// How an answer looks there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A query of Resource Graph.
    Query,
    /// A list, a page at a time.
    List,
    /// One body.
    Body,
}

/// One question.
pub struct Place {
    pub name: &'static str,
    pub shape: Shape,
    pub phase: Phase,
    path: Option<String>,
    query: Option<&'static str>,
    /// Whether there is nothing to list without a licence.
    pub is_licensed: bool,
    /// The first call that the fault strikes: a page after the first one, for most.
    first: u64,
    /// Scope, kind and action of the gaps.
    pub gaps: Vec<(String, &'static str, &'static str)>,
}

impl Place {
    fn arm(name: &'static str, shape: Shape, path: String) -> Self {
        let phase = Phase::ResourceManager;
        Self {
            name,
            shape,
            phase,
            path: Some(path),
            query: None,
            first: 1,
            is_licensed: false,
            gaps: Vec::new(),
        }
    }

    fn query(name: &'static str, text: &'static str) -> Self {
        let (shape, phase) = (Shape::Query, Phase::ResourceGraph);
        Self {
            name,
            shape,
            phase,
            path: None,
            query: Some(text),
            first: 1,
            is_licensed: false,
            gaps: Vec::new(),
        }
    }

    fn page(self, first: u64) -> Self {
        Self { first, ..self }
    }

    fn asking(self, query: &'static str) -> Self {
        Self { query: Some(query), ..self }
    }

    fn misses(mut self, scope: &str, kind: &'static str, action: &'static str) -> Self {
        self.gaps.push((scope.to_owned(), kind, action));
        self
    }

    /// A fault at this place; on so many calls, or on all.
    pub fn fault(&self, action: Action, times: Option<u64>) -> Fault {
        Fault {
            path: self.path.clone(),
            query: self.query.map(str::to_owned),
            call: self.first,
            times,
            ..Fault::new(action).in_phase(self.phase)
        }
    }

    /// Whether something of the same provider was seen before.
    pub fn is_in_use(&self) -> bool {
        let path = self.path.as_deref().unwrap_or_default();
        path.contains("/providers/Microsoft.RecoveryServices/vaults/")
            || self.query == Some("$skiptoken")
    }
}

/// Every phase of a run.
pub fn all() -> Vec<Place> {
    let (subscriptions, groups) =
        ("Microsoft.Resources/subscriptions", "Microsoft.Resources/subscriptions/resourceGroups");
    let first = |place: Place| {
        place.misses("/", subscriptions, "Microsoft.Resources/subscriptions/read").misses(
            "/",
            groups,
            "Microsoft.Resources/subscriptions/resourceGroups/read",
        )
    };
    let items = |place: Place| {
        ITEMS.iter().fold(place, |place, (kind, action)| place.misses("/", kind, action))
    };
    let assignments = |place: Place| {
        let (kind, action) = (
            "Microsoft.Authorization/roleAssignments",
            "Microsoft.Authorization/roleAssignments/read",
        );
        place.misses(&subscription(0), kind, action)
    };
    let directory = |name, path: String| {
        let phase = Phase::Directory;
        Place { phase, ..Place::arm(name, Shape::List, path) }.misses(
            "/",
            "microsoft.graph.group",
            "Directory.Read.All of Microsoft Graph",
        )
    };
    let vaults = "Microsoft.RecoveryServices/vaults";
    let of_subscription = |path: &str| format!("{}/providers/{path}", subscription(0));
    let (eligible, locks, links, config) = (
        "Microsoft.Authorization/roleEligibilityScheduleInstances",
        "Microsoft.Authorization/locks",
        "Microsoft.RecoveryServices/vaults/backupResourceGuardProxies",
        "Microsoft.RecoveryServices/vaults/backupconfig",
    );
    vec![
        first(Place::query("subscriptions", "resourcecontainers")),
        first(Place::query("subscriptions, second page", "resourcecontainers").page(2)),
        items(Place::query("items", "backuppolicies")),
        items(Place::query("items, second page", "backuppolicies").page(2)),
        Place::arm("list of vaults", Shape::List, of_subscription(vaults)).misses(
            &subscription(0),
            vaults,
            "Microsoft.RecoveryServices/vaults/read",
        ),
        Place::arm("vault", Shape::Body, vault()).misses(
            &vault(),
            vaults,
            "Microsoft.RecoveryServices/vaults/read",
        ),
        Place::arm("Backup vault", Shape::Body, backup_vault()).misses(
            &backup_vault(),
            "Microsoft.DataProtection/backupVaults",
            "Microsoft.DataProtection/backupVaults/read",
        ),
        Place::arm(
            "settings of a vault",
            Shape::Body,
            format!("{}/backupconfig/vaultconfig", vault()),
        )
        .misses(&vault(), config, "Microsoft.RecoveryServices/vaults/backupconfig/read"),
        Place::arm(
            "guard links of a vault",
            Shape::List,
            format!("{}/backupResourceGuardProxies", vault()),
        )
        .misses(
            &vault(),
            links,
            "Microsoft.RecoveryServices/vaults/backupResourceGuardProxies/read",
        ),
        Place::arm("restores of a vault", Shape::List, format!("{}/backupJobs", vault())).misses(
            &vault(),
            "Microsoft.RecoveryServices/vaults/backupJobs",
            "Microsoft.RecoveryServices/vaults/backupJobs/read",
        ),
        assignments(Place::arm(
            "role assignments",
            Shape::List,
            of_subscription("Microsoft.Authorization/roleAssignments"),
        )),
        assignments(
            Place::arm(
                "role assignments, second page",
                Shape::List,
                of_subscription("Microsoft.Authorization/roleAssignments"),
            )
            .asking("$skiptoken"),
        ),
        Place {
            is_licensed: true,
            ..Place::arm("role eligibilities", Shape::List, of_subscription(eligible)).misses(
                &subscription(0),
                eligible,
                "Microsoft.Authorization/roleEligibilityScheduleInstances/read",
            )
        },
        Place::arm("locks", Shape::List, of_subscription(locks)).misses(
            &subscription(0),
            locks,
            "Microsoft.Authorization/locks/read",
        ),
        directory("people", "/v1.0/users".to_owned()),
        directory("members of a group", format!("/v1.0/groups/{}/transitiveMembers", group())),
    ]
}

/// What the query of items asks for.
const ITEMS: [(&str, &str); 7] = [
    (
        "Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers/protectedItems",
        "Microsoft.RecoveryServices/vaults/backupProtectedItems/read",
    ),
    (
        "Microsoft.RecoveryServices/vaults/backupPolicies",
        "Microsoft.RecoveryServices/vaults/backupPolicies/read",
    ),
    (
        "Microsoft.DataProtection/backupVaults/backupInstances",
        "Microsoft.DataProtection/backupVaults/backupInstances/read",
    ),
    (
        "Microsoft.DataProtection/backupVaults/backupPolicies",
        "Microsoft.DataProtection/backupVaults/backupPolicies/read",
    ),
    (
        "Microsoft.DataProtection/backupVaults/deletedBackupInstances",
        "Microsoft.DataProtection/backupVaults/deletedBackupInstances/read",
    ),
    (
        "Microsoft.RecoveryServices/locations/deletedVaults",
        "Microsoft.RecoveryServices/locations/deletedVaults/read",
    ),
    (
        "Microsoft.RecoveryServices/vaults/replicationFabrics/replicationProtectionContainers/replicationProtectedItems",
        "Microsoft.RecoveryServices/vaults/replicationFabrics/replicationProtectionContainers/replicationProtectedItems/read",
    ),
];
