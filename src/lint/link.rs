//! Links between declarations: which of them an id means, if that can be told.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use foldhash::fast::RandomState;
use rayon::prelude::*;

use super::attach;
use crate::code::stored::Stored;
use crate::inventory::placeholder::{has_placeholder, same};
use crate::inventory::{IdKey, id};

/// A declaration, by the position of its root and its own in it.
pub(super) type Declaration = (u32, u32);

/// The ids of everything that is declared.
#[derive(Debug, Default)]
pub(super) struct Ids {
    /// Which declaration has it; none where several have, so that nobody can tell which one is meant.
    known: HashMap<IdKey, Option<Declaration>, RandomState>,
    /// By type in lower case, those that have a placeholder and those that have none.
    by_type: HashMap<String, [Vec<String>; 2]>,
}

impl Ids {
    fn add(&mut self, id: &str, kind: &str, at: Declaration) {
        match self.known.entry(IdKey::of(id)) {
            Entry::Occupied(mut known) => *known.get_mut() = None,
            Entry::Vacant(unknown) => {
                unknown.insert(Some(at));
                let of_type = self.by_type.entry(kind.to_ascii_lowercase()).or_default();
                of_type[usize::from(!has_placeholder(id))].push(id.to_owned());
            }
        }
    }

    /// The only declaration with an id.
    pub fn only(&self, id: &str) -> Option<Declaration> {
        *self.known.get(&IdKey::of(id))?
    }

    /// Whether an id is that of a declaration, or lies below one.
    pub fn holds(&self, text: &str) -> bool {
        std::iter::once(text)
            .chain(id::ancestors(text))
            .any(|text| self.known.contains_key(&IdKey::of(text)))
    }

    /// Whether an id that is none of a declaration may turn out to be one.
    fn may_be_declared(&self, text: &str) -> bool {
        let is_open = has_placeholder(text);
        let may_be = |ids: &[Vec<String>; 2]| {
            let [open, plain] = ids;
            let is_same = |id: &String| same(id, text).is_none();
            open.iter().any(is_same) || is_open && plain.iter().any(is_same)
        };
        match id::type_of(text) {
            Some(kind) => self.by_type.get(&kind.to_ascii_lowercase()).is_some_and(may_be),
            None => is_open && self.by_type.values().any(may_be),
        }
    }

    /// Whether a text is an id that may be one of a declaration, and is not proven to be.
    fn is_doubtful(&self, text: &str) -> bool {
        is_open_link(text) && !self.is_sure(text)
    }

    fn is_sure(&self, text: &str) -> bool {
        self.known.contains_key(&IdKey::of(text)) || !self.may_be_declared(text)
    }
}

/// Tells every link in what is declared from what only may be one, and disks their machines.
pub(super) fn link(all: &mut [&mut Stored]) -> Ids {
    let mut ids = Ids::default();
    for (root, stored) in (0..).zip(&*all) {
        for (at, declaration) in (0..).zip(&stored.declarations) {
            if !declaration.only_referred_to {
                ids.add(&declaration.id, &declaration.kind, (root, at));
            }
        }
    }
    all.par_iter_mut().for_each(|stored| stored.tree.doubt_texts(|text| ids.is_doubtful(text)));
    attach::tell_disks(all);
    ids
}

/// Whether a text is the id of a resource; scopes above resources are compared where they are used.
fn is_open_link(text: &str) -> bool {
    text.starts_with('/') && text.contains("/providers/") || text.starts_with("/{")
}
