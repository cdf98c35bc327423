//! The link leads to a resource guard that no longer exists.

use crate::inventory::{GuardLink, Reason, Resource, View as _};
use crate::rule::{Check, Context, Decide, Defect, Outcome, Undecided, Verdict};

/// Judges links from vaults of both kinds to resource guards.
pub const CHECK: Check = Check::Resource(check);

const PATH: &str = "properties.resourceGuardResourceId";

fn check(link: &Resource<'_>, context: &Context<'_, '_>) -> Verdict {
    let undecided = |reason, message: &str| Undecided {
        reason,
        path: PATH.into(),
        message: format!("multi-user authorization is on, but {message}"),
    };
    let guard = GuardLink::read(link.clone())
        .map_err(|_| undecided(Reason::UnrecognisedValue, "the link cannot be read"))?
        .guard
        .absent_is_unknown(Reason::NotCollected)
        .decide(PATH)?
        .unwrap_or_default();
    match context.estate.exists(&guard) {
        Ok(true) => Ok(Outcome::Pass),
        Ok(false) => Outcome::fail(
            Defect::at(PATH, "the resource guard that it leads to does not exist")
                .observed(guard.as_ref())
                .expected("the id of a resource guard that exists")
                .related(link.id.vault().unwrap_or_default(), "the vault that seems to be guarded"),
        ),
        Err(reason) => Err(undecided(reason, "its resource guard is not readable")),
    }
}
