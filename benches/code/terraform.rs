//! Projects as root modules of Terraform.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use backuplint::code::adapter::terraform::declarations;
use backuplint::code::terraform::project::{Options, Project};

use super::project::{FORMS, Form};
use super::{Answer, Counted, template::count};

/// Writes a root module: 17 resources, a provider, and what they take from outside.
pub fn write(number: usize, folder: &Path) -> Answer<()> {
    let form = FORMS[number % FORMS.len()];
    let mut main = String::from(PROVIDERS);
    main.push_str(LOCALS);
    main.push_str(GROUP);
    vault(&mut main, number, form)?;
    for (at, kind) in ["daily", "weekly", "monthly"].into_iter().enumerate() {
        policy(&mut main, kind, at, form)?;
    }
    items(&mut main, form)?;
    backup_vault(&mut main, number, form)?;
    disks(&mut main, number, form)?;
    main.push_str(AROUND);
    logs(&mut main)?;
    fs::write(folder.join("main.tf"), main)?;
    fs::write(folder.join("variables.tf"), variables()?)?;
    fs::write(folder.join("terraform.tfvars"), format!("{VALUES}cost_center = \"cc-{number}\"\n"))?;
    Ok(())
}

/// Reads every root module below a folder.
pub fn run(folder: &Path) -> Answer<Counted> {
    let project = Project::read(folder, Options::default());
    if let Some(diagnostic) = project.diagnostics().first() {
        return Err(format!("{}: {}", diagnostic.path, diagnostic.message).into());
    }
    let bytes = project.sources().files().iter().map(|file| file.text.len() as u64).sum();
    let mut counted = Counted { bytes, ..Counted::default() };
    project.evaluate_with(
        |root| declarations(&root, &|_| None).declarations,
        |declarations| {
            // Not a resource: it tells rules of the provider.
            for declared in
                declarations.iter().filter(|declared| &*declared.kind != "Terraform/providers")
            {
                counted.resources += 1;
                count(&declared.body, &mut counted);
            }
        },
    );
    Ok(counted)
}

impl Form {
    /// A setting of Terraform in this form.
    fn expression(self, name: &str, value: &str, other: &str) -> String {
        match self {
            Self::Literal | Self::Repeated => value.to_owned(),
            Self::Variable => format!("local.settings.{name}"),
            Self::Parameter => format!("var.{name}"),
            Self::Conditional => format!("var.stage == \"prod\" ? {value} : {other}"),
        }
    }

    fn keep_days(self, other: &str) -> String {
        self.expression("keep_days", "30", other)
    }
}

const PROVIDERS: &str = r#"terraform {
  required_version = ">= 1.6"

  required_providers {
    azurerm = {
      source  = "hashicorp/azurerm"
      version = "~> 4.10"
    }
  }
}

provider "azurerm" {
  features {
    recovery_services_vaults {
      recover_soft_deleted_backup_protected_vm = true
    }
  }
}

"#;

const LOCALS: &str = r#"locals {
  name = "app-${var.stage}"

  settings = {
    immutability = "Unlocked"
    keep_days    = 30
    redundancy   = "GeoRedundant"
  }

  tags = {
    environment = var.stage
    owner       = "platform"
    tier        = "gold"
    cost-center = var.cost_center
  }
}

"#;

const GROUP: &str = r#"resource "azurerm_resource_group" "backup" {
  name     = "rg-${local.name}"
  location = var.location
  tags     = local.tags
}

"#;

fn vault(out: &mut String, number: usize, form: Form) -> Answer<()> {
    let open = number.is_multiple_of(3);
    let redundancy = form.expression("redundancy", "\"GeoRedundant\"", "\"LocallyRedundant\"");
    let immutability = form.expression("immutability", "\"Unlocked\"", "\"Disabled\"");
    write!(
        out,
        r#"# The vault of the machines of this application. Its settings are those of the platform team; whoever changes
# them asks that team first.
resource "azurerm_recovery_services_vault" "vault" {{
  name                          = "rsv-${{local.name}}"
  location                      = azurerm_resource_group.backup.location
  resource_group_name           = azurerm_resource_group.backup.name
  sku                           = "Standard"
  storage_mode_type             = {redundancy}
  cross_region_restore_enabled  = true
  immutability                  = {immutability}
  soft_delete_enabled           = true
  public_network_access_enabled = {open}
  tags                          = merge(local.tags, {{ purpose = "machines" }})

  identity {{
    type = "SystemAssigned"
  }}

  monitoring {{
    alerts_for_all_job_failures_enabled            = true
    alerts_for_critical_operation_failures_enabled = false
  }}

  lifecycle {{
    prevent_destroy = true
  }}
}}

"#
    )?;
    Ok(())
}

fn policy(out: &mut String, kind: &str, at: usize, form: Form) -> Answer<()> {
    let days = form.keep_days("7");
    write!(
        out,
        r#"resource "azurerm_backup_policy_vm" "{kind}" {{
  name                           = "{kind}"
  resource_group_name            = azurerm_resource_group.backup.name
  recovery_vault_name            = azurerm_recovery_services_vault.vault.name
  policy_type                    = "V1"
  timezone                       = "UTC"
  instant_restore_retention_days = 2

  backup {{
    frequency = "Daily"
    time      = "0{at}:30"
  }}

  retention_daily {{
    count = {days}
  }}
"#
    )?;
    if at > 0 {
        out.push_str(
            r#"
  retention_weekly {
    count    = 12
    weekdays = ["Sunday", "Wednesday"]
  }
"#,
        );
    }
    if at > 1 {
        out.push_str(
            r#"
  retention_monthly {
    count    = 60
    weekdays = ["Sunday", "Wednesday"]
    weeks    = ["First", "Last"]
  }
"#,
        );
    }
    out.push_str("}\n\n");
    Ok(())
}

/// Five machines that are protected: one by one, or one for each of a list.
fn items(out: &mut String, form: Form) -> Answer<()> {
    let item = |out: &mut String, name: &str, repeat: &str, machine: &str| -> Answer<()> {
        write!(
            out,
            r#"resource "azurerm_backup_protected_vm" "{name}" {{{repeat}
  resource_group_name = azurerm_resource_group.backup.name
  recovery_vault_name = azurerm_recovery_services_vault.vault.name
  source_vm_id        = "${{azurerm_resource_group.backup.id}}/providers/Microsoft.Compute/virtualMachines/{machine}"
  backup_policy_id    = azurerm_backup_policy_vm.daily.id
}}

"#
        )?;
        Ok(())
    };
    if let Form::Repeated = form {
        return item(out, "machines", "\n  for_each = toset(var.machines)\n", "${each.value}");
    }
    (0..5).try_for_each(|at| item(out, &format!("machine_{at}"), "", &format!("vm-app-{at}")))
}

fn backup_vault(out: &mut String, number: usize, form: Form) -> Answer<()> {
    let soft_delete = if number.is_multiple_of(4) { "Off" } else { "On" };
    let redundancy = form.expression("redundancy", "\"GeoRedundant\"", "\"LocallyRedundant\"");
    let immutability = form.expression("immutability", "\"Unlocked\"", "\"Disabled\"");
    let days = form.keep_days("14");
    write!(
        out,
        r#"# Disks are kept in the resource group of the application until they are restored.
resource "azurerm_data_protection_backup_vault" "disks" {{
  name                         = "bv-${{local.name}}"
  location                     = azurerm_resource_group.backup.location
  resource_group_name          = azurerm_resource_group.backup.name
  datastore_type               = "VaultStore"
  redundancy                   = {redundancy}
  cross_region_restore_enabled = true
  immutability                 = {immutability}
  soft_delete                  = "{soft_delete}"
  retention_duration_in_days   = {days}
  tags                         = merge(local.tags, {{ purpose = "disks" }})

  identity {{
    type = "SystemAssigned"
  }}
}}

"#
    )?;
    Ok(())
}

fn disks(out: &mut String, number: usize, form: Form) -> Answer<()> {
    let duration = match form {
        Form::Literal | Form::Repeated => "\"P30D\"".to_owned(),
        Form::Variable => "\"P${local.settings.keep_days}D\"".to_owned(),
        Form::Parameter => "format(\"P%dD\", var.keep_days)".to_owned(),
        Form::Conditional => "var.stage == \"prod\" ? \"P30D\" : \"P7D\"".to_owned(),
    };
    write!(
        out,
        r#"resource "azurerm_data_protection_backup_policy_disk" "disks" {{
  name                            = "disks"
  vault_id                        = azurerm_data_protection_backup_vault.disks.id
  backup_repeating_time_intervals = ["R/2026-01-01T02:00:00+00:00/PT4H"]
  default_retention_duration      = {duration}
  time_zone                       = "UTC"
}}

resource "azurerm_data_protection_backup_instance_disk" "disk" {{
  name                         = "disk-{number}"
  location                     = azurerm_resource_group.backup.location
  vault_id                     = azurerm_data_protection_backup_vault.disks.id
  disk_id                      = "${{azurerm_resource_group.backup.id}}/providers/Microsoft.Compute/disks/disk-{number}"
  snapshot_resource_group_name = azurerm_resource_group.backup.name
  backup_policy_id             = azurerm_data_protection_backup_policy_disk.disks.id
}}

"#
    )?;
    Ok(())
}

const AROUND: &str = r#"# The guard is another team's, in another subscription.
resource "azurerm_recovery_services_vault_resource_guard_association" "guard" {
  count = var.stage == "prod" ? 1 : 0

  vault_id          = azurerm_recovery_services_vault.vault.id
  resource_guard_id = var.guard_id
}

resource "azurerm_management_lock" "keep" {
  name       = "keep"
  scope      = azurerm_recovery_services_vault.vault.id
  lock_level = "CanNotDelete"
  notes      = "Nobody deletes this vault by mistake."
}

resource "azurerm_role_assignment" "operate" {
  scope                = azurerm_recovery_services_vault.vault.id
  role_definition_name = "Backup Operator"
  principal_id         = var.operators
  principal_type       = "Group"
}

"#;

fn logs(out: &mut String) -> Answer<()> {
    out.push_str(
        r#"resource "azurerm_monitor_diagnostic_setting" "logs" {
  name                           = "logs"
  target_resource_id             = azurerm_recovery_services_vault.vault.id
  log_analytics_workspace_id     = var.workspace_id
  log_analytics_destination_type = "Dedicated"
"#,
    );
    for category in ["", "Jobs", "Alerts", "Policy", "Storage", "ProtectedInstance"] {
        let name = if category.is_empty() {
            "CoreAzureBackup".to_owned()
        } else {
            format!("AddonAzureBackup{category}")
        };
        write!(out, "\n  enabled_log {{\n    category = \"{name}\"\n  }}\n")?;
    }
    out.push_str("}\n");
    Ok(())
}

/// Name, type, default, description.
const VARIABLES: [(&str, &str, &str, &str); 11] = [
    ("location", "string", "\"westeurope\"", "The region of all resources of this root module."),
    (
        "stage",
        "string",
        "\"prod\"",
        "The stage, which is part of the names and decides how strict the settings are.",
    ),
    ("keep_days", "number", "30", "How many days deleted backups are kept."),
    (
        "immutability",
        "string",
        "\"Unlocked\"",
        "Whether backups can be changed before their time is over.",
    ),
    ("redundancy", "string", "\"GeoRedundant\"", "How many copies are kept, and where they are."),
    (
        "machines",
        "list(string)",
        "[\"vm-app-0\", \"vm-app-1\", \"vm-app-2\", \"vm-app-3\", \"vm-app-4\"]",
        "The names of the machines that are protected.",
    ),
    ("cost_center", "string", "null", "Who pays for what is kept."),
    ("workspace_id", "string", "", "The id of the workspace to which the logs are sent."),
    ("guard_id", "string", "", "The id of the guard that holds what destroys backups."),
    ("operators", "string", "", "The object id of the group that operates the backups."),
    (
        "contact",
        "string",
        "\"platform@example.com\"",
        "Who is asked before anything is changed here.",
    ),
];

const VALUES: &str = r#"# The values of this root module, beside those that the pipeline gives.
stage        = "prod"
location     = "westeurope"
keep_days    = 30
redundancy   = "GeoRedundant"
immutability = "Unlocked"
"#;

fn variables() -> Answer<String> {
    let mut out = String::new();
    for (name, kind, default, description) in VARIABLES {
        write!(
            out,
            "variable \"{name}\" {{\n  type        = {kind}\n  description = \"{description}\"\n"
        )?;
        if !default.is_empty() {
            writeln!(out, "  default     = {default}")?;
        }
        out.push_str("}\n\n");
    }
    Ok(out)
}
