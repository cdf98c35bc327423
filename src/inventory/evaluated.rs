//! Values that were evaluated from code: each with its own place, any of them perhaps unknown.
//!
//! Terraform, ARM templates and Bicep produce them; the typed views read them through serde,
//! exactly as they read ARM JSON.

mod read;

use super::tree::{Content, Flags, NONE, Node, Slot, Step, Tree};
use super::{Fact, Reason};

/// One evaluated value: a place in a [`Tree`].
#[derive(Clone, Copy, Debug)]
pub struct Evaluated<'a> {
    tree: &'a Tree,
    at: u32,
}

/// One step of how a value came to where it is used: the default of a variable, the call of a module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Via<'a> {
    /// What sort of step it is, as a short phrase.
    pub what: &'static str,
    /// The address in code of what the value came through, such as `var.days`.
    pub name: &'a str,
    /// Where that stands: a slice of a document.
    pub origin: &'a str,
}

/// The value part of [`Evaluated`].
#[derive(Clone, Copy, Debug)]
pub enum EvaluatedValue<'a> {
    /// An explicit null.
    Null,
    /// A boolean.
    Bool(bool),
    /// A number.
    Number(f64),
    /// A text.
    Text(&'a str),
    /// A list.
    List(Members<'a>),
    /// An object, in the order of the source.
    Map(Members<'a>),
    /// An object whose other members cannot be known, and why: it never lacks one.
    Open(Members<'a>, Reason),
    /// Not to be known from this source, and why.
    Unknown(Reason),
    /// A text that cannot be known, and a name for it (see [`super::placeholder`]): it is the same as every other
    /// of that name. Only who asks for it learns the name; to all others the value is unknown.
    Form(&'a str, Reason),
}

/// The members of an object, or the elements of a list.
#[derive(Clone, Copy, Debug)]
pub struct Members<'a> {
    tree: &'a Tree,
    first: u32,
    count: u32,
}

impl<'a> Members<'a> {
    pub(super) fn new(tree: &'a Tree, first: u32, count: u32) -> Self {
        Self { tree, first, count }
    }

    /// All of them, those too that rules do not see.
    pub(super) fn all(self) -> impl Iterator<Item = Evaluated<'a>> {
        let end = self.first.saturating_add(self.count);
        (self.first..end).map(move |at| Evaluated { tree: self.tree, at })
    }

    /// Those that rules see.
    pub fn iter(self) -> impl Iterator<Item = Evaluated<'a>> {
        self.all().filter(|value| !value.node().flags.has(Flags::REPLACED))
    }

    /// Those that rules see, with their names.
    pub fn named(self) -> impl Iterator<Item = (&'a str, Evaluated<'a>)> {
        self.iter().map(|value| (value.name().unwrap_or_default(), value))
    }

    /// The one at a position of a list.
    pub fn get(self, index: usize) -> Option<Evaluated<'a>> {
        let index = u32::try_from(index).ok().filter(|index| *index < self.count)?;
        Some(Evaluated { tree: self.tree, at: self.first + index })
    }
}

impl Tree {
    /// A value of this tree.
    pub fn at(&self, at: Slot) -> Evaluated<'_> {
        Evaluated { tree: self, at: at.0 }
    }

    /// The body of the first declaration.
    pub fn first_body(&self) -> Evaluated<'_> {
        self.at(Slot(0))
    }
}

/// By this name a reader says that it knows what to do with a name instead of a text.
pub(super) const TAKES_FORMS: &str = "backuplint: a text or a name for it";
/// By this name a reader says that it wants a view of an object, which names its members.
pub(super) const TAKES_OBJECTS: &str = "backuplint: an object";
/// By this name a reader says that it takes what [`REST`] says.
pub(crate) const TAKES_REST: &str = "backuplint: members and their rest";
/// The last member of an open object: what its other members are. No name begins so.
pub(crate) const REST: &str = "\u{0}";

/// What a tree has no value for.
const MISSING: &Node = &Node::empty(NONE);

impl<'a> Evaluated<'a> {
    pub(super) fn tree(self) -> &'a Tree {
        self.tree
    }

    pub(super) fn node(self) -> &'a Node {
        self.tree.nodes.get(self.at as usize).unwrap_or(MISSING)
    }

    /// The value.
    pub fn value(self) -> EvaluatedValue<'a> {
        let node = self.node();
        if node.flags.has(Flags::HIDDEN) || node.flags.has(Flags::DOUBTFUL) {
            return EvaluatedValue::Unknown(Reason::UnresolvedExpression);
        }
        self.raw()
    }

    /// The value, whether or not rules may see it and rely on it.
    pub(super) fn raw(self) -> EvaluatedValue<'a> {
        let node = self.node();
        let members = |first, count| Members::new(self.tree, first, count);
        match node.content {
            Content::Null => EvaluatedValue::Null,
            Content::Bool(truth) => EvaluatedValue::Bool(truth),
            Content::Number(high, low) => {
                EvaluatedValue::Number(f64::from_bits(u64::from(high) << 32 | u64::from(low)))
            }
            Content::Text(text) => EvaluatedValue::Text(self.tree.text(text)),
            Content::List(first, count) => EvaluatedValue::List(members(first, count)),
            Content::Map(first, count) => EvaluatedValue::Map(members(first, count)),
            Content::Open(first, count) => EvaluatedValue::Open(members(first, count), node.reason),
            Content::Unknown => EvaluatedValue::Unknown(node.reason),
            Content::Form(text) => EvaluatedValue::Form(self.tree.text(text), node.reason),
        }
    }

    /// Its name, if it is a member.
    pub(super) fn name(self) -> Option<&'a str> {
        let node = self.node();
        let is_member = node.name != NONE && !node.flags.has(Flags::BODY);
        is_member.then(|| self.tree.text(node.name))
    }

    /// Where it stands: a slice of the document, so that line and column follow from its address. Of a
    /// whole declaration it is the header, which is what a finding about something missing points at.
    pub fn origin(self) -> &'a str {
        self.header().or_else(|| self.line()).unwrap_or_default()
    }

    /// The first line of the header of a declaration.
    fn header(self) -> Option<&'a str> {
        let node = self.node();
        if !node.flags.has(Flags::BODY) {
            return None;
        }
        let header = *self.tree.headers.get(node.name as usize)?;
        let slice = self.tree.slice(self.tree.file(header)?, header);
        Some(slice.map(first_line).unwrap_or_default())
    }

    /// The first line of it, be it that its name stands in a line before it: a region of several lines is shown in no
    /// pull request that does not touch all of them. What does not stand in a file stands where the whole of it does.
    fn line(self) -> Option<&'a str> {
        let mut value = self;
        loop {
            if let Some(line) = value.own_line() {
                return Some(line);
            }
            let parent = value.node().parent;
            if parent == NONE {
                return value.header();
            }
            value = Evaluated { tree: self.tree, at: parent };
        }
    }

    fn own_line(self) -> Option<&'a str> {
        let node = self.node();
        let is_elsewhere = node.flags.has(Flags::ELSEWHERE);
        let file =
            if is_elsewhere { node.place.file as usize } else { self.tree.file(node.place)? };
        let slice = self.tree.slice(file, node.place)?;
        if node.name_start == NONE || !slice.contains('\n') {
            return Some(first_line(slice));
        }
        let mut place = node.place;
        place.start = node.name_start;
        self.tree.slice(file, place).map(first_line)
    }

    /// Where it stands, in a file that is numbered among all texts.
    pub fn place(self) -> super::Place {
        let mut place = self.node().place;
        if self.node().flags.has(Flags::ELSEWHERE) {
            return place;
        }
        let file = self.tree.file(place).and_then(|file| u32::try_from(file).ok());
        place.file = file.unwrap_or(NONE);
        place
    }

    pub(super) fn steps(self) -> impl Iterator<Item = &'a Step> {
        let step = |number: u32| self.tree.steps.get(number as usize);
        std::iter::successors(step(self.node().via), move |before| step(before.next))
    }

    /// How the value came there, nearest first; empty for one that is written where it stands.
    pub fn via(self) -> impl Iterator<Item = Via<'a>> {
        self.steps().filter_map(move |step| {
            let slice = self.tree.slice(self.tree.file(step.place)?, step.place)?;
            let name = self.tree.text(step.address);
            Some(Via { what: step.kind.words(), name, origin: first_line(slice) })
        })
    }

    /// The members, if this is an object; of an open one those that are known.
    pub fn members(self) -> Option<Members<'a>> {
        match self.value() {
            EvaluatedValue::Map(members) | EvaluatedValue::Open(members, _) => Some(members),
            _ => None,
        }
    }

    /// The member with this key, if this is an object that has it. Names have no case: Azure takes them in any.
    pub fn member(self, key: &str) -> Option<Self> {
        let members = self.members()?;
        let exact = members.named().find(|(name, _)| *name == key);
        let found =
            exact.or_else(|| members.named().find(|(name, _)| name.eq_ignore_ascii_case(key)));
        found.map(|(_, value)| value)
    }

    /// Why the value is unknown, if it is.
    pub fn unknown(self) -> Option<Reason> {
        match self.value() {
            EvaluatedValue::Unknown(reason) | EvaluatedValue::Form(_, reason) => Some(reason),
            _ => None,
        }
    }

    /// The element at this index, if this is a list that has it.
    pub fn element(self, index: usize) -> Option<Self> {
        match self.value() {
            EvaluatedValue::List(elements) => elements.get(index),
            _ => None,
        }
    }

    /// One of these tags; their names have no case.
    pub(super) fn tag(self, name: &str) -> Fact<String> {
        let mut tags = self.members().into_iter().flat_map(Members::named);
        let found = tags.find(|(key, _)| key.eq_ignore_ascii_case(name));
        match (found.map(|(_, value)| value.value()), self.value()) {
            (Some(EvaluatedValue::Text(text)), _) => Fact::Known(text.to_owned()),
            (Some(EvaluatedValue::Unknown(reason) | EvaluatedValue::Form(_, reason)), _)
            | (None, EvaluatedValue::Open(_, reason)) => Fact::Unknown(reason),
            (Some(_) | None, _) => Fact::Absent,
        }
    }

    /// Whether anything in it cannot be known.
    pub fn holds_unknown(self) -> bool {
        match self.value() {
            EvaluatedValue::Unknown(_) => true,
            EvaluatedValue::List(parts) | EvaluatedValue::Map(parts) => {
                parts.iter().any(Self::holds_unknown)
            }
            _ => false,
        }
    }

    /// The value as plain JSON for evidence; what is unknown becomes null.
    pub fn to_json(self) -> serde_json::Value {
        match self.value() {
            EvaluatedValue::Null | EvaluatedValue::Unknown(_) | EvaluatedValue::Form(..) => {
                serde_json::Value::Null
            }
            EvaluatedValue::Bool(value) => value.into(),
            EvaluatedValue::Number(value) => match whole(value) {
                Some(whole) => whole.into(),
                None => value.into(),
            },
            EvaluatedValue::Text(text) => text.into(),
            EvaluatedValue::List(elements) => elements.iter().map(Self::to_json).collect(),
            EvaluatedValue::Map(members) | EvaluatedValue::Open(members, _) => members
                .named()
                .map(|(key, value)| (key.to_owned(), value.to_json()))
                .collect::<serde_json::Map<_, _>>()
                .into(),
        }
    }
}

fn first_line(slice: &str) -> &str {
    slice.split('\n').next().unwrap_or(slice).trim_end()
}

/// The whole number that this is: languages write `14` and evaluate it to a float, ARM JSON keeps it.
#[expect(clippy::cast_possible_truncation, reason = "the range is checked first")]
fn whole(number: f64) -> Option<i64> {
    (number.fract() == 0.0 && number.abs() < 9e15).then_some(number as i64)
}
