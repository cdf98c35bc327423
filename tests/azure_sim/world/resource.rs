//! One resource: the text that was read, and what it says.

use std::sync::OnceLock;

use serde_json::Value;

use super::id;

/// A body as its estate holds it.
pub struct Resource {
    /// The id as the body spells it.
    pub id: String,
    /// The id to compare by.
    pub key: String,
    /// The type that the id names, in lower case.
    pub kind: String,
    text: String,
    value: OnceLock<Value>,
}

impl Resource {
    /// The resource of a body; none if it has no id that names one.
    pub fn new(text: String) -> Option<Self> {
        #[derive(serde::Deserialize)]
        struct Named<'a> {
            #[serde(borrow)]
            id: std::borrow::Cow<'a, str>,
        }
        let id = serde_json::from_str::<Named<'_>>(&text).ok()?.id.into_owned();
        let key = id::key(&id);
        let kind = id::kind_of(&key)?;
        Some(Self { id, key, kind, text, value: OnceLock::new() })
    }

    /// The body, exactly as it was read.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The body as a value.
    pub fn value(&self) -> &Value {
        self.value.get_or_init(|| serde_json::from_str(&self.text).unwrap_or_default())
    }

    /// A property by its path from `properties`; names are compared without case, as az does it.
    pub fn property(&self, path: &str) -> Option<&Value> {
        path.split('.').try_fold(self.value().get("properties")?, member)
    }

    /// A property that is text.
    pub fn text_property(&self, path: &str) -> Option<&str> {
        self.property(path)?.as_str()
    }
}

fn member<'a>(value: &'a Value, name: &str) -> Option<&'a Value> {
    let members = value.as_object()?;
    members.get(name).or_else(|| {
        members.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    })
}
