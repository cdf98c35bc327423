provider "azurerm" {
  features {}
}

resource "azurerm_backup_protected_vm" "orders" {
  resource_group_name = "rg-backup"
  recovery_vault_name = "rsv-orders"
  source_vm_id        = "/subscriptions/11111111-0000-0000-0000-000000000001/resourceGroups/rg-app/providers/Microsoft.Compute/virtualMachines/vm-orders"
  backup_policy_id    = "/subscriptions/11111111-0000-0000-0000-000000000001/resourceGroups/rg-backup/providers/Microsoft.RecoveryServices/vaults/rsv-orders/backupPolicies/daily"

  lifecycle {
    prevent_destroy = true
  }
}
