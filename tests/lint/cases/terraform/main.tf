terraform {
  required_providers {
    azurerm = {
      source  = "hashicorp/azurerm"
      version = "~> 4.0"
    }
  }
}

provider "azurerm" {
  features {}
}

variable "mode" {
  default = "LocallyRedundant"
}

resource "azurerm_resource_group" "backup" {
  name     = "rg-backup"
  location = "westeurope"
}

#~ fail vault-lock-missing
resource "azurerm_recovery_services_vault" "main" {
  name                = "rsv-main"
  location            = azurerm_resource_group.backup.location
  resource_group_name = azurerm_resource_group.backup.name
  sku                 = "Standard"
  immutability        = "Disabled" #~ fail immutability-disabled
  soft_delete_enabled = false #~ fail soft-delete-disabled
  storage_mode_type   = var.mode #~ fail storage-redundancy-not-allowed via var.mode
}

module "second" {
  source   = "./vault"
  name     = "rsv-second"
  location = azurerm_resource_group.backup.location
  group    = azurerm_resource_group.backup.name
}
