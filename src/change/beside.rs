//! What a change does besides: resources that are not compared, as far as their source tells what they are.

use std::collections::{HashMap, HashSet};

use super::pair::{Name, absence, is_compared, name};
use super::{Deed, Planned};
use crate::inventory::{Address, Estate, IdKey, Kind, Reason, Resource, id, placeholder};

/// What something is that a change speaks of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Nature {
    /// A resource of Azure, of this type.
    Azure(String),
    /// A resource of Azure, of a type that nobody can tell.
    Unclear,
    /// Groups, roles and delegations, whose type does not tell what they are in Azure: who may do what.
    Rights,
    /// Nothing of Azure.
    Foreign,
}

/// A change of something that is not compared.
#[derive(Clone, Debug)]
pub struct Beside<'a> {
    /// What it is called in code.
    pub address: Option<Address<'a>>,
    /// Its type, as its source names it.
    pub type_name: String,
    /// What it is.
    pub nature: Nature,
    /// Its id, or that of what it is done to; none where nobody knows it yet.
    pub id: Option<String>,
    /// It sets something of another resource.
    pub is_part: bool,
    /// Nothing of it changes but its tags.
    pub is_retagged: bool,
    /// What becomes of it.
    pub deed: Deed,
    /// It as it will be, where it has a declaration.
    pub after: Option<Resource<'a>>,
}

impl<'a> Beside<'a> {
    /// What a plan says of resources of which nothing was compared.
    pub(super) fn of_plan(
        plan: &HashMap<Address<'a>, Planned<'a>>,
        compared: &HashSet<Address<'a>>,
        after: &Estate<'a>,
    ) -> Vec<Self> {
        let rest = after.resources().filter(|resource| !is_compared(resource.kind));
        let declared: HashMap<Address<'a>, &Resource<'a>> =
            rest.filter_map(|resource| Some((name(after, resource)?.0, resource))).collect();
        let left = plan
            .values()
            .filter(|planned| planned.deed != Deed::Kept && !compared.contains(&planned.address));
        let mut beside: Vec<Self> = left
            .map(|planned| Self {
                address: Some(planned.address),
                type_name: planned.type_name.to_owned(),
                nature: planned.nature.clone(),
                id: planned.id.clone(),
                is_part: planned.is_part,
                is_retagged: planned.is_retagged,
                deed: planned.deed,
                after: declared.get(&planned.address).map(|resource| (*resource).clone()),
            })
            .collect();
        sort(&mut beside);
        beside
    }

    /// What only one of two readings shows. Of two estates of Azure, that counts only where the list was read.
    pub(super) fn between(before: &Estate<'a>, after: &Estate<'a>) -> Vec<Self> {
        let (earlier, later) = (Side::new(before), Side::new(after));
        let is_code = after.coverage.is_declared();
        let mut beside = Vec::new();
        for resource in counted(before) {
            let deed = match later.find(before, resource) {
                Some(found) if later.may_go(found, &earlier, resource) => {
                    Deed::Unknown(Reason::Conditional)
                }
                Some(found) if is_another(resource, found) => Deed::Replaced,
                Some(_) => continue,
                None => absence(after, resource, &[], Deed::Destroyed),
            };
            beside.push(Self::of(before, resource, deed, None));
        }
        let new = counted(after).filter(|resource| earlier.find(after, resource).is_none());
        beside.extend(new.map(|resource| {
            let deed = absence(before, resource, &[], Deed::Created);
            Self::of(after, resource, deed, Some(resource.clone()))
        }));
        beside.retain(|beside| is_code || !matches!(beside.deed, Deed::Unknown(_)));
        sort(&mut beside);
        beside
    }

    fn of(
        estate: &Estate<'a>,
        resource: &Resource<'a>,
        deed: Deed,
        after: Option<Resource<'a>>,
    ) -> Self {
        let type_name = resource.type_name().into_owned();
        Self {
            address: estate.address(resource.id.key()),
            nature: Nature::Azure(type_name.clone()),
            type_name,
            id: Some(resource.id.as_str().to_owned()),
            is_part: false,
            is_retagged: false,
            deed,
            after,
        }
    }
}

/// One of two readings.
struct Side<'e, 'a> {
    estate: &'e Estate<'a>,
    by_id: HashMap<IdKey, &'e Resource<'a>>,
    by_name: HashMap<Name<'a>, &'e Resource<'a>>,
}

impl<'e, 'a> Side<'e, 'a> {
    fn new(estate: &'e Estate<'a>) -> Self {
        let by_id = counted(estate).map(|resource| (resource.id.key(), resource)).collect();
        let by_name =
            counted(estate).filter_map(|found| Some((name(estate, found)?, found))).collect();
        Self { estate, by_id, by_name }
    }

    fn find(&self, other: &Estate<'a>, resource: &Resource<'a>) -> Option<&'e Resource<'a>> {
        let by_id = self.by_id.get(&resource.id.key());
        by_id.or_else(|| self.by_name.get(&name(other, resource)?)).copied()
    }

    /// Whether what surely was there will be there under a condition only.
    fn may_go(&self, found: &Resource<'a>, earlier: &Self, was: &Resource<'a>) -> bool {
        self.estate.is_doubtful(found.id.key()) && !earlier.estate.is_doubtful(was.id.key())
    }
}

/// What takes part: not what is compared, nor what comes and goes by itself, nor what scripts do.
fn counted<'e, 'a>(estate: &'e Estate<'a>) -> impl Iterator<Item = &'e Resource<'a>> {
    estate.resources().filter(|resource| {
        !is_compared(resource.kind)
            && !matches!(
                resource.kind,
                Kind::RecoveryServicesJob
                    | Kind::BackupVaultJob
                    | Kind::RecoveryServicesPoint
                    | Kind::BackupVaultPoint
                    | Kind::DeletedBackupInstance
                    | Kind::RoleAssignmentInstance
                    | Kind::ScriptJob
                    | Kind::ScriptOperation
            )
    })
}

/// Whether two with one name in code surely are two in Azure.
fn is_another(before: &Resource<'_>, after: &Resource<'_>) -> bool {
    let (before, after) = (before.id.as_str(), after.id.as_str());
    let is_open = placeholder::has_placeholder(before) || placeholder::has_placeholder(after);
    !is_open && !id::same(before, after)
}

fn sort(beside: &mut [Beside<'_>]) {
    beside.sort_by_cached_key(|beside| {
        let address = beside.address.map(|found| (found.project, found.text, found.variant));
        (beside.id.as_ref().map(|id| id.to_lowercase()), address.map(|it| format!("{it:?}")))
    });
}
