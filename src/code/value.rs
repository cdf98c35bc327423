//! Values of infrastructure code: known, absent or unknown, each with its place and how it came there.
//! Refuses placeholders: what only the cloud can tell stays unknown, with the cause.

use std::sync::Arc;

mod form;
mod map;
#[cfg(test)]
mod tests;

pub use form::{Form, Joined, LONGEST_FORM, Part, Reference, form_text};
pub use map::{Lookup, Map, Member};

pub use crate::inventory::{Place, ViaKind};

/// A value, where it is written or used, and how it came there.
#[derive(Clone, Debug)]
pub struct Value {
    /// What the value is.
    pub content: Content,
    /// The expression where the value is used; `via` leads to where it was written.
    pub place: Place,
    /// How the value came here, nearest first; the last place is the literal itself.
    pub via: Option<Arc<Via>>,
    marks: Marks,
    depth: u16,
    size: u32,
}

/// What a value is.
#[derive(Clone, Debug)]
pub enum Content {
    /// Set to nothing.
    Null,
    /// A truth value.
    Bool(bool),
    /// A number.
    Number(f64),
    /// A text.
    Text(Arc<str>),
    /// Values in order.
    List(Arc<[Value]>),
    /// Values by name.
    Map(Arc<Map>),
    /// Cannot be known from code.
    Unknown(Arc<Unknown>),
}

/// What is true of a value beside its content.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Marks(u8);

impl Marks {
    /// Nothing is marked.
    pub const NONE: Marks = Marks(0);
    /// Must not be shown.
    pub const SENSITIVE: Marks = Marks(1);
    /// A list without order and without duplicates.
    pub const SET: Marks = Marks(2);
    /// A list of blocks, or one block: not an attribute's value.
    pub const BLOCK: Marks = Marks(4);
    /// Something below must not be shown.
    pub const HOLDS_SENSITIVE: Marks = Marks(8);

    /// Whether all of these marks are set.
    pub fn has(self, marks: Marks) -> bool {
        self.0 & marks.0 == marks.0
    }

    /// These marks and the others.
    #[must_use]
    pub fn with(self, marks: Marks) -> Marks {
        Marks(self.0 | marks.0)
    }

    /// These marks without the others.
    #[must_use]
    pub fn without(self, marks: Marks) -> Marks {
        Marks(self.0 & !marks.0)
    }
}

/// Why a value cannot be known from code.
#[derive(Clone, Debug)]
pub struct Unknown {
    /// The sort of cause.
    pub cause: Cause,
    /// What exactly, for people.
    pub detail: Box<str>,
    /// The place that is to blame, not where the value is used.
    pub place: Place,
    /// The text as far as it is known. Equal forms are surely the same text.
    pub form: Option<Form>,
}

/// The sorts of causes of the unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cause {
    /// An input without a value.
    NoDefault,
    /// An answer of a data source.
    DataSource,
    /// An attribute that the cloud or the provider computes.
    ComputedAttribute,
    /// A module that is not beside the code.
    RemoteModule,
    /// A function that only the cloud can compute.
    FunctionOfTheCloud,
    /// A function that we do not have.
    UnknownFunction,
    /// A secret.
    Secret,
    /// Known after apply.
    AfterApply,
    /// An expression that the language itself refuses.
    InvalidExpression,
    /// One of our limits.
    Limit,
    /// A value that depends on itself.
    Cycle,
    /// It depends on a condition that is unknown.
    UnknownCondition,
    /// A file that is not there.
    MissingFile,
    /// Something that the language, or this version of a provider, has no word for.
    NotInThisLanguage,
}

/// One step of how a value came to where it is used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Via {
    /// The sort of step.
    pub what: ViaKind,
    /// The name of the variable, local, module or output.
    pub name: Arc<str>,
    /// Where the value stands at this step.
    pub place: Place,
    /// The step before.
    pub next: Option<Arc<Via>>,
}

impl Value {
    /// A value at a place. For lists and maps the size counts what is below them.
    pub fn new(content: Content, place: Place) -> Value {
        let (size, depth, marks) = measure(&content);
        Value { content, place, via: None, marks, depth, size }
    }

    /// Null.
    pub fn null(place: Place) -> Value {
        Value::new(Content::Null, place)
    }

    /// A truth value.
    pub fn bool(value: bool, place: Place) -> Value {
        Value::new(Content::Bool(value), place)
    }

    /// A number.
    pub fn number(value: f64, place: Place) -> Value {
        Value::new(Content::Number(value), place)
    }

    /// A text.
    pub fn text(value: impl Into<Arc<str>>, place: Place) -> Value {
        Value::new(Content::Text(value.into()), place)
    }

    /// A list.
    pub fn list(items: impl Into<Arc<[Value]>>, place: Place) -> Value {
        Value::new(Content::List(items.into()), place)
    }

    /// A map.
    pub fn map(map: Map, place: Place) -> Value {
        Value::new(Content::Map(Arc::new(map)), place)
    }

    /// An unknown value.
    pub fn unknown(cause: Cause, detail: impl Into<Box<str>>, blame: Place, place: Place) -> Value {
        Value::from_unknown(
            Arc::new(Unknown { cause, detail: detail.into(), place: blame, form: None }),
            place,
        )
    }

    /// An unknown value that is itself to blame.
    pub fn unknown_here(cause: Cause, detail: impl Into<Box<str>>, place: Place) -> Value {
        Value::unknown(cause, detail, place, place)
    }

    /// An unknown value that is itself to blame, and that has a name in this evaluation.
    pub fn hole(cause: Cause, detail: impl Into<Box<str>>, place: Place, name: &str) -> Value {
        let form = (name.len() < LONGEST_FORM).then(|| Form::from([Part::Hole(name.into())]));
        Value::from_unknown(Arc::new(Unknown { cause, detail: detail.into(), place, form }), place)
    }

    /// An unknown value for a cause that is already told.
    pub fn from_unknown(unknown: Arc<Unknown>, place: Place) -> Value {
        Value::new(Content::Unknown(unknown), place)
    }

    /// How many values this is, itself and everything below; long texts count as more.
    pub fn size(&self) -> u32 {
        self.size
    }

    /// How deep lists and maps are nested in this value; 1 for a plain one.
    pub fn depth(&self) -> u16 {
        self.depth
    }

    /// The marks.
    pub fn marks(&self) -> Marks {
        self.marks
    }

    /// The same value, marked as well.
    #[must_use]
    pub fn marked(mut self, marks: Marks) -> Value {
        self.marks = self.marks.with(marks);
        self
    }

    /// The same value without these marks.
    #[must_use]
    pub fn unmarked(mut self, marks: Marks) -> Value {
        self.marks = self.marks.without(marks);
        self
    }

    /// The same value at another place.
    #[must_use]
    pub fn at(mut self, place: Place) -> Value {
        self.place = place;
        self
    }

    /// The same value, used at a place, after one more step.
    #[must_use]
    pub fn through(mut self, what: ViaKind, name: &Arc<str>, used: Place) -> Value {
        if steps(self.via.as_deref()) < MOST_STEPS {
            let next = self.via.take();
            self.via =
                Some(Arc::new(Via { what, name: Arc::clone(name), place: self.place, next }));
        }
        self.place = used;
        self
    }

    /// The same value, come another way.
    #[must_use]
    pub fn with_via(mut self, via: Option<Arc<Via>>) -> Value {
        self.via = via;
        self
    }

    /// Where the value is written: the last step of how it came here.
    pub fn written(&self) -> Place {
        let mut place = self.place;
        let mut via = self.via.as_deref();
        while let Some(step) = via {
            place = step.place;
            via = step.next.as_deref();
        }
        place
    }

    /// Whether the value must not be shown.
    pub fn is_sensitive(&self) -> bool {
        self.marks.has(Marks::SENSITIVE)
    }

    /// Whether the value or something below must not be shown.
    pub fn holds_sensitive(&self) -> bool {
        self.marks.0 & (Marks::SENSITIVE.0 | Marks::HOLDS_SENSITIVE.0) != 0
    }

    /// Whether this is null.
    pub fn is_null(&self) -> bool {
        matches!(self.content, Content::Null)
    }

    /// The text, if it is one.
    pub fn as_text(&self) -> Option<&str> {
        match &self.content {
            Content::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The truth value, if it is one.
    pub fn as_bool(&self) -> Option<bool> {
        match self.content {
            Content::Bool(value) => Some(value),
            _ => None,
        }
    }

    /// The number, if it is one.
    pub fn as_number(&self) -> Option<f64> {
        match self.content {
            Content::Number(value) => Some(value),
            _ => None,
        }
    }

    /// The items, if it is a list.
    pub fn as_list(&self) -> Option<&[Value]> {
        match &self.content {
            Content::List(items) => Some(items),
            _ => None,
        }
    }

    /// The members, if it is a map.
    pub fn as_map(&self) -> Option<&Map> {
        match &self.content {
            Content::Map(map) => Some(map),
            _ => None,
        }
    }

    /// Why the value is unknown, if it is.
    pub fn as_unknown(&self) -> Option<&Arc<Unknown>> {
        match &self.content {
            Content::Unknown(unknown) => Some(unknown),
            _ => None,
        }
    }

    /// The first unknown in the value or below it.
    pub fn first_unknown(&self) -> Option<&Arc<Unknown>> {
        match &self.content {
            Content::Unknown(unknown) => Some(unknown),
            Content::List(items) => items.iter().find_map(Value::first_unknown),
            Content::Map(map) => {
                map.members().iter().find_map(|member| member.value.first_unknown()).or(map.rest())
            }
            _ => None,
        }
    }
}

/// Longer chains help nobody, and a chain without end would be a danger to the stack.
const MOST_STEPS: usize = 32;

fn steps(mut via: Option<&Via>) -> usize {
    let mut count = 0;
    while let Some(step) = via {
        count += 1;
        via = step.next.as_deref();
    }
    count
}

fn measure(content: &Content) -> (u32, u16, Marks) {
    let mut size = 1_u32;
    let mut depth = 0_u16;
    let mut marks = 0_u8;
    let mut add = |value: &Value| {
        size = size.saturating_add(value.size);
        depth = depth.max(value.depth);
        marks |= value.marks.0;
    };
    match content {
        Content::Text(text) => size = u32::try_from(text.len() / 64).unwrap_or(u32::MAX - 1) + 1,
        Content::List(items) => items.iter().for_each(&mut add),
        Content::Map(map) => map.members().iter().for_each(|member| add(&member.value)),
        _ => {}
    }
    let secret = marks & (Marks::SENSITIVE.0 | Marks::HOLDS_SENSITIVE.0) != 0;
    let marks = if secret { Marks::HOLDS_SENSITIVE } else { Marks::NONE };
    (size, depth.saturating_add(1), marks)
}
