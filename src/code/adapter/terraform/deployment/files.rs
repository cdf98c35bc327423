//! Which files of a project a template stands in that Terraform deploys.

use std::cell::OnceCell;
use std::collections::HashMap;

use crate::code::terraform::functions::{decode_json, encode_json};
use crate::code::terraform::result::{FileText, Root};
use crate::code::value::Place;

/// The files from which a root takes texts.
pub struct Files<'r> {
    root: &'r Root,
    by_json: OnceCell<HashMap<String, Vec<FileText>>>,
}

impl<'r> Files<'r> {
    /// Those of a root.
    pub fn of(root: &'r Root) -> Self {
        Self { root, by_json: OnceCell::new() }
    }

    /// The files that gave a text, word for word; else as the same JSON, since azapi takes a template as an object, and
    /// azurerm writes one anew in a plan.
    pub fn that_gave(&self, text: &str) -> Vec<&FileText> {
        let texts = &self.root.texts;
        let same: Vec<&FileText> = texts.iter().filter(|file| &*file.given == text).collect();
        if !same.is_empty() || texts.is_empty() {
            return same;
        }
        let by_json = self.by_json.get_or_init(|| self.by_json());
        normal(text).and_then(|json| by_json.get(&json)).into_iter().flatten().collect()
    }

    fn by_json(&self) -> HashMap<String, Vec<FileText>> {
        let mut by_json: HashMap<String, Vec<FileText>> = HashMap::new();
        for file in &self.root.texts {
            if let Some(json) = normal(&file.given) {
                by_json.entry(json).or_default().push(file.clone());
            }
        }
        by_json
    }
}

/// A JSON text, its members sorted and without anything that means nothing.
fn normal(text: &str) -> Option<String> {
    let nowhere = Place { file: 0, start: 0, end: 0 };
    encode_json(&decode_json(text, nowhere).ok()?).ok()
}
