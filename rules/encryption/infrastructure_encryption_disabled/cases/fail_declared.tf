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

# azurerm has no argument for it on a Backup vault.
resource "azapi_resource" "backup_vault" {
  type      = "Microsoft.DataProtection/backupVaults@2024-04-01"
  name      = "bv-orders"
  parent_id = "/subscriptions/6b1f0c52-7d1e-4a5e-9a70-0c1d2e3f4a5b/resourceGroups/rg-backup"
  location  = "westeurope"

  identity {
    type = "SystemAssigned"
  }

  body = {
    properties = {
      storageSettings = [{ datastoreType = "VaultStore", type = "GeoRedundant" }]
      securitySettings = {
        encryptionSettings = {
          state                    = "Enabled"
          infrastructureEncryption = "Disabled"
          kekIdentity              = { identityType = "SystemAssigned" }
          keyVaultProperties       = { keyUri = var.key_uri }
        }
      }
    }
  }
}
