//! Values by name, in the order of the source.

use std::sync::Arc;

use super::{Place, Unknown, Value};

/// Members in the order of the source.
#[derive(Clone, Debug, Default)]
pub struct Map {
    members: Vec<Member>,
    rest: Option<Arc<Unknown>>,
}

/// A member of a map; the key keeps its own place.
#[derive(Clone, Debug)]
pub struct Member {
    /// The name.
    pub key: Arc<str>,
    /// Where the name is written.
    pub key_place: Place,
    /// The value.
    pub value: Value,
}

/// What a map has under a key.
#[derive(Clone, Copy, Debug)]
pub enum Lookup<'a> {
    /// A value, perhaps an unknown one.
    Found(&'a Value),
    /// Surely nothing.
    Absent,
    /// The map has members that are not known.
    Unknown(&'a Arc<Unknown>),
}

impl Map {
    /// No members.
    pub fn new() -> Map {
        Map::default()
    }

    /// Members whose keys differ.
    pub fn from_members(members: Vec<Member>) -> Map {
        Map { members, rest: None }
    }

    /// The same map, which may have members that are not known.
    #[must_use]
    pub fn open(mut self, rest: Option<Arc<Unknown>>) -> Map {
        self.rest = rest;
        self
    }

    /// Why there may be more members than those listed.
    pub fn rest(&self) -> Option<&Arc<Unknown>> {
        self.rest.as_ref()
    }

    /// The members in the order of the source.
    pub fn members(&self) -> &[Member] {
        &self.members
    }

    /// How many members are known.
    pub fn len(&self) -> usize {
        self.members.len()
    }

    /// Whether no member is known.
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// The value under a key that is known.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.member(key).map(|member| &member.value)
    }

    /// The member with a key that is known.
    pub fn member(&self, key: &str) -> Option<&Member> {
        self.members.iter().find(|member| &*member.key == key)
    }

    /// The value under a key, without regard to case.
    pub fn get_ignoring_case(&self, key: &str) -> Option<&Value> {
        self.members
            .iter()
            .find(|member| member.key.eq_ignore_ascii_case(key))
            .map(|member| &member.value)
    }

    /// What the map has under a key, unknown members considered.
    pub fn lookup(&self, key: &str) -> Lookup<'_> {
        match (self.get(key), &self.rest) {
            (Some(value), _) => Lookup::Found(value),
            (None, Some(unknown)) => Lookup::Unknown(unknown),
            (None, None) => Lookup::Absent,
        }
    }

    /// Puts a member in the place of one of the same name (letter case aside), or at the end.
    pub fn put(&mut self, member: Member) {
        match self.members.iter_mut().find(|old| old.key.eq_ignore_ascii_case(&member.key)) {
            Some(old) => *old = member,
            None => self.members.push(member),
        }
    }

    /// Adds a member; the caller knows that the key is new.
    pub fn push(&mut self, key: Arc<str>, key_place: Place, value: Value) {
        self.members.push(Member { key, key_place, value });
    }
}
