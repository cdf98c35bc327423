//! The vault refuses the public internet, and no private endpoint leads to it: backups cannot run.

use crate::inventory::{PrivateAccess, Vault, VaultService};
use crate::rule::{Check, Context, Decide, Defect, Outcome, Undecided, Verdict};

/// Judges Recovery Services vaults.
pub const CHECK: Check = Check::Vault(check);

const PATH: &str = "properties.publicNetworkAccess";

fn check(vault: &Vault<'_>, context: &Context<'_, '_>) -> Verdict {
    let needs = context.estate.needs(vault, VaultService::Backup);
    if needs == Ok(false) {
        return Ok(Outcome::NotApplicable);
    }
    // Azure's default is on.
    let public = vault.resource.text(PATH).decide(PATH)?;
    if public.is_none_or(|public| public.eq_ignore_ascii_case("Enabled")) {
        return Ok(Outcome::NotApplicable);
    }
    let access = context.estate.private_access(vault, VaultService::Backup);
    if access == Ok(PrivateAccess::Open) {
        return Ok(Outcome::Pass);
    }
    needs.map_err(|reason| {
        Undecided::because(reason, "whether the vault holds backup items was not read")
    })?;
    let access = access.map_err(|unknown| Undecided {
        reason: unknown.reason,
        path: unknown.path.into(),
        message: String::new(),
    })?;
    let message = match access.idle() {
        [] => "public access is off and no private endpoint for backups leads to the vault: backups and restores cannot run".to_owned(),
        [idle, ..] => format!(
            "public access is off and its private endpoint for backups is of no use ({}): backups and restores cannot run",
            idle.state
        ),
    };
    let defect = Defect::at(PATH, message)
        .observed("Disabled")
        .expected("an approved private endpoint for group AzureBackup");
    Outcome::fail(access.idle().iter().fold(defect, |defect, idle| {
        defect.related(idle.id.as_str(), "a private endpoint that nothing passes")
    }))
}
