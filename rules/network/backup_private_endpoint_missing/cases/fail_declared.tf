terraform {
  required_providers {
    azurerm = {
      source  = "hashicorp/azurerm"
      version = "~> 4.0"
    }
  }
}

data "azurerm_subnet" "endpoints" {
  name                 = "snet-endpoints"
  virtual_network_name = "vnet-hub"
  resource_group_name  = "rg-network"
}

resource "azurerm_recovery_services_vault" "orders" {
  name                = "rsv-orders"
  location            = "westeurope"
  resource_group_name = "rg-backup"
  sku                 = "Standard"

  public_network_access_enabled = true
}

resource "azurerm_storage_account" "staging" {
  name                     = "stagingorders"
  resource_group_name      = "rg-backup"
  location                 = "westeurope"
  account_tier             = "Standard"
  account_replication_type = "LRS"
}

resource "azurerm_private_endpoint" "backup" {
  name                = "pe-staging"
  location            = "westeurope"
  resource_group_name = "rg-backup"
  subnet_id           = data.azurerm_subnet.endpoints.id

  private_service_connection {
    name                           = "pe-staging"
    private_connection_resource_id = azurerm_storage_account.staging.id
    subresource_names              = ["blob"]
    is_manual_connection           = false
  }
}
