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

variable "soft_delete" {
  type        = string
  description = "Enabled or AlwaysON"
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
      securitySettings = {
        softDeleteSettings = {
          softDeleteState = var.soft_delete
        }
      }
    }
  }
}
