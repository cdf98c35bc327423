resource "azurerm_backup_policy_vm" "daily" {
  name                = "daily"
  resource_group_name = "rg-backup"
  recovery_vault_name = "rsv-orders"

  backup {
    frequency = "Daily"
    time      = "23:00"
  }

  retention_daily {
    count = 30
  }
}
