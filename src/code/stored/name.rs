//! Names for what code does not tell: one unknown piece, one placeholder; two roots never share one.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use crate::code::value::{Form, Part};
use crate::inventory::placeholder::placeholder;

/// The placeholders of one root.
#[derive(Debug)]
pub(super) struct Names<'r> {
    root: &'r str,
    /// The placeholders that were given.
    given: HashMap<String, String, RandomState>,
    /// Ids compare without case, and code does not: names that differ in case only are counted.
    taken: HashMap<String, usize, RandomState>,
}

/// Room for most ids with their placeholders, in bytes.
const USUAL: usize = 240;

impl<'r> Names<'r> {
    /// For a root, by its path.
    pub fn new(root: &'r str) -> Self {
        Self { root, given: HashMap::default(), taken: HashMap::default() }
    }

    /// The text of a form, with placeholders for its holes.
    pub fn text(&mut self, form: &Form) -> String {
        let mut text = String::with_capacity(USUAL);
        for part in form.iter() {
            match part {
                Part::Known(known) => text.push_str(known),
                Part::Hole(name) => text.push_str(self.placeholder(name)),
                Part::Reference(reference) => {
                    let name = format!("{}.{}", reference.address, reference.attribute);
                    text.push_str(self.placeholder(&name));
                }
            }
        }
        if text.starts_with('{') {
            text.insert(0, '/');
        }
        text
    }

    /// An id for a declaration that tells nothing of it: unknown names in an unknown place.
    pub fn id(&mut self, kind: &str, address: &str) -> String {
        let mut types = kind.split('/');
        let provider = types.next().unwrap_or_default();
        let mut id =
            format!("/{}/providers/{provider}", self.placeholder(&format!("{address}#scope")));
        for name in types {
            id.push('/');
            id.push_str(name);
            id.push('/');
            id.push_str(self.placeholder(&format!("{address}#{name}")));
        }
        id
    }

    fn placeholder(&mut self, name: &str) -> &str {
        if !self.given.contains_key(name) {
            let placeholder = self.new_placeholder(name);
            self.given.insert(name.to_owned(), placeholder);
        }
        self.given.get(name).map_or("", String::as_str)
    }

    fn new_placeholder(&mut self, name: &str) -> String {
        let same = self.taken.entry(name.to_ascii_lowercase()).or_default();
        *same += 1;
        match *same {
            1 => placeholder(&format!("{}:{name}", self.root)),
            more => placeholder(&format!("{}:{name}~{}", self.root, more - 1)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_differ_in_case_only_are_two() {
        let mut names = Names::new("infra/prod");
        let form = |name: &str| Form::from([Part::Known("rsv-".into()), Part::Hole(name.into())]);
        assert_eq!(names.text(&form("var.A")), "rsv-{infra%2Fprod:var.A}");
        assert_eq!(names.text(&form("var.a")), "rsv-{infra%2Fprod:var.a~1}");
        assert_eq!(names.text(&form("var.A")), "rsv-{infra%2Fprod:var.A}");
        assert_eq!(names.text(&Form::from([Part::Hole("v.id".into())])), "/{infra%2Fprod:v.id}");
        assert_eq!(
            names.id("A.B/c", "x"),
            "/{infra%2Fprod:x#scope}/providers/A.B/c/{infra%2Fprod:x#c}"
        );
    }
}
