//! One block of a resource, as the tables read it.

use std::sync::Arc;

use super::context::Context;
use crate::code::terraform::result::ResourceInstance;
use crate::code::value::{Content, Lookup, Map, Place, Unknown, Value};
use crate::inventory::path::first_step;

/// A block of a resource, or the whole resource.
pub struct Frame<'f> {
    /// The root.
    pub context: &'f Context<'f>,
    /// The resource.
    pub instance: &'f ResourceInstance,
    /// The arguments of the block.
    pub body: &'f Map,
    /// The block.
    pub place: Place,
}

/// What a block says of an argument.
pub enum Found<'f> {
    /// A value, perhaps an unknown one.
    Value(&'f Value),
    /// Nothing, and the block that would hold it is there: its place.
    Absent(Place),
    /// Nothing, since the block that would hold it is not there.
    NoBlock,
    /// It cannot be known.
    Unknown(&'f Arc<Unknown>, Place),
}

impl<'f> Frame<'f> {
    /// The whole resource; nothing if its body cannot be known.
    pub fn of(context: &'f Context<'f>, instance: &'f ResourceInstance) -> Option<Frame<'f>> {
        let body = instance.body.as_map()?;
        Some(Frame { context, instance, body, place: instance.header })
    }

    /// The argument at `block.argument`.
    pub fn find(&self, path: &str) -> Found<'f> {
        let mut map = self.body;
        let mut place = self.place;
        let mut path = path;
        loop {
            let (step, rest) = first_step(path);
            let value = match map.lookup(step) {
                Lookup::Found(value) => value,
                Lookup::Unknown(unknown) => return Found::Unknown(unknown, place),
                Lookup::Absent if rest.is_none() => return Found::Absent(place),
                Lookup::Absent => return Found::NoBlock,
            };
            let Some(rest) = rest else {
                let nothing = value.is_null() || is_empty_block(value);
                return if nothing { Found::Absent(place) } else { Found::Value(value) };
            };
            match block(value) {
                Ok(Some((inner, at))) => (map, place) = (inner, at),
                Ok(None) => return Found::NoBlock,
                Err(unknown) => return Found::Unknown(unknown, value.place),
            }
            path = rest;
        }
    }

    /// The value of an argument, if something is written there or it cannot be known.
    pub fn value(&self, path: &str) -> Option<Value> {
        match self.find(path) {
            Found::Value(value) => Some(value.clone()),
            Found::Unknown(unknown, place) => Some(Value::from_unknown(Arc::clone(unknown), place)),
            Found::Absent(_) | Found::NoBlock => None,
        }
    }

    /// The text of an argument, if it is known.
    pub fn text(&self, path: &str) -> Option<Arc<str>> {
        match self.find(path) {
            Found::Value(Value { content: Content::Text(text), .. }) => Some(Arc::clone(text)),
            _ => None,
        }
    }

    /// The blocks of a type, each as a frame; or why they cannot be known.
    pub fn blocks(&self, path: &str) -> Result<Vec<Frame<'f>>, (&'f Arc<Unknown>, Place)> {
        let value = match self.find(path) {
            Found::Value(value) => value,
            Found::Unknown(unknown, place) => return Err((unknown, place)),
            Found::Absent(_) | Found::NoBlock => return Ok(Vec::new()),
        };
        let frame = |body: &'f Map, place| Frame {
            context: self.context,
            instance: self.instance,
            body,
            place,
        };
        match &value.content {
            Content::Map(map) => Ok(vec![frame(map, value.place)]),
            Content::Unknown(unknown) => Err((unknown, value.place)),
            Content::List(items) => {
                let mut frames = Vec::new();
                for item in items.iter() {
                    match &item.content {
                        Content::Map(map) => frames.push(frame(map, item.place)),
                        Content::Unknown(unknown) => return Err((unknown, item.place)),
                        _ => {}
                    }
                }
                Ok(frames)
            }
            _ => Ok(Vec::new()),
        }
    }
}

/// The one block that a value is; JSON writes it as an object.
fn block(value: &Value) -> Result<Option<(&Map, Place)>, &Arc<Unknown>> {
    match &value.content {
        Content::Map(map) => Ok(Some((map, value.place))),
        Content::List(items) => items.first().map_or(Ok(None), block),
        Content::Unknown(unknown) => Err(unknown),
        _ => Ok(None),
    }
}

fn is_empty_block(value: &Value) -> bool {
    use crate::code::value::Marks;
    value.marks().has(Marks::BLOCK) && value.as_list().is_some_and(<[Value]>::is_empty)
}
