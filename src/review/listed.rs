//! What `[select]`, or a vault as a target, means and was not read: what a list would have shown beside what it did.

use super::check::Judged;
use super::request::Select;
use super::select::is_one;
use super::subject::Class;
use crate::inventory::{Estate, Kind, Reason, Vault, id};

const VAULTS: [Kind; 2] = [Kind::RecoveryServicesVault, Kind::BackupVault];

/// The items of a vault, where they were not read to the end.
pub(super) fn of_vault(vault: &Vault<'_>) -> Option<Judged> {
    let reason = vault.items_read.err()?;
    Some(unread(reason, "items of", vault.resource.id.as_str()))
}

/// The lists that may hold more of what is selected.
pub(super) fn of_selection(select: &Select, class: Class, estate: &Estate<'_>) -> Vec<Judged> {
    let mut found = Vec::new();
    let outer: &[Kind] = if class == Class::Datasource { &[Kind::VirtualMachine] } else { &VAULTS };
    for scope in scopes(select) {
        let missing =
            outer.iter().flat_map(|kind| estate.coverage.missing(scope, kind.type_name()));
        let mut missing: Vec<(&str, Reason)> = missing.collect();
        missing.sort_by(|one, two| one.0.cmp(two.0));
        missing.dedup_by(|one, two| id::same(one.0, two.0));
        let what = if class == Class::Datasource { "machines of" } else { "vaults of" };
        found.extend(missing.into_iter().map(|(place, reason)| unread(reason, what, place)));
    }
    if matches!(class, Class::Datasource | Class::Vault) {
        return found;
    }
    for vault in estate.vaults.iter().filter(|vault| may_hold(select, class, vault)) {
        let on = vault.resource.id.as_str();
        let list = |kind: Kind| estate.coverage.unbroken(on, kind.type_name());
        let (read, what) = match (class, vault.is_recovery_services()) {
            (Class::Policy, true) => (list(Kind::RecoveryServicesPolicy), "backup policies of"),
            (Class::Policy, false) => (list(Kind::BackupVaultPolicy), "backup policies of"),
            (Class::Container, true) => (list(Kind::ProtectionContainer), "containers of"),
            (Class::Container, false) => continue,
            _ => (vault.items_read, "items of"),
        };
        found.extend(read.err().map(|reason| unread(reason, what, on)));
    }
    found
}

/// Items of which it is not known whether they are selected: what decides of them was not read.
pub(super) fn undecided(names: &[&str], reason: Reason) -> Option<Judged> {
    const MOST: usize = 5;
    let (first, rest) = (names.get(..MOST).unwrap_or(names), names.len().saturating_sub(MOST));
    let more = if rest == 0 { String::new() } else { format!(" and {rest} more") };
    let says = format!(
        "whether [select] means {}{more} cannot be told: tags or backup policies of them were not read",
        first.join(", ")
    );
    (!names.is_empty()).then(|| Judged::unknown(reason, says).fix(FIX))
}

const FIX: &str = "read the list as well, or name the targets one by one";

fn unread(reason: Reason, what: &str, on: &str) -> Judged {
    let says = format!("the {what} {} were not all read: more may be meant", id::name_of(on));
    Judged::unknown(reason, says).at(on, "", "not read").fix(FIX)
}

/// The scopes in which everything that is selected lies.
fn scopes(select: &Select) -> Vec<&str> {
    let is_pattern = |scope: &String| scope.contains('*');
    if select.scope.is_empty() || select.scope.iter().any(is_pattern) {
        return vec!["/"];
    }
    select.scope.iter().map(String::as_str).collect()
}

/// Whether something that is selected may lie in a vault. An item counts by what it protects, too: that lies in the
/// subscription of a Recovery Services vault, and anywhere for a Backup vault.
fn may_hold(select: &Select, class: Class, vault: &Vault<'_>) -> bool {
    let on = vault.resource.id.as_str();
    let subscription = id::subscription_of(on);
    let touches = |scope: &&str| {
        let same = || {
            let of = id::subscription_of(scope);
            of.zip(subscription).is_some_and(|(one, other)| one.eq_ignore_ascii_case(other))
        };
        id::is_within(on, scope)
            || id::is_within(scope, on)
            || class == Class::Protection && (!vault.is_recovery_services() || same())
    };
    is_one(&select.vault, Some(on)) && scopes(select).iter().any(touches)
}
