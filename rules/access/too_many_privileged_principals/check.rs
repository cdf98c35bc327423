//! More principals can destroy, weaken or restore the vault's backups than anybody needs.

use crate::access::action::{Actions, sets};
use crate::access::{Access, Party, PrincipalId, Strength};
use crate::inventory::{Reason, Vault};
use crate::rule::{Check, Context, Defect, Outcome, Undecided, Verdict};

/// Judges vaults of both kinds.
pub const CHECK: Check = Check::Vault(check);

/// The sets by the name of their limit, with what their holders can do.
const SETS: [(&str, &str, Actions); 3] = [
    ("destroy", "can destroy its backups", sets::DESTROY),
    ("weaken", "can weaken what protects them", sets::WEAKEN),
    ("restore", "can restore from them", sets::RESTORE),
];

/// Principals whose role assignments a finding names, and how many of each.
const NAMED: usize = 5;
const CHAINS: usize = 2;

/// Those who hold one of the sets.
struct Counted {
    says: &'static str,
    limit: usize,
    party: Party,
    /// Now, or after an activation.
    proven: Vec<PrincipalId>,
}

fn check(vault: &Vault<'_>, context: &Context<'_, '_>) -> Verdict {
    if context.estate.coverage.is_declared() {
        let message = "code does not show everybody who holds a role";
        return Err(Undecided::because(Reason::SourceCannotSay, message));
    }
    let access = context.access();
    let counted = SETS.map(|(name, says, set)| {
        let limit = usize::try_from(context.parameters.integer(name)).unwrap_or_default();
        let set = sets::on_vault(set, vault.is_recovery_services());
        let party = access.party(vault.resource.id.as_str(), set, &[]);
        let proven = party.members.iter().filter(|(_, strength)| *strength <= Strength::Eligible);
        let proven = proven.map(|(principal, _)| *principal).collect();
        Counted { says, limit, party, proven }
    });
    let unread = || access.unread_list(vault.resource.id.as_str(), true);
    let above: Vec<&Counted> = counted.iter().filter(|set| set.proven.len() > set.limit).collect();
    if !above.is_empty() {
        return Outcome::fail(defect(&above, unread().is_some(), access));
    }
    let list = unread().map(|doubt| (doubt.reason, access.say(&doubt)));
    match counted.iter().find_map(|set| doubt(set, list.as_ref(), access)) {
        None => Ok(Outcome::Pass),
        Some((reason, message)) => Err(Undecided::because(reason, message)),
    }
}

/// What may hide principals beyond the limit.
fn doubt(
    set: &Counted,
    list: Option<&(Reason, String)>,
    access: Access<'_, '_>,
) -> Option<(Reason, String)> {
    let group = access.unread_group(&set.party).map(|doubt| (doubt.reason, access.say(&doubt)));
    let unsure = || {
        let mut unsure = set.party.members.iter().filter(|(_, strength)| {
            set.party.members.len() > set.limit && *strength > Strength::Eligible
        });
        unsure.next().map(|(principal, strength)| access.in_doubt(*principal, *strength))
    };
    let (reason, why) = group.or_else(|| list.cloned()).or_else(unsure)?;
    let Counted { says, limit, proven, .. } = set;
    let count = proven.len();
    let message = format!(
        "{count} {} known who {says}, and whether there are more than {limit} is not known: {why}",
        if count == 1 { "principal is" } else { "principals are" },
    );
    Some((reason, message))
}

fn defect(above: &[&Counted], is_open: bool, access: Access<'_, '_>) -> Defect {
    let counts: Vec<String> = above
        .iter()
        .map(|set| {
            let is_open = is_open || access.unread_group(&set.party).is_some();
            let least = if is_open { "at least " } else { "" };
            let census = access.census(&set.proven);
            format!("{least}{} principals {} ({census})", set.proven.len(), set.says)
        })
        .collect();
    let limits: Vec<String> =
        above.iter().map(|set| format!("at most {} who {}", set.limit, set.says)).collect();
    let set = above[0];
    let names = set.proven.iter().map(|principal| access.holder(*principal, Strength::Allowed));
    let useless = useless(set, access);
    let beside = match useless.len() {
        0 => String::new(),
        1 => "; one more holds it whom nobody can sign in as".to_owned(),
        count => format!("; {count} more hold it whom nobody can sign in as"),
    };
    let message = counts.join("; ") + &beside;
    let mut defect = Defect::at("", message)
        .observed(names.collect::<Vec<String>>())
        .expected(limits.join(", "));
    for principal in set.proven.iter().take(NAMED).chain(useless.iter().take(NAMED)) {
        let mut chains = access.chains(&set.party.scope, *principal, set.party.wanted);
        chains.truncate(CHAINS);
        defect = defect.by_roles(*principal, &chains, access);
    }
    defect
}

/// Orphaned ids and disabled accounts that hold it as well: nobody can sign in as them.
fn useless(set: &Counted, access: Access<'_, '_>) -> Vec<PrincipalId> {
    let effective = access.at(&set.party.scope);
    let holds = effective.holders().iter().filter(|holder| {
        holder.held.all().intersects(set.party.wanted) && !access.counts(holder.principal)
    });
    holds.map(|holder| holder.principal).collect()
}
