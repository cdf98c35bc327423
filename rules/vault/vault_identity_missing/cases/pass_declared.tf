terraform {
  required_providers {
    azurerm = {
      source  = "hashicorp/azurerm"
      version = "~> 4.0"
    }
  }
}

resource "azurerm_user_assigned_identity" "backup" {
  name                = "id-backup"
  location            = "westeurope"
  resource_group_name = "rg-backup"
}

resource "azurerm_recovery_services_vault" "orders" {
  name                = "rsv-orders"
  location            = "westeurope"
  resource_group_name = "rg-backup"
  sku                 = "Standard"

  identity {
    type         = "UserAssigned"
    identity_ids = [azurerm_user_assigned_identity.backup.id]
  }
}

resource "azurerm_data_protection_backup_vault" "orders" {
  name                = "bv-orders"
  location            = "westeurope"
  resource_group_name = "rg-backup"
  datastore_type      = "VaultStore"
  redundancy          = "GeoRedundant"

  dynamic "identity" {
    for_each = ["SystemAssigned"]
    content {
      type = identity.value
    }
  }
}
