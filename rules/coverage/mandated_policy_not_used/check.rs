//! Something is backed up with another vault or backup policy than its mandate allows.

use crate::inventory::{Protection, Reason, id, placeholder};
use crate::rule::{Check, Context, Decide, Defect, Mandate, Named, Outcome, Undecided, Verdict};

/// Judges active protected items and backup instances.
pub const CHECK: Check = Check::Protection(check);

fn check(item: &Protection<'_>, context: &Context<'_, '_>) -> Verdict {
    if context.declarations.mandates.is_empty() || item.is_active() == Ok(false) {
        return Ok(Outcome::NotApplicable);
    }
    let mandates = context.mandates_of_datasource(item);
    if mandates.is_empty() {
        return Ok(Outcome::NotApplicable);
    }
    item.is_active().map_err(|reason| Undecided {
        reason,
        path: item.state_path().into(),
        message: String::new(),
    })?;
    let mut defects = Vec::new();
    let mut undecided = mandates.undecided;
    for mandate in mandates.known {
        match vault_defect(item, mandate) {
            Ok(defect) => defects.extend(defect),
            Err(unknown) => undecided = Some(unknown),
        }
        match policy_defect(item, mandate) {
            Ok(defect) => defects.extend(defect),
            Err(unknown) => undecided = Some(unknown),
        }
    }
    if !defects.is_empty() {
        return Ok(Outcome::Fail(defects));
    }
    undecided.map_or(Ok(Outcome::Pass), Err)
}

fn vault_defect(item: &Protection<'_>, mandate: &Mandate) -> Result<Option<Defect>, Undecided> {
    let Some(vault) = item.resource.id.vault() else { return Ok(None) };
    let name = id::name_of(vault);
    let refused = refuses(&mandate.vaults, vault, "vault")?;
    Ok(refused.then(|| {
        Defect::at("", format!("it is backed up in vault {name}, which its mandate does not allow"))
            .observed(vault)
            .expected(texts(&mandate.vaults))
            .related(vault, "the vault it is in")
    }))
}

fn policy_defect(item: &Protection<'_>, mandate: &Mandate) -> Result<Option<Defect>, Undecided> {
    if mandate.policies.is_empty() {
        return Ok(None);
    }
    let path = item.policy_path();
    let policy = item.policy.as_ref().decide(path)?.filter(|policy| !policy.is_empty());
    let defect = |message: String| Defect::at(path, message).expected(texts(&mandate.policies));
    let Some(policy) = policy else {
        return Ok(Some(defect(
            "it uses no backup policy, and its mandate demands one".to_owned(),
        )));
    };
    let name = id::name_of(policy);
    Ok(refuses(&mandate.policies, policy, "backup policy")?.then(|| {
        defect(format!("it uses backup policy {name}, which its mandate does not allow"))
            .observed(policy.as_ref())
    }))
}

fn refuses(allowed: &[Named], id: &str, what: &str) -> Result<bool, Undecided> {
    let refused = !allowed.is_empty() && !allowed.iter().any(|named| (named.matches)(id));
    if refused && depends_on_what_is_unknown(allowed, id) {
        let message = format!("the id of its {what} is not known, which its mandate speaks of");
        return Err(Undecided::because(Reason::UnresolvedExpression, message));
    }
    Ok(refused)
}

/// Whether a piece of an id that code does not tell could make it one of those allowed. A pattern without a slash is a
/// name; one that starts with a letter cannot stand for a whole id.
fn depends_on_what_is_unknown(allowed: &[Named], id: &str) -> bool {
    let is_name = |named: &Named| {
        !named.text.contains('/') && named.text.starts_with(|c: char| c.is_ascii_alphanumeric())
    };
    let decisive = if allowed.iter().all(is_name) { id::name_of(id) } else { id };
    placeholder::has_placeholder(decisive)
}

fn texts(allowed: &[Named]) -> Vec<String> {
    allowed.iter().map(|named| named.text.clone()).collect()
}
