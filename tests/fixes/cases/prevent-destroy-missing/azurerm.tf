terraform {
  required_providers {
    azurerm = {
      source  = "hashicorp/azurerm"
      version = "~> 4.0"
    }
  }
}

resource "azurerm_resource_group" "backup" {
  name     = "rg-backup"
  location = "westeurope"
}

resource "azurerm_recovery_services_vault" "orders" {
  name                = "rsv-orders"
  location            = azurerm_resource_group.backup.location
  resource_group_name = azurerm_resource_group.backup.name
  sku                 = "Standard"

  lifecycle {
    # The tags are those of the subscription.
    ignore_changes = [tags]
  }
}

resource "azurerm_backup_policy_vm" "daily" {
  name                = "daily"
  resource_group_name = azurerm_resource_group.backup.name
  recovery_vault_name = azurerm_recovery_services_vault.orders.name

  backup {
    frequency = "Daily"
    time      = "23:00"
  }

  retention_daily {
    count = 30
  }

  lifecycle {
    prevent_destroy = false # until the migration is over
  }
}

resource "azurerm_backup_protected_vm" "orders" {
  resource_group_name = azurerm_resource_group.backup.name
  recovery_vault_name = azurerm_recovery_services_vault.orders.name
  source_vm_id        = "${azurerm_resource_group.backup.id}/providers/Microsoft.Compute/virtualMachines/vm-orders"
  backup_policy_id    = azurerm_backup_policy_vm.daily.id
}

resource "azurerm_data_protection_resource_guard" "guard" {
  name                = "guard-backup"
  location            = azurerm_resource_group.backup.location
  resource_group_name = azurerm_resource_group.backup.name
}

resource "azurerm_recovery_services_vault_resource_guard_association" "orders" {
  vault_id          = azurerm_recovery_services_vault.orders.id
  resource_guard_id = azurerm_data_protection_resource_guard.guard.id
}

resource "azurerm_data_protection_backup_vault" "disks" {
  name                = "bv-disks"
  location            = azurerm_resource_group.backup.location
  resource_group_name = azurerm_resource_group.backup.name
  datastore_type      = "OperationalStore"
  redundancy          = "LocallyRedundant"
}

resource "azurerm_data_protection_backup_policy_disk" "disks" {
  name                            = "disks"
  vault_id                        = azurerm_data_protection_backup_vault.disks.id
  backup_repeating_time_intervals = ["R/2026-01-01T23:00:00+00:00/PT4H"]
  default_retention_duration      = "P30D"
}

resource "azurerm_data_protection_backup_instance_disk" "orders" {
  name                         = "disk-orders"
  location                     = azurerm_resource_group.backup.location
  vault_id                     = azurerm_data_protection_backup_vault.disks.id
  disk_id                      = "${azurerm_resource_group.backup.id}/providers/Microsoft.Compute/disks/disk-orders"
  snapshot_resource_group_name = "rg-snapshots"
  backup_policy_id             = azurerm_data_protection_backup_policy_disk.disks.id
}
