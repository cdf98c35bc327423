//! What the caller may not read.

use serde::Deserialize;

use super::id;

/// A kind of resource that is kept from the caller at a scope and below it.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Refusal {
    /// The ARM scope.
    pub scope: String,
    /// The ARM type; `*` for every type.
    pub kind: String,
    /// What is answered.
    #[serde(default = "forbidden")]
    pub status: u16,
    /// The action that is missing; made from the kind if it is not told.
    #[serde(default)]
    pub action: Option<String>,
}

fn forbidden() -> u16 {
    403
}

impl Refusal {
    /// A refusal with the usual status.
    pub fn new(scope: &str, kind: &str) -> Self {
        Self { scope: scope.to_owned(), kind: kind.to_owned(), status: 403, action: None }
    }

    /// Whether it stands in the way of this kind at this key.
    pub fn hides(&self, key: &str, kind: &str) -> bool {
        (self.kind == "*" || id::kind_key(&self.kind) == kind)
            && id::is_within(key, &id::key(&self.scope))
    }
}
