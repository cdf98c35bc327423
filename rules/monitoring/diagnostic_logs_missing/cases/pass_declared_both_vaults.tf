terraform {
  required_providers {
    azurerm = {
      source  = "hashicorp/azurerm"
      version = "~> 4.0"
    }
  }
}

resource "azurerm_log_analytics_workspace" "backup" {
  name                = "log-backup"
  location            = "westeurope"
  resource_group_name = "rg-monitor"
}

resource "azurerm_recovery_services_vault" "orders" {
  name                = "rsv-orders"
  location            = "westeurope"
  resource_group_name = "rg-backup"
  sku                 = "Standard"
}

resource "azurerm_data_protection_backup_vault" "orders" {
  name                = "bv-orders"
  location            = "westeurope"
  resource_group_name = "rg-backup"
  datastore_type      = "VaultStore"
  redundancy          = "GeoRedundant"
}

locals {
  vaults = {
    recovery = azurerm_recovery_services_vault.orders.id
    backup   = azurerm_data_protection_backup_vault.orders.id
  }
}

resource "azurerm_monitor_diagnostic_setting" "backup" {
  for_each                       = local.vaults
  name                           = "to-workspace"
  target_resource_id             = each.value
  log_analytics_workspace_id     = azurerm_log_analytics_workspace.backup.id

  enabled_log {
    category_group = "allLogs"
  }
}
