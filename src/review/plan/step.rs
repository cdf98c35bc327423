//! One step of a plan: what becomes of a resource of backup, whom that hits, and what it comes to.

use serde_json::Value;

use super::super::check::Judged;
use super::super::subject::name_of_item;
use super::toll::{self, Loss, Points, Toll};
use super::world::{Seen, World};
use crate::change::{
    Changes, Comparison, Deed, Direction, Doubt, Radius, ResourceChange, Shift, compare_in,
    dependants,
};
use crate::inventory::{
    Body, Estate, Fact, Kind, PrivateAccess, Protection, Reason, Resource, VaultService, View as _,
    id, placeholder,
};

/// What becomes of a resource, and whom it hits.
#[derive(Debug)]
pub struct Step {
    /// Its id, in the spelling of the world where that shows it.
    pub on: String,
    /// What it is called in code.
    pub address: Option<String>,
    /// Its type in ARM; what its source calls it where that is not known.
    pub type_name: String,
    /// What a sentence calls it.
    pub noun: &'static str,
    /// What becomes of it.
    pub deed: Deed,
    /// The properties whose change forces a replacement.
    pub forced_by: Vec<String>,
    /// The settings that move.
    pub shifts: Vec<Shift>,
    /// The settings that may move.
    pub doubts: Vec<Doubt>,
    /// What that comes to.
    pub judged: Vec<Judged>,
    /// The items whose backups depend on it.
    pub hits: Vec<Hit>,
    /// The vaults that depend on it, of a guard or a lock, or lie in it.
    pub vaults: Vec<String>,
    /// Whether these are all.
    pub is_whole: Result<(), Reason>,
    /// The operations that it is: the position of a request, and its target.
    pub(super) requests: Vec<(usize, String)>,
}

/// An item that a step hits.
#[derive(Debug)]
pub struct Hit {
    /// Its id.
    pub on: String,
    /// What people call it.
    pub name: String,
    /// What a sentence calls it.
    pub noun: &'static str,
    /// What it loses.
    pub toll: Toll,
}

/// A change of a resource of backup beside what the world shows of it.
pub(super) struct Reading<'e, 'a> {
    pub change: &'e ResourceChange<'a>,
    pub comparison: Comparison,
    pub seen: Seen<'e, 'a>,
    pub items: Vec<&'e Protection<'a>>,
    vaults: Vec<&'e Resource<'a>>,
    is_whole: Result<(), Reason>,
    address: Option<String>,
    loss: Loss,
    estate: &'e Estate<'a>,
}

impl Step {
    /// Whether it does nothing to backups.
    pub fn is_harmless(&self) -> bool {
        self.judged.is_empty()
    }
}

impl<'e, 'a> Reading<'e, 'a> {
    /// None where nothing becomes of it.
    pub fn new(
        change: &'e ResourceChange<'a>,
        changes: &Changes<'_, 'a>,
        world: &World<'e, 'a>,
        is_plan: bool,
    ) -> Option<Self> {
        if change.deed == Deed::Kept {
            return None;
        }
        let seen = match change.deed {
            Deed::Created => Seen::Nowhere,
            _ => world.find(change.before().unwrap_or(change.resource())),
        };
        let on = match seen {
            Seen::Here(resource) => Some(resource.id.as_str()),
            Seen::Nowhere | Seen::Unclear(_) => None,
        };
        let comparison = compare_in(change, changes, world.estate, on);
        let moves = !comparison.shifts.is_empty() || !comparison.doubts.is_empty();
        if change.deed == Deed::Updated && !is_plan && !moves {
            return None;
        }
        let mut radius = Radius { items: Vec::new(), vaults: Vec::new(), is_whole: Ok(()) };
        match seen {
            Seen::Here(resource) if resource.kind.is_protection() => {
                radius.items.extend(item(resource, world));
            }
            Seen::Here(resource) => radius = dependants(resource, world.estate),
            Seen::Nowhere => {}
            Seen::Unclear(reason) => radius.is_whole = Err(reason),
        }
        let address = changes.address(change.resource().id.key());
        Some(Self {
            loss: loss(change, &comparison, changes),
            estate: world.estate,
            change,
            comparison,
            seen,
            items: radius.items,
            vaults: radius.vaults,
            is_whole: radius.is_whole,
            address: address.map(|address| address.text.to_owned()),
        })
    }

    /// The resource as the world knows it, or else as the change does.
    pub fn resource(&self) -> &Resource<'a> {
        match self.seen {
            Seen::Here(resource) => resource,
            Seen::Nowhere | Seen::Unclear(_) => self.change.resource(),
        }
    }

    /// The step, with what every item loses.
    pub fn step(&self, changes: &Changes<'_, 'a>, points: &Points<'e, 'a>) -> Step {
        let resource = self.resource();
        let hits = self.items.iter().map(|item| Hit {
            on: item.resource.id.as_str().to_owned(),
            name: name_of_item(item).to_owned(),
            noun: item.noun(),
            toll: points.toll(item, self.loss),
        });
        let vaults = self.vaults.iter().map(|vault| vault.id.as_str().to_owned());
        Step {
            on: resource.id.as_str().to_owned(),
            address: self.address.clone(),
            type_name: resource.kind.type_name().to_owned(),
            noun: self.change.noun(),
            deed: self.change.deed,
            forced_by: self.change.forced_by.clone(),
            shifts: self.comparison.shifts.clone(),
            doubts: self.comparison.doubts.clone(),
            judged: self.judged(changes),
            hits: hits.collect(),
            vaults: vaults.collect(),
            is_whole: self.is_whole,
            requests: Vec::new(),
        }
    }

    fn judged(&self, changes: &Changes<'_, 'a>) -> Vec<Judged> {
        let mut judged = Vec::new();
        self.deed(changes, &mut judged);
        let is_gone = matches!(self.change.deed, Deed::Destroyed | Deed::Released);
        if !is_gone {
            self.moves(&mut judged);
        }
        let is_against = judged.iter().any(|judged| judged.answer.is_against());
        if is_against && self.change.deed != Deed::Created {
            self.unseen(&mut judged);
        }
        judged
    }

    fn deed(&self, changes: &Changes<'_, 'a>, judged: &mut Vec<Judged>) {
        let (noun, on) = (self.change.noun(), self.resource().id.as_str());
        let verb = match self.change.deed {
            Deed::Kept | Deed::Created | Deed::Updated => return,
            Deed::Released => {
                let says = format!("the {noun} stays, and this code no longer manages it");
                return judged.push(Judged::informs(says).at(on, "", "released"));
            }
            Deed::Unknown(reason) => {
                let says = format!("whether the {noun} is destroyed is unknown");
                return judged.push(Judged::unknown(reason, says).at(on, "", "unknown"));
            }
            Deed::Destroyed => "is destroyed",
            Deed::Replaced => "is destroyed and made anew",
        };
        let cause = self.cause();
        let is_policy = matches!(
            self.change.resource().kind,
            Kind::RecoveryServicesPolicy | Kind::BackupVaultPolicy
        );
        if !is_policy {
            let says = format!("the {noun} {verb}{cause}");
            return judged.push(Judged::decides(says).at(on, "", "destroyed"));
        }
        let staying = self.items.iter().filter(|item| !is_leaving(item, changes)).count();
        judged.push(
            match (self.items.len(), staying) {
                (0, _) if self.is_whole.is_ok() => {
                    Judged::informs(format!("the {noun} {verb}{cause}; no item uses it"))
                }
                (0, _) => Judged::decides(format!("the {noun} {verb}{cause}")),
                (_, 0) => Judged::decides(format!(
                    "the {noun} {verb}{cause}; every item that uses it leaves it in the same change"
                )),
                (_, staying) => Judged::stops(format!(
                    "the {noun} {verb}{cause}, which Azure refuses while items use it: {}",
                    count(staying)
                ))
                .fix("move these items to another backup policy first"),
            }
            .at(on, "", "destroyed"),
        );
    }

    fn moves(&self, judged: &mut Vec<Judged>) {
        let on = self.resource().id.as_str();
        for shift in &self.comparison.shifts {
            let says = shift.described();
            let is_final = shift.is_final && shift.direction == Direction::Stronger;
            let answer = match shift.direction {
                _ if is_final => Judged::decides(format!("{says}, and there is no way back")),
                // What is made is compared with Azure's defaults, and was no stronger before.
                _ if self.change.deed == Deed::Created => continue,
                Direction::Weaker if shift.setting == "managed-identity" => Judged::decides(says)
                    .fix("assign the new identity beside the old one and let it do the same first"),
                Direction::Weaker => Judged::decides(says),
                Direction::Stronger if shift.setting == "public-network-access" => {
                    self.closes(&says)
                }
                Direction::Stronger => Judged::pass(says),
                Direction::Neither => {
                    Judged::informs(format!("{says}; nothing that was read rests on it"))
                }
            };
            let answer = answer.at(on, shift.path.clone(), shown(&shift.after));
            judged.push(shift.causes.iter().fold(answer, |answer, cause| {
                answer.at(cause.on.clone(), cause.path, cause.observed.clone())
            }));
        }
        for doubt in &self.comparison.doubts {
            if self.change.deed == Deed::Created && !doubt.may_be_final {
                continue;
            }
            judged.push(Judged::unknown(doubt.reason, doubt.described()).at(
                on,
                doubt.path.clone(),
                "unknown",
            ));
        }
    }

    /// Whether backups and restores find another way when the public one is closed: agents go through the network
    /// (<https://learn.microsoft.com/azure/backup/private-endpoints-overview>).
    fn closes(&self, says: &str) -> Judged {
        let vault = self.estate.vault(self.resource().id.as_str());
        match vault.map(|vault| self.estate.private_access(vault, VaultService::Backup)) {
            Some(Ok(PrivateAccess::Open)) => {
                Judged::pass(format!("{says}, and an approved private endpoint leads to the vault"))
            }
            Some(Ok(PrivateAccess::Closed(_))) => Judged::decides(format!(
                "{says}, and no approved private endpoint leads to the vault: backups and restores through an agent then fail"
            ))
            .fix("approve a private endpoint for group AzureBackup first"),
            Some(Err(unknown)) => Judged::unknown(unknown.reason, unclear(says)),
            None => Judged::unknown(Reason::NotCollected, unclear(says)),
        }
    }

    /// What nobody can tell of those whom it hits.
    fn unseen(&self, judged: &mut Vec<Judged>) {
        let noun = self.change.noun();
        let on = self.resource().id.as_str();
        match (self.seen, self.is_whole) {
            (Seen::Nowhere, _) => judged.push(
                Judged::unknown(
                    Reason::NotCollected,
                    format!(
                        "the estate shows no such {noun}, so that nobody can tell whom it hits"
                    ),
                )
                .at(on, "", "not there")
                .fix("give the estate that the change is made in, as fresh as the plan"),
            ),
            (Seen::Unclear(reason), _) => judged.push(
                Judged::unknown(
                    reason,
                    format!("which {noun} of the estate it is cannot be told, nor whom it hits"),
                )
                .at(on, "", "not found")
                .fix("give a plan, which knows ids, and the estate: --estate"),
            ),
            (Seen::Here(_), Err(reason)) => judged.push(
                Judged::unknown(reason, "the items that depend on it were not all read")
                    .at(on, "", "not read")
                    .fix("give the estate that the change is made in: --estate"),
            ),
            (Seen::Here(_), Ok(())) => {}
        }
    }

    /// What forces a replacement.
    fn cause(&self) -> String {
        let Some(forced) = self.change.forced_by.first() else { return String::new() };
        let value = |resource: Option<&Resource<'_>>| {
            resource.and_then(|resource| resource.fact(forced).known()).map(Body::to_json)
        };
        match (value(self.change.before()), value(self.change.after())) {
            (Some(before), Some(after)) => {
                let (before, after) = (shown(&before), shown(&after));
                format!(", because {forced} goes from {before} to {after}")
            }
            _ => format!(", because {forced} changes"),
        }
    }
}

fn unclear(says: &str) -> String {
    format!("{says}; whether an approved private endpoint leads to the vault was not read")
}

fn count(items: usize) -> String {
    if items == 1 { "1 item".to_owned() } else { format!("{items} items") }
}

/// A value as a sentence names it.
fn shown(value: &Value) -> String {
    match value {
        Value::Null => "none".to_owned(),
        Value::String(text) => placeholder::readable(text).into_owned(),
        other => other.to_string(),
    }
}

/// The item of the world that a resource is.
fn item<'e, 'a>(resource: &Resource<'_>, world: &World<'e, 'a>) -> Option<&'e Protection<'a>> {
    let on = resource.id.as_str();
    let vault = resource.id.vault()?;
    world.estate.protections_in(vault).find(|item| id::same(item.resource.id.as_str(), on))
}

/// Whether an item is destroyed in the same change, or gets another policy.
fn is_leaving(item: &Protection<'_>, changes: &Changes<'_, '_>) -> bool {
    let same = |change: &&ResourceChange<'_>| {
        change
            .before()
            .is_some_and(|before| id::same(before.id.as_str(), item.resource.id.as_str()))
    };
    let Some(change) = changes.resources.iter().find(same) else { return false };
    if matches!(change.deed, Deed::Destroyed | Deed::Replaced) {
        return true;
    }
    let after = change.after().and_then(|after| after.fact(item.policy_path()).known());
    let after = after.map(Body::to_json);
    match (&item.policy, after.as_ref().and_then(Value::as_str)) {
        (Fact::Known(before), Some(after)) => !id::same(before, after),
        _ => false,
    }
}

/// What becomes of the recovery points of those whom a change hits.
fn loss<'a>(
    change: &ResourceChange<'a>,
    comparison: &Comparison,
    changes: &Changes<'_, 'a>,
) -> Loss {
    let kind = change.resource().kind;
    let is_destroyed = matches!(change.deed, Deed::Destroyed | Deed::Replaced);
    if is_destroyed && (kind.is_vault() || kind.is_protection()) {
        return Loss::All;
    }
    if !comparison.shifts.iter().any(toll::is_weaker_retention) {
        return Loss::None;
    }
    let (Some(before), Some(after)) = (change.before(), change.after()) else { return Loss::None };
    if !kind.is_protection() {
        return toll::of_policy(before, after);
    }
    let item = |resource: &Resource<'a>| Protection::read(resource.clone()).ok();
    let was = item(before).and_then(|item| changes.policy_before(&item.policy.known()?));
    let now = item(after).and_then(|item| changes.policy_after(&item.policy.known()?));
    match (was, now) {
        (Some(was), Some(now)) => toll::of_tiers(was, now),
        _ => Loss::None,
    }
}
