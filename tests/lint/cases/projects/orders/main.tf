# What this project leaves open is its own affair: the other one is judged as if it were alone.

variable "locked_id" {
  type = string
}

variable "vault_id" {
  type = string
}

data "azurerm_subnet" "endpoints" {
  name                 = "snet-endpoints"
  virtual_network_name = "vnet-hub"
  resource_group_name  = "rg-network"
}

#~ unknown vault-lock-missing unresolved-expression; unknown backup-private-endpoint-missing unresolved-expression
#~ unknown critical-operation-alert-missing unresolved-expression; unknown diagnostic-logs-missing unresolved-expression
resource "azurerm_recovery_services_vault" "orders" {
  name                = "rsv-orders"
  location            = "westeurope"
  resource_group_name = "rg-backup"
  sku                 = "Standard"
}

resource "azurerm_management_lock" "any" {
  name       = "keep"
  scope      = var.locked_id
  lock_level = "CanNotDelete"
}

resource "azurerm_private_endpoint" "any" {
  name                = "pe-vault"
  location            = "westeurope"
  resource_group_name = "rg-backup"
  subnet_id           = data.azurerm_subnet.endpoints.id

  private_service_connection {
    name                           = "pe-vault"
    private_connection_resource_id = var.vault_id
    subresource_names              = ["AzureBackup"]
    is_manual_connection           = false
  }
}

resource "azurerm_monitor_diagnostic_setting" "any" {
  name                       = "to-workspace"
  target_resource_id         = var.vault_id
  log_analytics_workspace_id = "/subscriptions/6b1f0c52-7d1e-4a5e-9a70-0c1d2e3f4a5b/resourceGroups/rg-monitor/providers/Microsoft.OperationalInsights/workspaces/log"

  enabled_log {
    category_group = "allLogs"
  }
}

resource "azurerm_monitor_action_group" "security" {
  name                = "ag-security"
  resource_group_name = "rg-backup"
  short_name          = "security"

  email_receiver {
    name          = "security"
    email_address = "security@example.com"
  }
}

resource "azurerm_monitor_activity_log_alert" "any" {
  name                = "administration"
  resource_group_name = "rg-backup"
  location            = "global"
  scopes              = [var.vault_id]

  criteria {
    category = "Administrative"
  }

  action {
    action_group_id = azurerm_monitor_action_group.security.id
  }
}
