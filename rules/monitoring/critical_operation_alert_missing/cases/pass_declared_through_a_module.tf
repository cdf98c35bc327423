terraform {
  required_providers {
    azurerm = {
      source  = "hashicorp/azurerm"
      version = "~> 4.0"
    }
  }
}

module "backup" {
  source     = "./modules/backup"
  operations = {
    vault_write = "Microsoft.RecoveryServices/vaults/write"
    vault_delete = "Microsoft.RecoveryServices/vaults/delete"
    config = "Microsoft.RecoveryServices/vaults/backupconfig/write"
    item_delete = "Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers/protectedItems/delete"
    policy = "Microsoft.RecoveryServices/vaults/backupPolicies/write"
    guard = "Microsoft.RecoveryServices/vaults/backupResourceGuardProxies/delete"
  }
}
