//! Values as code writes them, for those who edit it: whatever rules must not see or may not rely on is what it is.

use super::evaluated::{Evaluated, EvaluatedValue, Members};
use super::tree::Slot;
use super::tree::{Content, Flags, NONE, Place, Tree, ViaKind};

/// A value as it is written.
#[derive(Clone, Copy, Debug)]
pub struct Written<'t>(Evaluated<'t>);

/// What is written.
#[derive(Clone, Copy, Debug)]
pub enum WrittenContent<'t> {
    /// Null.
    Null,
    /// A truth value.
    Bool(bool),
    /// A number.
    Number(f64),
    /// A text.
    Text(&'t str),
    /// A list.
    List,
    /// An object, and whether it may have other members than those that are known.
    Map(bool),
    /// Not to be known.
    Unknown,
}

/// One step of how a value came to where it is used.
#[derive(Clone, Copy, Debug)]
pub struct WrittenStep<'t> {
    /// The sort of step.
    pub kind: ViaKind,
    /// The name of the variable, local, module or output.
    pub name: &'t str,
    /// Where the value stands at this step.
    pub place: Place,
}

impl Tree {
    /// A value as it is written.
    pub fn written(&self, at: Slot) -> Written<'_> {
        Written(self.at(at))
    }
}

impl<'t> Written<'t> {
    /// What is written.
    pub fn content(self) -> WrittenContent<'t> {
        let node = self.0.node();
        if node.flags.has(Flags::COMPOSED) {
            return WrittenContent::Unknown;
        }
        match self.0.raw() {
            EvaluatedValue::Null => WrittenContent::Null,
            EvaluatedValue::Bool(truth) => WrittenContent::Bool(truth),
            EvaluatedValue::Number(number) => WrittenContent::Number(number),
            EvaluatedValue::Text(text) => WrittenContent::Text(text),
            EvaluatedValue::List(_) => WrittenContent::List,
            EvaluatedValue::Map(_) => WrittenContent::Map(false),
            EvaluatedValue::Open(..) => WrittenContent::Map(true),
            EvaluatedValue::Unknown(_) | EvaluatedValue::Form(..) => WrittenContent::Unknown,
        }
    }

    /// Whether this is null.
    pub fn is_null(self) -> bool {
        matches!(self.content(), WrittenContent::Null)
    }

    /// The expression where the value is used.
    pub fn place(self) -> Place {
        self.0.node().place
    }

    /// How the value came there, nearest first.
    pub fn steps(self) -> impl Iterator<Item = WrittenStep<'t>> {
        let tree = self.0.tree();
        let steps = self.0.steps().filter(|step| step.kind != ViaKind::Call);
        steps.map(|step| WrittenStep {
            kind: step.kind,
            name: tree.text(step.name),
            place: step.place,
        })
    }

    /// Where the value is written: the last step of how it came.
    pub fn written(self) -> Place {
        self.steps().last().map_or(self.place(), |step| step.place)
    }

    /// The values in an object or a list.
    pub fn parts(self) -> impl Iterator<Item = Written<'t>> {
        let node = self.0.node();
        let (first, count) = match node.content {
            _ if node.flags.has(Flags::COMPOSED) => (NONE, 0),
            Content::List(first, count)
            | Content::Map(first, count)
            | Content::Open(first, count) => (first, count),
            _ => (NONE, 0),
        };
        Members::new(self.0.tree(), first, count)
            .all()
            .filter(|part| !part.node().flags.has(Flags::ADDED))
            .map(Written)
    }

    /// The member of an object, by its name without regard to case.
    pub fn member(self, name: &str) -> Option<Written<'t>> {
        self.parts().find(|part| part.0.name().is_some_and(|own| own.eq_ignore_ascii_case(name)))
    }
}
