variable "resource_guard_id" {
  type        = string
  description = "Of the security team, in its own subscription."
  default     = null
}

resource "azurerm_recovery_services_vault" "orders" {
  name                = "rsv-orders"
  location            = "westeurope"
  resource_group_name = "rg-backup"
  sku                 = "Standard"
}

resource "azurerm_recovery_services_vault_resource_guard_association" "orders" {
  count             = var.resource_guard_id == null ? 0 : 1
  vault_id          = azurerm_recovery_services_vault.orders.id
  resource_guard_id = var.resource_guard_id
}
