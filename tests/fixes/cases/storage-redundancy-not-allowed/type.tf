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
  type      = "Microsoft.RecoveryServices/vaults@2024-04-01"
  name      = "rsv-orders"
  parent_id = local.group
  location  = "westeurope"

  body = {
    sku = {
      name = "RS0"
      tier = "Standard"
    }
    properties = {
      publicNetworkAccess = "Enabled"
    }
  }
}

# storage: see the runbook
resource "azapi_resource" "storage" {
  type      = "Microsoft.RecoveryServices/vaults/backupstorageconfig@2024-04-01"
  name      = "vaultstorageconfig"
  parent_id = azapi_resource.vault.id

  body = {
    properties = {
      storageType = "LocallyRedundant" # cheap
    }
  }
}
