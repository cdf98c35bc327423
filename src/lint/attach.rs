//! Which machine a disk is attached to. Azure answers that with the disk, templates say it with the machine.

use std::collections::HashMap;

use crate::code::stored::{Stored, StoredDeclaration};
use crate::inventory::{
    Evaluated, EvaluatedValue, IdKey, Kind, Members, Place, Reason, ResourceId, Told,
};

/// A machine that has a disk.
struct Owner {
    id: Box<str>,
    doubt: Option<Reason>,
    place: Place,
}

impl Owner {
    fn told(&self) -> Told<'_> {
        let text = self.doubt.map_or(Ok(&*self.id), Err);
        Told { text, place: self.place }
    }
}

/// Tells the disks their machines.
pub(super) fn tell_disks(all: &mut [&mut Stored]) {
    let mut owners: HashMap<IdKey, Vec<Owner>> = HashMap::new();
    for stored in &*all {
        for machine in of_kind(&stored.declarations, Kind::VirtualMachine) {
            for (disk, place) in disks_of(stored.tree.at(machine.body)) {
                let owner = Owner { id: machine.id.clone(), doubt: machine.doubt, place };
                owners.entry(ResourceId::new(disk).key()).or_default().push(owner);
            }
        }
    }
    if owners.is_empty() {
        return;
    }
    for stored in all {
        for disk in of_kind(&stored.declarations, Kind::Disk) {
            let Some(owners) = owners.get(&ResourceId::new(&*disk.id).key()) else { continue };
            let body = stored.tree.at(disk.body);
            let EvaluatedValue::Map(members) = body.value() else { continue };
            let is_told = |name: &str| name == "managedBy" || name == "managedByExtended";
            if members.named().any(|(name, _)| is_told(name)) {
                continue;
            }
            match owners.as_slice() {
                [only] => stored.tree.tell(disk.body, "managedBy", &only.told()),
                several => {
                    let told: Vec<Told<'_>> = several.iter().map(Owner::told).collect();
                    stored.tree.tell_all(disk.body, "managedByExtended", &told);
                }
            }
        }
    }
}

fn of_kind(all: &[StoredDeclaration], kind: Kind) -> impl Iterator<Item = &StoredDeclaration> {
    all.iter().filter(move |found| !found.only_referred_to && Kind::of_type(&found.kind) == kind)
}

/// The ids of the disks that a machine names, with their places.
fn disks_of(machine: Evaluated<'_>) -> impl Iterator<Item = (&str, Place)> {
    let storage = member(machine, "properties").and_then(|all| member(all, "storageProfile"));
    let data = storage.and_then(|storage| member(storage, "dataDisks"));
    let data = data.and_then(|data| match data.value() {
        EvaluatedValue::List(disks) => Some(disks),
        _ => None,
    });
    let all = storage.and_then(|storage| member(storage, "osDisk")).into_iter();
    let all = all.chain(data.into_iter().flat_map(Members::iter));
    all.filter_map(|disk| {
        let id = member(member(disk, "managedDisk")?, "id")?;
        match id.value() {
            EvaluatedValue::Text(text) => Some((text, id.place())),
            _ => None,
        }
    })
}

fn member<'e>(value: Evaluated<'e>, name: &str) -> Option<Evaluated<'e>> {
    let EvaluatedValue::Map(members) = value.value() else { return None };
    members.named().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}
