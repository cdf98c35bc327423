//! Names that code leaves open, without the project that they belong to: what two projects say alike then is alike.

use std::borrow::Cow;
use std::cell::Cell;

use crate::inventory::{Completeness, Resource, placeholder};
use crate::rego::Answer;

/// What stands for the project in a placeholder. No text of a project that holds it is veiled.
const MARK: char = '\u{1}';

/// Takes the project of a resource out of the placeholders in what a rule is shown, and puts it into what the rule says.
///
/// A placeholder is a name for what nobody knows, and no rule can tell anything by it but whether two of them are equal.
pub(super) struct Veil<'r> {
    project: Option<&'r str>,
    /// A text that cannot be veiled was met.
    is_torn: Cell<bool>,
}

impl<'r> Veil<'r> {
    /// For what is shown of a resource.
    pub fn of(resource: &'r Resource<'_>) -> Self {
        let is_declared = resource.completeness == Completeness::Declared;
        let project = || placeholder::project_of(resource.id.as_str());
        Self { project: is_declared.then(project).flatten(), is_torn: Cell::new(false) }
    }

    /// One that shows everything as it is.
    pub fn none() -> Self {
        Self { project: None, is_torn: Cell::new(false) }
    }

    /// Whether not all could be veiled: then nothing must be.
    pub fn is_torn(&self) -> bool {
        self.is_torn.get()
    }

    /// A text as a rule is shown it.
    pub fn hide<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let Some(project) = self.project else { return Cow::Borrowed(text) };
        if !placeholder::has_placeholder(text) {
            return Cow::Borrowed(text);
        }
        let mut pieces = text.split('{');
        let mut hidden = pieces.next().unwrap_or_default().to_owned();
        for piece in pieces {
            let name = piece.strip_prefix(project).filter(|name| name.starts_with(':'));
            self.is_torn.set(self.is_torn.get() || name.is_none());
            hidden.extend(['{', MARK]);
            hidden.push_str(name.unwrap_or(piece));
        }
        self.is_torn.set(self.is_torn.get() || text.contains(MARK));
        Cow::Owned(hidden)
    }

    /// What a rule said, of this project.
    pub fn show(&self, answer: &mut Answer) {
        let Some(project) = self.project else { return };
        let show = |text: &mut String| {
            if text.contains(MARK) {
                *text = text.replace(MARK, project);
            }
        };
        answer.each_text(&show);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn veil(project: &str) -> Veil<'_> {
        Veil { project: Some(project), is_torn: Cell::new(false) }
    }

    #[test]
    fn two_projects_say_alike() {
        let hide = |project: &str, text: &str| {
            let veil = veil(project);
            let hidden = veil.hide(text).into_owned();
            (!veil.is_torn()).then_some(hidden)
        };
        let one = hide("a%2Fb", "/subscriptions/{a%2Fb:subscription}/x-{a%2Fb:var.x}");
        assert!(one.is_some());
        assert_eq!(one, hide("c", "/subscriptions/{c:subscription}/x-{c:var.x}"));
        assert_ne!(one, hide("c", "/subscriptions/{c:subscription}/x-{c:var.y}"));
    }

    #[test]
    fn what_is_of_no_project_is_shown_as_it_is() {
        for text in ["{b:x}", "{a}", "${x}", "{a:x}{b:x}", "{a:\u{1}}"] {
            let veil = veil("a");
            veil.hide(text);
            assert!(veil.is_torn(), "{text}");
        }
        assert_eq!(Veil::none().hide("{a:x}"), "{a:x}");
    }

    #[test]
    fn an_answer_is_of_the_project() {
        let veil = veil("a");
        let unknown = crate::rego::Unknown {
            path: String::new(),
            reason: None,
            message: format!("where {} lies", veil.hide("{a:x}")),
        };
        let mut answer = Answer { unknown: vec![unknown], ..Answer::default() };
        veil.show(&mut answer);
        assert_eq!(answer.unknown[0].message, "where {a:x} lies");
    }
}
