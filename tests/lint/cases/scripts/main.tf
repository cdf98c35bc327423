terraform {
  required_providers {
    azurerm = {
      source  = "hashicorp/azurerm"
      version = "~> 4.40"
    }
  }
}

resource "azurerm_resource_group" "backup" {
  name     = "rg-backup"
  location = "westeurope"
}

resource "azurerm_resource_group" "app" {
  name     = "rg-app"
  location = "westeurope"
}

resource "azurerm_recovery_services_vault" "orders" {
  name                = "rsv-orders"
  location            = azurerm_resource_group.backup.location
  resource_group_name = azurerm_resource_group.backup.name
  sku                 = "Standard"
}

resource "azurerm_backup_policy_vm" "daily" {
  name                = "daily"
  resource_group_name = azurerm_resource_group.backup.name
  recovery_vault_name = azurerm_recovery_services_vault.orders.name
  backup {
    frequency = "Daily"
    time      = "02:00"
  }
  retention_daily {
    count = 90
  }
}

resource "azurerm_backup_policy_vm" "short" {
  name                = "short"
  resource_group_name = azurerm_resource_group.backup.name
  recovery_vault_name = azurerm_recovery_services_vault.orders.name
  backup {
    frequency = "Daily"
    time      = "02:00"
  }
  retention_daily {
    count = 7
  }
}

resource "azurerm_storage_account" "staging" {
  name                     = "ststagingweu"
  resource_group_name      = azurerm_resource_group.backup.name
  location                 = "westeurope"
  account_tier             = "Standard"
  account_replication_type = "LRS"
}

resource "azurerm_storage_account" "far" {
  name                     = "ststagingneu"
  resource_group_name      = azurerm_resource_group.backup.name
  location                 = "northeurope"
  account_tier             = "Standard"
  account_replication_type = "LRS"
}

resource "azurerm_linux_virtual_machine" "orders" {
  name                  = "vm-orders"
  resource_group_name   = azurerm_resource_group.app.name
  location              = azurerm_resource_group.app.location
  size                  = "Standard_B2s"
  admin_username        = "operator"
  network_interface_ids = []
  os_disk {
    caching              = "ReadWrite"
    storage_account_type = "Standard_LRS"
  }
}
