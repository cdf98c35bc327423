//! The parameters of a rule, checked and with defaults filled in.

use serde_json::Value as Json;

use super::Metadata;

/// The parameters of one rule, defaults filled in.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Parameters(serde_json::Map<String, Json>);

impl Parameters {
    /// The defaults of a rule.
    pub fn defaults(rule: &Metadata) -> Self {
        Self(
            rule.parameters
                .iter()
                .map(|(name, parameter)| {
                    (name.clone(), serde_json::to_value(&parameter.default).unwrap_or_default())
                })
                .collect(),
        )
    }

    /// Replaces one value.
    pub fn set(&mut self, name: &str, value: Json) {
        self.0.insert(name.to_owned(), value);
    }

    /// All of them, as `data.backuplint.config` shows them.
    pub fn as_map(&self) -> &serde_json::Map<String, Json> {
        &self.0
    }

    /// A whole number.
    ///
    /// # Panics
    /// As every getter here: when `rule.toml` declares no such parameter of this type, which is a
    /// bug of the rule that any of its cases shows.
    pub fn integer(&self, name: &str) -> i64 {
        self.get(name).as_i64().expect("rule.toml declares the parameter as an integer")
    }

    /// A number.
    ///
    /// # Panics
    /// As [`Self::integer`].
    pub fn number(&self, name: &str) -> f64 {
        self.get(name).as_f64().expect("rule.toml declares the parameter as a number")
    }

    /// A text.
    ///
    /// # Panics
    /// As [`Self::integer`].
    pub fn text(&self, name: &str) -> &str {
        self.get(name).as_str().expect("rule.toml declares the parameter as a string")
    }

    /// True or false.
    ///
    /// # Panics
    /// As [`Self::integer`].
    pub fn boolean(&self, name: &str) -> bool {
        self.get(name).as_bool().expect("rule.toml declares the parameter as a boolean")
    }

    /// A list of texts.
    ///
    /// # Panics
    /// As [`Self::integer`].
    pub fn list(&self, name: &str) -> Vec<&str> {
        let list = self.get(name).as_array().expect("rule.toml declares the parameter as a list");
        list.iter().filter_map(Json::as_str).collect()
    }

    fn get(&self, name: &str) -> &Json {
        // A handful, asked for a million times: to hash a name takes longer.
        let found = self.0.iter().find(|(known, _)| *known == name);
        found
            .map(|(_, value)| value)
            .expect("rule.toml declares every parameter that the rule reads")
    }
}
