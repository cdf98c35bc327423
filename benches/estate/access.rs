//! Who can do each operation on each vault, in an estate with as many role assignments as Azure allows.

use std::fmt::Write as _;
use std::fs::File;
use std::hint::black_box;
use std::io::{BufWriter, Write as _};
use std::path::Path;

use backuplint::access::action::ActionTable;
use backuplint::access::operation::{OPERATIONS, Place, Way};
use backuplint::access::{Access, AccessIndex, Effective, PrincipalId, Strength};
use backuplint::inventory::Time;
use backuplint::snapshot::Inputs;
use rayon::prelude::*;

use crate::clock::{Clock, Spent};
use crate::work::Answer;

const NOW: &str = "2026-11-20T02:00:00Z";
const SUBSCRIPTIONS: usize = 25;
const VAULTS: usize = 5_000;
/// Of which a subscription can have 4,000
/// (<https://learn.microsoft.com/azure/azure-resource-manager/management/azure-subscription-service-limits>).
const ASSIGNMENTS: usize = 100_000;
const USERS: usize = 20_000;
const GROUPS: usize = 2_000;
const MEMBERS: usize = 20;
const ELIGIBLE: usize = 10_000;

/// Roles by name and patterns; each of the last kind stands for ten that differ in name only.
const ROLES: [(&str, &str); 8] = [
    ("owner", r#"["*"]"#),
    (
        "contributor",
        r#"["*"],"notActions":["Microsoft.Authorization/*/Delete","Microsoft.Authorization/*/Write"]"#,
    ),
    ("reader", r#"["*/read"]"#),
    (
        "backup-contributor",
        r#"["Microsoft.RecoveryServices/vaults/*","Microsoft.DataProtection/backupVaults/*"],"notActions":["Microsoft.RecoveryServices/vaults/delete"]"#,
    ),
    (
        "backup-operator",
        r#"["Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers/protectedItems/write","Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers/protectedItems/backup/action","Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers/protectedItems/recoveryPoints/*"]"#,
    ),
    (
        "machine-contributor",
        r#"["Microsoft.Compute/virtualMachines/*","Microsoft.RecoveryServices/vaults/write","Microsoft.RecoveryServices/vaults/backupPolicies/*"]"#,
    ),
    ("access-administrator", r#"["Microsoft.Authorization/*","*/read"]"#),
    (
        "custom",
        r#"["Microsoft.Storage/storageAccounts/*","Microsoft.Network/*/read","Microsoft.Resources/subscriptions/resourceGroups/write"]"#,
    ),
];

fn vault(at: usize) -> String {
    format!("{}/providers/Microsoft.RecoveryServices/vaults/vault-{at}", group(at))
}

/// Five vaults share a resource group.
fn group(vault: usize) -> String {
    format!("{}/resourceGroups/rg-backup-{}", subscription(vault % SUBSCRIPTIONS), vault / 5)
}

fn subscription(at: usize) -> String {
    format!("/subscriptions/5ub00000-0000-4000-8000-{at:012}")
}

fn management_group(at: usize) -> String {
    format!("/providers/Microsoft.Management/managementGroups/mg-{at}")
}

/// Most assignments stand at subscriptions and groups, as they do in real estates.
fn scope(at: usize) -> String {
    match at % 100 {
        0 => management_group(at / 100 % 5),
        1..=54 => subscription(at / 100 % SUBSCRIPTIONS),
        55..=79 => group(at * 7 % VAULTS),
        _ => vault(at * 13 % VAULTS),
    }
}

fn principal(at: usize) -> (String, &'static str) {
    match at % 10 {
        0..=2 => (format!("9f000000-0000-4000-8000-{:012}", at * 31 % GROUPS), "Group"),
        _ => (format!("a0000000-0000-4000-8000-{:012}", at * 17 % USERS), "User"),
    }
}

/// Writes the estate; answers nothing if it is there.
pub fn write(folder: &Path) -> Answer<()> {
    if folder.join("manifest.json").is_file() {
        return Ok(());
    }
    std::fs::create_dir_all(folder)?;
    let mut out = BufWriter::new(File::create(folder.join("access.jsonl"))?);
    for at in 0..5 {
        let parent = if at == 0 {
            "null".to_owned()
        } else {
            format!(r#"{{"id":"{}"}}"#, management_group(0))
        };
        writeln!(
            out,
            r#"{{"id":"{}","type":"Microsoft.Management/managementGroups","properties":{{"details":{{"parent":{parent}}}}}}}"#,
            management_group(at)
        )?;
    }
    for at in 0..SUBSCRIPTIONS {
        writeln!(
            out,
            r#"{{"id":"{}","type":"Microsoft.Resources/subscriptions","properties":{{"managementGroupAncestorsChain":[{{"name":"mg-{}"}},{{"name":"mg-0"}}]}}}}"#,
            subscription(at),
            1 + at % 4
        )?;
    }
    for (at, (name, actions)) in ROLES.iter().cycle().take(80).enumerate() {
        writeln!(
            out,
            r#"{{"id":"/providers/Microsoft.Authorization/roleDefinitions/{at:08}-0000-4000-8000-000000000000","type":"Microsoft.Authorization/roleDefinitions","properties":{{"roleName":"{name}-{at}","type":"CustomRole","permissions":[{{"actions":{actions}}}]}}}}"#
        )?;
    }
    for at in 0..VAULTS {
        writeln!(
            out,
            r#"{{"id":"{}","type":"Microsoft.RecoveryServices/vaults","location":"westeurope","properties":{{}}}}"#,
            vault(at)
        )?;
    }
    for at in 0..GROUPS {
        let mut members = String::new();
        for member in 0..MEMBERS {
            // The last of the members is a group now and then.
            let (kind, id) = if member == 0 && at % 4 == 0 {
                ("group", format!("9f000000-0000-4000-8000-{:012}", (at + 1) % GROUPS))
            } else {
                (
                    "user",
                    format!("a0000000-0000-4000-8000-{:012}", (at * MEMBERS + member) * 7 % USERS),
                )
            };
            let comma = if member == 0 { "" } else { "," };
            write!(members, r##"{comma}{{"@odata.type":"#microsoft.graph.{kind}","id":"{id}"}}"##)?;
        }
        writeln!(
            out,
            r##"{{"@odata.type":"#microsoft.graph.group","id":"9f000000-0000-4000-8000-{at:012}","displayName":"group {at}","members":[{members}]}}"##
        )?;
    }
    for at in 0..ASSIGNMENTS + ELIGIBLE {
        let kind =
            if at < ASSIGNMENTS { "roleAssignments" } else { "roleEligibilityScheduleInstances" };
        let (scope, (id, of)) = (scope(at), principal(at / 3 + at));
        writeln!(
            out,
            r#"{{"id":"{scope}/providers/Microsoft.Authorization/{kind}/{at:08}-0000-4000-8000-000000000001","type":"Microsoft.Authorization/{kind}","name":"{at:08}-0000-4000-8000-000000000001","properties":{{"roleDefinitionId":"{}/providers/Microsoft.Authorization/roleDefinitions/{:08}-0000-4000-8000-000000000000","principalId":"{id}","principalType":"{of}","scope":"{scope}","condition":null,"conditionVersion":null,"createdOn":"2024-01-01T00:00:00.0000000Z","updatedOn":"2024-01-01T00:00:00.0000000Z","createdBy":"a0000000-0000-4000-8000-000000000000","updatedBy":"a0000000-0000-4000-8000-000000000000","delegatedManagedIdentityResourceId":null,"description":null}}}}"#,
            subscription(at % SUBSCRIPTIONS),
            at * 11 % 80
        )?;
    }
    for at in 0..SUBSCRIPTIONS {
        let scope = subscription(at);
        writeln!(
            out,
            r#"{{"id":"{scope}/providers/Microsoft.Authorization/denyAssignments/d","type":"Microsoft.Authorization/denyAssignments","properties":{{"denyAssignmentName":"stack","scope":"{scope}","doNotApplyToChildScopes":false,"permissions":[{{"actions":["Microsoft.Compute/*/delete"],"notActions":[]}}],"principals":[{{"id":"00000000-0000-0000-0000-000000000000","type":"SystemDefined"}}],"excludePrincipals":[{{"id":"a0000000-0000-4000-8000-000000000017","type":"User"}}]}}}}"#
        )?;
    }
    out.flush()?;
    std::fs::write(
        folder.join("manifest.json"),
        format!(
            r#"{{"schema":"backuplint.snapshot/1","collectedAt":"{NOW}","scopes":["/"],"files":[{{"path":"access.jsonl","body":"complete"}}],"collections":[{{"scope":"/","kind":"Microsoft.Authorization/roleAssignments"}}],"gaps":[]}}"#
        ),
    )?;
    Ok(())
}

/// What one run took, and what it found.
#[derive(Clone, Copy, Debug, Default)]
pub struct Answered {
    /// Reading files into an estate.
    pub read: Spent,
    /// Roles, groups and assignments made ready.
    pub index: Spent,
    /// Every operation on every vault.
    pub answers: Spent,
    /// Principals over all operations and vaults.
    pub found: usize,
}

/// Asks who can do every operation on every vault.
pub fn run(folder: &Path) -> Answer<Answered> {
    let clock = Clock::start();
    let inputs = Inputs::open(&[folder.to_path_buf()])?;
    let estate = inputs.read();
    let read = clock.spent();
    let now = Time::parse(NOW).ok_or("a time")?;
    let index = AccessIndex::new(&estate, now, &ActionTable::CLOSED);
    let indexed = clock.spent();
    let access = Access::new(&index, &estate);
    let found = estate.vaults.par_iter().map(|vault| {
        let places = Places::of(access, vault.resource.id.as_str());
        let ways = OPERATIONS.iter().filter_map(|operation| operation.recovery_services.as_ref());
        ways.map(|way| black_box(places.who(way)).len()).sum::<usize>()
    });
    let found = found.sum();
    let all = clock.spent();
    Ok(Answered { read, index: indexed.less(read), answers: all.less(indexed), found })
}

/// Who holds what at the places that an operation asks about. There is one vault and no target: what
/// stands elsewhere is taken to stand in the vault's resource group.
struct Places {
    item: Effective,
    vault: Effective,
    group: Effective,
    subscription: Effective,
}

impl Places {
    fn of(access: Access<'_, '_>, vault: &str) -> Self {
        let lineage = access.lineage(vault);
        let item = format!("{vault}/backupFabrics/Azure/protectionContainers/c/protectedItems/i");
        Self {
            item: access.at(&item),
            vault: access.at(vault),
            group: access.at(&lineage.scopes[1]),
            subscription: access.at(&lineage.scopes[2]),
        }
    }

    fn at(&self, place: Place) -> &Effective {
        match place {
            Place::Vault => &self.vault,
            Place::Item => &self.item,
            Place::Subscription => &self.subscription,
            _ => &self.group,
        }
    }

    fn who(&self, way: &Way) -> Vec<(PrincipalId, Strength)> {
        let Some(((first, on), others)) = way
            .needs
            .split_first()
            .and_then(|(first, others)| Some(((first, first.first()?.on), others)))
        else {
            return Vec::new();
        };
        let able = self.at(on).holders().iter().filter_map(|holder| {
            let of = |needs: &&[backuplint::access::operation::Enforced]| {
                let any = needs.iter().filter_map(|enforced| {
                    let held = if enforced.on == on {
                        holder.held
                    } else {
                        self.at(enforced.on).of(holder.principal)
                    };
                    held.strength(enforced.action)
                });
                any.min()
            };
            let mut weakest = of(first)?;
            for needs in others {
                weakest = weakest.max(of(needs)?);
            }
            Some((holder.principal, weakest))
        });
        able.collect()
    }
}
