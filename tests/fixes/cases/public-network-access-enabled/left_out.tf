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
      redundancySettings = {
        standardTierStorageRedundancy = "GeoRedundant"
      }
    }
  }
}

# endpoint: see the runbook
resource "azapi_resource" "endpoint" {
  type      = "Microsoft.Network/privateEndpoints@2023-11-01"
  name      = "pe-vault"
  parent_id = local.group
  location  = "westeurope"

  body = {
    properties = {
      subnet = {
        id = "/subscriptions/6b1f0c52-7d1e-4a5e-9a70-0c1d2e3f4a5b/resourceGroups/rg-backup/providers/Microsoft.Network/virtualNetworks/vnet/subnets/endpoints"
      }
      privateLinkServiceConnections = [
        {
          name = "backup"
          properties = {
            privateLinkServiceId = "${azapi_resource.vault.id}"
            groupIds = [
              "AzureBackup"
            ]
          }
        }
      ]
    }
  }
}
