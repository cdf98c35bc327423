//! Which machine a disk is attached to. Azure answers that with the disk, templates say it with the machine.

use std::borrow::Cow;
use std::collections::HashMap;

use super::declared::DeclaredResource;
use crate::inventory::{Evaluated, EvaluatedValue, IdKey, Kind, Reason, ResourceId};

/// A machine that has a disk.
struct Owner<'w> {
    id: String,
    doubt: Option<Reason>,
    origin: &'w str,
}

/// Tells the disks their machines.
pub(super) fn tell_disks(resources: &mut [DeclaredResource<'_>]) {
    let mut owners: HashMap<IdKey, Vec<Owner<'_>>> = HashMap::new();
    for machine in resources.iter().filter(|found| is(found, Kind::VirtualMachine)) {
        for (disk, origin) in disks_of(&machine.body) {
            let owner = Owner { id: machine.id.clone(), doubt: machine.doubt, origin };
            owners.entry(ResourceId::new(disk).key()).or_default().push(owner);
        }
    }
    for disk in resources.iter_mut().filter(|found| is(found, Kind::Disk)) {
        let Some(owners) = owners.get(&ResourceId::new(disk.id.as_str()).key()) else { continue };
        let EvaluatedValue::Map(members) = &mut disk.body.value else { continue };
        if members.iter().any(|(name, _)| name == "managedBy" || name == "managedByExtended") {
            continue;
        }
        let Some(first) = owners.first() else { continue };
        let value = |owner: &Owner<'_>| match owner.doubt {
            Some(reason) => EvaluatedValue::Unknown(reason),
            None => EvaluatedValue::Text(Cow::Owned(owner.id.clone())),
        };
        let (name, value) = if owners.len() == 1 {
            ("managedBy", value(first))
        } else {
            let all = owners.iter().map(|owner| Evaluated::new(value(owner), owner.origin));
            ("managedByExtended", EvaluatedValue::List(all.collect()))
        };
        members.push((Cow::Borrowed(name), Evaluated::new(value, first.origin)));
    }
}

fn is(found: &DeclaredResource<'_>, kind: Kind) -> bool {
    !found.only_referred_to && Kind::of_type(found.type_name) == kind
}

/// The ids of the disks that a machine names, with their places.
fn disks_of<'e, 'w>(machine: &'e Evaluated<'w>) -> impl Iterator<Item = (&'e str, &'w str)> {
    let storage = member(machine, "properties").and_then(|all| member(all, "storageProfile"));
    let data = storage.and_then(|storage| member(storage, "dataDisks"));
    let data = match data.map(|data| &data.value) {
        Some(EvaluatedValue::List(disks)) => disks.as_slice(),
        _ => &[],
    };
    let all = storage.and_then(|storage| member(storage, "osDisk")).into_iter().chain(data);
    all.filter_map(|disk| {
        let id = member(member(disk, "managedDisk")?, "id")?;
        match &id.value {
            EvaluatedValue::Text(text) => Some((text.as_ref(), id.origin)),
            _ => None,
        }
    })
}

fn member<'e, 'w>(value: &'e Evaluated<'w>, name: &str) -> Option<&'e Evaluated<'w>> {
    let EvaluatedValue::Map(members) = &value.value else { return None };
    members.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}
