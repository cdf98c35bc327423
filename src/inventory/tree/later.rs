//! What is put into a tree when the rest of a run is known.

use super::{Content, Flags, Node, Place, Slot, Tree, number_of};
use crate::inventory::Reason;

impl Tree {
    pub(super) fn is_object(&self, at: u32) -> bool {
        matches!(self.nodes[at as usize].content, Content::Map(..) | Content::Open(..))
    }

    /// The numbers of the members of an object.
    pub(in crate::inventory) fn members_of(&self, object: u32) -> std::ops::Range<u32> {
        match self.nodes[object as usize].content {
            Content::Map(first, count) | Content::Open(first, count) => first..first + count,
            _ => 0..0,
        }
    }

    /// One more member, null as yet, that only rules see. The members move to the end, where there is room for it.
    pub(super) fn add_member(&mut self, object: u32, name: &str, place: Place) -> u32 {
        let members = self.members_of(object);
        let first = number_of(self.nodes.len());
        let count = number_of(members.len()) + 1;
        for (to, from) in (first..).zip(members) {
            let node = self.nodes[from as usize];
            self.nodes.push(node);
            self.adopt(to);
        }
        let name = self.push_text(name);
        let mut node = Node { name, place, ..Node::empty(object) };
        node.flags.add(Flags::ADDED);
        self.nodes.push(node);
        let content = &mut self.nodes[object as usize].content;
        *content = match content {
            Content::Open(..) => Content::Open(first, count),
            _ => Content::Map(first, count),
        };
        first + count - 1
    }

    /// Tells the parts of a value that moved where it is now.
    fn adopt(&mut self, parent: u32) {
        let parts = match self.nodes[parent as usize].content {
            Content::List(first, count) => first..first + count,
            _ => self.members_of(parent),
        };
        for part in parts {
            self.nodes[part as usize].parent = parent;
        }
    }

    /// Adds a text to an object; only rules see it.
    pub fn tell(&mut self, object: Slot, name: &str, told: &Told<'_>) {
        let at = self.add_member(object.0, name, told.place);
        self.say(at, told);
    }

    /// Adds a list of texts to an object; only rules see it.
    pub fn tell_all(&mut self, object: Slot, name: &str, told: &[Told<'_>]) {
        let Some(place) = told.first().map(|told| told.place) else { return };
        let at = self.add_member(object.0, name, place);
        let first = number_of(self.nodes.len());
        self.nodes.extend(std::iter::repeat_n(Node::empty(at), told.len()));
        let node = &mut self.nodes[at as usize];
        node.content = Content::List(first, number_of(told.len()));
        node.flags.add(Flags::ELSEWHERE);
        for (at, one) in (first..).zip(told) {
            self.say(at, one);
        }
    }

    fn say(&mut self, at: u32, told: &Told<'_>) {
        let (content, reason) = match told.text {
            Ok(text) => (Content::Text(self.push_text(text)), Reason::UnresolvedExpression),
            Err(reason) => (Content::Unknown, reason),
        };
        let node = &mut self.nodes[at as usize];
        (node.content, node.reason, node.place) = (content, reason, told.place);
        node.flags.add(Flags::ELSEWHERE);
    }
}

/// A text that is told of a value, or why it is unknown.
#[derive(Clone, Copy, Debug)]
pub struct Told<'t> {
    /// The text.
    pub text: Result<&'t str, Reason>,
    /// Where it stands; its file is numbered among all texts.
    pub place: Place,
}
