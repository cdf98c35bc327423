//! What somebody wants to be read: everything they can see, or some management groups and subscriptions.

use thiserror::Error;

use crate::inventory::management_group_id;

/// What is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scopes {
    /// The names of management groups.
    management_groups: Vec<String>,
    /// The GUIDs of subscriptions, in lower case.
    subscriptions: Vec<String>,
}

/// Where one query of Resource Graph looks: subscriptions and management groups.
pub type Within = (Vec<String>, Vec<String>);

/// The most subscriptions that one query of Resource Graph takes.
const MAX_SUBSCRIPTIONS: usize = 1_000;

/// A text that names no scope.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ScopeError {
    /// Not a subscription.
    #[error(
        "`{0}` is not the GUID of a subscription; `az account list -o table` shows those you see"
    )]
    Subscription(String),
    /// Not a management group.
    #[error("`{0}` is not the name of a management group")]
    ManagementGroup(String),
}

impl Scopes {
    /// The management groups and subscriptions of these names or ids; none of both is everything visible.
    ///
    /// # Errors
    /// When one of them cannot be a name.
    pub fn new(management_groups: &[String], subscriptions: &[String]) -> Result<Self, ScopeError> {
        let last = |text: &String| text.rsplit('/').next().unwrap_or_default().to_owned();
        let mut scopes = Self::default();
        for text in management_groups {
            let name = last(text);
            let is_of_name = |letter: char| letter.is_alphanumeric() || "-_.()".contains(letter);
            if name.is_empty() || name.len() > 90 || !name.chars().all(is_of_name) {
                return Err(ScopeError::ManagementGroup(text.clone()));
            }
            scopes.management_groups.push(name);
        }
        for text in subscriptions {
            let guid = crate::inventory::id::guid(&last(text));
            scopes.subscriptions.push(guid.ok_or_else(|| ScopeError::Subscription(text.clone()))?);
        }
        for list in [&mut scopes.management_groups, &mut scopes.subscriptions] {
            list.sort();
            list.dedup();
        }
        Ok(scopes)
    }

    /// The ids of the scopes, `/` for everything visible.
    pub fn ids(&self) -> Vec<String> {
        if self.is_everything() {
            return vec!["/".to_owned()];
        }
        let groups = self.management_groups.iter().map(|name| management_group_id(name));
        let subscriptions = self.subscriptions.iter().map(|guid| format!("/subscriptions/{guid}"));
        groups.chain(subscriptions).collect()
    }

    /// Whether all that is visible is asked for.
    pub fn is_everything(&self) -> bool {
        self.management_groups.is_empty() && self.subscriptions.is_empty()
    }

    /// The subscriptions that are asked for by name.
    pub fn subscriptions(&self) -> &[String] {
        &self.subscriptions
    }

    /// Where to look for subscriptions.
    pub fn first(&self) -> Vec<Within> {
        if self.is_everything() {
            return vec![Within::default()];
        }
        let groups = (!self.management_groups.is_empty())
            .then(|| (Vec::new(), self.management_groups.clone()));
        groups.into_iter().chain(in_parts(&self.subscriptions)).collect()
    }

    /// Where to look for what is in these subscriptions, which are those that were found.
    pub fn then(&self, found: &[String]) -> Vec<Within> {
        if self.is_everything() { vec![Within::default()] } else { in_parts(found).collect() }
    }
}

fn in_parts(subscriptions: &[String]) -> impl Iterator<Item = Within> {
    subscriptions.chunks(MAX_SUBSCRIPTIONS).map(|part| (part.to_vec(), Vec::new()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const GUID: &str = "11111111-AAAA-4bbb-8ccc-000000000001";

    fn list(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn nothing_named_is_everything() {
        let all = Scopes::default();
        assert_eq!(all.ids(), ["/"]);
        assert_eq!(all.first(), [Within::default()]);
        assert_eq!(all.then(&list(&[GUID])), [Within::default()]);
    }

    #[test]
    fn names_and_ids_are_taken() {
        let groups = list(&["corp", "/providers/Microsoft.Management/managementGroups/corp"]);
        let subscriptions = list(&[&format!("/subscriptions/{GUID}")]);
        let scopes = Scopes::new(&groups, &subscriptions).expect("scopes");
        let guid = GUID.to_ascii_lowercase();
        let ids = [
            "/providers/Microsoft.Management/managementGroups/corp".to_owned(),
            format!("/subscriptions/{guid}"),
        ];
        assert_eq!(scopes.ids(), ids);
        assert_eq!(scopes.first(), [(Vec::new(), list(&["corp"])), (list(&[&guid]), Vec::new())]);
        let many: Vec<String> = (0..1_001).map(|number| number.to_string()).collect();
        assert_eq!(scopes.then(&many).len(), 2);
        assert!(Scopes::new(&[], &list(&["prod"])).is_err());
        assert!(Scopes::new(&list(&["a/b c"]), &[]).is_err());
    }
}
