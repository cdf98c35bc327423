//! Unknown values that keep what is known about them: which resource they come from, which text they are part of.

use std::sync::Arc;

use super::Evaluator;
use crate::code::value::{
    Cause, Content, Form, Map, Marks, Part, Place, Reference, Unknown, Value,
};

/// Longest form that is kept, in parts and bytes.
const MOST_PARTS: usize = 32;
const MOST_BYTES: usize = 512;

/// The unknown that a resource as a whole is.
pub(in super::super) fn resource(address: &Arc<str>, cause: Cause, place: Place) -> Unknown {
    let reference = Reference { address: Arc::clone(address), attribute: Arc::from("") };
    let form: Form = Arc::from([Part::Reference(Arc::new(reference))]);
    Unknown { cause, detail: address.to_string().into(), place, form: Some(form) }
}

/// The unknown that has a name of its own, such as a variable without a value.
pub(in super::super) fn named(cause: Cause, detail: String, hole: String, place: Place) -> Unknown {
    let form: Form = Arc::from([Part::Hole(Arc::from(hole))]);
    Unknown { cause, detail: detail.into(), place, form: Some(form) }
}

/// The member of an unknown value.
pub(in super::super) fn member(unknown: &Arc<Unknown>, step: &str) -> Arc<Unknown> {
    let form: Option<Form> = match unknown.form.as_deref() {
        Some([Part::Reference(reference)]) => {
            let attribute = if reference.attribute.is_empty() {
                step.strip_prefix('.').unwrap_or(step).to_owned()
            } else {
                format!("{}{step}", reference.attribute)
            };
            let address = Arc::clone(&reference.address);
            let reference = Reference { address, attribute: Arc::from(attribute) };
            Some(Arc::from([Part::Reference(Arc::new(reference))]))
        }
        Some([Part::Hole(name)]) => {
            Some(Arc::from([Part::Hole(Arc::from(format!("{name}{step}")))]))
        }
        _ => None,
    };
    let detail = match form.as_deref() {
        Some([Part::Reference(reference)]) => {
            format!("{}.{}", reference.address, reference.attribute).into()
        }
        _ => unknown.detail.clone(),
    };
    Arc::new(Unknown { cause: unknown.cause, detail, place: unknown.place, form })
}

/// The text that pieces make, of which at least one is unknown.
pub(in super::super) fn joined(pieces: &[Value], place: Place) -> Value {
    let mut parts: Vec<Part> = Vec::new();
    let mut bytes = 0;
    let mut blame: Option<&Arc<Unknown>> = None;
    let mut whole = true;
    let mut marks = Marks::NONE;
    for piece in pieces {
        if piece.is_sensitive() {
            marks = Marks::SENSITIVE;
            whole = false;
        }
        match &piece.content {
            Content::Unknown(unknown) => {
                blame = blame.or(Some(unknown));
                match &unknown.form {
                    Some(form) => form.iter().for_each(|part| push(&mut parts, part.clone())),
                    None => whole = false,
                }
            }
            _ => match super::super::types::text(piece) {
                Ok(text) => {
                    bytes += text.len();
                    push(&mut parts, Part::Known(text));
                }
                Err(_) => whole = false,
            },
        }
    }
    let whole = whole && parts.len() <= MOST_PARTS && bytes <= MOST_BYTES;
    let form = whole.then(|| Arc::from(parts));
    let unknown = match blame {
        Some(blame) => {
            Unknown { cause: blame.cause, detail: blame.detail.clone(), place: blame.place, form }
        }
        None => Unknown { cause: Cause::InvalidExpression, detail: "".into(), place, form },
    };
    Value::from_unknown(Arc::new(unknown), place).marked(marks)
}

fn push(parts: &mut Vec<Part>, part: Part) {
    match (parts.last_mut(), part) {
        (_, Part::Known(text)) if text.is_empty() => {}
        (Some(Part::Known(before)), Part::Known(text)) => {
            *before = Arc::from(format!("{before}{text}"));
        }
        (_, part) => parts.push(part),
    }
}

/// A value unknown for the same reason, of whose content nothing is left.
pub(in super::super) fn formless(unknown: &Arc<Unknown>) -> Arc<Unknown> {
    if unknown.form.is_none() {
        return Arc::clone(unknown);
    }
    Arc::new(Unknown { form: None, ..Unknown::clone(unknown) })
}

impl Evaluator<'_> {
    /// The JSON of a value of which a part is unknown: a text unknown for the same reason, under whose name the value is kept.
    /// In a template that is rendered such names would be those of another evaluation.
    pub(in super::super) fn encoded(
        &mut self,
        value: &Value,
        unknown: &Arc<Unknown>,
    ) -> Arc<Unknown> {
        if self.rendering || value.as_unknown().is_some() {
            return formless(unknown);
        }
        let name: Arc<str> = format!("jsonencode()#{}", self.encoded.len()).into();
        self.encoded.insert(Arc::clone(&name), value.clone());
        let form: Form = Arc::from([Part::Hole(name)]);
        Arc::new(Unknown { form: Some(form), ..Unknown::clone(unknown) })
    }

    /// Keeps the value of which a text is the JSON, since the text as a whole must not be shown.
    pub(in super::super) fn keep_encoded(&mut self, text: &Value, value: &Value) {
        if let Content::Text(text) = &text.content {
            self.encoded.insert(Arc::clone(text), value.clone());
        }
    }
}

/// A value unknown because a condition or count is.
pub(in super::super) fn conditional(unknown: &Arc<Unknown>) -> Arc<Unknown> {
    if unknown.cause == Cause::UnknownCondition {
        return formless(unknown);
    }
    Arc::new(Unknown {
        cause: Cause::UnknownCondition,
        detail: unknown.detail.clone(),
        place: unknown.place,
        form: None,
    })
}

/// The body of a resource as other expressions see it: what is not written is computed by the provider.
pub(in super::super) fn opened(body: &Value, rest: &Arc<Unknown>) -> Value {
    let Content::Map(map) = &body.content else { return body.clone() };
    let mut open = Map::new();
    for member in map.members() {
        let value = match &member.value.content {
            Content::List(blocks) if member.value.marks().has(Marks::BLOCK) => {
                let items: Vec<Value> = blocks
                    .iter()
                    .enumerate()
                    .map(|(index, block)| {
                        let step = format!(".{}[{index}]", member.key);
                        opened(block, &self::member(rest, &step))
                    })
                    .collect();
                Value::list(items, member.value.place).marked(Marks::BLOCK)
            }
            // A null argument may be one that the provider fills.
            Content::Null => {
                let step = format!(".{}", member.key);
                Value::from_unknown(self::member(rest, &step), member.value.place)
            }
            _ => member.value.clone(),
        };
        open.push(Arc::clone(&member.key), member.key_place, value);
    }
    let mut opened = Value::map(open.open(Some(Arc::clone(rest))), body.place).marked(body.marks());
    opened.via.clone_from(&body.via);
    opened
}
