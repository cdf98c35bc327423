//! An estate of a given size, all in order.

use serde_json::{Value, json};

use crate::azure_sim::{Seed, World};
use crate::support::NOW;

/// How large.
pub struct Size {
    pub subscriptions: usize,
    /// In each subscription, as all of these.
    pub vaults: usize,
    pub items: usize,
    pub machines: usize,
}

impl Size {
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
