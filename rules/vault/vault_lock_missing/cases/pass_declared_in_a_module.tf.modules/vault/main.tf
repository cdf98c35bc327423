variable "name" {
  type = string
}

variable "lock" {
  type    = bool
  default = true
}

resource "azurerm_recovery_services_vault" "this" {
  name                = var.name
  location            = "westeurope"
  resource_group_name = "rg-backup"
  sku                 = "Standard"
}

resource "azurerm_management_lock" "this" {
  count      = var.lock ? 1 : 0
  name       = "keep-${var.name}"
  scope      = azurerm_recovery_services_vault.this.id
  lock_level = "CanNotDelete"
}

output "id" {
  value = azurerm_recovery_services_vault.this.id
}
