//! Texts of which only pieces are known: equal forms are surely the same text, so links between resources
//! stay comparable where a name is not known.

use std::sync::Arc;

use super::{Content, Place, Unknown, Value};

/// A text of which only pieces are known.
pub type Form = Arc<[Part]>;

/// A piece of a text.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    /// Known text.
    Known(Arc<str>),
    /// Unknown text, by a canonical name that is unique in one evaluation.
    Hole(Arc<str>),
    /// What a resource of this evaluation will answer once it exists.
    Reference(Arc<Reference>),
}

/// An attribute of a resource.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Reference {
    /// The absolute address of the resource, such as `module.x[0].azurerm_recovery_services_vault.v`.
    pub address: Arc<str>,
    /// The path of the attribute, such as `id` or `identity[0].principal_id`; empty for the resource itself.
    pub attribute: Arc<str>,
}

/// Longer forms are dropped: they are of no use for a link, and nesting would let them explode.
pub const LONGEST_FORM: usize = 1024;

impl Value {
    /// The text as far as it is known; numbers and truth values as a text has them.
    pub fn form(&self) -> Option<Form> {
        match &self.content {
            Content::Text(text) => Some(Arc::from([Part::Known(Arc::clone(text))])),
            Content::Number(number) => Some(Arc::from([Part::Known(number.to_string().into())])),
            Content::Bool(truth) => Some(Arc::from([Part::Known(truth_text(*truth).into())])),
            Content::Unknown(unknown) => unknown.form.clone(),
            _ => None,
        }
    }

    /// The text that these values give one after the other. With an unknown one among them the
    /// text is unknown for the first one's reason, and keeps its form if all of them have one.
    pub fn join(values: &[Value], place: Place) -> Value {
        if let [Value { content: content @ (Content::Text(_) | Content::Unknown(_)), .. }] = values
        {
            return Value::new(content.clone(), place);
        }
        let mut joined = Joined::default();
        for value in values {
            joined.push(value);
        }
        joined.end(place)
    }

    /// Whether two values are the same text, letter case aside; `None` when that cannot be told.
    pub fn same(&self, other: &Value) -> Option<bool> {
        let (left, right) = (self.form()?, other.form()?);
        if let ([Part::Known(left)], [Part::Known(right)]) = (&*left, &*right) {
            return Some(left.eq_ignore_ascii_case(right));
        }
        let equal = left.len() == right.len()
            && left.iter().zip(right.iter()).all(|pair| match pair {
                (Part::Known(left), Part::Known(right)) => left.eq_ignore_ascii_case(right),
                (left, right) => left == right,
            });
        equal.then_some(true)
    }
}

/// A form as one line: known pieces as they are, unknown ones in braces.
pub fn form_text(form: &[Part]) -> String {
    if let [Part::Hole(name)] = form {
        return name.to_string();
    }
    let mut text = String::from("'");
    for part in form {
        match part {
            Part::Known(known) => text.push_str(known),
            Part::Hole(name) => text.extend(["{", name, "}"]),
            Part::Reference(reference) => {
                text.extend(["{", &reference.address, ".", &reference.attribute, "}"]);
            }
        }
    }
    text.push('\'');
    text
}

/// A truth value as templates write it into a text.
fn truth_text(truth: bool) -> &'static str {
    if truth { "True" } else { "False" }
}

/// A text that is put together piece by piece; any of them may be unknown.
#[derive(Debug, Default)]
pub struct Joined {
    /// What is known since the last part.
    text: String,
    parts: Vec<Part>,
    size: usize,
    blame: Option<Arc<Unknown>>,
    /// An unknown piece has no form, or all together are too long for one.
    formless: bool,
}

/// Room for what most pieces come to, so that a text does not grow step by step, in bytes.
const USUAL: usize = 120;

impl Joined {
    /// Adds a known text.
    pub fn text(&mut self, text: &str) {
        self.size += text.len();
        if self.text.capacity() == 0 {
            self.text.reserve(text.len().max(USUAL));
        }
        self.text.push_str(text);
    }

    /// Adds a value; lists and maps are no texts and add nothing.
    pub fn push(&mut self, value: &Value) {
        match &value.content {
            Content::Text(text) => self.text(text),
            Content::Number(number) => self.text(&number.to_string()),
            Content::Bool(truth) => self.text(truth_text(*truth)),
            Content::Unknown(unknown) => self.unknown(unknown),
            Content::Null | Content::List(_) | Content::Map(_) => self.formless = true,
        }
    }

    fn unknown(&mut self, unknown: &Arc<Unknown>) {
        self.blame.get_or_insert_with(|| unknown.clone());
        let Some(form) = &unknown.form else {
            self.formless = true;
            return;
        };
        for part in form.iter() {
            match part {
                Part::Known(text) => self.text(text),
                Part::Hole(name) => self.part(part, name.len()),
                Part::Reference(reference) => {
                    self.part(part, reference.address.len() + reference.attribute.len());
                }
            }
        }
    }

    fn part(&mut self, part: &Part, size: usize) {
        self.size += size;
        if self.size <= LONGEST_FORM {
            self.flush();
            self.parts.push(part.clone());
        }
    }

    fn flush(&mut self) {
        if !self.text.is_empty() {
            self.parts.push(Part::Known(self.text.as_str().into()));
            self.text.clear();
        }
    }

    /// The text, or why it is unknown and what is known of it.
    pub fn end(mut self, place: Place) -> Value {
        let Some(blame) = self.blame.take() else { return Value::text(self.text, place) };
        let form = (!self.formless && self.size <= LONGEST_FORM).then(|| {
            self.flush();
            self.parts.into()
        });
        let Unknown { cause, ref detail, place: blamed, .. } = *blame;
        let unknown = Unknown { cause, detail: detail.clone(), place: blamed, form };
        Value::from_unknown(Arc::new(unknown), place)
    }
}

impl Unknown {
    /// The one attribute of a resource that this value is, if it is nothing else.
    pub fn reference(&self) -> Option<&Arc<Reference>> {
        match self.form.as_deref() {
            Some([Part::Reference(reference)]) => Some(reference),
            _ => None,
        }
    }
}
