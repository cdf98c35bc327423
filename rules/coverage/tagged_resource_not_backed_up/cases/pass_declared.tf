terraform {
  required_version = ">= 1.9"

  required_providers {
    azurerm = {
      source  = "hashicorp/azurerm"
      version = "~> 4.14"
    }
  }
}

provider "azurerm" {
  features {}
}

locals {
  tags = {
    owner  = "orders"
    backup = "required"
  }
}

resource "azurerm_resource_group" "app" {
  name     = "rg-app"
  location = "westeurope"
}

resource "azurerm_linux_virtual_machine" "orders" {
  name                  = "vm-orders"
  resource_group_name   = azurerm_resource_group.app.name
  location              = azurerm_resource_group.app.location
  size                  = "Standard_D2s_v5"
  admin_username        = "operator"
  network_interface_ids = []
  tags                  = local.tags

  os_disk {
    name                 = "vm-orders-os"
    caching              = "ReadWrite"
    storage_account_type = "Premium_LRS"
    disk_size_gb         = 64
  }
}

resource "azurerm_recovery_services_vault" "vault" {
  name                = "rsv-orders"
  location            = "westeurope"
  resource_group_name = "rg-backup"
  sku                 = "Standard"
}

resource "azurerm_backup_policy_vm" "daily" {
  name                = "daily"
  resource_group_name = "rg-backup"
  recovery_vault_name = azurerm_recovery_services_vault.vault.name

  backup {
    frequency = "Daily"
    time      = "23:00"
  }

  retention_daily {
    count = 30
  }
}

resource "azurerm_backup_protected_vm" "orders" {
  resource_group_name = "rg-backup"
  recovery_vault_name = azurerm_recovery_services_vault.vault.name
  source_vm_id        = azurerm_linux_virtual_machine.orders.id
  backup_policy_id    = azurerm_backup_policy_vm.daily.id
}

resource "azurerm_postgresql_flexible_server" "orders" {
  name                = "psql-orders"
  resource_group_name = azurerm_resource_group.app.name
  location            = azurerm_resource_group.app.location
  version             = "16"
  sku_name            = "GP_Standard_D2s_v3"
  tags                = local.tags
}

resource "azurerm_data_protection_backup_vault" "vault" {
  name                = "bv-orders"
  resource_group_name = "rg-backup"
  location            = "westeurope"
  datastore_type      = "VaultStore"
  redundancy          = "GeoRedundant"
}

resource "azurerm_data_protection_backup_instance_postgresql_flexible_server" "orders" {
  name             = "psql-orders"
  location         = "westeurope"
  vault_id         = azurerm_data_protection_backup_vault.vault.id
  server_id        = azurerm_postgresql_flexible_server.orders.id
  backup_policy_id = "${azurerm_data_protection_backup_vault.vault.id}/backupPolicies/psql"
}
