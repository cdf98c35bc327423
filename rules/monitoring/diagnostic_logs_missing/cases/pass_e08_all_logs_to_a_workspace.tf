terraform {
  required_providers {
    azurerm = {
      source  = "hashicorp/azurerm"
      version = "~> 4.0"
    }
  }
}

variable "workspace_id" {
  default = "/subscriptions/91c7a1de-3b5f-4c6a-8d2e-5f60718293a4/resourceGroups/rg-logs/providers/Microsoft.OperationalInsights/workspaces/law-security"
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
  log_analytics_workspace_id     = var.workspace_id

  enabled_log {
    category_group = "allLogs"
  }

  log_analytics_destination_type = "Dedicated"
}
