//! Values of words, and how texts are joined of them.

use std::sync::Arc;

pub use crate::inventory::script::value::{Cause, Content, Moment, Piece, Unknown, Value};

use super::place::Place;

/// Joins values to one text, known as far as its parts are.
#[derive(Default)]
pub(super) struct Joiner {
    known: String,
    pieces: Vec<Piece>,
    cause: Option<Arc<Unknown>>,
    via: Option<Place>,
    moment: Option<Moment>,
    parts: usize,
}

/// Longer forms of partly known texts are of no use to anybody.
const MOST_PIECES: usize = 64;

impl Joiner {
    /// Adds known characters.
    pub fn push(&mut self, text: &str) {
        self.known.push_str(text);
        self.parts += usize::from(!text.is_empty());
    }

    /// Adds a value.
    pub fn add(&mut self, value: &Value, separator: &str) {
        self.via = self.via.or(value.via);
        match &value.content {
            Content::Null => {}
            Content::Bool(true) => self.push("True"),
            Content::Bool(false) => self.push("False"),
            Content::Text(text) => self.push(text),
            Content::List(list) => {
                for (index, value) in list.iter().enumerate() {
                    if index > 0 {
                        self.push(separator);
                    }
                    self.add(value, separator);
                }
            }
            Content::Moment(moment) => {
                if self.parts == 0 {
                    self.moment = Some(*moment);
                }
                self.hole(None, "a date");
            }
            Content::Map(_) => self.hole(None, "a table"),
            Content::Unknown(unknown) => {
                if unknown.pieces.is_empty() {
                    self.hole(Some(unknown), &unknown.detail);
                    return;
                }
                for piece in &unknown.pieces {
                    match piece {
                        Piece::Known(text) => self.push(text),
                        Piece::Unknown(detail) => self.hole(Some(unknown), detail),
                    }
                }
            }
        }
    }

    fn hole(&mut self, unknown: Option<&Arc<Unknown>>, detail: &str) {
        self.parts += 1;
        if self.cause.is_none() {
            self.cause = unknown.cloned().or_else(|| {
                Some(Arc::new(Unknown {
                    cause: Cause::NotEvaluated,
                    detail: detail.into(),
                    place: Place::default(),
                    pieces: Box::default(),
                    from: None,
                }))
            });
        }
        if self.pieces.len() < MOST_PIECES {
            if !self.known.is_empty() {
                self.pieces.push(Piece::Known(std::mem::take(&mut self.known).into()));
            }
            self.pieces.push(Piece::Unknown(detail.into()));
        }
        self.known.clear();
    }

    /// The joined value.
    pub fn finish(mut self, place: Place) -> Value {
        if let (Some(moment), 1) = (self.moment, self.parts) {
            return Value { content: Content::Moment(moment), place, via: self.via };
        }
        let Some(cause) = self.cause else {
            return Value { content: Content::Text(self.known.into()), place, via: self.via };
        };
        if !self.known.is_empty() && self.pieces.len() < MOST_PIECES {
            self.pieces.push(Piece::Known(self.known.into()));
        }
        let whole = self.pieces.len() == 1 && cause.pieces.is_empty();
        let content = if whole {
            Content::Unknown(cause)
        } else {
            Content::Unknown(Arc::new(Unknown {
                cause: cause.cause,
                detail: cause.detail.clone(),
                place: cause.place,
                pieces: self.pieces.into(),
                from: cause.from,
            }))
        };
        Value { content, place, via: self.via }
    }
}
