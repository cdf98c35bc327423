//! One tree of expressions for ARM JSON and for Bicep: JSON bodies, the language in `[…]`, and
//! everything that Bicep adds.

use std::collections::HashSet;
use std::sync::Arc;

use crate::code::template::functions::Definition;
use crate::code::value::Place;

/// An expression and where it stands.
#[derive(Debug, Clone)]
pub struct Expression {
    /// What it is.
    pub kind: Kind,
    /// Where it stands.
    pub place: Place,
    /// How many expressions are in each other at most, itself included.
    pub height: u16,
}

/// The kinds of expression.
#[derive(Debug, Clone)]
pub enum Kind {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number.
    Number(f64),
    /// A text without unknown parts.
    Text(Arc<str>),
    /// A text with expressions in it (Bicep).
    Interpolation(Box<[Expression]>),
    /// An object.
    Object(Box<[Item]>),
    /// A list; an element may be a [`Kind::Spread`].
    List(Box<[Expression]>),
    /// `...x` in a list.
    Spread(Box<Expression>),
    /// A call of a function.
    Call(Box<Call>),
    /// `x.name` or `x.?name`.
    Member(Box<Member>),
    /// `x[i]`, `x[?i]`, `x[^i]`.
    Index(Box<Index>),
    /// A name (Bicep): parameter, variable, resource, module, loop variable, import.
    Name(Arc<str>),
    /// `parent::child` (Bicep).
    Child(Box<(Expression, Arc<str>)>),
    /// `(a, b) => body`, or `lambda('a', 'b', body)`.
    Lambda(Box<Lambda>),
    /// `[for x in xs: body]` (Bicep).
    For(Box<For>),
    /// `condition ? a : b`, or `if(condition, a, b)`.
    If(Box<[Expression; 3]>),
    /// `a && b`, `a || b`, `a ?? b`, and the comparisons and sums.
    Binary(Operator, Box<[Expression; 2]>),
    /// `!a`.
    Not(Box<Expression>),
    /// `-a`.
    Negate(Box<Expression>),
    /// What could not be read, and why.
    Invalid(Box<str>),
}

/// What stands between the braces of an object.
#[derive(Debug, Clone)]
pub enum Item {
    /// `key: value`.
    Member(Property),
    /// `...x`.
    Spread(Expression),
    /// An element of `"copy": [ … ]`: the member `name` is the list of `input` for each index.
    Copy(PropertyCopy),
}

/// A member of an object.
#[derive(Debug, Clone)]
pub struct Property {
    /// Its name.
    pub key: Key,
    /// Where the name stands.
    pub key_place: Place,
    /// Its value.
    pub value: Expression,
}

/// The name of a member.
#[derive(Debug, Clone)]
pub enum Key {
    /// Written out.
    Known(Arc<str>),
    /// Computed.
    Computed(Expression),
}

/// A property copy loop.
#[derive(Debug, Clone)]
pub struct PropertyCopy {
    /// The name of the member that it makes.
    pub name: Arc<str>,
    /// Where that name stands.
    pub name_place: Place,
    /// How many elements.
    pub count: Expression,
    /// The element.
    pub input: Expression,
}

/// A call of a function.
#[derive(Debug, Clone)]
pub struct Call {
    /// The namespace, if one is written.
    pub namespace: Option<Arc<str>>,
    /// The name as written.
    pub name: Arc<str>,
    /// The built-in function with that name.
    pub definition: Option<&'static Definition>,
    /// The arguments.
    pub arguments: Box<[Expression]>,
}

/// Access to a member.
#[derive(Debug, Clone)]
pub struct Member {
    /// Of what.
    pub base: Expression,
    /// The name of the member.
    pub name: Arc<str>,
    /// Whether a missing member is null.
    pub safe: bool,
}

/// Access to an element.
#[derive(Debug, Clone)]
pub struct Index {
    /// Of what.
    pub base: Expression,
    /// Which one.
    pub index: Expression,
    /// Whether a missing element is null.
    pub safe: bool,
    /// Whether it counts from the end, starting with 1.
    pub from_end: bool,
}

/// A function without a name.
#[derive(Debug, Clone)]
pub struct Lambda {
    /// The names of its parameters.
    pub parameters: Box<[Arc<str>]>,
    /// What it gives.
    pub body: Expression,
}

/// A Bicep loop.
#[derive(Debug, Clone)]
pub struct For {
    /// The loop itself.
    pub each: Each,
    /// What it gives for each element.
    pub body: Expression,
}

/// Over what a Bicep loop goes, and under which names.
#[derive(Debug, Clone)]
pub struct Each {
    /// The name of the element; empty in `[for (_, i) …]`.
    pub item: Arc<str>,
    /// The name of the index.
    pub index: Option<Arc<str>>,
    /// The list.
    pub list: Expression,
}

/// The operators with two operands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    /// `&&`
    And,
    /// `||`
    Or,
    /// `??`
    Coalesce,
    /// `==`
    Equal,
    /// `!=`
    Unequal,
    /// `=~`
    EqualIgnoringCase,
    /// `!~`
    UnequalIgnoringCase,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `%`
    Remainder,
}

impl Expression {
    /// An expression at a place.
    pub fn new(kind: Kind, place: Place) -> Self {
        let height = kind.height().saturating_add(1);
        Self { kind, place, height }
    }

    /// One that could not be read.
    pub fn invalid(why: impl Into<Box<str>>, place: Place) -> Self {
        Self::new(Kind::Invalid(why.into()), place)
    }

    /// The text, if it is a plain one.
    pub fn as_text(&self) -> Option<&Arc<str>> {
        if let Kind::Text(text) = &self.kind { Some(text) } else { None }
    }

    /// The items, if it is an object.
    pub fn items(&self) -> Option<&[Item]> {
        if let Kind::Object(items) = &self.kind { Some(items) } else { None }
    }

    /// The elements, if it is a list.
    pub fn elements(&self) -> Option<&[Expression]> {
        if let Kind::List(elements) = &self.kind { Some(elements) } else { None }
    }

    /// The member of an object under this name, letter case aside.
    pub fn property(&self, name: &str) -> Option<&Property> {
        self.items()?.iter().rev().find_map(|item| match item {
            Item::Member(property) if property.named(name) => Some(property),
            _ => None,
        })
    }

    /// The value of the member under this name, letter case aside.
    pub fn get(&self, name: &str) -> Option<&Expression> {
        self.property(name).map(|property| &property.value)
    }
}

impl Kind {
    /// The greatest height of what is in it.
    fn height(&self) -> u16 {
        match self {
            Self::Interpolation(parts) | Self::List(parts) => tallest(parts),
            Self::Object(items) => items.iter().map(Item::height).max().unwrap_or(0),
            Self::Spread(inner) | Self::Not(inner) | Self::Negate(inner) => inner.height,
            Self::Call(call) => tallest(&call.arguments),
            Self::Member(member) => member.base.height,
            Self::Index(index) => index.base.height.max(index.index.height),
            Self::Child(child) => child.0.height,
            Self::Lambda(lambda) => lambda.body.height,
            Self::For(each) => each.body.height.max(each.each.list.height),
            Self::If(arms) => tallest(&**arms),
            Self::Binary(_, operands) => tallest(&**operands),
            Self::Null
            | Self::Bool(_)
            | Self::Number(_)
            | Self::Text(_)
            | Self::Name(_)
            | Self::Invalid(_) => 0,
        }
    }
}

fn tallest(parts: &[Expression]) -> u16 {
    parts.iter().map(|part| part.height).max().unwrap_or(0)
}

impl Item {
    fn height(&self) -> u16 {
        match self {
            Self::Member(property) => match &property.key {
                Key::Known(_) => property.value.height,
                Key::Computed(key) => property.value.height.max(key.height),
            },
            Self::Spread(inner) => inner.height,
            Self::Copy(copy) => copy.count.height.max(copy.input.height),
        }
    }
}

impl Property {
    /// Whether the member has this name, letter case aside.
    pub fn named(&self, name: &str) -> bool {
        matches!(&self.key, Key::Known(key) if key.eq_ignore_ascii_case(name))
    }

    /// The name, if it is written out.
    pub fn known_key(&self) -> Option<&Arc<str>> {
        if let Key::Known(key) = &self.key { Some(key) } else { None }
    }
}

/// The items of an object, each key once: of two with the same name, letter case aside, the last one counts.
pub fn each_once(items: Vec<Item>) -> Box<[Item]> {
    let name = |item: &Item| match item {
        Item::Member(property) => property.known_key().cloned(),
        _ => None,
    };
    let repeated = if items.len() <= FEW {
        let before = |at: usize, key: &str| {
            items.iter().take(at).any(|item| {
                matches!(item, Item::Member(Property { key: Key::Known(other), .. })
                    if other.eq_ignore_ascii_case(key))
            })
        };
        items.iter().enumerate().any(|(at, item)| match item {
            Item::Member(Property { key: Key::Known(key), .. }) => before(at, key),
            _ => false,
        })
    } else {
        let mut seen = HashSet::with_capacity(items.len());
        let mut keys = items.iter().filter_map(name);
        keys.any(|key| !seen.insert(key.to_ascii_lowercase()))
    };
    if !repeated {
        return items.into();
    }
    let mut seen = HashSet::new();
    let last = |item: &Item| name(item).is_none_or(|key| seen.insert(key.to_ascii_lowercase()));
    let mut kept: Vec<Item> = items.into_iter().rev().filter(last).collect();
    kept.reverse();
    kept.into()
}

/// Up to so many members are compared each with each.
const FEW: usize = 16;
