//! Making a tree, value by value: room for the parts of each is made first, and then filled.

use std::collections::HashMap;
use std::sync::Arc;

use foldhash::fast::RandomState;

use super::{Content, Flags, NONE, Node, Place, Step, Tree, ViaKind, number_of};
use crate::inventory::{EvaluatedValue, Reason};

/// Makes trees.
#[derive(Debug, Default)]
pub struct TreeBuilder {
    tree: Tree,
    known: HashMap<Arc<str>, u32, RandomState>,
}

/// A value that is not there yet, or the number of one that is.
#[derive(Clone, Copy, Debug)]
pub struct Slot(pub(in crate::inventory) u32);

/// A step that is there already.
#[derive(Clone, Copy, Debug, Default)]
pub struct StepNumber(Option<u32>);

/// What is said of a value besides its content.
#[derive(Clone, Copy, Debug, Default)]
pub struct About {
    /// Where it is used.
    pub place: Place,
    /// How it came there.
    pub via: StepNumber,
    /// Whether it must not be shown.
    pub is_hidden: bool,
    /// Whether it was put together from pieces that are not all known.
    pub is_composed: bool,
}

/// The most room for values that is made before there are any.
const MOST_ROOM: usize = 1 << 16;

impl TreeBuilder {
    /// With room for about so many values, so that the tree does not grow step by step.
    pub fn with_room(values: usize) -> Self {
        let mut builder = Self::default();
        builder.tree.nodes.reserve(values.min(MOST_ROOM));
        builder.known.reserve(values.min(MOST_ROOM) / 4);
        builder
    }

    /// Room for the body of a declaration, which stands at its header.
    pub fn body(&mut self, header: Place) -> Slot {
        let slot = self.room(1, NONE);
        let number = number_of(self.tree.headers.len());
        self.tree.headers.push(header);
        let node = &mut self.tree.nodes[slot as usize];
        node.name = number;
        node.flags.add(Flags::BODY);
        Slot(slot)
    }

    /// A value without parts.
    pub fn plain(&mut self, slot: Slot, about: About, value: &EvaluatedValue<'_>) {
        let (content, reason) = match value {
            EvaluatedValue::Bool(truth) => (Content::Bool(*truth), None),
            EvaluatedValue::Number(number) => {
                let bits = number.to_bits();
                #[expect(clippy::cast_possible_truncation, reason = "both halves are kept")]
                let (high, low) = ((bits >> 32) as u32, bits as u32);
                (Content::Number(high, low), None)
            }
            EvaluatedValue::Text(text) => (Content::Text(self.number(text)), None),
            EvaluatedValue::Unknown(reason) => (Content::Unknown, Some(*reason)),
            EvaluatedValue::Form(text, reason) => (Content::Form(self.number(text)), Some(*reason)),
            EvaluatedValue::Null
            | EvaluatedValue::List(_)
            | EvaluatedValue::Map(_)
            | EvaluatedValue::Open(..) => (Content::Null, None),
        };
        self.set(slot, about, content, reason);
    }

    /// A text that others share.
    pub fn text(&mut self, slot: Slot, about: About, text: &Arc<str>) {
        let number = self.shared(text);
        self.set(slot, about, Content::Text(number), None);
    }

    /// A list of so many elements; answers the room for them.
    pub fn list(
        &mut self,
        slot: Slot,
        about: About,
        count: usize,
    ) -> impl Iterator<Item = Slot> + use<> {
        let (first, count) = (self.room(count, slot.0), number_of(count));
        self.set(slot, about, Content::List(first, count), None);
        (first..first + count).map(Slot)
    }

    /// An object with so many members, and perhaps others for a reason; answers the room for them.
    pub fn map(
        &mut self,
        slot: Slot,
        about: About,
        count: usize,
        rest: Option<Reason>,
    ) -> impl Iterator<Item = Slot> + use<> {
        let (first, count) = (self.room(count, slot.0), number_of(count));
        let content = match rest {
            Some(_) => Content::Open(first, count),
            None => Content::Map(first, count),
        };
        self.set(slot, about, content, rest);
        (first..first + count).map(Slot)
    }

    /// Names a member; `start` is where the name starts, if that is before the value in the same file.
    pub fn name(&mut self, slot: Slot, name: &Arc<str>, start: Option<u32>) {
        let name = self.shared(name);
        let node = &mut self.tree.nodes[slot.0 as usize];
        (node.name, node.name_start) = (name, start.unwrap_or(NONE));
    }

    /// A step of a way: what it is called where it is used, its name alone, and the one before.
    pub fn step(
        &mut self,
        kind: ViaKind,
        (address, name): (&str, &Arc<str>),
        place: Place,
        next: StepNumber,
    ) -> StepNumber {
        let name = self.shared(name);
        let address = if address == self.tree.text(name) { name } else { self.number(address) };
        let number = number_of(self.tree.steps.len());
        let next = next.0.unwrap_or(NONE);
        self.tree.steps.push(Step { kind, address, name, place, next });
        StepNumber(Some(number))
    }

    /// A member of an object that code does not say, and that rules see instead of the one of that name.
    pub fn replace(&mut self, object: Slot, name: &str, place: Place, reason: Reason) {
        if !self.tree.is_object(object.0) {
            return;
        }
        let replaced = self.tree.members_of(object.0).find(|at| {
            let node = self.tree.nodes[*at as usize];
            self.tree.text(node.name).eq_ignore_ascii_case(name)
        });
        if let Some(at) = replaced {
            self.tree.nodes[at as usize].flags.add(Flags::REPLACED);
        }
        let added = self.tree.add_member(object.0, name, place);
        let node = &mut self.tree.nodes[added as usize];
        (node.content, node.reason) = (Content::Unknown, reason);
    }

    /// The member of an object that is there, or an empty object that only rules see.
    pub fn member_or_empty(&mut self, object: Slot, name: &str, place: Place) -> Option<Slot> {
        if !self.tree.is_object(object.0) {
            return None;
        }
        let mut members = self.tree.members_of(object.0);
        let known = members.find(|at| {
            let own = self.tree.text(self.tree.nodes[*at as usize].name);
            own.eq_ignore_ascii_case(name)
        });
        Some(Slot(known.unwrap_or_else(|| {
            let added = self.tree.add_member(object.0, name, place);
            self.tree.nodes[added as usize].content = Content::Map(0, 0);
            added
        })))
    }

    /// The tree, as small as it can be.
    pub fn finish(self) -> Tree {
        let mut tree = self.tree;
        tree.nodes.shrink_to_fit();
        tree.steps.shrink_to_fit();
        tree.headers.shrink_to_fit();
        tree.pool.shrink_to_fit();
        tree.ends.shrink_to_fit();
        tree
    }

    /// Room for nodes; the first of them.
    fn room(&mut self, count: usize, parent: u32) -> u32 {
        let first = number_of(self.tree.nodes.len());
        self.tree.nodes.extend(std::iter::repeat_n(Node::empty(parent), count));
        first
    }

    fn set(&mut self, slot: Slot, about: About, content: Content, reason: Option<Reason>) {
        let node = &mut self.tree.nodes[slot.0 as usize];
        node.content = content;
        node.place = about.place;
        node.via = about.via.0.unwrap_or(NONE);
        if let Some(reason) = reason {
            node.reason = reason;
        }
        if about.is_hidden {
            node.flags.add(Flags::HIDDEN);
        }
        if about.is_composed {
            node.flags.add(Flags::COMPOSED);
        }
    }

    fn number(&mut self, text: &str) -> u32 {
        match self.known.get(text) {
            Some(known) => *known,
            None => self.add(text.into()),
        }
    }

    fn shared(&mut self, text: &Arc<str>) -> u32 {
        match self.known.get(&**text) {
            Some(known) => *known,
            None => self.add(Arc::clone(text)),
        }
    }

    fn add(&mut self, text: Arc<str>) -> u32 {
        let number = self.tree.push_text(&text);
        self.known.insert(text, number);
        number
    }
}
