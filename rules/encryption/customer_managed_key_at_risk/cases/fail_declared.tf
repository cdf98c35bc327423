terraform {
  required_providers {
    azurerm = {
      source  = "hashicorp/azurerm"
      version = "~> 4.0"
    }
  }
}

resource "azurerm_key_vault" "backup" {
  name                     = "kv-backup-keys"
  location                 = "westeurope"
  resource_group_name      = "rg-backup"
  tenant_id                = "9a1f0c52-7d1e-4a5e-9a70-0c1d2e3f4a5b"
  sku_name                 = "premium"
  purge_protection_enabled = true

  rbac_authorization_enabled = true
}

variable "key_uri" {
  default = "https://kv-backup-keys.vault.azure.net/keys/backup/0123456789abcdef0123456789abcdef"
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
