//! What Rego rules see as `input`: a resource and what stands beside it, projected to the declared facts.

use std::collections::BTreeMap;

use super::Run;
use super::projection::{Projected, Projection, is_below};
use super::slot::{Neighbour, Slot};
use super::veil::Veil;
use crate::inventory::{Completeness, Fact, Kind, Reason, Resource};
use crate::rego::{Own, Value};
use crate::rule::Target;

type Members = BTreeMap<Value, Value>;

/// What of a target and of what stands beside it becomes input.
#[derive(Clone, Default)]
pub(super) struct Projections {
    pub own: Projection,
    /// In the order of the slots.
    pub related: Vec<Projection>,
}

/// What of a resource and of what stands beside it some rules may read, beside its properties. They see nothing else.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct View {
    pub own: Own,
    /// A bit for each slot, in their order.
    pub slots: u16,
}

impl View {
    fn has(self, slot: usize) -> bool {
        self.slots >> slot & 1 == 1
    }
}

/// Values that every input shares.
pub(super) struct Shared {
    /// By the number of the reason.
    reason: Vec<Value>,
    id: Value,
    name: Value,
    location: Value,
    tags: Value,
    kind: Value,
    source: Value,
    related: Value,
    declared: Value,
    unknown: Value,
    reasons: Value,
    snapshot: Value,
    code: Value,
}

impl Shared {
    pub fn new() -> Self {
        let source =
            |kind: &str| Value::from(BTreeMap::from([(Value::from("kind"), Value::from(kind))]));
        Self {
            reason: Reason::ALL.iter().map(|reason| Value::from(reason.name())).collect(),
            id: Value::from("id"),
            name: Value::from("name"),
            location: Value::from("location"),
            tags: Value::from("tags"),
            kind: Value::from("type"),
            source: Value::from("source"),
            related: Value::from("related"),
            declared: Value::from("declared"),
            unknown: Value::from("unknown"),
            reasons: Value::from("reasons"),
            snapshot: source("snapshot"),
            code: source("code"),
        }
    }

    /// The members of a resource, without those of its own that nobody wants.
    fn members(&self, found: &Projected, wanted: Own) -> Members {
        let mut members = found.members.clone();
        for (name, own) in [(&self.location, Own::LOCATION), (&self.tags, Own::TAGS)] {
            if !wanted.has(own) {
                members.remove(name);
            }
        }
        members
    }
}

/// One resource and what stands beside it.
pub(super) struct Seen {
    own: Projected,
    id: Value,
    name: Value,
    kind: Value,
    /// What is unknown as rules are told it: the slot in which it is, a pointer, and why.
    told: Vec<(Option<usize>, Value, Value)>,
    /// By the names of their slots.
    related: Vec<(&'static str, Related)>,
    /// Dotted paths of unknown facts, and why.
    unknown: Vec<(String, Reason)>,
    /// Lists of which more may exist than was read, and why.
    cut: Vec<(String, Reason)>,
    /// Whether the configuration names it as a staging account; asked of storage accounts only.
    staging: Option<bool>,
}

/// What was read into one slot.
pub(super) enum Related {
    Read(Projected),
    /// The elements with their ids, and why there may be more.
    List(Vec<(Value, Projected)>, Option<Reason>),
    Counts([(&'static str, u32); 3]),
    Missing(Option<Reason>),
}

impl Seen {
    /// What was read of the target, or in a slot.
    pub fn own(&self) -> &Projected {
        &self.own
    }

    /// What was read in a slot.
    pub fn related(&self, slot: usize) -> Option<&Related> {
        self.related.get(slot).map(|(_, related)| related)
    }

    /// Notes what is unknown as rules are told it.
    fn tell(&mut self, shared: &Shared, veil: &Veil<'_>) {
        let slot = |path: &str| {
            let below = path.strip_prefix("related.")?;
            self.related.iter().position(|(name, _)| is_below(below, name))
        };
        let told = |path: &str, pointer: String, reason: Reason| {
            let pointer = Value::from(veil.hide(&pointer).as_ref());
            (slot(path), pointer, shared.reason[reason as usize].clone())
        };
        let whole = self.unknown.iter().map(|(path, reason)| told(path, pointer(path), *reason));
        // What a list lacks stands after its last element, which `-` names in a pointer.
        let cut = self.cut.iter().map(|(list, reason)| told(list, pointer(list) + "/-", *reason));
        self.told = whole.chain(cut).collect();
    }

    /// What is unknown of all that a view shows: pointers, and why.
    fn unknown(&self, view: View) -> impl Iterator<Item = (Value, Value)> {
        let told = self.told.iter();
        let told = told.filter(move |(slot, ..)| slot.is_none_or(|slot| view.has(slot)));
        told.map(|(_, pointer, reason)| (pointer.clone(), reason.clone()))
    }

    /// Why what stands at a path could not be read, if it could not.
    pub fn why_unknown(&self, path: &str) -> Option<Reason> {
        let mut unknown = self.unknown.iter();
        unknown
            .find(|(known, _)| !path.is_empty() && is_below(path, known))
            // What an element says is proven; what is said of the whole list is not.
            .or_else(|| self.cut.iter().find(|(list, _)| path == *list))
            .map(|(_, reason)| *reason)
    }
}

/// Reads a target and what stands beside it, through a veil that hides all of it or nothing.
pub(super) fn see<'t>(
    shared: &Shared,
    projections: &Projections,
    slots: &[Slot],
    target: Target<'t, '_>,
    run: &Run<'_, '_>,
) -> (Seen, Veil<'t>) {
    let veil = Veil::of(target.resource());
    let seen = see_through(&veil, shared, projections, slots, target, run);
    if !veil.is_torn() {
        return (seen, veil);
    }
    let veil = Veil::none();
    let seen = see_through(&veil, shared, projections, slots, target, run);
    (seen, veil)
}

fn see_through(
    veil: &Veil<'_>,
    shared: &Shared,
    projections: &Projections,
    slots: &[Slot],
    target: Target<'_, '_>,
    run: &Run<'_, '_>,
) -> Seen {
    let resource = target.resource();
    let own = projections.own.apply(resource, veil);
    let mut unknown: Vec<(String, Reason)> = Vec::new();
    let note = |prefix: &str, projection: &Projection, found: &Projected, unknown: &mut Vec<_>| {
        if found.is_known() {
            return;
        }
        for (path, reason) in found.unknown_paths(projection) {
            unknown.push((format!("{prefix}{path}"), reason));
        }
    };
    note("", &projections.own, &own, &mut unknown);
    let (mut related, mut cut) = (Vec::new(), Vec::new());
    for (slot, projection) in slots.iter().zip(&projections.related) {
        let prefix = format!("related.{}", slot.name());
        let found = match slot.find(target, run.estate) {
            Fact::Known(Neighbour::One(resource)) => {
                let found = projection.apply(resource, veil);
                note(&format!("{prefix}."), projection, &found, &mut unknown);
                Related::Read(found)
            }
            Fact::Known(Neighbour::Many(resources, unread)) => {
                cut.extend(unread.map(|reason| (prefix.clone(), reason)));
                let list = resources.into_iter().enumerate().map(|(at, resource)| {
                    let found = projection.apply(resource, veil);
                    note(&format!("{prefix}[{at}]."), projection, &found, &mut unknown);
                    (Value::from(veil.hide(resource.id.as_str()).as_ref()), found)
                });
                Related::List(list.collect(), unread)
            }
            Fact::Known(Neighbour::Counts(counts)) => Related::Counts(counts),
            Fact::Absent => Related::Missing(None),
            Fact::Unknown(reason) => {
                unknown.push((prefix, reason));
                Related::Missing(Some(reason))
            }
        };
        related.push((slot.name(), found));
    }
    let staging =
        (resource.kind == Kind::StorageAccount).then(|| run.declarations.staging.names(resource));
    let text = |text: &str| Value::from(veil.hide(text).as_ref());
    let mut seen = Seen {
        own,
        id: text(resource.id.as_str()),
        name: text(resource.id.name()),
        kind: Value::from(resource.type_name().as_ref()),
        told: Vec::new(),
        related,
        unknown,
        cut,
        staging,
    };
    seen.tell(shared, veil);
    seen
}

/// The document that rules of a view see as `input`.
pub(super) fn input(shared: &Shared, resource: &Resource<'_>, seen: &Seen, view: View) -> Value {
    let wanted = view.own;
    let mut members = shared.members(&seen.own, wanted);
    let own = [(&shared.id, Own::ID, &seen.id), (&shared.name, Own::NAME, &seen.name)];
    for (name, own, text) in own {
        if wanted.has(own) {
            members.insert(name.clone(), text.clone());
        } else {
            members.remove(name);
        }
    }
    members.insert(shared.kind.clone(), seen.kind.clone());
    let declared = resource.completeness == Completeness::Declared;
    let source = if declared { &shared.code } else { &shared.snapshot };
    members.insert(shared.source.clone(), source.clone());
    let related = seen.related.iter().enumerate().filter(|(slot, _)| view.has(*slot));
    let related: Members = related
        .filter_map(|(_, (name, related))| {
            Some((Value::from(*name), neighbours(shared, related, wanted)?))
        })
        .collect();
    members.insert(shared.related.clone(), Value::from(related));
    if let Some(staging) = seen.staging {
        let staging = BTreeMap::from([(Value::from("staging"), Value::from(staging))]);
        members.insert(shared.declared.clone(), Value::from(staging));
    }
    let reasons: Members = seen.unknown(view).collect();
    let pointers: Vec<Value> = seen.unknown(view).map(|(pointer, _)| pointer).collect();
    members.insert(shared.unknown.clone(), Value::from(pointers));
    members.insert(shared.reasons.clone(), Value::from(reasons));
    Value::from(members)
}

/// What stands in a slot, if it was read.
fn neighbours(shared: &Shared, related: &Related, wanted: Own) -> Option<Value> {
    Some(match related {
        Related::Read(found) => Value::from(shared.members(found, wanted)),
        Related::List(list, _) => {
            let elements = list.iter().map(|(id, found)| {
                let mut members = shared.members(found, wanted);
                if wanted.has(Own::OTHER_ID) {
                    members.insert(shared.id.clone(), id.clone());
                }
                Value::from(members)
            });
            Value::from(elements.collect::<Vec<_>>())
        }
        Related::Counts(counts) => {
            let counts = counts
                .iter()
                .map(|(name, count)| (Value::from(*name), Value::from(u64::from(*count))));
            Value::from(counts.collect::<Members>())
        }
        Related::Missing(_) => return None,
    })
}

/// A dotted path as a JSON pointer (RFC 6901).
fn pointer(path: &str) -> String {
    path.split(['.', '[']).fold(String::new(), |mut pointer, part| {
        pointer.push('/');
        pointer.push_str(&part.trim_end_matches(']').replace('~', "~0").replace('/', "~1"));
        pointer
    })
}
