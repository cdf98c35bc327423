//! Templates: texts with values, conditions and loops in them.

use std::sync::Arc;

use super::super::failure::{Failure, Outcome};
use super::super::limits;
use super::super::project::Options;
use super::super::syntax::{Expression, Node, TemplatePart, parse_template};
use super::super::types;
use super::{Binding, Evaluator, Scope, unknown};
use crate::code::value::{Content, Marks, Place, Value};

impl<'p> Evaluator<'p> {
    pub(super) fn template(
        &mut self,
        parts: &'p [TemplatePart],
        scope: &Scope<'_>,
        place: Place,
    ) -> Outcome<Value> {
        let mut pieces = Pieces::default();
        self.parts(parts, scope, place, &mut pieces)?;
        if pieces.unknown {
            return Ok(unknown::joined(&pieces.list, place));
        }
        let length = pieces.bytes;
        let mut text = String::with_capacity(length);
        let mut marks = Marks::NONE;
        for piece in &pieces.list {
            if let Content::Text(piece) = &piece.content {
                text.push_str(piece);
            }
            if piece.is_sensitive() {
                marks = Marks::SENSITIVE;
            }
        }
        self.step(length as u64 / 64, place)?;
        Ok(Value::text(text, place).marked(marks))
    }

    /// What an expression gives, piece by piece where it is a template: each known, or unknown, at its own place.
    pub(super) fn pieces(&mut self, source: &'p Expression, scope: &Scope<'_>) -> Vec<Value> {
        let Node::Template(parts) = &source.node else { return vec![self.value(source, scope)] };
        let mut pieces = Pieces::default();
        match self.parts(parts, scope, source.place, &mut pieces) {
            Ok(()) => pieces.list,
            Err(failure) => vec![failure.into_value(source.place)],
        }
    }

    fn parts(
        &mut self,
        parts: &'p [TemplatePart],
        scope: &Scope<'_>,
        place: Place,
        pieces: &mut Pieces,
    ) -> Outcome<()> {
        for part in parts {
            match part {
                TemplatePart::Text(text, own) => {
                    pieces.push(Value::text(Arc::clone(text), *own))?;
                }
                TemplatePart::Interpolation(inner) => {
                    let value = self.evaluate(inner, scope)?;
                    if value.as_unknown().is_some() {
                        pieces.unknown = true;
                        pieces.push(value)?;
                    } else {
                        let text = types::text(&value)
                            .map_err(|message| Failure::invalid(message, inner.place))?;
                        let marks = value.marks();
                        pieces.push(Value::text(text, inner.place).marked(marks))?;
                    }
                }
                TemplatePart::If(condition, yes, no) => {
                    let decided = self.evaluate(condition, scope)?;
                    if let Content::Unknown(unknown) = &decided.content {
                        pieces.unknown = true;
                        let blame = unknown::conditional(unknown);
                        pieces.push(Value::from_unknown(blame, condition.place))?;
                        continue;
                    }
                    let decision = types::boolean(&decided)
                        .map_err(|message| Failure::invalid(message, condition.place))?;
                    self.parts(if decision { yes } else { no }, scope, place, pieces)?;
                }
                TemplatePart::For(parts) => {
                    let collection = self.evaluate(&parts.collection, scope)?;
                    if let Some(unknown) = super::repeat::opaque(&collection) {
                        pieces.unknown = true;
                        pieces.push(Value::from_unknown(unknown, parts.collection.place))?;
                        continue;
                    }
                    let outer = scope.names;
                    for (key, value) in self.elements(&collection)? {
                        self.step(1, place)?;
                        let name = parts.key_name.as_deref().unwrap_or("");
                        let key = Binding { name, value: key, outer };
                        let name = &parts.value_name;
                        let value = Binding { name, value, outer: Some(&key) };
                        let scope = Scope { names: Some(&value), ..*scope };
                        self.parts(&parts.body, &scope, place, pieces)?;
                    }
                }
            }
        }
        Ok(())
    }
}

#[derive(Default)]
struct Pieces {
    list: Vec<Value>,
    unknown: bool,
    bytes: usize,
}

impl Pieces {
    fn push(&mut self, piece: Value) -> Outcome<()> {
        self.bytes += piece.as_text().map_or(0, str::len);
        if self.bytes > limits::TEXT_BYTES {
            return Err(Failure::limit("a text grows too long", piece.place));
        }
        self.list.push(piece);
        Ok(())
    }
}

impl Evaluator<'_> {
    /// Renders a template that is a value itself: it sees its own variables and nothing else.
    pub(in super::super) fn rendered(
        &mut self,
        text: &str,
        variables: Option<&Value>,
        place: Place,
    ) -> Outcome<Value> {
        if self.rendering {
            return Err(Failure::invalid("templates cannot render templates", place));
        }
        let parsed = parse_template(text, place.file);
        let source = parsed.map_err(|error| Failure::invalid(error.message, place))?;
        let module = self.instance(0).number;
        let mut inner = Evaluator::new(self.project, module, &Options::default());
        inner.rendering = true;
        inner.steps = self.steps;
        inner.depth = self.depth;
        let scope = Scope { variables: variables.and_then(Value::as_map), ..Scope::of(0) };
        let value = inner.evaluate(&source, &scope);
        self.steps = inner.steps;
        let mut value = value?.at(place);
        value.via = None;
        Ok(value)
    }
}
