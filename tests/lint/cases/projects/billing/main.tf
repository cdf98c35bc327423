#~ fail vault-lock-missing; fail backup-private-endpoint-missing; fail critical-operation-alert-missing; fail diagnostic-logs-missing
resource "azurerm_recovery_services_vault" "billing" {
  name                = "rsv-billing"
  location            = "westeurope"
  resource_group_name = "rg-backup"
  sku                 = "Standard"
}
