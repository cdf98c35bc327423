terraform {
  required_providers {
    azurerm = {
      source  = "hashicorp/azurerm"
      version = "~> 5.2"
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

resource "azurerm_monitor_diagnostic_setting" "backup" {
  name                           = "to-workspace"
  target_resource_id             = azurerm_recovery_services_vault.orders.id
  log_analytics_workspace_id     = azurerm_log_analytics_workspace.backup.id

  dynamic "enabled_log" {
    for_each = toset(["AzureSiteRecoveryJobs", "AzureSiteRecoveryEvents"])
    content {
      category = enabled_log.value
    }
  }
}
