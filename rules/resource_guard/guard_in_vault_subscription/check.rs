//! The resource guard lies in the vault's own subscription, whose owners hold both sides.

use crate::inventory::{Fact, GuardFlag, GuardLink, Reason, ResourceId, Vault, View as _};
use crate::rule::{Check, Context, Decide, Defect, Outcome, Undecided, Verdict};

/// Judges vaults of both kinds.
pub const CHECK: Check = Check::Vault(check);

fn check(vault: &Vault<'_>, _: &Context<'_, '_>) -> Verdict {
    let links = match &vault.guard_links {
        Fact::Known(links) if !links.is_empty() => links,
        Fact::Known(_) | Fact::Absent => return without_links(vault, None),
        Fact::Unknown(reason) => return without_links(vault, Some(*reason)),
    };
    let home = vault.resource.id.subscription().unwrap_or_default();
    let mut undecided = None;
    for (at, link) in links.iter().enumerate() {
        let guard = GuardLink::read(link.clone()).map_or(Fact::Absent, |link| link.guard);
        let guard = match guard.absent_is_unknown(Reason::NotCollected) {
            Fact::Known(guard) => ResourceId::new(guard),
            Fact::Unknown(reason) => {
                undecided = Some(Undecided::because(
                    reason,
                    "which resource guard it is linked to is unknown",
                ));
                continue;
            }
            Fact::Absent => continue,
        };
        let Some(subscription) = guard.subscription() else {
            let message = "the id of its resource guard names no subscription";
            undecided = Some(Undecided::because(Reason::UnrecognisedValue, message));
            continue;
        };
        if subscription.eq_ignore_ascii_case(home) {
            let message = format!(
                "its resource guard {} lies in the vault's own subscription: an owner there holds both",
                guard.name()
            );
            let path = format!("related.guard_links[{at}].properties.resourceGuardResourceId");
            return Outcome::fail(
                Defect::at(path, message)
                    .observed(subscription)
                    .expected("a guard in another subscription, best in another tenant")
                    .related(link.id.as_str(), "the link to the guard")
                    .related(guard.as_str(), "the guard"),
            );
        }
    }
    undecided.map_or(Ok(Outcome::Pass), Err)
}

/// Without a link, the vault's own flag says whether there is a guard at all.
fn without_links(vault: &Vault<'_>, unread: Option<Reason>) -> Verdict {
    let path = vault.guard_flag_path();
    let flag = match (vault.guard_flag(), unread) {
        // A list that was read and is empty needs no flag to confirm it.
        (Fact::Unknown(Reason::NotCollected), None) => None,
        (flag, _) => flag.decide(path)?,
    };
    let message = match flag {
        Some(GuardFlag::On) => {
            "multi-user authorization is on, but no link to a resource guard was read"
        }
        None if unread.is_some() && vault.is_recovery_services() => {
            "neither the flag nor the links were read"
        }
        Some(GuardFlag::Off) | None => return Ok(Outcome::NotApplicable),
    };
    Err(Undecided {
        reason: unread.unwrap_or(Reason::Conditional),
        path: "related.guard_links".into(),
        message: message.to_owned(),
    })
}
