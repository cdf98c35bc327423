//! Rules on the Resource Guards of a vault: what multi-user authorization is worth.

use super::contract::{Context, Defect, Outcome, Undecided, Verdict};
use crate::access::{Access, Chain, Party, PrincipalId, Strength};
use crate::inventory::{Reason, Vault};

/// The rule on those who approve their own requests.
pub const APPROVAL_RULE: &str = "mua-self-approval";

/// Principals that a finding names, and role assignments of each on either side.
const NAMED: usize = 5;
const CHAINS: usize = 3;

/// What a rule found at one guard of a vault.
#[derive(Debug, Default)]
pub struct AtGuard {
    /// What is wrong.
    pub defect: Option<Defect>,
    /// Why it is not certain that nothing is.
    pub doubt: Option<(Reason, String)>,
    /// Whether another rule of the run reports it.
    pub is_reported: bool,
}

/// Judges each guard that a vault is linked to. Without one the rule does not apply, nor where the guard is
/// gone, which is another finding; code can prove a defect and nothing else.
///
/// # Errors
/// When what was not read could hide a defect.
pub fn over_guards(
    vault: &Vault<'_>,
    context: &Context<'_, '_>,
    judge: impl Fn(&str) -> AtGuard,
) -> Verdict {
    let linked = vault.linked_guards();
    let mut doubt = linked.unread.map(|(reason, says)| (reason, says.to_owned()));
    let mut is_asked = doubt.is_some();
    let mut is_reported = false;
    for guard in &linked.ids {
        let read = context.estate.exists(guard);
        if read == Ok(false) {
            continue;
        }
        is_asked = true;
        let found = judge(guard);
        if let Some(defect) = found.defect {
            return Outcome::fail(defect);
        }
        let unread = read.err().map(|reason| (reason, UNREADABLE.to_owned()));
        doubt = doubt.or(unread).or(found.doubt);
        is_reported |= found.is_reported;
    }
    if !is_asked {
        return Ok(Outcome::NotApplicable);
    }
    if context.estate.coverage.is_declared() {
        let message = "code does not show everybody who holds a role";
        return Err(Undecided::because(Reason::SourceCannotSay, message));
    }
    match doubt {
        Some((reason, message)) => Err(Undecided::because(reason, message)),
        None if is_reported => Ok(Outcome::NotApplicable),
        None => Ok(Outcome::Pass),
    }
}

const UNREADABLE: &str = "multi-user authorization is on, but its resource guard is not readable";

/// A defect of those who are in two parties: what they can do, and the role assignments that put them there.
pub fn defect_of_both(
    who: &[(PrincipalId, Strength)],
    sides: [&Party; 2],
    access: Access<'_, '_>,
    does: &str,
) -> Defect {
    let named = || who.iter().take(NAMED);
    let names: Vec<String> =
        named().map(|(principal, strength)| access.holder(*principal, *strength)).collect();
    let more = match who.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let each = if who.len() > 1 { "can each" } else { "can" };
    let mut defect = Defect::at("", format!("{}{more} {each} {does}", names.join(", ")))
        .observed(names)
        .related(sides[1].scope.as_str(), "the guard");
    for (principal, _) in named() {
        for side in sides {
            let mut chains = access.chains(&side.scope, *principal, side.wanted);
            chains.truncate(CHAINS);
            defect = defect.by_roles(*principal, &chains, access);
        }
    }
    defect
}

impl Defect {
    /// Adds the role assignments by which somebody holds something, each once.
    #[must_use]
    pub fn by_roles(
        mut self,
        principal: PrincipalId,
        chains: &[Chain<'_, '_>],
        access: Access<'_, '_>,
    ) -> Self {
        for chain in chains {
            if self.related.iter().all(|(known, _)| known != chain.assignment) {
                self = self.related(chain.assignment, chain.says(principal, access));
            }
        }
        self
    }
}
