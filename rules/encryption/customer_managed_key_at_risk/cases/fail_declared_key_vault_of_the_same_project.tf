terraform {
  required_providers {
    azurerm = {
      source  = "hashicorp/azurerm"
      version = "~> 4.0"
    }
  }
}

resource "azurerm_key_vault" "backup" {
  name                       = "kv-backup-keys"
  location                   = "westeurope"
  resource_group_name        = "rg-backup"
  tenant_id                  = "9a1f0c52-7d1e-4a5e-9a70-0c1d2e3f4a5b"
  sku_name                   = "premium"
  rbac_authorization_enabled = true
}

resource "azurerm_key_vault_key" "backup" {
  name         = "backup"
  key_vault_id = azurerm_key_vault.backup.id
  key_type     = "RSA"
  key_size     = 3072
  key_opts     = ["wrapKey", "unwrapKey"]
}

resource "azurerm_recovery_services_vault" "orders" {
  name                = "rsv-orders"
  location            = "westeurope"
  resource_group_name = "rg-backup"
  sku                 = "Standard"

  identity {
    type = "SystemAssigned"
  }

  encryption {
    key_id                            = azurerm_key_vault_key.backup.versionless_id
    infrastructure_encryption_enabled = false
  }
}

resource "azurerm_data_protection_backup_vault" "orders" {
  name                = "bv-orders"
  location            = "westeurope"
  resource_group_name = "rg-backup"
  datastore_type      = "VaultStore"
  redundancy          = "GeoRedundant"

  identity {
    type = "SystemAssigned"
  }
}

resource "azurerm_data_protection_backup_vault_customer_managed_key" "orders" {
  data_protection_backup_vault_id = azurerm_data_protection_backup_vault.orders.id
  key_vault_key_id                = azurerm_key_vault_key.backup.versionless_id
}
