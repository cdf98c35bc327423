terraform {
  required_providers {
    azurerm = {
      source  = "hashicorp/azurerm"
      version = "~> 4.0"
    }
    azapi = {
      source  = "azure/azapi"
      version = "~> 2.0"
    }
  }
}

variable "more_settings" {
  type = any
}

resource "azapi_resource" "vault" {
  type      = "Microsoft.RecoveryServices/vaults@2024-04-01"
  name      = "rsv-orders"
  parent_id = "/subscriptions/6b1f0c52-7d1e-4a5e-9a70-0c1d2e3f4a5b/resourceGroups/rg-backup"
  location  = "westeurope"

  body = {
    sku = {
      name = "RS0"
      tier = "Standard"
    }
    properties = {
      securitySettings = merge(var.more_settings, {
        softDeleteSettings = {
          softDeleteState = "AlwaysON"
        }
      })
    }
  }
}
