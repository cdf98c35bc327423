//! Values in the making, for those who have few: each owns its parts.

use std::borrow::Cow;
use std::sync::Arc;

use super::tree::{About, Place, Slot, StepNumber, Tree, TreeBuilder, ViaKind};
use super::{EvaluatedValue, Reason};

/// A value with its place.
#[derive(Clone, Debug)]
pub struct Draft<'t> {
    /// The value.
    pub value: DraftValue<'t>,
    /// Where it stands. Of a whole declaration it is the header.
    pub place: Place,
    /// How it came there, nearest first: the sort of step, what it came through, and where that stands.
    pub via: Vec<(ViaKind, Cow<'t, str>, Place)>,
}

/// The value part of [`Draft`].
#[derive(Clone, Debug)]
pub enum DraftValue<'t> {
    /// An explicit null.
    Null,
    /// A boolean.
    Bool(bool),
    /// A number.
    Number(f64),
    /// A text.
    Text(Cow<'t, str>),
    /// A list.
    List(Vec<Draft<'t>>),
    /// An object.
    Map(Vec<(Cow<'t, str>, Draft<'t>)>),
    /// Not to be known from this source, and why.
    Unknown(Reason),
}

impl<'t> Draft<'t> {
    /// A value that is written where it stands.
    pub fn new(value: DraftValue<'t>, place: Place) -> Self {
        Self { value, place, via: Vec::new() }
    }

    /// A tree of this body alone.
    pub fn tree(&self) -> Tree {
        let mut builder = TreeBuilder::default();
        let slot = builder.body(self.place);
        builder.draft(slot, self);
        builder.finish()
    }
}

impl TreeBuilder {
    /// A value that was made before.
    pub fn draft(&mut self, slot: Slot, draft: &Draft<'_>) {
        let via =
            draft.via.iter().rev().fold(StepNumber::default(), |next, (kind, name, place)| {
                let name: Arc<str> = name.as_ref().into();
                self.step(*kind, (&name, &name), *place, next)
            });
        let about = About { place: draft.place, via, ..About::default() };
        let value = match &draft.value {
            DraftValue::Null => EvaluatedValue::Null,
            DraftValue::Bool(truth) => EvaluatedValue::Bool(*truth),
            DraftValue::Number(number) => EvaluatedValue::Number(*number),
            DraftValue::Text(text) => EvaluatedValue::Text(text),
            DraftValue::Unknown(reason) => EvaluatedValue::Unknown(*reason),
            DraftValue::List(items) => {
                let slots = self.list(slot, about, items.len());
                slots.zip(items).for_each(|(slot, item)| self.draft(slot, item));
                return;
            }
            DraftValue::Map(members) => {
                let slots = self.map(slot, about, members.len(), None);
                for (slot, (name, member)) in slots.zip(members) {
                    self.name(slot, &name.as_ref().into(), None);
                    self.draft(slot, member);
                }
                return;
            }
        };
        self.plain(slot, about, &value);
    }
}
