//! A change: one inventory before and one after, of the same resources, and what becomes of each of them.
//!
//! Where the two came from shows nowhere: a plan of Terraform, two snapshots and two versions of code give the same
//! [`Changes`]. What is unknown on one side stays unknown: it is never taken for "as before", nor for "gone".
//! Only resources of backup are compared; what else changes is kept beside them, and nothing is judged here.

mod beside;
mod compare;
mod guard;
mod identity;
mod item;
mod pair;
mod policy;
mod radius;
mod setting;

pub use beside::{Beside, Nature};
pub use compare::{Cause, Comparison, Direction, Doubt, Shift, compare, compare_in};
pub use pair::{Planned, is_compared};
pub use policy::{Move, moves};
pub use radius::{Radius, dependants, radius};

use crate::inventory::{BackupPolicy, Estate, Kind, Reason, Resource};

/// What becomes of a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// Nothing.
    Kept,
    /// It is made.
    Created,
    /// It stays, with other settings.
    Updated,
    /// It is deleted, and another one is made in its place.
    Replaced,
    /// It is deleted.
    Destroyed,
    /// It stays as it is and is no longer managed by what makes the change.
    Released,
    /// Nobody can tell, and why.
    Unknown(Reason),
}

/// A resource on both sides of a change, as far as it is there.
#[derive(Clone, Debug)]
pub enum Sides<'a> {
    /// It is there before and after.
    Both(Resource<'a>, Resource<'a>),
    /// It is only there before, as far as was read.
    Before(Resource<'a>),
    /// It is only there after, as far as was read.
    After(Resource<'a>),
}

/// One resource and what becomes of it.
#[derive(Clone, Debug)]
pub struct ResourceChange<'a> {
    /// The resource.
    pub sides: Sides<'a>,
    /// What becomes of it.
    pub deed: Deed,
    /// The properties whose change forces the replacement, by their paths in ARM, or by what they are called in code
    /// where ARM has no such property.
    pub forced_by: Vec<String>,
}

/// Two inventories of the same resources.
#[derive(Debug)]
pub struct Changes<'e, 'a> {
    /// All that was there.
    pub before: &'e Estate<'a>,
    /// All that will be there.
    pub after: &'e Estate<'a>,
    /// Each resource of backup on either side, sorted by id.
    pub resources: Vec<ResourceChange<'a>>,
    /// What changes and is not compared.
    pub beside: Vec<Beside<'a>>,
    /// What is there besides, of which the change does not speak.
    world: Option<&'e Estate<'a>>,
}

impl<'e, 'a> Changes<'e, 'a> {
    /// The same change as a part of a larger estate.
    #[must_use]
    pub fn within(&self, world: &'e Estate<'a>) -> Self {
        let Self { before, after, ref resources, ref beside, .. } = *self;
        let (resources, beside) = (resources.clone(), beside.clone());
        Self { before, after, resources, beside, world: Some(world) }
    }

    /// With what only one of two readings shows and is not compared.
    #[must_use]
    pub fn with_the_rest(self) -> Self {
        Self { beside: Beside::between(self.before, self.after), ..self }
    }

    /// The backup policy of this id before the change.
    pub fn policy_before(&self, id: &str) -> Option<&'e BackupPolicy<'a>> {
        self.before.policy(id).or_else(|| self.world?.policy(id))
    }

    /// The backup policy of this id after the change.
    pub fn policy_after(&self, id: &str) -> Option<&'e BackupPolicy<'a>> {
        self.after.policy(id).or_else(|| self.world?.policy(id))
    }
}

impl<'a> ResourceChange<'a> {
    /// It as it will be, or else as it was.
    pub fn resource(&self) -> &Resource<'a> {
        match &self.sides {
            Sides::Both(_, resource) | Sides::Before(resource) | Sides::After(resource) => resource,
        }
    }

    /// It as it was.
    pub fn before(&self) -> Option<&Resource<'a>> {
        match &self.sides {
            Sides::Both(before, _) | Sides::Before(before) => Some(before),
            Sides::After(_) => None,
        }
    }

    /// It as it will be.
    pub fn after(&self) -> Option<&Resource<'a>> {
        match &self.sides {
            Sides::Both(_, after) | Sides::After(after) => Some(after),
            Sides::Before(_) => None,
        }
    }

    /// What it is, as a sentence names it.
    pub fn noun(&self) -> &'static str {
        noun(self.resource().kind)
    }
}

/// What a resource of this kind is, as a sentence names it.
pub fn noun(kind: Kind) -> &'static str {
    match kind {
        Kind::RecoveryServicesVault | Kind::BackupVault => "vault",
        Kind::RecoveryServicesPolicy | Kind::BackupVaultPolicy => "backup policy",
        Kind::ProtectedItem => "protected item",
        Kind::BackupInstance => "backup instance",
        Kind::ResourceGuard => "resource guard",
        Kind::RecoveryServicesGuardLink | Kind::BackupVaultGuardLink => {
            "link to the resource guard"
        }
        Kind::Lock => "lock",
        _ => "configuration",
    }
}
