//! A script restores disks by an account whose region nobody looked at.

use crate::inventory::script::{Language, Operation, ScriptOperation, Value};
use crate::inventory::{Fact, Kind, Reason};
use crate::rule::script::{self, at, form_of, undecided};
use crate::rule::{Check, Context, Outcome, Undecided, Verdict};

/// Judges each operation of a script.
pub const CHECK: Check = Check::Operation(check);

const RESTORES: [&str; 2] =
    ["backup restore restore-disks", "Restore-AzRecoveryServicesBackupItem"];
const ACCOUNT: [&str; 2] = ["--storage-account", "-StorageAccountName"];
const VAULT: [&str; 1] = ["--vault-name"];
const NAME: [&str; 2] = ["--name", "-Name"];
/// A restore of files or of a database goes through no account.
const OF_OTHERS: [&str; 2] = ["-ResolveConflict", "-WLRecoveryConfig"];
const READS_ACCOUNT: [&str; 3] =
    ["storage account show", "storage account list", "Get-AzStorageAccount"];

fn check(script: &ScriptOperation<'_>, context: &Context<'_, '_>) -> Verdict {
    let operation = script.operation();
    let is_of_disks = operation.is(&RESTORES) && operation.given(&OF_OTHERS).is_none();
    if !is_of_disks || script.is_rehearsal() {
        return Ok(Outcome::NotApplicable);
    }
    let Some(given) = operation.given(&ACCOUNT) else {
        return if operation.complete {
            Ok(Outcome::NotApplicable)
        } else {
            Err(script::hidden(operation, &ACCOUNT))
        };
    };
    if compares_locations(script) {
        return Ok(Outcome::Pass);
    }
    let name = named(script, &given.value).ok_or_else(|| undecided(given))?;
    if let Fact::Known(account) = region(context, Kind::StorageAccount, &name) {
        return match vault_region(script, context) {
            Fact::Known(vault) if vault == account => Ok(Outcome::Pass),
            Fact::Known(_) => Ok(Outcome::NotApplicable),
            Fact::Absent | Fact::Unknown(_) => Err(Undecided::because(
                Reason::OutsideThisSource,
                "the region of the account is known, that of the vault is not",
            )),
        };
    }
    let message = format!(
        "nothing says in which region the account {name} is, and the script does not compare it with the vault's"
    );
    script::fail(script, context, vec![at(given, message).expected("the region of the vault")])
}

/// The name of an account, also where a command reads it by its name.
fn named(script: &ScriptOperation<'_>, value: &Value) -> Option<String> {
    if let Some(text) = value.as_text() {
        return Some(text.rsplit('/').next().unwrap_or(text).to_owned());
    }
    let source = script.source(value).filter(|source| source.is(&READS_ACCOUNT))?;
    let name = form_of(&source.given(&NAME)?.value)?;
    (!name.contains('{')).then(|| name.into_owned())
}

fn vault_region(script: &ScriptOperation<'_>, context: &Context<'_, '_>) -> Fact<String> {
    match script.operation().text(&VAULT) {
        Fact::Known(name) => region(context, Kind::RecoveryServicesVault, name),
        Fact::Absent => Fact::Absent,
        Fact::Unknown(reason) => Fact::Unknown(reason),
    }
}

/// The region of the one resource of this name that was read.
fn region(context: &Context<'_, '_>, kind: Kind, name: &str) -> Fact<String> {
    let of_kind = context.estate.others.iter().filter(|other| other.kind == kind);
    let mut of_name = of_kind.filter(|other| other.id.name().eq_ignore_ascii_case(name));
    match (of_name.next(), of_name.next()) {
        (Some(one), None) => one.location(),
        _ => Fact::Absent,
    }
}

/// Whether something before the restore compares the location of an account with anything.
fn compares_locations(script: &ScriptOperation<'_>) -> bool {
    let job = script.job();
    let own = script.command().map_or(0, |command| command.order);
    let before = job.commands.iter().take_while(|command| command.order < own);
    let mut tests = before.filter(|command| matches!(command.name(), Some("[" | "[[" | "test")));
    let is_location = |operation: &Operation| {
        let query = operation.option("--query").and_then(|given| given.value.as_text());
        let asks = query.is_some_and(|query| query.to_ascii_lowercase().contains("location"));
        operation.is(&READS_ACCOUNT) && asks
    };
    let reads = |value: &Value| script.source(value).is_some_and(is_location);
    tests.any(|command| command.words.iter().any(|word| reads(&word.value)))
        || compares_in_powershell(script)
}

/// PowerShell compares in expressions, which are no commands.
fn compares_in_powershell(script: &ScriptOperation<'_>) -> bool {
    let is_powershell =
        script.command().is_some_and(|command| command.language == Language::PowerShell);
    let end = script.operation().place.start as usize;
    let before = script.script.text.get(..end).unwrap_or_default();
    is_powershell
        && before.lines().any(|line| {
            let line = line.trim_start().to_ascii_lowercase();
            let compares = [" -eq ", " -ne ", " -ieq ", " -ine "];
            !line.starts_with('#')
                && line.contains("location")
                && compares.iter().any(|operator| line.contains(operator))
        })
}
