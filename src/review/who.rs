//! Who may do it: everybody who can, whether the caller can, and who would have to agree.

use super::MinimumOf;
use super::request::Request;
use super::subject::Subject;
use crate::access::built_in::BUILT_IN_ROLES;
use crate::access::operation::{Enforced, Minimum, Place};
use crate::access::operator::needs_of;
use crate::access::question::Question;
use crate::access::who_can::{Block, Effect, Gap, Named, Obstacle, Targeted, ask_one};
use crate::access::{Access, Missing, PrincipalId, Strength};
use crate::inventory::{Estate, Reason, ResourceId, id};

/// Who may do it on one target.
#[derive(Debug)]
pub struct Who<'e> {
    /// Everybody who can, as far as roles were read; none where that could not be asked.
    pub targeted: Option<Targeted<'e>>,
    /// What was not read and could change the answer.
    pub gaps: Vec<Gap>,
    /// The one who is to do it.
    pub caller: Caller,
    /// Whether somebody agreed who may.
    pub approval: Approval,
    /// What the caller lacks of each minimum: Microsoft's, then the guide's.
    pub minima: [Covered; 2],
    /// Which of the minima counts.
    pub counts: MinimumOf,
}

/// The one who is to do it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Caller {
    /// The request names nobody.
    Unnamed,
    /// Nothing that was read names such a principal.
    Stranger(String),
    /// Known to the roles or the directory that were read.
    Known(PrincipalId),
}

/// Whether somebody agreed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Approval {
    /// The request says nothing of it.
    NotSaid,
    /// This one did, as the request says, and may.
    Given(String),
    /// It does not count, for this reason.
    Refused(String),
    /// Nobody can tell whether it counts, for this reason.
    Unknown(String),
}

/// Whether the caller holds what a minimum asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Covered {
    /// It holds all of it.
    Yes,
    /// It lacks these actions.
    Lacks(Vec<Enforced>),
    /// It cannot be told.
    Unknown(String),
    /// There is no such minimum.
    None,
}

impl Covered {
    /// The word of reports.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::Lacks(_) => "no",
            Self::Unknown(_) => "unknown",
            Self::None => "none-stated",
        }
    }
}

impl Who<'_> {
    /// How surely the caller can do it; none if it cannot, as far as was read.
    pub fn caller_effect(&self) -> Option<Effect> {
        let Caller::Known(caller) = self.caller else { return None };
        let able = &self.targeted.as_ref()?.able;
        able.iter().find(|able| able.principal == caller).map(|able| able.effect)
    }

    /// What a Resource Guard holds of it, and who could approve.
    pub fn held(&self) -> impl Iterator<Item = &Block<'_>> {
        let blocks = self.targeted.iter().flat_map(|targeted| &targeted.blocks);
        blocks.filter(|block| matches!(block.obstacle, Obstacle::Mua { .. }))
    }

    /// The locks in the way.
    pub fn locks(&self) -> impl Iterator<Item = &Block<'_>> {
        let blocks = self.targeted.iter().flat_map(|targeted| &targeted.blocks);
        blocks.filter(|block| matches!(block.obstacle, Obstacle::Lock { .. }))
    }

    /// Whether the caller could approve its own request.
    pub fn approves_itself(&self) -> bool {
        let Caller::Known(caller) = self.caller else { return false };
        self.held().any(|block| {
            let Obstacle::Mua { approvers, .. } = &block.obstacle else { return false };
            approvers.iter().any(|(who, effect)| *who == caller && *effect <= Effect::CanGrant)
        })
    }
}

/// Asks who may do it.
pub(crate) fn ask<'e>(
    request: &Request,
    estate: &'e Estate<'_>,
    access: Access<'e, '_>,
    subject: &Subject<'e, '_>,
    counts: MinimumOf,
) -> Who<'e> {
    let named = places(request, subject);
    let question = Question::Operation(request.operation);
    // Where there is no item, what is asked of it is asked of the vault.
    let is_own = subject.kind.is_protection() || subject.kind.is_vault();
    let on = if is_own { Some(subject.on) } else { subject.vault_id };
    let found = on.and_then(|on| ask_one(access, estate, &question, on, &named).ok());
    let (targeted, gaps) = match found {
        Some((targeted, gaps)) => (Some(targeted), gaps),
        None => (None, Vec::new()),
    };
    let caller = named_caller(request.caller.as_deref(), access);
    let blocks = targeted.as_ref().map_or(&[][..], |targeted| &targeted.blocks);
    let approval = approval(&caller, request.approved_by.as_deref(), blocks, access);
    let operation = request.operation;
    let minima = [&operation.documented_minimum, &operation.guide_minimum]
        .map(|minimum| covered(minimum, &caller, access, subject, &named));
    Who { targeted, gaps, caller, approval, minima, counts }
}

/// The scopes that the request says.
fn places(request: &Request, subject: &Subject<'_, '_>) -> Named {
    let arguments = &request.arguments;
    let source = match (subject.machine, subject.item) {
        (Some(machine), _) => Some(machine.resource.id.as_str().to_owned()),
        (None, Some(item)) => item.datasource.as_ref().known().map(ToString::to_string),
        (None, None) => {
            (request.operation.id == "enable-protection").then(|| subject.on.to_owned())
        }
    };
    Named {
        source_machine: source,
        target_group: arguments.target_group.clone(),
        target_subnet: arguments.target_network.clone(),
        staging_account: arguments.staging_account.clone(),
    }
}

/// The principal of an object id or a sign-in name, if it is known.
pub(super) fn find(named: &str, access: Access<'_, '_>) -> Option<PrincipalId> {
    match principal(named, access) {
        Caller::Known(found) => Some(found),
        Caller::Unnamed | Caller::Stranger(_) => None,
    }
}

/// The one who is to do it, by what was said of it.
pub(super) fn named_caller(named: Option<&str>, access: Access<'_, '_>) -> Caller {
    named.map_or(Caller::Unnamed, |named| principal(named, access))
}

/// The principal of an object id or a sign-in name.
fn principal(named: &str, access: Access<'_, '_>) -> Caller {
    if let Some(found) = access.find(named) {
        return Caller::Known(found);
    }
    let is_it =
        |text: &Option<String>| text.as_ref().is_some_and(|text| text.eq_ignore_ascii_case(named));
    let mut found = access.principals().filter(|(_, known)| is_it(&known.sign_in_name));
    match (found.next(), found.next()) {
        (Some((only, _)), None) => Caller::Known(only),
        _ => Caller::Stranger(named.to_owned()),
    }
}

/// Whether whoever agreed is somebody else, and may approve what a guard holds. People are told apart by who they are,
/// never by how they are spelled; of somebody whom nothing that was read names, nobody knows who it is.
pub(super) fn approval(
    caller: &Caller,
    approved_by: Option<&str>,
    blocks: &[Block<'_>],
    access: Access<'_, '_>,
) -> Approval {
    let Some(named) = approved_by else { return Approval::NotSaid };
    let own = || Approval::Refused("the caller cannot agree to its own change".to_owned());
    let approver = match (principal(named, access), caller) {
        (_, Caller::Unnamed) => {
            let says = "no caller is named, so that nobody can tell whether somebody else agreed";
            return Approval::Refused(says.to_owned());
        }
        (Caller::Known(approver), Caller::Known(caller)) if approver == *caller => return own(),
        (Caller::Known(approver), Caller::Known(_)) => approver,
        (_, Caller::Stranger(caller)) if caller.eq_ignore_ascii_case(named) => return own(),
        (Caller::Known(_), Caller::Stranger(caller)) => {
            return Approval::Unknown(format!(
                "nothing that was read names the caller {caller}, who may be {named} under another name"
            ));
        }
        (Caller::Stranger(_) | Caller::Unnamed, _) => {
            return Approval::Unknown(format!(
                "nothing that was read names {named}, who may be the caller under another name"
            ));
        }
    };
    let known = access.principal(approver);
    let label = known.label();
    if known.is_group() {
        return Approval::Unknown(format!("{label} is a group: name the person who agreed"));
    }
    for block in blocks {
        let Obstacle::Mua { approvers, .. } = &block.obstacle else { continue };
        let effect = approvers.iter().find(|(who, _)| *who == approver).map(|(_, effect)| *effect);
        let doubt = match effect {
            Some(Effect::Allowed | Effect::Eligible) => continue,
            Some(_) => "for certain",
            None => "as far as was read",
        };
        let comma = if effect.is_none() { "," } else { "" };
        return Approval::Refused(format!(
            "{label} may not approve at the Resource Guard{comma} {doubt}"
        ));
    }
    Approval::Given(label)
}

/// The scope of a place.
fn scope_of(place: Place, subject: &Subject<'_, '_>, named: &Named) -> Option<String> {
    let vault = subject.vault_id?;
    match place {
        Place::Item if subject.item.is_some() => Some(subject.on.to_owned()),
        Place::Vault | Place::Item => Some(vault.to_owned()),
        Place::VaultGroup => ResourceId::new(vault).resource_group_id().map(str::to_owned),
        Place::Subscription => {
            id::subscription_of(vault).map(|found| format!("/subscriptions/{found}"))
        }
        Place::SourceMachine => named.source_machine.clone(),
        Place::TargetGroup => named.target_group.clone(),
        Place::TargetSubnet => named.target_subnet.clone(),
        Place::StagingAccount => named.staging_account.clone(),
        Place::Guard => {
            subject.vault.and_then(|vault| vault.guards().next().map(std::borrow::Cow::into_owned))
        }
    }
}

/// Whether the caller has the roles of a minimum where they are asked for, or holds all that they allow.
fn covered(
    minimum: &'static Minimum,
    caller: &Caller,
    access: Access<'_, '_>,
    subject: &Subject<'_, '_>,
    named: &Named,
) -> Covered {
    if minimum.grants.is_empty() {
        return Covered::None;
    }
    let caller = match caller {
        Caller::Unnamed => return Covered::Unknown("the request names no caller".to_owned()),
        Caller::Stranger(_) => None,
        Caller::Known(caller) => Some(*caller),
    };
    let mut lacks = Vec::new();
    let mut unknown = None;
    for grant in minimum.grants {
        let Some(scope) = scope_of(grant.on, subject, named) else {
            let place = bare(grant.on.name());
            unknown.get_or_insert_with(|| format!("which {place} is meant is not known"));
            continue;
        };
        if caller.is_some_and(|caller| has_role(access, &scope, caller, grant.role)) {
            continue;
        }
        let alone = Minimum { grants: std::slice::from_ref(grant), says: "" };
        for enforced in needs_of(&alone, subject.is_recovery_services()).into_iter().flatten() {
            let held =
                caller.and_then(|caller| access.at(&scope).of(caller).strength(enforced.action));
            match held {
                Some(Strength::Allowed | Strength::Eligible) => {}
                Some(_) => {
                    unknown.get_or_insert_with(|| {
                        "a condition, or something that was not read, decides".to_owned()
                    });
                }
                None => match may_hide(access, &scope) {
                    Some((_, says)) => {
                        unknown.get_or_insert(says);
                    }
                    None => lacks.push(enforced),
                },
            }
        }
    }
    match (lacks.is_empty(), unknown) {
        (false, _) => Covered::Lacks(lacks),
        (true, Some(says)) => Covered::Unknown(says),
        (true, None) => Covered::Yes,
    }
}

/// Whether somebody has a built-in role at a scope, whatever the definition that was read allows.
fn has_role(access: Access<'_, '_>, scope: &str, caller: PrincipalId, role: &str) -> bool {
    let Some(wanted) = BUILT_IN_ROLES.iter().find(|known| known.name == role) else { return false };
    let chains = access.chains(scope, caller, wanted.allowed().always);
    chains.iter().any(|chain| {
        id::name_of(&chain.role).eq_ignore_ascii_case(wanted.id) && chain.condition.is_none()
    })
}

/// A place without its article.
fn bare(place: &'static str) -> &'static str {
    place.strip_prefix("the ").unwrap_or(place)
}

/// What was not read of roles at a scope and may give somebody more than was found.
pub(super) fn may_hide(access: Access<'_, '_>, scope: &str) -> Option<(Reason, String)> {
    let doubts = access.doubts(scope);
    let doubt = doubts.into_iter().find(|doubt| {
        // Whoever has a role without a definition was found, as one who may hold it.
        doubt.missing.may_add() && doubt.missing != Missing::RoleDefinition
    })?;
    Some((doubt.reason, access.say(&doubt)))
}
