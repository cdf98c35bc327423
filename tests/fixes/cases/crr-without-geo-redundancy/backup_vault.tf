terraform {
  required_providers {
    azapi = {
      source  = "Azure/azapi"
      version = "~> 2.0"
    }
  }
}

locals {
  group = "/subscriptions/6b1f0c52-7d1e-4a5e-9a70-0c1d2e3f4a5b/resourceGroups/rg-backup"
}

# vault: see the runbook
resource "azapi_resource" "vault" {
  type      = "Microsoft.DataProtection/backupVaults@2024-04-01"
  name      = "bv-orders"
  parent_id = local.group
  location  = "westeurope"

  body = {
    properties = {
      storageSettings = [
        {
          datastoreType = "VaultStore"
          type = "LocallyRedundant" # cheap
        }
      ]
      featureSettings = {
        crossRegionRestoreSettings = {
          state = "Enabled"
        }
      }
    }
  }
}
