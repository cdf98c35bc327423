//! Principals: who they are, and who stands behind a group.
//!
//! A group whose members nobody can list stays a principal of its own, which stands for them; it is
//! never taken as empty.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::sync::OnceLock;

use crate::inventory::{DirectoryKind, DirectoryObject, Estate, Fact, Member, Reason};

/// A principal, as its position in the order of object ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PrincipalId(pub(super) u32);

/// What kind of principal it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PrincipalKind {
    /// A person of this tenant.
    User,
    /// A person of another one.
    Guest,
    /// A group.
    Group,
    /// An application.
    ServicePrincipal,
    /// The identity of a resource.
    ManagedIdentity,
    /// A group of another tenant.
    ForeignGroup,
    /// A device.
    Device,
    /// The directory was read to its end and does not have it: nobody can sign in as it.
    Orphan,
    /// Nothing tells.
    Unknown,
}

impl PrincipalKind {
    /// The word of reports, in Azure's terms where it has one.
    pub fn name(self) -> &'static str {
        match self {
            Self::User => "User",
            Self::Guest => "Guest",
            Self::Group => "Group",
            Self::ServicePrincipal => "ServicePrincipal",
            Self::ManagedIdentity => "ManagedIdentity",
            Self::ForeignGroup => "ForeignGroup",
            Self::Device => "Device",
            Self::Orphan => "Orphan",
            Self::Unknown => "Unknown",
        }
    }

    fn is_group(self) -> bool {
        matches!(self, Self::Group | Self::ForeignGroup)
    }

    /// The kind by `principalType` of a role assignment.
    fn of_type(name: &str) -> Self {
        const NAMES: [(&str, PrincipalKind); 5] = [
            ("User", PrincipalKind::User),
            ("Group", PrincipalKind::Group),
            ("ServicePrincipal", PrincipalKind::ServicePrincipal),
            ("ForeignGroup", PrincipalKind::ForeignGroup),
            ("Device", PrincipalKind::Device),
        ];
        let known = NAMES.into_iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        known.map_or(Self::Unknown, |(_, kind)| kind)
    }
}

/// A principal that an assignment names, or that is in a group which one names.
#[derive(Clone, Debug)]
pub struct Principal {
    /// The object id in lower case.
    pub id: String,
    /// What it is.
    pub kind: PrincipalKind,
    /// The name that people see.
    pub name: Option<String>,
    /// What a user signs in with.
    pub sign_in_name: Option<String>,
    /// Why it stands for members that nobody can list, or may do so: it counts as at least one.
    pub unresolved: Option<Reason>,
    /// Whether it can sign in.
    pub enabled: Fact<bool>,
    /// Of a group, the members that were read.
    members: Vec<PrincipalId>,
    /// The list of members also holds those of the groups in it.
    is_transitive: bool,
}

impl Principal {
    /// Whether anybody can act as it.
    pub fn can_act(&self) -> bool {
        self.kind != PrincipalKind::Orphan
    }

    /// Whether it is a group.
    pub fn is_group(&self) -> bool {
        self.kind.is_group()
    }

    /// Its name with its id, or the id alone.
    pub fn label(&self) -> String {
        self.name.as_ref().map_or_else(|| self.id.clone(), |name| format!("{name} ({})", self.id))
    }
}

/// Everybody behind a group.
#[derive(Debug, Default)]
pub struct Expansion {
    /// Those who are no group, and groups that nobody can list, each with the group it was found in;
    /// sorted.
    pub leaves: Vec<(PrincipalId, PrincipalId)>,
    /// The group itself and the groups in it, each with the one it was found in; sorted.
    pub groups: Vec<(PrincipalId, PrincipalId)>,
}

/// Every principal that matters, sorted by object id.
#[derive(Debug, Default)]
pub struct Directory {
    principals: Vec<Principal>,
    expansions: Vec<OnceLock<Expansion>>,
}

impl Directory {
    /// Takes the principals that assignments name, with the type that they state, and everybody in the
    /// groups among them.
    pub fn new(estate: &Estate<'_>, named: impl Iterator<Item = (String, Option<String>)>) -> Self {
        let mut found: BTreeMap<String, Sighting<'_, '_>> = BTreeMap::new();
        for (object, stated) in named {
            let sighting = found.entry(object).or_default();
            let kind = stated.as_deref().map_or(PrincipalKind::Unknown, PrincipalKind::of_type);
            if sighting.stated.is_none_or(|known| known == PrincipalKind::Unknown) {
                sighting.stated = Some(kind);
            }
        }
        let mut waiting: Vec<String> = found.keys().cloned().collect();
        while let Some(object) = waiting.pop() {
            let Some(read) = object_of(estate, &object) else { continue };
            let sighting = found.entry(object).or_default();
            sighting.object = Some(read);
            let Fact::Known(members) = &read.members else { continue };
            for member in members.iter().filter(|member| is_principal(member)) {
                let id = member.id.to_ascii_lowercase();
                if !found.contains_key(&id) {
                    found.insert(id.clone(), Sighting::default());
                    waiting.push(id);
                }
            }
        }
        add_memberships(estate, &mut found);
        let positions: HashMap<&str, PrincipalId> =
            found.keys().map(String::as_str).zip((0..).map(PrincipalId)).collect();
        let principals: Vec<Principal> =
            found.iter().map(|(id, sighting)| sighting.principal(id, estate, &positions)).collect();
        let expansions = principals.iter().map(|_| OnceLock::new()).collect();
        Self { principals, expansions }
    }

    /// The principal with this object id, in whatever case.
    pub fn find(&self, object: &str) -> Option<PrincipalId> {
        let object = object.to_ascii_lowercase();
        let at = self.principals.binary_search_by(|known| known.id.as_str().cmp(&object)).ok()?;
        u32::try_from(at).ok().map(PrincipalId)
    }

    /// Every principal, by object id.
    pub fn all(&self) -> impl Iterator<Item = (PrincipalId, &Principal)> {
        (0..).map(PrincipalId).zip(&self.principals)
    }

    /// Who a principal is.
    pub fn get(&self, principal: PrincipalId) -> &Principal {
        &self.principals[principal.0 as usize]
    }

    /// Whether a principal stands for itself, not for the members of a group that were read.
    pub fn is_leaf(&self, principal: PrincipalId) -> bool {
        !self.get(principal).is_group()
    }

    /// Everybody behind a group.
    pub fn expand(&self, group: PrincipalId) -> &Expansion {
        self.expansions[group.0 as usize].get_or_init(|| self.search(group))
    }

    /// Breadth first, so that the path to a member is the shortest; a group is entered once, so a circle
    /// ends.
    fn search(&self, group: PrincipalId) -> Expansion {
        let mut groups = BTreeMap::from([(group, group)]);
        let mut leaves = BTreeMap::new();
        let mut covered = BTreeSet::new();
        let mut waiting = VecDeque::from([group]);
        while let Some(at) = waiting.pop_front() {
            let current = self.get(at);
            for &member in &current.members {
                if self.is_leaf(member) {
                    leaves.entry(member).or_insert(at);
                    continue;
                }
                if current.is_transitive && current.unresolved.is_none() {
                    covered.insert(member);
                }
                groups.entry(member).or_insert_with(|| {
                    waiting.push_back(member);
                    at
                });
            }
        }
        for (&at, &parent) in &groups {
            if self.get(at).unresolved.is_some() && !covered.contains(&at) {
                leaves.insert(at, parent);
            }
        }
        Expansion { leaves: leaves.into_iter().collect(), groups: groups.into_iter().collect() }
    }

    /// The groups from an assigned one down to the one that a member was found in; empty if the
    /// principal is assigned itself, `None` if it is not behind it.
    pub fn path(&self, assigned: PrincipalId, member: PrincipalId) -> Option<Vec<PrincipalId>> {
        if self.is_leaf(assigned) {
            return (assigned == member).then(Vec::new);
        }
        let expansion = self.expand(assigned);
        let mut at = found_in(&expansion.leaves, member)?;
        if assigned == member {
            return Some(Vec::new());
        }
        let mut path = vec![at];
        while at != assigned {
            at = found_in(&expansion.groups, at)?;
            path.push(at);
        }
        path.reverse();
        Some(path)
    }
}

/// Adds what any group says of those whom the directory has no object for.
fn add_memberships<'e, 'a>(estate: &'e Estate<'a>, found: &mut BTreeMap<String, Sighting<'e, 'a>>) {
    if found.values().all(|sighting| sighting.object.is_some()) {
        return;
    }
    let lists = estate.directory.iter().filter_map(|object| object.members.as_ref().known());
    for member in lists.flatten() {
        let sighting = found.get_mut(&member.id.to_ascii_lowercase());
        if let Some(sighting) = sighting.filter(|sighting| sighting.object.is_none()) {
            sighting.members.push(member);
        }
    }
}

fn found_in(list: &[(PrincipalId, PrincipalId)], principal: PrincipalId) -> Option<PrincipalId> {
    let at = list.binary_search_by_key(&principal, |(known, _)| *known).ok()?;
    list.get(at).map(|(_, parent)| *parent)
}

/// What was said of a principal.
#[derive(Debug, Default)]
struct Sighting<'e, 'a> {
    /// By role assignments and the like.
    stated: Option<PrincipalKind>,
    /// By the directory.
    object: Option<&'e DirectoryObject<'a>>,
    /// By groups that it is in.
    members: Vec<&'e Member<'a>>,
}

impl Sighting<'_, '_> {
    fn principal(
        &self,
        id: &str,
        estate: &Estate<'_>,
        positions: &HashMap<&str, PrincipalId>,
    ) -> Principal {
        let kind = self.kind(estate);
        let mut members: Vec<PrincipalId> = Vec::new();
        if let Some(Fact::Known(found)) = self.object.map(|object| &object.members) {
            let ids = found.iter().map(|member| member.id.to_ascii_lowercase());
            members.extend(ids.filter_map(|id| positions.get(id.as_str()).copied()));
        }
        members.sort_unstable();
        members.dedup();
        let text = |facts: &mut dyn Iterator<Item = Option<String>>| facts.flatten().next();
        let of_object =
            |read: fn(&DirectoryObject<'_>) -> Option<String>| self.object.and_then(read);
        let seen = |read: fn(&Member<'_>) -> Option<String>| {
            self.members.iter().find_map(|member| read(member))
        };
        Principal {
            id: id.to_owned(),
            kind,
            name: text(
                &mut [
                    of_object(|object| known(&object.display_name)),
                    seen(|member| known(&member.display_name)),
                ]
                .into_iter(),
            ),
            sign_in_name: text(
                &mut [
                    of_object(|object| known(&object.sign_in_name)),
                    seen(|member| known(&member.sign_in_name)),
                ]
                .into_iter(),
            ),
            unresolved: self.unresolved(kind, estate),
            enabled: self
                .object
                .map_or(Fact::Unknown(Reason::NotCollected), |object| object.enabled),
            members,
            is_transitive: self.object.is_some_and(|object| object.is_transitive),
        }
    }

    fn kind(&self, estate: &Estate<'_>) -> PrincipalKind {
        let person = |user_type: &Fact<std::borrow::Cow<'_, str>>| {
            let is_guest =
                matches!(user_type, Fact::Known(kind) if kind.eq_ignore_ascii_case("Guest"));
            if is_guest { PrincipalKind::Guest } else { PrincipalKind::User }
        };
        if let Some(object) = self.object {
            let is_managed = matches!(&object.service_principal_type,
                Fact::Known(kind) if kind.eq_ignore_ascii_case("ManagedIdentity"));
            return match object.kind {
                DirectoryKind::User => person(&object.user_type),
                DirectoryKind::Group => PrincipalKind::Group,
                DirectoryKind::ServicePrincipal if is_managed => PrincipalKind::ManagedIdentity,
                DirectoryKind::ServicePrincipal => PrincipalKind::ServicePrincipal,
                DirectoryKind::Other => PrincipalKind::Unknown,
            };
        }
        for member in &self.members {
            match member.kind() {
                Some(DirectoryKind::User) => return person(&member.user_type),
                Some(DirectoryKind::Group) => return PrincipalKind::Group,
                Some(DirectoryKind::ServicePrincipal) => return PrincipalKind::ServicePrincipal,
                Some(DirectoryKind::Other) | None => {}
            }
        }
        let stated = self.stated.unwrap_or(PrincipalKind::Unknown);
        if self.members.is_empty() && is_orphan(stated, estate) {
            PrincipalKind::Orphan
        } else {
            stated
        }
    }

    fn unresolved(&self, kind: PrincipalKind, estate: &Estate<'_>) -> Option<Reason> {
        let unread = || {
            let list = estate.coverage.list("/", DirectoryKind::Group.type_name());
            list.err().unwrap_or(Reason::NotCollected)
        };
        match (kind, self.object) {
            (PrincipalKind::Group, Some(object)) => match &object.members {
                Fact::Known(_) => object.more_members,
                Fact::Absent => Some(unread()),
                Fact::Unknown(reason) => Some(*reason),
            },
            (PrincipalKind::Group | PrincipalKind::ForeignGroup, None) => Some(unread()),
            (PrincipalKind::Unknown, _) => Some(Reason::NotCollected),
            _ => None,
        }
    }
}

/// Whether a list that would show the principal was read to its end without it.
fn is_orphan(stated: PrincipalKind, estate: &Estate<'_>) -> bool {
    let is_read = |kind: DirectoryKind| estate.coverage.list("/", kind.type_name()).is_ok();
    match stated {
        PrincipalKind::User => is_read(DirectoryKind::User),
        PrincipalKind::Group => is_read(DirectoryKind::Group),
        PrincipalKind::ServicePrincipal => is_read(DirectoryKind::ServicePrincipal),
        PrincipalKind::Unknown => {
            let all = [DirectoryKind::User, DirectoryKind::Group, DirectoryKind::ServicePrincipal];
            all.into_iter().all(is_read)
        }
        _ => false,
    }
}

fn object_of<'e, 'a>(estate: &'e Estate<'a>, object: &str) -> Option<&'e DirectoryObject<'a>> {
    let order = |known: &DirectoryObject<'_>| known.id.to_ascii_lowercase().as_str().cmp(object);
    let at = estate.directory.binary_search_by(order).ok()?;
    estate.directory.get(at)
}

/// Devices and contacts in a group hold no roles.
fn is_principal(member: &Member<'_>) -> bool {
    member.kind() != Some(DirectoryKind::Other)
}

fn known(fact: &Fact<std::borrow::Cow<'_, str>>) -> Option<String> {
    match fact {
        Fact::Known(text) if !text.is_empty() => Some(text.to_string()),
        _ => None,
    }
}
