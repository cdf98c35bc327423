//! The language of the mapping tables: what an argument of a provider is in ARM, and what it means when it is left out.
//!
//! Sources of every table: the documentation of the providers, <https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs>,
//! and of ARM, <https://learn.microsoft.com/azure/templates/>.

use super::draft::Draft;
use super::frame::Frame;
use crate::code::value::Value;

/// One resource type of a provider, and the ARM type it makes.
#[derive(Debug)]
pub struct Mapping {
    /// The names of the type, the current one first.
    pub names: &'static [&'static str],
    /// The ARM type.
    pub kind: &'static str,
    /// Whether the resource is one of its own, or settings of another.
    pub target: Target,
    /// The arguments.
    pub rows: &'static [Row],
    /// Attributes that lead to an ARM id, beside `id`: the name, and the id's form.
    pub answers: &'static [(&'static str, &'static str)],
}

/// What a resource of the provider becomes.
#[derive(Clone, Copy, Debug)]
pub enum Target {
    /// A resource with an id of one of these forms: the first whose arguments are all written. In braces stand arguments,
    /// `{group}` for the resource group, `{a/name}` for the last part of an id, `{a/group}` for its resource group.
    Resource(&'static [&'static str]),
    /// Settings of the resource with an id of this form.
    Settings(&'static str),
    /// Items for lists of the resource with an id of this form.
    Additions(&'static str),
    /// Each block of this type is a resource below the one that holds it, in this collection.
    Child(&'static str, &'static str),
    /// Nothing but answers.
    Nothing,
}

/// One row of a table.
#[derive(Clone, Copy, Debug)]
pub enum Row {
    /// An argument is a property.
    Property(Property),
    /// A block is an object, with rows for what is in it.
    Block(&'static str, &'static str, &'static [Row]),
    /// Blocks are a list of objects.
    Blocks(&'static str, &'static str, &'static [Row]),
    /// A property that the provider always sends.
    Fixed(&'static str, Literal),
    /// The provider has no argument for it, so this code cannot say what it is.
    CannotSay(&'static str),
    /// A list that the provider sends empty.
    NoItems(&'static str),
    /// The whole block is the one item of a list.
    Items(&'static str, &'static [Row]),
    /// Arguments that make something together.
    Together(&'static [&'static str], fn(&Frame<'_>, &mut Draft)),
    /// An argument that is the end of a property, of which others make the start: for fixes only, which keep that start.
    Ending(&'static str, &'static str, &'static str),
    /// An argument that is left out on purpose: it only says how the provider works, names the resource, or is of no
    /// meaning for backups.
    LeftOut(&'static str),
}

/// An argument and its property.
#[derive(Clone, Copy, Debug)]
pub struct Property {
    /// The argument; `block.argument` for one in a block.
    pub argument: &'static str,
    /// The path in the ARM body.
    pub path: &'static str,
    /// How the value changes.
    pub how: How,
    /// What it means when the argument is left out.
    pub absent: Absent,
}

/// How a value of the provider becomes one of ARM.
#[derive(Clone, Copy, Debug)]
pub enum How {
    /// It is the same; references to resources become ids.
    Same,
    /// A number, even when it is written as a text.
    Number,
    /// A truth value, even when it is written as a text.
    Truth,
    /// A truth value has a word in ARM: for true, and for false.
    Word(&'static str, &'static str),
    /// Some texts have another spelling.
    Spelled(&'static [(&'static str, &'static str)]),
    /// The one item of a list.
    Listed,
    /// A list of ids is an object with these ids as names.
    Keys,
    /// Anything else.
    By(fn(&Value, &Frame<'_>) -> Value),
}

/// What it means when an argument is left out.
#[derive(Clone, Copy, Debug)]
pub enum Absent {
    /// The same as in ARM.
    Same,
    /// A default of the provider, in ARM's terms.
    Is(Literal),
    /// The provider sends nothing, and the service keeps what it has: this code cannot say.
    CannotSay,
    /// A default of the provider before this major version; from then on the code cannot say.
    Before(u8, Literal),
}

/// A constant.
#[derive(Clone, Copy, Debug)]
pub enum Literal {
    /// A text.
    Text(&'static str),
    /// A number.
    Number(f64),
    /// A truth value.
    Truth(bool),
}

/// An argument that is a property as it stands.
pub const fn same(argument: &'static str, path: &'static str) -> Row {
    row(argument, path, How::Same, Absent::Same)
}

/// An argument that is a property as it stands, with a default.
pub const fn same_or(argument: &'static str, path: &'static str, default: &'static str) -> Row {
    row(argument, path, How::Same, Absent::Is(Literal::Text(default)))
}

/// A number.
pub const fn number(argument: &'static str, path: &'static str) -> Row {
    row(argument, path, How::Number, Absent::Same)
}

/// A number with a default.
pub const fn number_or(argument: &'static str, path: &'static str, default: f64) -> Row {
    row(argument, path, How::Number, Absent::Is(Literal::Number(default)))
}

/// A truth value with a default.
pub const fn truth_or(argument: &'static str, path: &'static str, default: bool) -> Row {
    row(argument, path, How::Truth, Absent::Is(Literal::Truth(default)))
}

/// A truth value that is `Enabled` or `Disabled` in ARM.
pub const fn switch(argument: &'static str, path: &'static str) -> Row {
    row(argument, path, How::Word("Enabled", "Disabled"), Absent::Same)
}

/// A truth value that is `Enabled` or `Disabled` in ARM, with a default.
pub const fn switch_or(argument: &'static str, path: &'static str, default: bool) -> Row {
    let default = if default { "Enabled" } else { "Disabled" };
    row(argument, path, How::Word("Enabled", "Disabled"), Absent::Is(Literal::Text(default)))
}

/// Any row.
pub const fn row(argument: &'static str, path: &'static str, how: How, absent: Absent) -> Row {
    Row::Property(Property { argument, path, how, absent })
}

/// A text that the provider always sends.
pub const fn fixed(path: &'static str, text: &'static str) -> Row {
    Row::Fixed(path, Literal::Text(text))
}

impl Literal {
    /// The value, at the place of what it is a default of.
    pub fn at(self, place: crate::code::value::Place) -> Value {
        match self {
            Literal::Text(text) => Value::text(text, place),
            Literal::Number(number) => Value::number(number, place),
            Literal::Truth(truth) => Value::bool(truth, place),
        }
    }
}
