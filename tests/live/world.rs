//! An estate of a given size, all in order.

use serde_json::{Value, json};

use crate::azure_sim::{Seed, World};

/// The moment at which the estates of the fixtures were collected.
pub const NOW: &str = "2026-11-20T02:00:00Z";

/// Rows on a page of Resource Graph.
const PAGE: usize = 1_000;

/// How large.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Size {
    pub subscriptions: usize,
    /// In each subscription, as all of these.
    pub vaults: usize,
    pub items: usize,
    pub machines: usize,
}

/// The requests that the plan takes: each page once.
pub struct Demand {
    /// The pages of each query, which must be asked one after the other; that of the subscriptions is first.
    pub queries: [usize; 6],
    /// Reads in one subscription.
    pub reads: usize,
}

impl Size {
    pub fn demand(&self) -> Demand {
        let pages = |rows: usize| rows.div_ceil(PAGE).max(1);
        let queries = [
            // Subscriptions and their groups.
            pages(2 * self.subscriptions),
            // Items and policies.
            pages(self.subscriptions * (self.items + self.vaults)),
            // Jobs.
            1,
            // Machines.
            pages(self.subscriptions * self.machines),
            // Their extensions.
            1,
            // Roles.
            1,
        ];
        // Locks, four lists of access, three of vaults and guards, and its own diagnostic settings.
        let of_subscription = 9;
        // Itself, two configurations, guard links, servers, restores, diagnostic settings.
        let of_vault = 7;
        // All vaults are on one page of their list.
        assert!(self.vaults <= crate::azure_sim::Options::default().page_size);
        Demand { queries, reads: of_subscription + self.vaults * of_vault }
    }

    pub fn bodies(&self) -> Vec<Value> {
        let mut bodies = Vec::new();
        for number in 0..self.subscriptions {
            let guid = guid(number);
            bodies.push(json!({
                "id": format!("/subscriptions/{guid}"),
                "name": format!("subscription {number}"),
                "type": "Microsoft.Resources/subscriptions",
                "subscriptionId": guid,
                "properties": {
                    "state": "Enabled",
                    "managementGroupAncestorsChain": [{ "name": "corp", "displayName": "corp" }],
                },
            }));
            let group = format!("/subscriptions/{guid}/resourceGroups/rg");
            bodies.push(json!({
                "id": group,
                "name": "rg",
                "type": "Microsoft.Resources/subscriptions/resourceGroups",
                "location": "westeurope",
                "properties": {},
            }));
            self.add(&group, &mut bodies);
        }
        bodies
    }

    fn add(&self, group: &str, bodies: &mut Vec<Value>) {
        let vault = |number: usize| {
            format!("{group}/providers/Microsoft.RecoveryServices/vaults/vault-{number:02}")
        };
        let machine = |number: usize| {
            format!("{group}/providers/Microsoft.Compute/virtualMachines/vm-{number:04}")
        };
        let resource = |id: &str, kind: &str, properties: Value| {
            let name = id.rsplit('/').next();
            json!({ "id": id, "name": name, "type": kind, "location": "westeurope", "properties": properties })
        };
        const VAULT: &str = "Microsoft.RecoveryServices/vaults";
        for number in 0..self.vaults {
            let id = vault(number);
            bodies.push(resource(&id, VAULT, json!({ "provisioningState": "Succeeded" })));
            for (child, kind) in [
                ("backupconfig/vaultconfig", "backupconfig"),
                ("backupstorageconfig/vaultstorageconfig", "backupstorageconfig"),
                ("backupPolicies/daily", "backupPolicies"),
            ] {
                let kind = format!("{VAULT}/{kind}");
                bodies.push(resource(&format!("{id}/{child}"), &kind, json!({})));
            }
        }
        for number in 0..self.machines {
            bodies.push(resource(&machine(number), "Microsoft.Compute/virtualMachines", json!({})));
        }
        for number in 0..self.items {
            let name = format!("iaasvmcontainerv2;rg;vm-{number:04}");
            let id = format!(
                "{}/backupFabrics/Azure/protectionContainers/IaasVMContainer;{name}/protectedItems/VM;{name}",
                vault(number % self.vaults)
            );
            let kind = format!("{VAULT}/backupFabrics/protectionContainers/protectedItems");
            let properties = json!({
                "backupManagementType": "AzureIaasVM",
                "sourceResourceId": machine(number),
                "protectionState": "Protected",
                "policyId": format!("{}/backupPolicies/daily", vault(number % self.vaults)),
            });
            bodies.push(resource(&id, &kind, properties));
        }
    }
}

/// The GUID of a subscription.
pub fn guid(number: usize) -> String {
    format!("{number:08}-aaaa-4bbb-8ccc-000000000000")
}

/// A world of these bodies.
pub fn world(bodies: &[Value]) -> World {
    Seed {
        clock: NOW.to_owned(),
        bodies: bodies.iter().map(Value::to_string).collect(),
        ..Seed::default()
    }
    .into()
}
