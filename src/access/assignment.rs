//! Role assignments and eligibilities: what each gives, to whom, where, and until when.

use std::collections::{HashMap, HashSet};

use rayon::prelude::*;

use super::action::{ActionTable, Actions};
use super::built_in::{self, BuiltInRole};
use super::directory::{Directory, PrincipalId};
use super::doubt::{Missing, Unread};
use super::effective::Held;
use super::role::{Allowed, compile};
use super::scope::{ROOT, is_management_group};
use crate::inventory::{
    Estate, Fact, IdKey, Kind, Moment, Reason, Resource, RoleAssignment, RoleDefinition,
    RoleScheduleInstance, Time, View, id,
};

/// For how long a role is held, or can be activated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tenure {
    /// For good.
    Permanent,
    /// Until then.
    Until(Time),
    /// Since somebody activated it, until then.
    Activated(Option<Time>),
    /// The schedules were not read.
    Unknown(Reason),
}

/// What one assignment gives.
#[derive(Clone, Copy, Debug)]
pub(super) struct Grant {
    pub principal: PrincipalId,
    pub role: u32,
    /// Position of the resource that says so.
    pub source: u32,
    pub is_eligible: bool,
    pub is_conditional: bool,
    /// As its schedule says.
    pub tenure: Option<Tenure>,
}

/// A role that an assignment names.
#[derive(Clone, Debug, Default)]
pub(super) struct Role {
    allowed: Allowed,
    /// What it may allow as well: everything, if its definition was not read.
    possible: Actions,
    pub name: Option<String>,
    /// Why its definition is not known.
    pub unread: Option<Reason>,
}

impl Role {
    fn held(&self) -> Held {
        Held::of_role(self.allowed, self.possible)
    }

    /// Another definition of the same role: what only one of them has is in doubt.
    fn join(&mut self, other: &Self) {
        let all = [&*self, other].map(|role| role.allowed.any().union(role.possible));
        let always = self.allowed.always.common(other.allowed.always);
        let conditional = self.allowed.any().common(other.allowed.any()).minus(always);
        self.possible = all[0].union(all[1]).minus(always).minus(conditional);
        self.allowed = Allowed { always, conditional };
    }
}

/// Everything that role assignments and eligibilities give.
#[derive(Debug, Default)]
pub(super) struct Grants {
    pub list: Vec<Grant>,
    pub roles: Vec<Role>,
    /// Where in the list the grants of a scope stand.
    by_scope: HashMap<IdKey, (u32, u32)>,
    /// The scopes among them that are management groups.
    pub management_groups: Vec<String>,
}

impl Grants {
    /// The grants at exactly this scope.
    pub fn at(&self, scope: &str) -> &[Grant] {
        let Some((start, end)) = self.by_scope.get(&IdKey::of(scope)) else { return &[] };
        self.list.get(*start as usize..*end as usize).unwrap_or_default()
    }

    /// What a grant gives.
    pub fn held(&self, grant: &Grant) -> Held {
        let mut held = self.role(grant).held();
        if grant.is_conditional {
            held = held.under_condition();
        }
        if grant.is_eligible { held.after_activation() } else { held }
    }

    /// The role that a grant names.
    pub fn role(&self, grant: &Grant) -> &Role {
        &self.roles[grant.role as usize]
    }
}

/// An assignment as it was read, before principals and roles are numbered.
#[derive(Clone, Debug)]
pub(super) struct Read {
    /// In lower case.
    pub principal: String,
    pub principal_type: Option<String>,
    /// The last segment of the role definition's id, in lower case; empty if it is not known.
    role: String,
    scope: IdKey,
    management_group: Option<String>,
    source: u32,
    id: IdKey,
    is_eligible: bool,
    is_conditional: bool,
    tenure: Option<Tenure>,
}

/// Reads every role assignment and schedule instance that counts at a time, and notes those that
/// cannot be read.
pub(super) fn read(estate: &Estate<'_>, now: Time, unread: &mut Vec<Unread>) -> Vec<Read> {
    let mut active = each(estate, Kind::RoleAssignment, unread, of_assignment);
    let instances = each(estate, Kind::RoleAssignmentInstance, unread, |at, resource| {
        let instance = RoleScheduleInstance::read(resource.clone()).ok()?;
        of_instance(at, &instance, false).map(|read| (read, instance))
    });
    let scheduled: Vec<Scheduled> = instances
        .into_iter()
        .map(|(read, instance)| Scheduled::new(read, &instance, now))
        .collect();
    schedule(&mut active, scheduled);
    let eligible = each(estate, Kind::RoleEligibilityInstance, unread, |at, resource| {
        let instance = RoleScheduleInstance::read(resource.clone()).ok()?;
        of_instance(at, &instance, true).map(|read| (read, instance))
    });
    active.extend(eligible.into_iter().filter_map(|(read, instance)| {
        let tenure = Some(tenure_of(&instance, false));
        is_current(&instance, now).then_some(Read { tenure, ..read })
    }));
    active
}

/// Reads every resource of a type in parallel, in order.
fn each<'a, T: Send>(
    estate: &Estate<'a>,
    kind: Kind,
    unread: &mut Vec<Unread>,
    read: impl Fn(u32, &Resource<'a>) -> Option<T> + Sync,
) -> Vec<T> {
    let resources: Vec<(u32, &Resource<'a>)> = estate.numbered(kind).collect();
    let found: Vec<Option<T>> =
        resources.par_iter().map(|(at, resource)| read(*at, resource)).collect();
    let missing = if kind == Kind::RoleEligibilityInstance {
        Missing::EligibleAssignments
    } else {
        Missing::RoleAssignments
    };
    let lost = resources.iter().zip(&found).filter(|(_, found)| found.is_none());
    unread.extend(lost.map(|((_, resource), _)| Unread::new(missing, resource)));
    found.into_iter().flatten().collect()
}

fn of_assignment(at: u32, resource: &Resource<'_>) -> Option<Read> {
    let read = RoleAssignment::read(resource.clone()).ok()?;
    Read::new(at, resource, &read.principal, &read.principal_type, &read.role, &read.scope)
        .map(|found| Read { is_conditional: has_condition(&read.condition), ..found })
}

fn of_instance(at: u32, read: &RoleScheduleInstance<'_>, is_eligible: bool) -> Option<Read> {
    let resource = &read.resource;
    Read::new(at, resource, &read.principal, &read.principal_type, &read.role, &read.scope)
        .map(|found| Read { is_conditional: has_condition(&read.condition), is_eligible, ..found })
}

type Text<'a> = Fact<std::borrow::Cow<'a, str>>;

impl Read {
    fn new(
        source: u32,
        resource: &Resource<'_>,
        principal: &Text<'_>,
        principal_type: &Text<'_>,
        role: &Text<'_>,
        scope: &Text<'_>,
    ) -> Option<Self> {
        let text = |fact: &Text<'_>| match fact {
            Fact::Known(text) if !text.is_empty() => Some(text.to_string()),
            _ => None,
        };
        let scope = text(scope).unwrap_or_else(|| scope_of(resource).to_owned());
        Some(Self {
            principal: text(principal)?.to_ascii_lowercase(),
            principal_type: text(principal_type),
            role: text(role)
                .map(|role| id::name_of(&role).to_ascii_lowercase())
                .unwrap_or_default(),
            scope: IdKey::of(&scope),
            management_group: is_management_group(&scope).then_some(scope),
            source,
            id: resource.id.key(),
            is_eligible: false,
            is_conditional: false,
            tenure: None,
        })
    }
}

/// The scope that an extension resource stands at.
pub(super) fn scope_of<'r>(resource: &'r Resource<'_>) -> &'r str {
    id::parent_of(resource.id.as_str()).unwrap_or(ROOT)
}

/// A condition that is not empty; one that cannot be read is one.
pub(super) fn has_condition(condition: &Text<'_>) -> bool {
    match condition {
        Fact::Known(text) => !text.trim().is_empty(),
        Fact::Absent => false,
        Fact::Unknown(_) => true,
    }
}

/// Whether a schedule holds at a time. What cannot be read does not end it.
fn is_current(instance: &RoleScheduleInstance<'_>, now: Time) -> bool {
    let is_later = |moment: &Fact<Moment>| match moment {
        Fact::Known(Moment::At(time)) => Some(*time > now),
        _ => None,
    };
    is_later(&instance.start) != Some(true) && is_later(&instance.end) != Some(false)
}

fn tenure_of(instance: &RoleScheduleInstance<'_>, is_assignment: bool) -> Tenure {
    let end = match instance.end {
        Fact::Known(Moment::At(time)) => Ok(Some(time)),
        Fact::Known(Moment::Never) | Fact::Absent => Ok(None),
        Fact::Unknown(reason) => Err(reason),
    };
    match (end, instance.is_activated()) {
        (end, true) => Tenure::Activated(end.ok().flatten()),
        (Ok(Some(time)), false) => Tenure::Until(time),
        // An activation that does not say so would look the same.
        (Ok(None), false) if is_assignment && instance.assignment_type.is_absent() => {
            Tenure::Unknown(Reason::NotCollected)
        }
        (Ok(None), false) => Tenure::Permanent,
        (Err(reason), false) => Tenure::Unknown(reason),
    }
}

/// The schedule of an assignment.
struct Scheduled {
    read: Read,
    /// The role assignment that it stands for, if it says so.
    origin: Option<IdKey>,
    is_current: bool,
    tenure: Tenure,
}

impl Scheduled {
    fn new(read: Read, instance: &RoleScheduleInstance<'_>, now: Time) -> Self {
        let origin = match &instance.origin {
            Fact::Known(origin) if !origin.is_empty() => Some(IdKey::of(origin)),
            _ => None,
        };
        let (is_current, tenure) = (is_current(instance, now), tenure_of(instance, true));
        Self { read, origin, is_current, tenure }
    }
}

/// Gives role assignments the schedules that stand for them, drops those whose schedule is over, and
/// adds schedules that stand for none.
fn schedule(active: &mut Vec<Read>, scheduled: Vec<Scheduled>) {
    if scheduled.is_empty() {
        return;
    }
    let same = |read: &Read| (read.principal.clone(), read.role.clone(), read.scope);
    let by_id: HashMap<IdKey, usize> = active.iter().map(|read| read.id).zip(0..).collect();
    let by_content: HashMap<_, usize> = active.iter().map(same).zip(0..).collect();
    let mut over: HashSet<usize> = HashSet::new();
    let mut held: HashSet<usize> = HashSet::new();
    let mut more = Vec::new();
    for Scheduled { read, origin, is_current, tenure } in scheduled {
        let by_origin = origin.and_then(|origin| by_id.get(&origin));
        match by_origin.or_else(|| by_content.get(&same(&read))) {
            Some(at) if is_current => {
                active[*at].tenure = Some(longer(active[*at].tenure, tenure));
                held.insert(*at);
            }
            Some(at) => {
                over.insert(*at);
            }
            None if is_current => more.push(Read { tenure: Some(tenure), ..read }),
            None => {}
        }
    }
    let mut at = 0;
    active.retain(|_| {
        at += 1;
        !over.contains(&(at - 1)) || held.contains(&(at - 1))
    });
    active.extend(more);
}

/// The tenure that ends later.
fn longer(known: Option<Tenure>, other: Tenure) -> Tenure {
    let rank = |tenure: Tenure| match tenure {
        Tenure::Permanent => (3, None),
        Tenure::Unknown(_) => (2, None),
        Tenure::Until(time) => (1, Some(time)),
        Tenure::Activated(time) => (0, time),
    };
    known.filter(|known| rank(*known) > rank(other)).unwrap_or(other)
}

/// Numbers principals and roles.
pub(super) fn grants(
    estate: &Estate<'_>,
    mut reads: Vec<Read>,
    directory: &Directory,
    table: &ActionTable,
) -> Grants {
    // By scope, and in the order of the input there.
    reads.sort_by_key(|read| (read.scope, read.source));
    let mut names: Vec<String> = reads.iter().map(|read| read.role.clone()).collect();
    names.sort_unstable();
    names.dedup();
    let roles = roles(estate, &names, table);
    let mut grants = Grants { roles, ..Grants::default() };
    for read in reads {
        let role = names.binary_search(&read.role).ok().and_then(|role| u32::try_from(role).ok());
        let (Some(role), Some(principal), Ok(at)) =
            (role, directory.find(&read.principal), u32::try_from(grants.list.len()))
        else {
            continue;
        };
        let range = grants.by_scope.entry(read.scope).or_insert((at, at));
        range.1 = at + 1;
        if range.0 == at {
            grants.management_groups.extend(read.management_group);
        }
        grants.list.push(Grant {
            principal,
            role,
            source: read.source,
            is_eligible: read.is_eligible,
            is_conditional: read.is_conditional,
            tenure: read.tenure,
        });
    }
    grants.management_groups.sort_unstable();
    grants
}

/// The roles of these names, which are sorted.
fn roles(estate: &Estate<'_>, names: &[String], table: &ActionTable) -> Vec<Role> {
    let mut found: Vec<Option<Role>> = vec![None; names.len()];
    for resource in estate.of_kind(Kind::RoleDefinition) {
        let name = resource.id.name().to_ascii_lowercase();
        let Ok(at) = names.binary_search(&name) else { continue };
        let Some(role) = of_definition(resource, table) else { continue };
        match &mut found[at] {
            Some(known) => known.join(&role),
            none => *none = Some(role),
        }
    }
    let everything: Actions = table.iter().map(|(action, _)| action).collect();
    let unread = estate.coverage.gap_of(ROOT, Kind::RoleDefinition).unwrap_or(Reason::NotCollected);
    let missing = |name: &str| {
        let role = Role { possible: everything, unread: Some(unread), ..Role::default() };
        built_in::find(name).map_or(role, |found| of_built_in(found, everything))
    };
    let found = found.into_iter().zip(names);
    found.map(|(role, name)| role.unwrap_or_else(|| missing(name))).collect()
}

/// What Azure's own role allows; actions that a query has added are not in its table.
fn of_built_in(found: &BuiltInRole, everything: Actions) -> Role {
    let closed: Actions = ActionTable::CLOSED.iter().map(|(action, _)| action).collect();
    Role {
        allowed: found.allowed(),
        possible: everything.minus(closed),
        name: Some(found.name.to_owned()),
        unread: None,
    }
}

/// What a role definition allows; `None` if it does not show its permissions.
fn of_definition(resource: &Resource<'_>, table: &ActionTable) -> Option<Role> {
    if !resource.shows("properties.permissions") {
        return None;
    }
    let definition = RoleDefinition::read(resource.clone()).ok()?;
    Some(Role {
        allowed: compile(&definition.permissions, table),
        name: definition.role_name.known().map(|name| name.to_string()),
        ..Role::default()
    })
}
