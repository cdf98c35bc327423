terraform {
  required_providers {
    azurerm = {
      source  = "hashicorp/azurerm"
      version = "~> 4.0"
    }
  }
}

variable "vault" {
  type = object({
    name       = string
    redundancy = optional(string, "LocallyRedundant")
  })
  default = { name = "rsv-orders" }
}

locals {
  defaults = { sku = "Standard", redundancy = "GeoRedundant" }
  vault    = merge(local.defaults, var.vault)
}

resource "azurerm_recovery_services_vault" "orders" {
  name                = local.vault.name
  location            = "westeurope"
  resource_group_name = "rg-backup"
  sku                 = local.vault.sku
  storage_mode_type   = local.vault["redundancy"]
}
