variable "name" {}
variable "location" {}
variable "group" {}

#~ pass vault-lock-missing; pass soft-delete-disabled
resource "azurerm_recovery_services_vault" "this" {
  name                = var.name
  location            = var.location
  resource_group_name = var.group
  sku                 = "Standard"
  soft_delete_enabled = true
  immutability        = "Disabled" #~ fail immutability-disabled via module.second
}

resource "azurerm_management_lock" "keep" {
  name       = "keep"
  scope      = azurerm_recovery_services_vault.this.id
  lock_level = "CanNotDelete"
}
