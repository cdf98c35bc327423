//! Ways to restore, judged for items that nobody asks to restore yet: by the preconditions of a request, with
//! what only whoever restores can say left open.
//!
//! What is known for a whole vault is judged once for it: a matrix has a million items.

use std::collections::HashMap;

use rayon::prelude::*;

use super::check::{Answer, Check, Judged, Weight};
use super::condition::guard::somebody_holds_all;
use super::condition::target::no_account;
use super::condition::{self, Case};
use super::lasting::Copies;
use super::point::{self, Meant, Points, Speed};
use super::request::{Arguments, Request};
use super::subject::Subject;
use super::who::{self, Who};
use super::{Demand, MissingFact, Parameters, missing_of};
use crate::access::Access;
use crate::access::operation::{self, Operation, precondition};
use crate::inventory::{
    Estate, Fact, Found, IdKey, Kind, Protection, Reason, RecoveryPoint, Span, Time, Vault,
    Workload, id, is_backup_vault_datasource,
};

/// The operations that restore, in the order of a matrix.
pub const WAYS: [&str; 5] = [
    "restore-create-new",
    "restore-disks",
    "replace-existing",
    "cross-region-restore",
    "file-recovery",
];

/// What whoever restores chooses then, and a review judges: the target, and another subscription.
const OPEN: [&str; 2] = ["P13", "P14"];
/// What is the same for all items of a vault: the way to it, its key, the staging account, and whether anybody may
/// do it.
const OF_VAULT: [&str; 4] = ["P6", "P12", "P30", "P31"];
/// What another recovery point may change.
const OF_POINT: [&str; 3] = ["P11", "P15", "P19"];
/// Which of several that stand in the way is told first: what says most about the item.
const TOLD_FIRST: [&str; 12] =
    ["P11", "P31", "P6", "P19", "P20", "P15", "P12", "P30", "P18", "P16", "P17", "P10"];

/// Whether a way to restore is open now, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Readiness {
    /// Everything that was to be judged holds.
    Ready,
    /// Something that decides was not read.
    Unknown,
    /// Something that must hold does not.
    Blocked,
    /// There is no such operation for this kind of data.
    NotOffered,
}

impl Readiness {
    /// Every one, best first.
    pub const ALL: [Self; 4] = [Self::Ready, Self::Unknown, Self::Blocked, Self::NotOffered];

    /// The word of reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Unknown => "unknown",
            Self::Blocked => "blocked",
            Self::NotOffered => "not-offered",
        }
    }
}

/// Which storage accounts restores from a vault may be staged in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Staging {
    /// These, by id.
    Declared(Vec<String>),
    /// Any of the vault's subscription.
    Any,
}

/// A way to restore one item, as it was judged.
#[derive(Debug)]
pub struct Way<'e, 'a> {
    /// The operation.
    pub operation: &'static Operation,
    /// What it comes to.
    pub readiness: Readiness,
    /// Its preconditions, but for what is chosen then.
    pub checks: Vec<Check>,
    /// The newest recovery point that it could use, if the points were read.
    pub point: Option<&'e RecoveryPoint<'a>>,
    /// When that was taken, which the item may say as well.
    pub taken: Option<Time>,
    /// How fast it can be restored from; by its tiers, or else as the backup policy promises.
    pub speed: Option<Speed>,
    /// Whether a Resource Guard holds it, or may.
    pub is_guarded: bool,
}

/// The ways to restore the items of an estate.
pub struct Ways<'w, 'e, 'a> {
    estate: &'e Estate<'a>,
    access: Access<'e, 'a>,
    parameters: &'w Parameters,
    now: Time,
    operations: Vec<&'static Operation>,
    points: Points<'e, 'a>,
    vaults: HashMap<IdKey, Vec<Standing<'e>>>,
}

/// What is the same for every item of a vault, of one operation.
struct Standing<'e> {
    request: Request,
    who: Who<'e>,
    checks: Vec<Check>,
}

/// Which accounts of the estate a vault may use.
pub type StagingOf<'s, 'a> = dyn Fn(&Vault<'a>) -> Staging + Sync + 's;

impl<'w, 'e, 'a> Ways<'w, 'e, 'a> {
    /// Makes ready to judge these operations of [`WAYS`].
    pub fn new(
        estate: &'e Estate<'a>,
        access: Access<'e, 'a>,
        parameters: &'w Parameters,
        now: Time,
        ways: &[&str],
        staging: &StagingOf<'_, 'a>,
    ) -> Self {
        let wanted = WAYS.iter().filter(|way| ways.contains(way));
        let operations = wanted.filter_map(|way| operation::find(way)).collect();
        let mut all = Self {
            estate,
            access,
            parameters,
            now,
            operations,
            points: Points::of_all(estate),
            vaults: HashMap::new(),
        };
        let vaults: Vec<(IdKey, Vec<Standing<'e>>)> = all
            .vault_ids()
            .into_par_iter()
            .map(|vault| (IdKey::of(vault), all.standings(vault, staging)))
            .collect();
        all.vaults = vaults.into_iter().collect();
        all
    }

    /// The operations, in their order.
    pub fn operations(&self) -> &[&'static Operation] {
        &self.operations
    }

    /// Every vault that was read, and every other one that an item names.
    fn vault_ids(&self) -> Vec<&'e str> {
        let mut ids: Vec<&str> =
            self.estate.vaults.iter().map(|vault| vault.resource.id.as_str()).collect();
        let mut last = "";
        for item in self.estate.protections.iter() {
            let Some(vault) = item.vault_id() else { continue };
            if !id::same(vault, last) && self.estate.vault_holding(item).is_none() {
                ids.push(vault);
            }
            last = vault;
        }
        ids.sort_by_key(|vault| vault.to_ascii_lowercase());
        ids.dedup_by(|one, other| id::same(one, other));
        ids
    }

    fn standings(&self, vault: &'e str, staging: &StagingOf<'_, 'a>) -> Vec<Standing<'e>> {
        let kind = id::type_of(vault).map_or(Kind::Other, |name| Kind::of_type(&name));
        let read = self.estate.vault(vault);
        let subject = Subject {
            on: vault,
            kind,
            vault: read,
            vault_id: Some(vault),
            item: None,
            deleted: None,
            policy: None,
            machine: None,
            unread: None,
        };
        let accounts = read.map_or(Staging::Any, staging);
        let standing = |operation: &&'static Operation| {
            let mut request = asked(operation);
            let minimum = self.parameters.minimum;
            let who = who::ask(&request, self.estate, self.access, &subject, minimum);
            let is_staged = ["restore-disks", "replace-existing"].contains(&operation.id);
            let mut checks = Vec::new();
            if is_staged && subject.is_recovery_services() {
                let (named, judged) = self.staged(&request, &who, &subject, &accounts);
                request.arguments.staging_account = named;
                checks
                    .extend(precondition("P12").map(|precondition| Check { precondition, judged }));
            }
            let case = self.case(&request, &who, &subject);
            checks.extend(["P6", "P31"].into_iter().filter_map(|id| condition::judge(&case, id)));
            let judged = somebody_holds_all(&case);
            checks.extend(precondition("P30").map(|precondition| Check { precondition, judged }));
            Standing { request, who, checks }
        };
        self.operations.iter().map(standing).collect()
    }

    /// The staging account that fits best, and what can be said of it.
    fn staged(
        &self,
        request: &Request,
        who: &Who<'e>,
        subject: &Subject<'e, 'a>,
        accounts: &Staging,
    ) -> (Option<String>, Judged) {
        let own: Vec<String>;
        let candidates = match accounts {
            Staging::Declared(named) => named,
            Staging::Any => {
                let subscription = id::subscription_of(subject.on).unwrap_or_default();
                let all = self.estate.of_kind(Kind::StorageAccount);
                let near = all.filter(|account| {
                    let other = account.id.subscription().unwrap_or_default();
                    other.eq_ignore_ascii_case(subscription)
                });
                own = near.map(|account| account.id.as_str().to_owned()).collect();
                &own
            }
        };
        let mut best: Option<(u8, String, Judged)> = None;
        for account in candidates {
            let mut request = request.clone();
            request.arguments.staging_account = Some(account.clone());
            let case = self.case(&request, who, subject);
            let Some(Check { judged, .. }) = condition::judge(&case, "P12") else { continue };
            let rank = rank(judged.answer);
            if best.as_ref().is_none_or(|(known, ..)| rank < *known) {
                best = Some((rank, account.clone(), judged));
            }
            if rank == 0 {
                break;
            }
        }
        let is_declared = *accounts != Staging::Any;
        match best {
            // Of accounts that nobody meant for it, none is to blame.
            Some((rank, account, judged)) if is_declared || rank < rank_of_stop() => {
                (Some(account), judged)
            }
            _ => (None, no_account(&self.case(request, who, subject), is_declared)),
        }
    }

    fn case<'c>(
        &'c self,
        request: &'c Request,
        who: &'c Who<'e>,
        subject: &'c Subject<'e, 'a>,
    ) -> Case<'c, 'e, 'a> {
        Case {
            request,
            parameters: self.parameters,
            estate: self.estate,
            access: self.access,
            now: self.now,
            when: self.now,
            subject,
            points: &self.points,
            chosen: None,
            who,
        }
    }

    /// Judges every way to restore an item, in the order of [`Self::operations`].
    pub fn of(&self, item: &'e Protection<'a>) -> Vec<Way<'e, 'a>> {
        let vault_id = item.vault_id();
        let standings = vault_id.and_then(|vault| self.vaults.get(&IdKey::of(vault)));
        let subject = Subject {
            on: item.resource.id.as_str(),
            kind: item.resource.kind,
            vault: self.estate.vault_holding(item),
            vault_id,
            item: Some(item),
            deleted: None,
            policy: self.estate.policy_of(item),
            machine: self.estate.machine_of(item),
            unread: None,
        };
        let newest = self.points.meant(item, &Arguments::default(), self.estate);
        let ways = self.operations.iter().enumerate();
        let judged = ways.map(|(at, operation)| {
            let standing = standings.and_then(|standings| standings.get(at));
            match (offered(operation, item), standing) {
                (Ok(true), Some(standing)) => {
                    self.way(item, &subject, newest.clone(), operation, standing)
                }
                (Ok(false), _) => Way::not_judged(operation, Readiness::NotOffered, Vec::new()),
                (Ok(true), None) => {
                    let says = "which vault it lies in is not known";
                    Way::unknown(operation, item, Reason::UnrecognisedValue, "", says)
                }
                (Err((reason, path, says)), _) => Way::unknown(operation, item, reason, path, says),
            }
        });
        judged.collect()
    }

    fn way(
        &self,
        item: &'e Protection<'a>,
        subject: &Subject<'e, 'a>,
        newest: Meant<'e, 'a>,
        operation: &'static Operation,
        standing: &Standing<'e>,
    ) -> Way<'e, 'a> {
        let mut case = self.case(&standing.request, &standing.who, subject);
        let mut checks = self.choose(&mut case, item, newest);
        let is_own =
            |id: &&&str| !OPEN.contains(id) && !OF_VAULT.contains(id) && !OF_POINT.contains(id);
        let own = operation.preconditions.iter().filter(is_own);
        checks.extend(own.filter_map(|id| condition::judge(&case, id)));
        for check in &standing.checks {
            let of_items = standing.who.targeted.as_ref().is_some_and(|all| !all.only.is_empty());
            // Somebody may have a role on the item alone.
            if check.precondition.id == "P30" && of_items && check.judged.answer != Answer::Pass {
                let request = &standing.request;
                let minimum = self.parameters.minimum;
                let who = who::ask(request, self.estate, self.access, subject, minimum);
                let judged = somebody_holds_all(&Case { who: &who, ..case.clone() });
                checks.push(Check { precondition: check.precondition, judged });
            } else {
                checks.push(check.clone());
            }
        }
        let (point, taken) = match case.meant(item) {
            Meant::Point(found) => (Some(found), point::time_of(found)),
            Meant::Told(time) => (None, Some(time)),
            Meant::None | Meant::Unknown(..) => (None, None),
        };
        let readiness = self.readiness(&checks);
        let speed = self.speed(operation, item, point, taken);
        let is_guarded = standing.who.held().next().is_some();
        Way { operation, readiness, checks, point, taken, speed, is_guarded }
    }

    /// Judges what depends on the recovery point, of the newest one that is sure to do, or else of the newest one
    /// that does not stand in the way.
    fn choose(
        &self,
        case: &mut Case<'_, 'e, 'a>,
        item: &Protection<'a>,
        newest: Meant<'e, 'a>,
    ) -> Vec<Check> {
        let wanted = case.request.operation.preconditions;
        let judge = |case: &Case<'_, '_, '_>| -> Vec<Check> {
            let ids = OF_POINT.iter().filter(|id| wanted.contains(id));
            ids.filter_map(|id| condition::judge(case, id)).collect()
        };
        case.chosen = Some(newest.clone());
        let first = judge(case);
        if !first.iter().any(is_about_point) {
            return first;
        }
        let worst = |checks: &[Check]| checks.iter().map(|check| rank(check.judged.answer)).max();
        let mut best = (worst(&first), newest, first);
        let timed = self.points.of_item(item).iter();
        for point in timed.filter(|point| point::time_of(point).is_some()) {
            case.chosen = Some(Meant::Point(point));
            let next = judge(case);
            let rank = worst(&next);
            if rank < best.0 {
                best = (rank, Meant::Point(point), next);
            }
            if rank < Some(rank_of_doubt()) {
                break;
            }
        }
        case.chosen = Some(best.1);
        best.2
    }

    fn readiness(&self, checks: &[Check]) -> Readiness {
        if checks.iter().any(stops) {
            return Readiness::Blocked;
        }
        if checks.iter().any(|check| self.is_open(check)) {
            return Readiness::Unknown;
        }
        Readiness::Ready
    }

    /// Whether it is unknown and decides. Where a machine has to run by the guide alone and nobody made that
    /// count, its power state does not, whatever it is.
    fn is_open(&self, check: &Check) -> bool {
        let only_informs = check.precondition.id == "P16"
            && self.parameters.replace_existing_requires_running == Demand::Inform;
        matches!(check.judged.answer, Answer::Unknown(_)) && !only_informs
    }

    /// How fast it can be restored from.
    fn speed(
        &self,
        operation: &Operation,
        item: &Protection<'a>,
        point: Option<&RecoveryPoint<'_>>,
        taken: Option<Time>,
    ) -> Option<Speed> {
        let taken = taken?;
        if operation.id == "cross-region-restore" {
            return Some(Speed::Vault);
        }
        if let Some(copies) = point.map(|point| Copies::of(&point.resource)) {
            if let Some(fastest) = copies.kept.first() {
                return Some(*fastest);
            }
            // What it says is not what a policy promises.
            if copies.gone.is_some() || copies.doubt.is_some() {
                return None;
            }
        }
        let policy = self.estate.policy_of(item)?;
        match item.workload {
            Fact::Known(Workload::VirtualMachine) => {
                let days = policy.instant_restore_days.known()?;
                let is_kept = self.now.since(taken) < Span::days(days);
                Some(if is_kept { Speed::Snapshot } else { Speed::Vault })
            }
            Fact::Known(Workload::VirtualMachineWorkload) => Some(Speed::Vault),
            // Without a retention in the vault, a share is backed up by snapshots of the share.
            Fact::Known(Workload::FileShare) => {
                const VAULT: &str = "properties.vaultRetentionPolicy";
                match policy.resource.find(VAULT) {
                    Found::Null | Found::Absent => Some(Speed::Snapshot),
                    Found::Value(_) | Found::Unknown(_) => {
                        let days = format!("{VAULT}.snapshotRetentionInDays");
                        let days: Fact<u32> = condition::read(&policy.resource, &days);
                        let days = i64::from(days.known()?);
                        let is_kept = self.now.since(taken) < Span::days(days);
                        Some(if is_kept { Speed::Snapshot } else { Speed::Vault })
                    }
                }
            }
            _ => None,
        }
    }

    /// What decides a way that is not ready, and comes first.
    pub fn decisive<'v>(&self, way: &'v Way<'_, '_>) -> Option<&'v Check> {
        let decides = |check: &&Check| match way.readiness {
            Readiness::Blocked => stops(check),
            Readiness::Unknown => self.is_open(check),
            Readiness::Ready | Readiness::NotOffered => false,
        };
        let place = |check: &&Check| {
            TOLD_FIRST.iter().position(|id| *id == check.precondition.id).unwrap_or(usize::MAX)
        };
        way.checks.iter().filter(decides).min_by_key(place)
    }

    /// What is missing of a way that is unknown, and who could grant it.
    pub fn missing(&self, item: &Protection<'_>, way: &Way<'_, '_>) -> Vec<MissingFact> {
        let on = item.resource.id.as_str();
        let open = way.checks.iter().filter(|check| self.is_open(check));
        open.filter_map(|check| missing_of(self.estate, self.access, on, check)).collect()
    }
}

impl Way<'_, '_> {
    fn not_judged(operation: &'static Operation, readiness: Readiness, checks: Vec<Check>) -> Self {
        let (point, taken, speed) = (None, None, None);
        Self { operation, readiness, checks, point, taken, speed, is_guarded: false }
    }

    fn unknown(
        operation: &'static Operation,
        item: &Protection<'_>,
        reason: Reason,
        path: &'static str,
        says: &'static str,
    ) -> Self {
        let judged = Judged::unknown(reason, says).at(item.resource.id.as_str(), path, "not read");
        let checks = precondition("P11").map(|precondition| Check { precondition, judged });
        Self::not_judged(operation, Readiness::Unknown, checks.into_iter().collect())
    }

    /// What whoever restores should know of a way that is ready: what somebody has to accept, and what is
    /// good to know.
    pub fn notes(&self) -> impl Iterator<Item = &Check> {
        let fails = |check: &&Check| {
            matches!(check.judged.answer, Answer::Fail(Weight::Decides | Weight::Informs))
        };
        self.checks.iter().filter(fails)
    }
}

/// Whether there is such an operation for an item; or why that cannot be told.
fn offered(
    operation: &Operation,
    item: &Protection<'_>,
) -> Result<bool, (Reason, &'static str, &'static str)> {
    if item.resource.kind == Kind::BackupInstance {
        let is_offered = operation.backup_vault.is_some();
        return if is_offered { of_known_datasource(item).map(|()| true) } else { Ok(false) };
    }
    let is_new = operation.id == "restore-create-new";
    match item.workload {
        Fact::Known(Workload::VirtualMachine) => Ok(true),
        Fact::Known(Workload::VirtualMachineWorkload) => {
            Ok(is_new || operation.id == "cross-region-restore")
        }
        Fact::Known(Workload::Hybrid) if is_new => Err((
            Reason::SourceCannotSay,
            "",
            "it is restored by the agent on a server, with a passphrase: Azure shows nothing of either",
        )),
        Fact::Known(Workload::Other) => Err((
            Reason::UnrecognisedValue,
            "properties.backupManagementType",
            "it is a kind of data that this version does not know",
        )),
        Fact::Known(_) => Ok(is_new),
        Fact::Absent => Err((
            Reason::NotCollected,
            "properties.backupManagementType",
            "what kind of data it is was not read",
        )),
        Fact::Unknown(reason) => {
            Err((reason, "properties.backupManagementType", "what kind of data it is was not read"))
        }
    }
}

/// Whether an instance is of a datasource that can be restored as far as this version knows; or why not.
fn of_known_datasource(item: &Protection<'_>) -> Result<(), (Reason, &'static str, &'static str)> {
    const PATH: &str = "properties.dataSourceInfo.datasourceType";
    let unread = "what kind of data it is was not read";
    match item.resource.text(PATH) {
        Fact::Known(name) if is_backup_vault_datasource(&name) => Ok(()),
        Fact::Known(_) => Err((
            Reason::UnrecognisedValue,
            PATH,
            "it is a kind of data that this version does not know",
        )),
        Fact::Absent => Err((Reason::NotCollected, PATH, unread)),
        Fact::Unknown(reason) => Err((reason, PATH, unread)),
    }
}

/// A request that says nothing but the operation.
fn asked(operation: &'static Operation) -> Request {
    Request {
        operation,
        ticket: None,
        reason: None,
        caller: None,
        approved_by: None,
        targets: Vec::new(),
        select: None,
        window: None,
        arguments: Arguments::default(),
    }
}

fn stops(check: &Check) -> bool {
    check.judged.answer == Answer::Fail(Weight::Stops)
}

/// Whether the recovery point is what stands in the way, or may, so that another one may do.
fn is_about_point(check: &Check) -> bool {
    let is_point = |resource: &str| {
        resource.rsplit('/').nth(1).is_some_and(|list| list.eq_ignore_ascii_case("recoveryPoints"))
    };
    let is_against = stops(check) || matches!(check.judged.answer, Answer::Unknown(_));
    is_against && check.judged.evidence.first().is_some_and(|seen| is_point(&seen.resource))
}

/// Which of several answers is better.
fn rank(answer: Answer) -> u8 {
    match answer {
        Answer::Pass | Answer::NotApplicable => 0,
        Answer::Fail(Weight::Informs) => 1,
        Answer::Fail(Weight::Decides) => 2,
        Answer::Unknown(_) => rank_of_doubt(),
        Answer::Fail(Weight::Stops) => rank_of_stop(),
    }
}

const fn rank_of_doubt() -> u8 {
    3
}

const fn rank_of_stop() -> u8 {
    4
}
