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

resource "azurerm_site_recovery_replicated_vm" "orders" {
  name                                      = "vm-orders"
  resource_group_name                       = "rg-backup"
  recovery_vault_name                       = azurerm_recovery_services_vault.orders.name
  source_recovery_fabric_name               = "fabric-weu"
  source_recovery_protection_container_name = "container-weu"
  source_vm_id                              = "/subscriptions/6b1f0c52-7d1e-4a5e-9a70-0c1d2e3f4a5b/resourceGroups/rg-app/providers/Microsoft.Compute/virtualMachines/vm-orders"
  recovery_replication_policy_id            = "${azurerm_recovery_services_vault.orders.id}/replicationPolicies/daily"
  target_resource_group_id                  = "/subscriptions/6b1f0c52-7d1e-4a5e-9a70-0c1d2e3f4a5b/resourceGroups/rg-failover"
  target_recovery_fabric_id                 = "${azurerm_recovery_services_vault.orders.id}/replicationFabrics/fabric-neu"
  target_recovery_protection_container_id   = "${azurerm_recovery_services_vault.orders.id}/replicationFabrics/fabric-neu/replicationProtectionContainers/container-neu"
}

resource "azurerm_private_endpoint" "backup" {
  name                = "pe-rsv-orders"
  location            = "westeurope"
  resource_group_name = "rg-backup"
  subnet_id           = data.azurerm_subnet.endpoints.id

  private_service_connection {
    name                           = "pe-rsv-orders"
    private_connection_resource_id = azurerm_recovery_services_vault.orders.id
    subresource_names              = ["AzureSiteRecovery"]
    is_manual_connection           = false
  }
}
