terraform {
  required_providers {
    azurerm = {
      source  = "hashicorp/azurerm"
      version = "~> 4.0"
    }
  }
}

resource "azurerm_data_protection_resource_guard" "backup" {
  name                = "guard-backup"
  resource_group_name = "rg-guard"
  location            = "westeurope"

  vault_critical_operation_exclusion_list = []
}
