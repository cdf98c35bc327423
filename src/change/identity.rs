//! The managed identities of a vault: which of them it loses, and what rests on those.
//!
//! A vault reads its customer-managed key with an identity
//! (<https://learn.microsoft.com/azure/backup/encryption-at-rest-with-cmk>), a Backup vault its datasources
//! (<https://learn.microsoft.com/azure/backup/backup-vault-overview>), and a Recovery Services vault of storage version
//! V1 the network of its private endpoints (<https://learn.microsoft.com/azure/backup/private-endpoints>).

use serde_json::Value;

use super::Changes;
use super::compare::{Cause, Comparison, Direction, Doubt, Shift};
use crate::inventory::{
    Estate, Found, PrivateAccess, Reason, Resource, UsedIdentity, Vault, VaultService, id,
    placeholder,
};

/// What configuration calls it.
pub const SETTING: &str = "managed-identity";
const TYPE: &str = "identity.type";
const ASSIGNED: &str = "identity.userAssignedIdentities";
const VERSION: &str = "properties.backupStorageVersion";
const INSTANCE_OWN: &str = "properties.identityDetails.useSystemAssignedIdentity";
const INSTANCE_ASSIGNED: &str = "properties.identityDetails.userAssignedIdentityArmUrl";

/// What was not read, and where it would stand.
type Unread = (Reason, &'static str);

/// A vault where it stands: what of it is used there counts.
#[derive(Clone, Copy)]
pub struct Standing<'e, 'a> {
    /// The vault, if it is there.
    pub vault: Option<&'e Vault<'a>>,
    /// All that is there.
    pub estate: &'e Estate<'a>,
}

/// The identities that a vault has.
#[derive(Default)]
struct Identities {
    own: bool,
    assigned: Vec<String>,
    /// Why there may be more.
    open: Option<Reason>,
}

/// Something that a vault does with an identity.
struct Use {
    /// As a clause: `it reads its key`.
    what: String,
    by: UsedIdentity,
    cause: Cause,
}

/// Both sides of a vault, as far as they are known.
struct Sides {
    was: Result<Identities, Reason>,
    now: Result<Identities, Reason>,
}

/// Compares the identities of a vault, and weighs what it loses by what rests on it.
pub fn compare<'a>(
    before: &Resource<'a>,
    after: &Resource<'a>,
    changes: &Changes<'_, 'a>,
    standing: Standing<'_, 'a>,
    comparison: &mut Comparison,
) {
    if !after.kind.is_vault() {
        return;
    }
    let sides = Sides { was: identities(before), now: identities(after) };
    if sides.was.as_ref().is_ok_and(Identities::is_none) {
        return sides.gains(comparison);
    }
    let declared =
        [changes.before.vault(before.id.as_str()), changes.after.vault(after.id.as_str())];
    let (mut resting, mut doubt) = (Vec::new(), None);
    for found in uses(standing, declared) {
        match found {
            Ok(found) => match sides.loses(&found.by) {
                Ok(true) => resting.push(found),
                Ok(false) => {}
                Err(reason) => doubt = doubt.or(Some((reason, TYPE))),
            },
            // What this source cannot say, it does not change.
            Err((Reason::SourceCannotSay, _)) => {}
            Err(unread) => doubt = doubt.or(sides.may_lose().then_some(unread)),
        }
    }
    match (resting.is_empty(), doubt) {
        (false, _) => sides.moves(&resting, Direction::Weaker, comparison),
        (true, Some((reason, path))) => comparison.doubts.push(Doubt {
            setting: SETTING,
            path: path.into(),
            reason,
            may_be_final: false,
        }),
        (true, None) if sides.surely_loses() => sides.moves(&[], Direction::Neither, comparison),
        (true, None) => sides.gains(comparison),
    }
}

impl Sides {
    /// Whether the vault has an identity before, and not after.
    fn loses(&self, by: &UsedIdentity) -> Result<bool, Reason> {
        let (Ok(was), Ok(now)) = (&self.was, &self.now) else {
            return Err(self.unknown().unwrap_or(Reason::NotCollected));
        };
        match by {
            UsedIdentity::Own => Ok(was.own && !now.own),
            UsedIdentity::Assigned(id) => Ok(was.holds(id)? && !now.holds(id)?),
            // The only one that there was, or whichever of those that stay or go together.
            UsedIdentity::Unsaid if was.own => Ok(!now.own),
            UsedIdentity::Unsaid => {
                let lost = was.assigned.iter().map(|id| Ok(!now.holds(id)?));
                let lost = lost.collect::<Result<Vec<bool>, Reason>>()?;
                match (was.open, lost.iter().all(|lost| *lost), lost.contains(&true)) {
                    (Some(reason), ..) => Err(reason),
                    (None, true, _) => Ok(true),
                    (None, false, false) => Ok(false),
                    (None, false, true) => Err(Reason::NotCollected),
                }
            }
        }
    }

    fn unknown(&self) -> Option<Reason> {
        let of = |side: &Result<Identities, Reason>| {
            side.as_ref().map_or_else(|r| Some(*r), |it| it.open)
        };
        of(&self.was).or_else(|| of(&self.now))
    }

    fn surely_loses(&self) -> bool {
        let (Ok(was), Ok(now)) = (&self.was, &self.now) else { return false };
        was.own && !now.own || was.assigned.iter().any(|id| now.holds(id) == Ok(false))
    }

    fn may_lose(&self) -> bool {
        self.surely_loses() || self.unknown().is_some()
    }

    /// What is added does no harm.
    fn gains(&self, comparison: &mut Comparison) {
        let (Ok(was), Ok(now)) = (&self.was, &self.now) else { return };
        let more = now.own && !was.own || now.assigned.iter().any(|id| was.holds(id) == Ok(false));
        if more {
            self.moves(&[], Direction::Stronger, comparison);
        }
    }

    fn moves(&self, resting: &[Use], direction: Direction, comparison: &mut Comparison) {
        let (Ok(was), Ok(now)) = (&self.was, &self.now) else { return };
        let by: Vec<&str> = resting.iter().map(|found| found.what.as_str()).collect();
        let title = match by.as_slice() {
            [] => "the managed identity".to_owned(),
            by => format!("the managed identity with which {}", by.join(" and ")),
        };
        comparison.shifts.push(Shift {
            setting: SETTING,
            title: title.into(),
            path: if was.own == now.own && !now.is_none() { ASSIGNED } else { TYPE }.into(),
            before: was.shown(),
            after: now.shown(),
            direction,
            is_final: false,
            causes: resting.iter().map(|found| found.cause.clone()).collect(),
        });
    }
}

impl Identities {
    fn is_none(&self) -> bool {
        !self.own && self.assigned.is_empty() && self.open.is_none()
    }

    /// Whether an identity is assigned.
    fn holds(&self, id: &str) -> Result<bool, Reason> {
        let same = |other: &String| placeholder::same(other, id);
        if self.assigned.iter().any(|other| same(other) == Some(true)) {
            return Ok(true);
        }
        let may_be = self.assigned.iter().any(|other| same(other).is_none());
        let open = may_be.then_some(Reason::UnresolvedExpression).or(self.open);
        open.map_or(Ok(false), Err)
    }

    /// As a report shows them.
    fn shown(&self) -> Value {
        let own = self.own.then(|| "SystemAssigned".to_owned());
        let assigned = self.assigned.iter().map(|id| id::name_of(id).to_owned());
        let open = self.open.map(|_| "others".to_owned());
        let all: Vec<String> = own.into_iter().chain(assigned).chain(open).collect();
        if all.is_empty() { Value::Null } else { all.join(", ").into() }
    }
}

fn identities(vault: &Resource<'_>) -> Result<Identities, Reason> {
    let kinds = vault.text(TYPE).optional()?.unwrap_or_default().to_ascii_lowercase();
    let mut found = Identities { own: kinds.contains("systemassigned"), ..Identities::default() };
    if kinds.contains("userassigned") {
        match vault.find(ASSIGNED) {
            Found::Value(list) => {
                found.open = list.rest();
                let list = list.to_json();
                found
                    .assigned
                    .extend(list.as_object().into_iter().flat_map(|ids| ids.keys().cloned()));
                found.assigned.sort_unstable();
            }
            Found::Unknown(reason) => found.open = Some(reason),
            Found::Null | Found::Absent => found.open = Some(Reason::NotCollected),
        }
    }
    Ok(found)
}

/// What the vault does with identities, where it stands, and on both sides of the change.
fn uses<'a>(
    standing: Standing<'_, 'a>,
    declared: [Option<&Vault<'a>>; 2],
) -> Vec<Result<Use, Unread>> {
    let mut uses: Vec<Result<Use, Unread>> = Vec::new();
    for vault in standing.vault.into_iter().chain(declared.into_iter().flatten()) {
        match key(vault) {
            Ok(Some(found)) if uses.iter().flatten().any(|known| known.by == found.by) => {}
            found => uses.extend(found.transpose()),
        }
    }
    match standing.vault {
        Some(vault) => {
            uses.extend(endpoint(vault, standing.estate).transpose());
            uses.extend(instances(vault, standing.estate));
        }
        None => uses.push(Err((Reason::NotCollected, TYPE))),
    }
    uses
}

fn key(vault: &Vault<'_>) -> Result<Option<Use>, Unread> {
    let path = vault.key_path();
    let uri = vault.resource.text(path).optional().map_err(|reason| (reason, path))?;
    let Some(uri) = uri.filter(|uri| !uri.trim().is_empty()) else { return Ok(None) };
    let cause = Cause { on: vault.resource.id.as_str().to_owned(), path, observed: uri };
    Ok(Some(Use { what: "it reads its key".to_owned(), by: vault.key_identity()?, cause }))
}

/// Later private endpoints get their addresses without the help of the vault.
fn endpoint<'a>(vault: &Vault<'a>, estate: &Estate<'a>) -> Result<Option<Use>, Unread> {
    if !vault.is_recovery_services() {
        return Ok(None);
    }
    let version = vault.resource.text(VERSION).optional();
    if !version.as_ref().map_or(true, |version| version.as_deref().is_some_and(is_first)) {
        return Ok(None);
    }
    let access = estate.private_access(vault, VaultService::Backup);
    if access.map_err(|unknown| (unknown.reason, unknown.path))? != PrivateAccess::Open {
        return Ok(None);
    }
    let observed = version.map_err(|reason| (reason, VERSION))?.unwrap_or_default();
    let cause = Cause { on: vault.resource.id.as_str().to_owned(), path: VERSION, observed };
    let what = "its private endpoint gets addresses".to_owned();
    Ok(Some(Use { what, by: UsedIdentity::Unsaid, cause }))
}

fn is_first(version: &str) -> bool {
    version.eq_ignore_ascii_case("V1")
}

/// A Backup vault reads what it protects, and writes what it restores.
fn instances<'a>(vault: &Vault<'a>, estate: &Estate<'a>) -> Vec<Result<Use, Unread>> {
    if vault.is_recovery_services() {
        return Vec::new();
    }
    let mut found: Vec<(UsedIdentity, usize, Cause)> = Vec::new();
    let mut uses: Vec<Result<Use, Unread>> = Vec::new();
    let id = vault.resource.id.as_str();
    for item in estate.protections_in(id).filter(|item| item.is_soft_deleted() != Ok(true)) {
        match instance(&item.resource) {
            Ok((by, cause)) => match found.iter_mut().find(|(known, ..)| *known == by) {
                Some((_, count, _)) => *count += 1,
                None => found.push((by, 1, cause)),
            },
            Err(unread) => uses.push(Err(unread)),
        }
    }
    let what = |count| match count {
        1 => "it backs up and restores 1 instance".to_owned(),
        more => format!("it backs up and restores {more} instances"),
    };
    uses.extend(
        found.into_iter().map(|(by, count, cause)| Ok(Use { what: what(count), by, cause })),
    );
    uses.extend(vault.items_read.err().map(|reason| Err((reason, TYPE))));
    uses
}

/// The identity of an instance: that of its vault, unless it says otherwise.
fn instance(instance: &Resource<'_>) -> Result<(UsedIdentity, Cause), Unread> {
    let cause = |path, observed: &str| Cause {
        on: instance.id.as_str().to_owned(),
        path,
        observed: observed.to_owned(),
    };
    let named = instance.text(INSTANCE_ASSIGNED).optional();
    let named = named.map_err(|reason| (reason, INSTANCE_ASSIGNED))?;
    Ok(match named.filter(|named| !named.is_empty()) {
        Some(named) => {
            let cause = cause(INSTANCE_ASSIGNED, &named);
            (UsedIdentity::Assigned(named), cause)
        }
        None => (UsedIdentity::Unsaid, cause(INSTANCE_OWN, "the vault's own")),
    })
}
