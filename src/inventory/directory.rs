//! The directory, as Microsoft Graph answers it: users, groups with their members, service principals.

use std::borrow::Cow;

use serde::Deserialize;

use super::{Completeness, Fact, List, Malformed, Reason};

/// A user, group or service principal.
#[derive(Clone, Debug)]
pub struct DirectoryObject<'a> {
    /// The object id.
    pub id: Cow<'a, str>,
    /// What it is.
    pub kind: DirectoryKind,
    /// The name that people see.
    pub display_name: Fact<Cow<'a, str>>,
    /// What a user signs in with.
    pub sign_in_name: Fact<Cow<'a, str>>,
    /// Of a user: `Member` or `Guest`.
    pub user_type: Fact<Cow<'a, str>>,
    /// Of a service principal: `Application`, `ManagedIdentity` and so on.
    pub service_principal_type: Fact<Cow<'a, str>>,
    /// Whether it can sign in.
    pub enabled: Fact<bool>,
    /// Of a group: who is in it. A group without the list is unreadable, not empty.
    pub members: Fact<Vec<Member<'a>>>,
    /// Why there may be more members than the list shows.
    pub more_members: Option<Reason>,
    /// Whether the list also holds the members of the groups in it.
    pub is_transitive: bool,
}

/// What kind of directory object something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DirectoryKind {
    /// A person.
    User,
    /// A group.
    Group,
    /// An application or a managed identity.
    ServicePrincipal,
    /// A device, a contact, or what this version does not know. None of them holds roles.
    Other,
}

/// The types of the objects that are taken, as Microsoft Graph spells them.
const TYPES: [(DirectoryKind, &str); 3] = [
    (DirectoryKind::User, "microsoft.graph.user"),
    (DirectoryKind::Group, "microsoft.graph.group"),
    (DirectoryKind::ServicePrincipal, "microsoft.graph.servicePrincipal"),
];

impl DirectoryKind {
    /// The kind by `@odata.type`.
    pub fn of_type(name: &str) -> Self {
        let name = name.trim_start_matches('#');
        TYPES
            .iter()
            .find(|(_, known)| known.eq_ignore_ascii_case(name))
            .map_or(Self::Other, |(kind, _)| *kind)
    }

    /// Its type as Microsoft Graph spells it; empty for other kinds.
    pub fn type_name(self) -> &'static str {
        TYPES.iter().find(|(kind, _)| *kind == self).map_or("", |(_, name)| name)
    }
}

/// A member of a group.
#[derive(Clone, Debug, Deserialize)]
pub struct Member<'a> {
    /// The object id.
    #[serde(borrow)]
    pub id: Cow<'a, str>,
    /// `@odata.type`.
    #[serde(default, borrow, rename = "@odata.type")]
    type_name: Fact<Cow<'a, str>>,
    /// The name that people see.
    #[serde(default, borrow, rename = "displayName")]
    pub display_name: Fact<Cow<'a, str>>,
    /// What a user signs in with.
    #[serde(default, borrow, rename = "userPrincipalName")]
    pub sign_in_name: Fact<Cow<'a, str>>,
    /// Of a user: `Member` or `Guest`.
    #[serde(default, borrow, rename = "userType")]
    pub user_type: Fact<Cow<'a, str>>,
}

impl Member<'_> {
    /// What it is, if the list says so.
    pub fn kind(&self) -> Option<DirectoryKind> {
        match &self.type_name {
            Fact::Known(name) => Some(DirectoryKind::of_type(name)),
            Fact::Absent | Fact::Unknown(_) => None,
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer<'a> {
    #[serde(borrow)]
    id: Cow<'a, str>,
    #[serde(borrow, rename = "@odata.type")]
    type_name: Cow<'a, str>,
    #[serde(default, borrow)]
    display_name: Fact<Cow<'a, str>>,
    #[serde(default, borrow)]
    user_principal_name: Fact<Cow<'a, str>>,
    #[serde(default, borrow)]
    user_type: Fact<Cow<'a, str>>,
    #[serde(default, borrow)]
    service_principal_type: Fact<Cow<'a, str>>,
    #[serde(default)]
    account_enabled: Fact<bool>,
    #[serde(default, borrow)]
    members: List<Member<'a>>,
    #[serde(default, rename = "members@odata.nextLink")]
    next_members: Fact<Cow<'a, str>>,
    #[serde(default, borrow)]
    transitive_members: List<Member<'a>>,
    #[serde(default, rename = "transitiveMembers@odata.nextLink")]
    next_transitive: Fact<Cow<'a, str>>,
}

/// As many members as `$expand` answers at most, without a word on the rest
/// (<https://learn.microsoft.com/graph/query-parameters#expand>).
const EXPANDED: usize = 20;

impl<'a> DirectoryObject<'a> {
    /// Reads an answer of Microsoft Graph.
    ///
    /// # Errors
    /// When it is not an object with an id and a type, or a member is not.
    pub fn read(text: &'a str, completeness: Completeness) -> Result<Self, Malformed> {
        let answer: Answer<'a> =
            serde_json::from_str(text).map_err(|error| Malformed::new(error.to_string()))?;
        let is_transitive = !answer.transitive_members.0.is_absent();
        let (members, next) = if is_transitive {
            (answer.transitive_members.0, answer.next_transitive)
        } else {
            (answer.members.0, answer.next_members)
        };
        let is_expanded = completeness != Completeness::Complete
            && matches!(&members, Fact::Known(members) if members.len() == EXPANDED);
        let is_cut = !next.is_absent() || is_expanded;
        Ok(Self {
            id: answer.id,
            kind: DirectoryKind::of_type(&answer.type_name),
            display_name: answer.display_name,
            sign_in_name: answer.user_principal_name,
            user_type: answer.user_type,
            service_principal_type: answer.service_principal_type,
            enabled: answer.account_enabled,
            members,
            more_members: is_cut.then_some(Reason::NotCollected),
            is_transitive,
        })
    }

    /// Takes in what another answer says of the same object: nobody that either names is forgotten.
    pub(super) fn join(&mut self, other: Self) {
        fn known<T>(mine: &mut Fact<T>, other: Fact<T>) {
            if !matches!(mine, Fact::Known(_)) {
                *mine = other;
            }
        }
        known(&mut self.display_name, other.display_name);
        known(&mut self.sign_in_name, other.sign_in_name);
        known(&mut self.user_type, other.user_type);
        known(&mut self.service_principal_type, other.service_principal_type);
        known(&mut self.enabled, other.enabled);
        match (&mut self.members, other.members) {
            (Fact::Known(mine), Fact::Known(others)) => {
                mine.extend(others);
                self.more_members = self.more_members.and(other.more_members);
                self.is_transitive &= other.is_transitive;
            }
            (mine, Fact::Known(others)) => {
                *mine = Fact::Known(others);
                self.more_members = other.more_members;
                self.is_transitive = other.is_transitive;
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> DirectoryObject<'_> {
        DirectoryObject::read(text, Completeness::Partial).expect("readable")
    }

    #[test]
    fn a_group_without_members_data_is_unreadable() {
        let group = read(r##"{"@odata.type":"#microsoft.graph.group","id":"g"}"##);
        assert_eq!(group.kind, DirectoryKind::Group);
        assert!(group.members.is_absent());
        let empty = read(r##"{"@odata.type":"#microsoft.graph.group","id":"g","members":[]}"##);
        assert!(matches!(empty.members, Fact::Known(members) if members.is_empty()));
    }

    #[test]
    fn a_list_that_may_be_cut_says_so() {
        let group = |count: usize, more: &str| {
            let members = vec![r#"{"id":"u"}"#; count].join(",");
            format!(
                r##"{{"@odata.type":"#microsoft.graph.group","id":"g","members":[{members}]{more}}}"##
            )
        };
        assert_eq!(read(&group(19, "")).more_members, None);
        assert!(read(&group(20, "")).more_members.is_some());
        assert!(read(&group(1, r#","members@odata.nextLink":"https://x""#)).more_members.is_some());
        let text = group(20, "");
        let whole = DirectoryObject::read(&text, Completeness::Complete).expect("readable");
        assert_eq!(whole.more_members, None);
    }

    #[test]
    fn answers_on_one_group_are_joined() {
        let mut bare =
            read(r##"{"@odata.type":"#microsoft.graph.group","id":"g","displayName":"Ops"}"##);
        bare.join(read(
            r##"{"@odata.type":"#microsoft.graph.group","id":"G","members":[{"id":"u"}]}"##,
        ));
        bare.join(read(
            r##"{"@odata.type":"#microsoft.graph.group","id":"G","members":[{"id":"v"}]}"##,
        ));
        let Fact::Known(members) = &bare.members else { panic!("{bare:?}") };
        assert_eq!(members.iter().map(|member| &*member.id).collect::<Vec<_>>(), ["u", "v"]);
        assert_eq!(bare.display_name, Fact::Known(Cow::Borrowed("Ops")));
    }
}
