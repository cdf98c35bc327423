terraform {
  required_version = ">= 1.9"

  required_providers {
    azurerm = {
      source  = "hashicorp/azurerm"
      version = "~> 4.14"
    }
  }
}

provider "azurerm" {
  features {}
}

resource "azurerm_data_protection_resource_guard" "guard" {
  name                = "rg-guard"
  resource_group_name = "rg-guard"
  location            = "westeurope"

  vault_critical_operation_exclusion_list = [
    "Microsoft.RecoveryServices/vaults/backupconfig/write", # asked for by operations
    "Microsoft.DataProtection/backupVaults/backupInstances/delete",
  ]
}
