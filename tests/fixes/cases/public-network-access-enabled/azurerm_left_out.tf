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

resource "azurerm_recovery_services_vault" "orders" {
  name                = "rsv-orders"
  location            = "westeurope"
  resource_group_name = "rg-backup"
  sku                 = "Standard"
}

resource "azurerm_private_endpoint" "vault" {
  name                = "pe-vault"
  location            = "westeurope"
  resource_group_name = "rg-backup"
  subnet_id           = var.subnet_id

  private_service_connection {
    name                           = "backup"
    private_connection_resource_id = azurerm_recovery_services_vault.orders.id
    subresource_names              = ["AzureBackup"]
    is_manual_connection           = false
  }
}

variable "subnet_id" {
  type = string
}
