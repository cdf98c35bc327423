terraform {
  required_providers {
    azurerm = {
      source  = "hashicorp/azurerm"
      version = "~> 4.0"
    }
  }
}

variable "key_uri" {
  type    = string
  default = "https://kv-backup-keys.vault.azure.net/keys/backup"
}

resource "azurerm_recovery_services_vault" "orders" {
  name                = "rsv-orders"
  location            = "westeurope"
  resource_group_name = "rg-backup"
  sku                 = "Standard"

  identity {
    type = "SystemAssigned"
  }

  encryption {
    key_id                            = var.key_uri
    infrastructure_encryption_enabled = false
  }
}

resource "azurerm_data_protection_backup_vault" "orders" {
  name                = "bv-orders"
  location            = "westeurope"
  resource_group_name = "rg-backup"
  datastore_type      = "VaultStore"
  redundancy          = "GeoRedundant"

  identity {
    type = "SystemAssigned"
  }
}

resource "azurerm_data_protection_backup_vault_customer_managed_key" "orders" {
  data_protection_backup_vault_id = azurerm_data_protection_backup_vault.orders.id
  key_vault_key_id                = var.key_uri
}
