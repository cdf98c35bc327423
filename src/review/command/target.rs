//! What a command is done to: names of the command, looked up in the estate as the tool looks them up in Azure.

use super::choice::{Form, Target};
use super::{Line, Refusal, shown, text, texts, unsaid};
use crate::inventory::script::{Given, Operation, Place, Tool};
use crate::inventory::{Estate, Fact, Kind, Protection, Vault, id};

/// What a command is done to, and where its vault is.
pub(super) struct Found {
    pub ids: Vec<String>,
    /// The id of the vault.
    pub vault: Option<String>,
}

/// Looks names up.
#[derive(Clone, Copy)]
pub(super) struct Finder<'f, 'a> {
    pub line: Line<'f>,
    pub estate: &'f Estate<'a>,
}

const GROUP: [&str; 2] = ["--resource-group", "-ResourceGroupName"];

impl<'f> Finder<'f, '_> {
    pub fn targets(self, form: &Form) -> Result<Found, Refusal> {
        let operation = self.line.operation;
        if let Some(given) = operation.option("--ids") {
            let ids: Vec<String> = texts(given)?.into_iter().map(str::to_owned).collect();
            if let Some(wrong) = ids.iter().find(|id| !id.starts_with("/subscriptions/")) {
                let message = format!("`{wrong}` is no ARM id");
                return Err(Refusal::new(given.place, message, "write the whole id"));
            }
            let vault = ids.first().and_then(|id| id::vault_of(id)).map(str::to_owned);
            return Ok(Found { ids, vault });
        }
        let vault = self.vault(operation, 0)?;
        let on = match form.target {
            Target::Vault => vault.clone(),
            Target::Machine => self.machine(&vault)?,
            Target::Item => self.item(&vault)?,
            Target::Container => self.container(&vault)?,
            Target::Policy => self.policy(&vault)?,
            Target::Instance => self.below(&vault, "backupInstances", INSTANCE)?,
            Target::DeletedInstance => self.below(&vault, "deletedBackupInstances", INSTANCE)?,
        };
        Ok(Found { ids: vec![on], vault: Some(vault) })
    }

    /// The id of the vault that an operation names, or the operation whose object it takes.
    fn vault(self, operation: &'f Operation, depth: usize) -> Result<String, Refusal> {
        if depth > self.line.job.operations.len() {
            return Err(no_vault(operation));
        }
        if operation.tool == Tool::Az || operation.name.contains("-AzDataProtection") {
            // `--name` is the vault's where the command is about a vault; in `az dataprotection` it never is.
            let is_of_vaults = operation.name.starts_with("backup vault ");
            let names: &[&str] = if is_of_vaults {
                &["--vault-name", "--name"]
            } else {
                &["--vault-name", "-VaultName"]
            };
            return self.vault_named(operation, names);
        }
        if operation.name.eq_ignore_ascii_case("Get-AzRecoveryServicesVault")
            || operation.name.eq_ignore_ascii_case("Update-AzRecoveryServicesVault")
        {
            return self.vault_named(operation, &["-Name"]);
        }
        if let Some(given) = operation.given(&["-VaultId", "-Vault"]) {
            if let Some(id) = given.value.as_text() {
                return Ok(id.to_owned());
            }
            let source = self.line.source(&given.value).ok_or_else(|| unsaid(given))?;
            return self.vault(source, depth + 1);
        }
        let objects = ["-Item", "-Container", "-Policy", "-RecoveryPoint"];
        let given = operation.given(&objects);
        let source = given.and_then(|given| self.line.source(&given.value));
        if let Some(source) = source.or_else(|| self.line.piped(operation)) {
            return self.vault(source, depth + 1);
        }
        let mut before = self.line.before().rev();
        match before.find(|other| &*other.name == "Set-AzRecoveryServicesVaultContext") {
            Some(context) if depth == 0 || context.command != operation.command => {
                self.vault(context, depth + 1)
            }
            _ => Err(no_vault(operation)),
        }
    }

    fn vault_named(self, operation: &Operation, names: &[&str]) -> Result<String, Refusal> {
        let Some(given) = operation.given(names) else { return Err(no_vault(operation)) };
        let name = given.value.as_text().ok_or_else(|| unsaid(given))?;
        let group = text(operation, &GROUP)?;
        let subscription = self.subscription(operation)?;
        let is_backup_vault = operation.name.starts_with("dataprotection")
            || operation.name.contains("-AzDataProtection");
        let kind = if is_backup_vault { Kind::BackupVault } else { Kind::RecoveryServicesVault };
        let fits = |vault: &&Vault<'_>| {
            let id = &vault.resource.id;
            let same = |own: Option<&str>, said: Option<&str>| {
                said.is_none_or(|said| own.is_some_and(|own| own.eq_ignore_ascii_case(said)))
            };
            vault.resource.kind == kind
                && id.name().eq_ignore_ascii_case(name)
                && same(id.resource_group(), group)
                && same(id::subscription_of(id.as_str()), subscription.as_deref())
        };
        let found: Vec<&str> = self
            .estate
            .vaults
            .iter()
            .filter(fits)
            .map(|vault| vault.resource.id.as_str())
            .collect();
        match (&found[..], group, subscription) {
            ([only], ..) => Ok((*only).to_owned()),
            ([], Some(group), Some(subscription)) => Ok(format!(
                "/subscriptions/{subscription}/resourceGroups/{group}/providers/{}/{name}",
                kind.type_name()
            )),
            ([], ..) => {
                let message = format!("no vault {name} of that kind and group is in the estate");
                let help = "check the name and the resource group; with --subscription ID and the group it is reviewed as one that was not read";
                Err(Refusal::new(given.place, message, help))
            }
            (many, ..) => {
                let message = format!("{} vaults have the name {name}", many.len());
                let help = format!("say the subscription and the resource group: {}", some(many));
                Err(Refusal::new(given.place, message, help))
            }
        }
    }

    /// The subscription, if the command or one before it says so.
    pub fn subscription(self, operation: &Operation) -> Result<Option<String>, Refusal> {
        let said = |operation: &'f Operation| {
            let options = ["--subscription", "--name", "-SubscriptionId", "-Subscription"];
            operation.given(&options)
        };
        let own = operation.given(&["--subscription", "-SubscriptionId"]);
        let before = || {
            let sets = ["account set", "Set-AzContext", "Select-AzSubscription"];
            self.line.before().rev().find(|other| sets.contains(&&*other.name)).and_then(said)
        };
        let Some(given) = own.or_else(before) else { return Ok(None) };
        let name = given.value.as_text().ok_or_else(|| unsaid(given))?;
        let is_id = name.len() == 36 && name.bytes().filter(|byte| *byte == b'-').count() == 4;
        if is_id {
            return Ok(Some(name.to_ascii_lowercase()));
        }
        let all = self.estate.of_kind(Kind::Subscription);
        let mut named = all.filter(|known| {
            ["displayName", "properties.displayName", "name"].iter().any(|path| {
                matches!(known.text(path), Fact::Known(text) if text.eq_ignore_ascii_case(name))
            })
        });
        if let (Some(one), None) = (named.next(), named.next()) {
            return Ok(id::subscription_of(one.id.as_str()).map(str::to_owned));
        }
        let message = format!("which subscription is called {name} was not read");
        Err(Refusal::new(given.place, message, "write its id"))
    }

    /// A machine by its id, or by its name in a group: `az` takes that of the vault.
    fn machine(self, vault: &str) -> Result<String, Refusal> {
        let operation = self.line.operation;
        let given = operation.given(&["--vm", "-Name"]);
        let given = given.ok_or_else(|| lacks(operation, "--vm", "-Name"))?;
        let name = given.value.as_text().ok_or_else(|| unsaid(given))?;
        if name.starts_with('/') {
            return Ok(name.to_owned());
        }
        let group = text(operation, &GROUP)?.ok_or_else(|| lacks(operation, GROUP[0], GROUP[1]))?;
        let subscription = self.subscription(operation)?;
        let subscription =
            subscription.as_deref().or(id::subscription_of(vault)).unwrap_or_default();
        Ok(format!(
            "/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Compute/virtualMachines/{name}"
        ))
    }

    /// What has a name of its own below a vault.
    fn below(self, vault: &str, list: &str, names: [&str; 4]) -> Result<String, Refusal> {
        let operation = self.line.operation;
        let name = text(operation, &names)?;
        let name = name.ok_or_else(|| lacks(operation, names[0], names[3]))?;
        Ok(format!("{vault}/{list}/{name}"))
    }

    fn policy(self, vault: &str) -> Result<String, Refusal> {
        let operation = self.line.operation;
        if let Some(given) = operation.option("-Policy") {
            let source = self.line.source(&given.value).ok_or_else(|| unsaid(given))?;
            let name = text(source, &["-Name"])?.ok_or_else(|| unsaid(given))?;
            return Ok(format!("{vault}/backupPolicies/{name}"));
        }
        self.below(vault, "backupPolicies", ["--name", "--backup-policy-name", "-Name", "-Policy"])
    }

    fn container(self, vault: &str) -> Result<String, Refusal> {
        let operation = self.line.operation;
        let (name, place) = self.container_name(operation)?;
        let all = self.estate.of_kind(Kind::ProtectionContainer);
        let in_vault = all.filter(|known| known.id.vault().is_some_and(|it| id::same(it, vault)));
        let named = in_vault.filter(|known| {
            let friendly = known.text("properties.friendlyName");
            is_called(known.id.name(), &name)
                || matches!(friendly, Fact::Known(text) if text.eq_ignore_ascii_case(&name))
        });
        let found: Vec<&str> = named.map(|known| known.id.as_str()).collect();
        match &found[..] {
            [only] => Ok((*only).to_owned()),
            [] if name.contains(';') => {
                Ok(format!("{vault}/backupFabrics/Azure/protectionContainers/{name}"))
            }
            found => Err(not_one(place, "container", &name, found)),
        }
    }

    /// The name of a container that an operation takes, itself or as an object.
    fn container_name(self, operation: &'f Operation) -> Result<(String, Place), Refusal> {
        let names = ["--container-name", "-FriendlyName", "-Name"];
        if operation.tool == Tool::Az
            || operation.name.ends_with("BackupContainer")
                && operation.option("-Container").is_none()
        {
            let given = operation.given(&names);
            let given = given.ok_or_else(|| lacks(operation, names[0], names[1]))?;
            let name = given.value.as_text().ok_or_else(|| unsaid(given))?;
            return Ok((name.to_owned(), given.place));
        }
        let given = operation.option("-Container");
        let source = given.and_then(|given| self.line.source(&given.value));
        let source = source.or_else(|| self.line.piped(operation));
        let named = source.and_then(|source| source.given(&names[1..]));
        match (named, given) {
            (Some(named), _) => {
                let name = named.value.as_text().ok_or_else(|| unsaid(named))?;
                Ok((name.to_owned(), named.place))
            }
            (None, Some(given)) => Err(unsaid(given)),
            (None, None) => Err(lacks(operation, names[0], "-Container")),
        }
    }

    /// An item by its names, or by the command that reads it.
    fn item(self, vault: &str) -> Result<String, Refusal> {
        let operation = self.item_source(self.line.operation, 0)?;
        let (container, name) = if operation.tool == Tool::Az {
            (operation.option("--container-name"), operation.option("--item-name"))
        } else {
            let container = operation.option("-Container");
            let source = container.and_then(|given| self.line.source(&given.value));
            (
                source.and_then(|source| source.given(&["-FriendlyName", "-Name"])),
                operation.option("-Name"),
            )
        };
        let Some(given) = name.or(container) else {
            return Err(lacks(operation, "--item-name", "-Name"));
        };
        let known = |given: Option<&'f Given>| match given {
            Some(given) => given.value.as_text().map(Some).ok_or_else(|| unsaid(given)),
            None => Ok(None),
        };
        let (container, name) = (known(container)?, known(name)?);
        let fits = |item: &&Protection<'_>| {
            let friendly = item.resource.text("properties.friendlyName");
            let own = item.resource.id.as_str();
            let of_container = container_of(own).unwrap_or_default();
            let is_named = |wanted: &str| {
                is_called(item.resource.id.name(), wanted)
                    || matches!(&friendly, Fact::Known(text) if text.eq_ignore_ascii_case(wanted))
            };
            name.is_none_or(is_named)
                && container.is_none_or(|wanted| is_called(of_container, wanted))
        };
        let items = self.estate.protections_in(vault).filter(fits);
        let found: Vec<&str> = items.map(|item| item.resource.id.as_str()).collect();
        match (&found[..], container, name) {
            ([only], ..) => Ok((*only).to_owned()),
            // Names as Azure has them need no list.
            ([], Some(container), Some(name)) if container.contains(';') && name.contains(';') => {
                Ok(format!(
                    "{vault}/backupFabrics/Azure/protectionContainers/{container}/protectedItems/{name}"
                ))
            }
            (found, container, name) => {
                let name = name.or(container).unwrap_or_default();
                Err(not_one(given.place, "item", name, found))
            }
        }
    }

    /// The operation that names the item: this one, or the one that reads the object that it takes.
    fn item_source(self, operation: &'f Operation, depth: usize) -> Result<&'f Operation, Refusal> {
        let names_it = operation.tool == Tool::Az
            || operation.name.ends_with("Get-AzRecoveryServicesBackupItem");
        if names_it {
            return Ok(operation);
        }
        let given = operation.given(&["-Item", "-RecoveryPoint"]);
        let source = given.and_then(|given| self.line.source(&given.value));
        match (source.or_else(|| self.line.piped(operation)), given) {
            (Some(source), _) if depth < self.line.job.operations.len() => {
                self.item_source(source, depth + 1)
            }
            (_, Some(given)) => Err(unsaid(given)),
            (_, None) => Err(lacks(operation, "--item-name", "-Item")),
        }
    }
}

const INSTANCE: [&str; 4] = ["--backup-instance-name", "--name", "-BackupInstanceName", "-Name"];

/// Whether a name of Azure, `VM;iaasvmcontainerv2;GROUP;NAME`, is meant: as a whole, or by its end.
fn is_called(own: &str, wanted: &str) -> bool {
    own.eq_ignore_ascii_case(wanted)
        || own.rsplit(';').next().is_some_and(|end| end.eq_ignore_ascii_case(wanted))
}

fn container_of(item: &str) -> Option<&str> {
    let mut segments = item.split('/');
    segments.find(|segment| segment.eq_ignore_ascii_case("protectionContainers"))?;
    segments.next()
}

fn no_vault(operation: &Operation) -> Refusal {
    lacks(operation, "--vault-name", "-VaultId")
}

fn lacks(operation: &Operation, az: &str, cmdlet: &str) -> Refusal {
    let option = if operation.tool == Tool::Az { az } else { cmdlet };
    let message = format!("{} does not say `{option}`", shown(operation));
    Refusal::new(operation.place, message, "it is looked up in the estate by that")
}

fn not_one(place: Place, noun: &str, name: &str, found: &[&str]) -> Refusal {
    if found.is_empty() {
        let message = format!("no {noun} {name} of that vault is in the estate");
        let help = "check the names; what was not read is reviewed when its names are written as Azure has them, with their semicolons";
        return Refusal::new(place, message, help);
    }
    let message = format!("{} of the vault's {noun}s are called {name}", found.len());
    Refusal::new(place, message, format!("write the names as Azure has them: {}", some(found)))
}

fn some(ids: &[&str]) -> String {
    ids.iter().take(4).copied().collect::<Vec<_>>().join(", ")
}
