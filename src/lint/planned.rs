//! What is planned for the resources of a root: they as they are, and what becomes of each.

use std::collections::HashSet;
use std::sync::Arc;

use crate::change::{Deed, Planned};
use crate::code::adapter::terraform::{property, removed};
use crate::code::stored::Stored;
use crate::code::terraform::plan::PlannedChange;
use crate::code::terraform::result::Root;
use crate::inventory::Reason;

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
}

impl PlannedRoot {
    /// What a plan of Terraform does.
    pub fn of_plan(before: Stored, changes: &[PlannedChange]) -> Self {
        let managed = changes.iter().filter(|change| !change.is_data);
        let deeds = managed.map(|change| PlannedDeed {
            address: Arc::clone(&change.address),
            deed: deed(&change.actions),
            forced_by: change.replace_paths.iter().map(|path| forced(change, path)).collect(),
        });
        Self { before, deeds: deeds.collect() }
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
        })
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
