//! Taking resources: bodies of ARM, and objects of the directory.

use std::borrow::Cow;

use super::header::HeaderParts;
use super::{Ends, MAX_DEPTH, Taker};
use crate::inventory::{
    Body, Completeness, DirectoryKind, DirectoryObject, GapReason, Kind, Protection, Resource,
    ResourceId, VirtualMachine, id,
};
use crate::snapshot::json;

/// Makes room for as many more as may come if all are about as long, so that they need not be moved when
/// there are more of them: moving a list touches its memory twice.
fn make_room<T>(list: &mut Vec<T>, bytes: usize, text: &str) {
    const FEW: usize = 16;
    if list.len() == list.capacity() && list.len() < FEW {
        let expected = bytes / text.len().max(1);
        list.reserve(expected + expected / 8);
    }
}

impl<'a> Taker<'a> {
    /// Takes a body of the same bulk kind as the one before it.
    pub(super) fn take_plain(
        &mut self,
        text: &'a str,
        completeness: Completeness,
    ) -> Option<&'a str> {
        let part = &mut self.taken.part;
        match self.last {
            Kind::ProtectedItem => {
                let mut item = Protection::from_plain_item(text, completeness)?;
                item.share(&mut self.shared);
                let id = item.resource.id.borrowed();
                make_room(&mut part.protections, self.bytes, text);
                part.protections.push(item);
                Some(id)
            }
            Kind::VirtualMachine => {
                let mut machine = VirtualMachine::from_plain(text, completeness)?;
                machine.share(&mut self.nearby);
                let id = machine.resource.id.borrowed();
                make_room(&mut part.machines, self.bytes, text);
                part.machines.push(machine);
                Some(id)
            }
            _ => None,
        }
    }

    pub(super) fn take_resource(
        &mut self,
        text: &'a str,
        resource_id: Cow<'a, str>,
        header: &HeaderParts<'a>,
        completeness: Completeness,
        nesting: u8,
    ) -> Option<(Kind, &'a str)> {
        let stated = header.kind.as_deref().filter(|name| name.contains('/')).map(Kind::of_type);
        let derived = id::type_of(&resource_id).map(|name| Kind::of_type(&name));
        // Azure finds a resource by its id, and so does every join: where the two disagree, it counts,
        // unless it names a type that nobody here knows.
        let known = derived.filter(|kind| *kind != Kind::Other || stated.is_none());
        let Some(kind) = known.or(stated) else {
            self.refuse(text, "an id from which no type follows");
            return None;
        };
        if derived.is_some_and(|derived| stated.is_some_and(|stated| stated != derived)) {
            let at = self.offset(text);
            self.taken.mistyped.0 += 1;
            self.taken.mistyped.1.get_or_insert(at);
        }
        let resource_id = ResourceId::new(resource_id);
        let borrowed = resource_id.borrowed();
        self.last = kind;
        let resource = Resource {
            id: resource_id,
            kind,
            body: Body::Json(text),
            // A body without properties shows little, whoever answered it.
            completeness: if header.has_properties { completeness } else { Completeness::Partial },
            flat: !header.has_properties,
        };
        let id = resource.id.clone();
        // Which body this is is known, so nothing else of its file is in doubt.
        let broken = self.taken.broken;
        if json::is_deeper_than(text.as_bytes(), MAX_DEPTH) {
            let at = self.offset(text);
            let message =
                format!("nested deeper than {MAX_DEPTH} levels; what rules read there is unknown");
            self.gap("body", GapReason::Malformed, at, message);
        }
        let added = self.taken.part.add(resource);
        if let Err(error) = &added {
            self.malformed(text, error);
            self.taken.lost.push((id.as_str().to_owned(), kind.type_name()));
        }
        self.taken.broken = broken;
        if added.is_err() {
            return None;
        }
        if let Some(children) = header.resources.filter(|list| list.get().starts_with('[')) {
            self.take_page(children.get(), Completeness::Partial, nesting, Ends::No);
        }
        Some((kind, borrowed))
    }

    /// A user, group or service principal of Microsoft Graph.
    pub(super) fn take_directory_object(
        &mut self,
        text: &'a str,
        type_name: &str,
        id: Option<&str>,
        completeness: Completeness,
    ) {
        let kind = DirectoryKind::of_type(type_name);
        if kind == DirectoryKind::Other || id.is_none_or(str::is_empty) {
            self.refuse(text, format!("directory object {}", type_name.trim_start_matches('#')));
            return;
        }
        match DirectoryObject::read(text, completeness) {
            Ok(object) => self.taken.part.directory.push(object),
            Err(error) => {
                let broken = self.taken.broken;
                self.malformed(text, &error);
                self.taken.lost.push(("/".to_owned(), kind.type_name()));
                self.taken.broken = broken;
            }
        }
    }
}
