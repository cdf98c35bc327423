//! What is planned for the resources of a root: they as they are, and what becomes of each.

use std::collections::HashSet;
use std::sync::Arc;

use crate::change::{Deed, Nature, Planned};
use crate::code::adapter::terraform::{mapped, property, removed};
use crate::code::stored::Stored;
use crate::code::terraform::plan::PlannedChange;
use crate::code::terraform::result::Root;
use crate::inventory::{Reason, id};

/// A root before a change, and what the change does.
#[derive(Debug)]
pub(super) struct PlannedRoot {
    /// What was there.
    pub before: Stored,
    deeds: Vec<PlannedDeed>,
}

#[derive(Debug)]
struct PlannedDeed {
    address: Arc<str>,
    deed: Deed,
    forced_by: Vec<String>,
    type_name: Arc<str>,
    nature: Nature,
    id: Option<String>,
    is_part: bool,
    is_retagged: bool,
}

impl PlannedRoot {
    /// What a plan of Terraform does.
    pub fn of_plan(before: Stored, changes: &[PlannedChange]) -> Self {
        let managed = changes.iter().filter(|change| !change.is_data);
        Self { before, deeds: managed.map(PlannedDeed::new).collect() }
    }

    /// What `removed` blocks do, where there is no plan; none without such a block.
    pub fn of_removed(root: &Root, scope: &str) -> Option<Self> {
        let declared: HashSet<&str> =
            root.instances.iter().map(|instance| &*instance.address).collect();
        let (mut before, mut deeds) = (Vec::new(), Vec::new());
        let removed = removed(root).into_iter();
        for removed in removed.filter(|it| !declared.contains(&*it.declaration.address)) {
            deeds.push(PlannedDeed {
                address: Arc::clone(&removed.declaration.address),
                deed: match removed.destroy {
                    Some(true) => Deed::Destroyed,
                    Some(false) => Deed::Released,
                    None => Deed::Unknown(Reason::UnresolvedExpression),
                },
                forced_by: Vec::new(),
                type_name: Arc::clone(&removed.declaration.kind),
                nature: Nature::Azure(removed.declaration.kind.to_string()),
                id: None,
                is_part: false,
                is_retagged: false,
            });
            before.push(removed.declaration);
        }
        (!deeds.is_empty()).then(|| Self { before: Stored::of(&before, scope, root.files), deeds })
    }

    /// What becomes of each resource.
    pub fn deeds<'r>(
        &'r self,
        root: &'r super::workspace::Root,
    ) -> impl Iterator<Item = Planned<'r>> {
        self.deeds.iter().map(move |planned| Planned {
            address: root.address(&planned.address),
            deed: planned.deed,
            forced_by: planned.forced_by.clone(),
            type_name: &planned.type_name,
            nature: planned.nature.clone(),
            id: planned.id.clone(),
            is_part: planned.is_part,
            is_retagged: planned.is_retagged,
        })
    }
}

impl PlannedDeed {
    fn new(change: &PlannedChange) -> Self {
        let kind = &*change.kind;
        let is_request = kind == "azapi_resource_action";
        let is_patch = kind == "azapi_update_resource";
        let (nature, is_mapped_part) = nature(change);
        let named = if is_request { text(change, "resource_id") } else { None };
        let named = named.or_else(|| text(change, "id")).or_else(|| text(change, "resource_id"));
        let deed = deed(&change.actions);
        Self {
            address: Arc::clone(&change.address),
            deed: match deed {
                deed if is_request => request(change, deed),
                // It changes what is there already, and leaves it when it goes.
                Deed::Created if is_patch => Deed::Updated,
                Deed::Destroyed if is_patch => Deed::Released,
                deed => deed,
            },
            forced_by: change.replace_paths.iter().map(|path| forced(change, path)).collect(),
            type_name: Arc::clone(&change.kind),
            nature,
            id: named.map(str::to_owned),
            is_part: is_mapped_part || is_patch,
            is_retagged: change.differs_only_in(&["tags", "tags_all"]),
        }
    }
}

/// A text of a resource, as it is or will be.
fn text<'c>(change: &'c PlannedChange, name: &str) -> Option<&'c str> {
    let mut sides = [&change.before, &change.after].into_iter();
    sides.find_map(|side| side.as_map()?.get(name)?.as_text())
}

/// Families of azurerm that give rights, to people of this tenant or of another one.
const RIGHTS: [&str; 3] = ["azurerm_lighthouse_", "azurerm_pim_", "azurerm_role_"];

/// What a resource is, and whether it sets something of another one.
fn nature(change: &PlannedChange) -> (Nature, bool) {
    let kind = &*change.kind;
    if kind.starts_with("azapi_") {
        let full = text(change, "type");
        let of = full.map(|full| full.split_once('@').map_or(full, |(kind, _)| kind).to_owned());
        return (of.map_or(Nature::Unclear, Nature::Azure), false);
    }
    if kind.starts_with("azuread_") {
        let is_of_rights = ["group", "member", "role"].iter().any(|word| kind.contains(word));
        return (if is_of_rights { Nature::Rights } else { Nature::Foreign }, false);
    }
    if !kind.starts_with("azurerm_") {
        return (Nature::Foreign, false);
    }
    if let Some((known, is_part)) = mapped(kind) {
        return (Nature::Azure(known.to_owned()), is_part);
    }
    if RIGHTS.iter().any(|family| kind.starts_with(family)) {
        return (Nature::Rights, false);
    }
    let named = text(change, "id").filter(|id| id.starts_with('/'));
    let of = named.and_then(id::type_of).map(std::borrow::Cow::into_owned);
    (of.map_or(Nature::Unclear, Nature::Azure), false)
}

/// What a request does to what it is sent to: it is sent when the resource is made or changed, or only when it goes.
/// <https://registry.terraform.io/providers/Azure/azapi/latest/docs/resources/resource_action>
fn request(change: &PlannedChange, deed: Deed) -> Deed {
    let on_destroy = text(change, "when") == Some("destroy");
    let is_sent = match deed {
        Deed::Created | Deed::Updated => !on_destroy,
        Deed::Destroyed => on_destroy,
        Deed::Kept | Deed::Released => false,
        Deed::Replaced | Deed::Unknown(_) => true,
    };
    let is_unknown = change
        .after
        .as_map()
        .and_then(|after| after.get("method"))
        .is_some_and(|method| method.as_unknown().is_some());
    match text(change, "method").unwrap_or("POST").to_ascii_uppercase().as_str() {
        _ if !is_sent => Deed::Released,
        _ if is_unknown => Deed::Unknown(Reason::UnresolvedExpression),
        "DELETE" => Deed::Destroyed,
        "GET" | "HEAD" => Deed::Released,
        _ => Deed::Updated,
    }
}

/// What the actions of a plan come to; Terraform may learn new ones.
fn deed(actions: &[Arc<str>]) -> Deed {
    let actions: Vec<&str> = actions.iter().map(|action| &**action).collect();
    match actions.as_slice() {
        ["no-op" | "read"] => Deed::Kept,
        ["create"] => Deed::Created,
        ["update"] => Deed::Updated,
        ["delete", "create"] | ["create", "delete"] => Deed::Replaced,
        ["delete"] => Deed::Destroyed,
        ["forget"] | ["create", "forget"] | ["forget", "create"] => Deed::Released,
        _ => Deed::Unknown(Reason::UnrecognisedValue),
    }
}

/// The property whose argument forces a replacement; the argument where ARM has none.
fn forced(change: &PlannedChange, path: &str) -> String {
    let mut argument = String::with_capacity(path.len());
    let mut depth = 0_usize;
    for letter in path.chars() {
        match letter {
            '[' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            letter if depth == 0 => argument.push(letter),
            _ => {}
        }
    }
    property(&change.kind, &argument).unwrap_or(argument)
}
