resource "azurerm_recovery_services_vault" "this" {
  name                = "rsv-${var.name}"
  location            = "westeurope"
  resource_group_name = "rg-backup"
  sku                 = "Standard"
  immutability        = try(var.settings.immutability, null)
}

output "id" {
  value = azurerm_recovery_services_vault.this.id
}
