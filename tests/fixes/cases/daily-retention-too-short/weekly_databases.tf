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

# sql: see the runbook
resource "azapi_resource" "sql" {
  type      = "Microsoft.RecoveryServices/vaults/backupPolicies@2024-04-01"
  name      = "sql"
  parent_id = azapi_resource.vault.id

  body = {
    properties = {
      backupManagementType = "AzureWorkload"
      workLoadType = "SQLDataBase"
      settings = {
        timeZone = "UTC"
      }
      subProtectionPolicy = [
        {
          policyType = "Full"
          schedulePolicy = {
            schedulePolicyType = "SimpleSchedulePolicy"
            scheduleRunFrequency = "Weekly"
            scheduleRunDays = [
              "Sunday"
            ]
            scheduleRunTimes = [
              "2026-01-01T23:00:00Z"
            ]
          }
          retentionPolicy = {
            retentionPolicyType = "LongTermRetentionPolicy"
            weeklySchedule = {
              daysOfTheWeek = [
                "Sunday"
              ]
              retentionTimes = [
                "2026-01-01T23:00:00Z"
              ]
              retentionDuration = {
                count = 2 # weeks
                durationType = "Weeks"
              }
            }
          }
        }
      ]
    }
  }
}
