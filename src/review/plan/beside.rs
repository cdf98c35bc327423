//! What a plan does to what is not compared. What may take backups along, give rights over them or set something of
//! them is a step, and where nothing here judges it, it is unknown; the rest is named.

use super::super::check::Judged;
use super::super::subject::name_of_item;
use super::grant;
use super::operation::Requests;
use super::step::{Hit, Step};
use super::toll::{Loss, Points};
use crate::change::{Beside, Deed, Nature};
use crate::inventory::{
    Estate, Fact, Kind, Protection, Reason, Resource, Vault, Workload, id, placeholder,
};

/// Providers whose every type is of our subject.
const OURS: [&str; 2] = ["microsoft.recoveryservices", "microsoft.dataprotection"];

/// Those whose resources hold others, decide over them, or keep the keys of vaults.
const AROUND: [&str; 7] = [
    "microsoft.authorization",
    "microsoft.keyvault",
    "microsoft.managedservices",
    "microsoft.management",
    "microsoft.resources",
    "microsoft.solutions",
    "microsoft.subscription",
];

/// Those whose every type is about who may do what.
const RIGHTS: [&str; 2] = ["microsoft.authorization", "microsoft.managedservices"];

/// What can be backed up, and goes without its vault.
const DATASOURCES: [Kind; 8] = [
    Kind::VirtualMachine,
    Kind::Disk,
    Kind::StorageAccount,
    Kind::FileShare,
    Kind::BlobContainer,
    Kind::ManagedCluster,
    Kind::PostgreSqlServer,
    Kind::MySqlServer,
];

/// A change that nothing judges, since it is none of our subject.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotJudged {
    /// What it is called in code, else its id.
    pub on: String,
    /// Its type, as its source names it.
    pub type_name: String,
    /// What becomes of it.
    pub deed: Deed,
}

/// What it may do to backups.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reach {
    /// Nothing that this tool knows of.
    None,
    /// It goes, with all that lies in it or rests on it.
    Goes,
    /// It gives somebody a role.
    Grants,
    /// It sets something of our subject, or of the rights over it.
    Sets,
}

/// The step that it is; none where it is none of our subject.
pub(super) fn step<'e, 'a>(
    beside: &Beside<'a>,
    world: &'e Estate<'a>,
    points: &Points<'e, 'a>,
    requests: &mut Requests<'_>,
) -> Option<Step> {
    let reach = reach(beside);
    let kind = kind(beside);
    let noun = noun(kind, beside.is_part);
    let held = match (reach, beside.id.as_deref()) {
        (Reach::Goes, Some(on)) if !beside.is_part => Held::of(on, kind, world),
        _ => Held::none(),
    };
    let judged = match reach {
        Reach::None => return None,
        Reach::Goes => goes(beside, kind, noun, &held),
        Reach::Grants => vec![grant::judge(beside, world).at(on(beside), "", "given")],
        Reach::Sets => {
            let says =
                format!("what this change of {} does to backups is not judged", beside.type_name);
            vec![Judged::unknown(Reason::UnrecognisedValue, says).fix(BY_HAND)]
        }
    };
    let is_group =
        kind == Kind::ResourceGroup && matches!(beside.deed, Deed::Destroyed | Deed::Replaced);
    let deleted = held.vaults.iter().filter(|_| is_group);
    let ids: Vec<String> = deleted.map(|vault| vault.resource.id.as_str().to_owned()).collect();
    let address = beside.address.map(|address| address.text.to_owned());
    let hit = |(item, loss): &(&'e Protection<'a>, Loss)| Hit {
        on: item.resource.id.as_str().to_owned(),
        name: name_of_item(item).to_owned(),
        noun: item.noun(),
        toll: points.toll(item, *loss),
    };
    Some(Step {
        on: on(beside),
        address,
        type_name: match &beside.nature {
            Nature::Azure(type_name) => type_name.clone(),
            Nature::Unclear | Nature::Rights | Nature::Foreign => beside.type_name.clone(),
        },
        noun,
        deed: beside.deed,
        forced_by: Vec::new(),
        shifts: Vec::new(),
        doubts: Vec::new(),
        judged,
        hits: held.items.iter().map(hit).collect(),
        vaults: held.vaults.iter().map(|vault| vault.resource.id.as_str().to_owned()).collect(),
        is_whole: held.is_whole,
        requests: ids.into_iter().filter_map(|vault| requests.deletion(vault)).collect(),
    })
}

/// The items that it hits, whose points matter.
pub(super) fn items<'e, 'a>(beside: &Beside<'a>, world: &'e Estate<'a>) -> Vec<&'e Protection<'a>> {
    match (reach(beside), beside.id.as_deref()) {
        (Reach::Goes, Some(on)) if !beside.is_part => {
            Held::of(on, kind(beside), world).items.into_iter().map(|(item, _)| item).collect()
        }
        _ => Vec::new(),
    }
}

/// What nothing judges.
pub(super) fn named(beside: &Beside<'_>) -> NotJudged {
    NotJudged {
        on: beside.address.map_or_else(|| on(beside), |address| address.text.to_owned()),
        type_name: beside.type_name.clone(),
        deed: beside.deed,
    }
}

const BY_HAND: &str = "have somebody look at it who knows what depends on it";

fn on(beside: &Beside<'_>) -> String {
    let address = || beside.address.map(|address| address.text.to_owned());
    beside.id.clone().or_else(address).unwrap_or_default()
}

fn kind(beside: &Beside<'_>) -> Kind {
    match &beside.nature {
        Nature::Azure(type_name) => Kind::of_type(type_name),
        Nature::Unclear | Nature::Rights | Nature::Foreign => Kind::Other,
    }
}

fn reach(beside: &Beside<'_>) -> Reach {
    let is_gone = matches!(beside.deed, Deed::Destroyed | Deed::Replaced | Deed::Unknown(_));
    let is_retagged = beside.deed == Deed::Updated && beside.is_retagged;
    if is_retagged || matches!(beside.deed, Deed::Kept | Deed::Released) {
        return Reach::None;
    }
    let type_name = match &beside.nature {
        Nature::Azure(type_name) => type_name.to_ascii_lowercase(),
        Nature::Unclear if is_gone => return Reach::Goes,
        Nature::Rights => return Reach::Sets,
        Nature::Unclear | Nature::Foreign => return Reach::None,
    };
    let provider = type_name.split('/').next().unwrap_or_default();
    let is_ours = OURS.contains(&provider);
    let is_around = AROUND.contains(&provider);
    let is_made = beside.deed == Deed::Created && !beside.is_part;
    // Site Recovery replicates and keeps no backups.
    let is_replication = type_name.starts_with("microsoft.recoveryservices/vaults/replication");
    match () {
        () if is_gone && (is_ours || is_around || Kind::of_type(&type_name) != Kind::Other) => {
            Reach::Goes
        }
        () if is_grant(&type_name) => Reach::Grants,
        () if is_ours && !is_made && !is_replication => Reach::Sets,
        () if !is_made && rests_on(Kind::of_type(&type_name)) => Reach::Sets,
        () if RIGHTS.contains(&provider) && !(is_made && gives_nothing(&type_name)) => Reach::Sets,
        () => Reach::None,
    }
}

/// Whether a new resource of this type gives nobody anything by itself: what it defines has to be assigned first.
fn gives_nothing(type_name: &str) -> bool {
    type_name.starts_with("microsoft.authorization/") || type_name.ends_with("definitions")
}

/// Whether a resource of this type gives somebody a role.
fn is_grant(type_name: &str) -> bool {
    type_name
        .strip_prefix("microsoft.authorization/role")
        .is_some_and(|rest| !rest.starts_with("definition") && !rest.starts_with("management"))
}

fn goes(beside: &Beside<'_>, kind: Kind, noun: &str, held: &Held<'_, '_>) -> Vec<Judged> {
    let verb = match beside.deed {
        Deed::Unknown(_) => "may be destroyed",
        Deed::Replaced => "is destroyed and made anew",
        _ => "is destroyed",
    };
    let at = |judged: Judged| judged.at(on(beside), "", "destroyed");
    let is_known = kind == Kind::ResourceGroup || DATASOURCES.contains(&kind);
    if !is_known || beside.is_part || beside.id.is_none() {
        let says = format!("the {noun} {verb}; what that does to backups is not judged");
        return vec![at(Judged::unknown(Reason::UnrecognisedValue, says).fix(BY_HAND))];
    }
    let mut judged = Vec::new();
    if let Deed::Unknown(reason) = beside.deed
        && held.holds_anything()
    {
        let says = format!("whether the {noun} is destroyed is unknown");
        judged.push(at(Judged::unknown(reason, says)));
    }
    if held.holds_anything() {
        judged
            .push(at(Judged::decides(format!("the {noun} {verb}, and with it {}", held.words()))));
    }
    if let Some(rest) = held.rest_in_words() {
        let says = format!("what it does to backups that {rest} go as well is not judged");
        judged.push(at(Judged::unknown(Reason::UnrecognisedValue, says).fix(BY_HAND)));
    }
    if let Err(reason) = held.is_whole {
        let says = format!("the {noun} {verb}; what of backups lies in it was not all read");
        judged.push(at(Judged::unknown(reason, says)
            .fix("give the estate that the change is made in: --estate")));
    }
    if judged.is_empty() {
        judged.push(at(Judged::pass(format!("the {noun} {verb}; nothing of backups rests on it"))));
    }
    judged
}

/// What lies in something that goes.
struct Held<'e, 'a> {
    vaults: Vec<&'e Vault<'a>>,
    /// Items in these vaults, and those of other vaults that protect something in it.
    items: Vec<(&'e Protection<'a>, Loss)>,
    /// What else lies in it that backups rest on.
    rest: Vec<&'e Resource<'a>>,
    is_whole: Result<(), Reason>,
}

impl<'e, 'a> Held<'e, 'a> {
    const fn none() -> Self {
        Self { vaults: Vec::new(), items: Vec::new(), rest: Vec::new(), is_whole: Ok(()) }
    }

    fn of(on: &str, kind: Kind, world: &'e Estate<'a>) -> Self {
        let mut held = Self::none();
        if !on.starts_with('/') || placeholder::has_placeholder(on) {
            held.is_whole = Err(Reason::UnresolvedExpression);
            return held;
        }
        held.vaults.extend(world.vaults.iter().filter(|vault| vault.resource.id.is_within(on)));
        for item in world.protections.iter() {
            let protects = |source: &str| id::is_within(source, on);
            if item.resource.id.is_within(on) {
                held.items.push((item, Loss::All));
            } else if item.datasource.as_ref().known().is_some_and(|source| protects(source)) {
                held.items.push((item, Loss::None));
            }
        }
        if kind == Kind::ResourceGroup {
            held.rest.extend(world.resources().filter(|found| {
                rests_on(found.kind) && found.id.is_within(on) && found.id.vault().is_none()
            }));
        }
        held.is_whole = whole(on, kind, world);
        held
    }

    fn holds_anything(&self) -> bool {
        !self.vaults.is_empty() || !self.items.is_empty()
    }

    fn words(&self) -> String {
        let of = |number: usize, noun: &str| match number {
            0 => None,
            1 => Some(format!("1 {noun}")),
            more => Some(format!("{more} {noun}s")),
        };
        let inside = self.items.iter().filter(|(_, loss)| *loss == Loss::All).count();
        let protected = match self.items.len() - inside {
            0 => None,
            1 => Some("what 1 item protects".to_owned()),
            more => Some(format!("what {more} items protect")),
        };
        let parts = [of(self.vaults.len(), "vault"), of(inside, "item"), protected];
        parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
    }

    fn rest_in_words(&self) -> Option<String> {
        const MOST: usize = 3;
        let named: Vec<String> = self
            .rest
            .iter()
            .take(MOST)
            .map(|found| format!("the {} {}", noun(found.kind, false), found.id.name()))
            .collect();
        let more = self.rest.len().saturating_sub(MOST);
        let more = if more == 0 { String::new() } else { format!(" and {more} more") };
        (!named.is_empty()).then(|| format!("{}{more}", named.join(", ")))
    }
}

/// Kinds that backups rest on, beside vaults and what lies in them.
const fn rests_on(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::ResourceGuard
            | Kind::KeyVault
            | Kind::KeyVaultKey
            | Kind::DiagnosticSetting
            | Kind::PrivateEndpoint
            | Kind::ActivityLogAlert
            | Kind::MetricAlert
            | Kind::ScheduledQueryRule
            | Kind::ActionGroup
            | Kind::AlertProcessingRule
    )
}

/// Whether all that lies in it or protects something in it was read. A machine is protected in its subscription.
fn whole(on: &str, kind: Kind, world: &Estate<'_>) -> Result<(), Reason> {
    let subscription = id::subscription_of(on).ok_or(Reason::UnrecognisedValue)?;
    let scope = format!("/subscriptions/{subscription}");
    world.coverage.list_of(&scope, Kind::RecoveryServicesVault)?;
    if kind != Kind::VirtualMachine {
        world.coverage.list_of(&scope, Kind::BackupVault)?;
    }
    let may_protect = |vault: &Resource<'_>| {
        let is_other = kind != Kind::VirtualMachine && vault.kind != Kind::RecoveryServicesVault;
        is_other || vault.id.is_within(&scope)
    };
    for vault in world.vaults.iter().filter(|vault| may_protect(&vault.resource)) {
        vault.items_read?;
    }
    let hidden = world.protections.iter().find_map(|item| match item.datasource {
        Fact::Unknown(reason) => {
            let vault = world.vault_holding(item).is_none_or(|found| may_protect(&found.resource));
            let fits = kind != Kind::VirtualMachine || item.may_be(Workload::VirtualMachine);
            (vault && fits).then_some(reason)
        }
        Fact::Known(_) | Fact::Absent => None,
    });
    hidden.map_or(Ok(()), Err)
}

/// What a sentence calls it.
fn noun(kind: Kind, is_part: bool) -> &'static str {
    match kind {
        _ if is_part => "setting",
        Kind::ResourceGroup => "resource group",
        Kind::Subscription => "subscription",
        Kind::ManagementGroup => "management group",
        Kind::VirtualMachine => "machine",
        Kind::Disk => "disk",
        Kind::StorageAccount => "storage account",
        Kind::FileShare => "file share",
        Kind::BlobContainer => "blob container",
        Kind::ManagedCluster => "cluster",
        Kind::PostgreSqlServer | Kind::MySqlServer => "server",
        Kind::ProtectionContainer => "registered container",
        Kind::RoleAssignment => "role assignment",
        Kind::RoleDefinition => "role definition",
        Kind::KeyVault => "key vault",
        Kind::KeyVaultKey => "key",
        Kind::PrivateEndpoint => "private endpoint",
        Kind::ActivityLogAlert | Kind::MetricAlert | Kind::ScheduledQueryRule => "alert",
        Kind::ActionGroup => "action group",
        Kind::AlertProcessingRule => "alert processing rule",
        Kind::DiagnosticSetting => "diagnostic setting",
        Kind::Other => "resource",
        known => crate::change::noun(known),
    }
}
