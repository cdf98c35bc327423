//! Requests of a Resource Guard, and the actions that approve them.

use super::{Action, Actions, known};

/// Actions a request.
pub(super) const VERBS: usize = 4;

/// A kind of request that a Resource Guard answers: who holds one of its [`approvals`](Self::approvals)
/// on the guard approves the operation behind it.
///
/// Microsoft names the role that approves (Backup MUA Operator, which holds
/// `Microsoft.DataProtection/*/action`, or Contributor), not the action
/// (<https://learn.microsoft.com/azure/backup/multi-user-authorization-concept>). Reading a guard never
/// approves, so the verbs are `action` and `write`, for either spelling of the guard's type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GuardRequest(pub(super) u8);

impl GuardRequest {
    /// Every kind of request.
    pub fn all() -> impl Iterator<Item = Self> {
        (0u8..).zip(known::REQUESTS).map(|(at, _)| Self(at))
    }

    /// The request of this name or resource type, in whatever case: `deleteProtectedItemRequests`, or
    /// that after `Microsoft.DataProtection/resourceGuards/`.
    pub fn find(name: &str) -> Option<Self> {
        let wanted = name.rsplit('/').next()?;
        Self::all().find(|request| request.name().eq_ignore_ascii_case(wanted))
    }

    /// As guards of Recovery Services vaults name it: `requestResourceType`.
    pub const fn resource_type(self) -> &'static str {
        known::REQUESTS[self.0 as usize]
    }

    /// Its name, as in `…/resourceGuards/GUARD/NAME/default`.
    pub fn name(self) -> &'static str {
        self.resource_type().rsplit('/').next().unwrap_or_default()
    }

    /// Any one of these approves it.
    pub fn approvals(self) -> Actions {
        (0..VERBS)
            .filter_map(|verb| {
                let at = known::NAMED.len() + usize::from(self.0) * VERBS + verb;
                u8::try_from(at).ok().map(Action)
            })
            .collect()
    }

    /// Any one of these approves some request.
    pub fn all_approvals() -> Actions {
        Self::all().map(Self::approvals).fold(Actions::NONE, Actions::union)
    }
}
