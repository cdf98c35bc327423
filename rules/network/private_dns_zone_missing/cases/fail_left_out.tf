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
}

resource "azurerm_private_endpoint" "backup" {
  name                = "pe-rsv-orders"
  location            = "westeurope"
  resource_group_name = "rg-backup"
  subnet_id           = data.azurerm_subnet.endpoints.id

  private_service_connection {
    name                           = "pe-rsv-orders"
    private_connection_resource_id = azurerm_recovery_services_vault.orders.id
    subresource_names              = ["AzureBackup"]
    is_manual_connection           = false
  }
}
