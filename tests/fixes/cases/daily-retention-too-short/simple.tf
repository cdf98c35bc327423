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

# plain: see the runbook
resource "azapi_resource" "plain" {
  type      = "Microsoft.RecoveryServices/vaults/backupPolicies@2024-04-01"
  name      = "plain"
  parent_id = azapi_resource.vault.id

  body = {
    properties = {
      backupManagementType = "AzureIaasVM"
      timeZone = "UTC"
      schedulePolicy = {
        schedulePolicyType = "SimpleSchedulePolicy"
        scheduleRunFrequency = "Daily"
        scheduleRunTimes = [
          "2026-01-01T23:00:00Z"
        ]
      }
      retentionPolicy = {
        retentionPolicyType = "SimpleRetentionPolicy"
        retentionDuration = {
          count = 10 # days
          durationType = "Days"
        }
      }
    }
  }
}
