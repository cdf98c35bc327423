terraform {
  required_providers {
    azurerm = {
      source  = "hashicorp/azurerm"
      version = "~> 4.0"
    }
  }
}

variable "alert_on_job_failure" {
  type = bool
}

resource "azurerm_recovery_services_vault" "orders" {
  name                = "rsv-orders"
  location            = "westeurope"
  resource_group_name = "rg-backup"
  sku                 = "Standard"

  monitoring {
    alerts_for_all_job_failures_enabled            = var.alert_on_job_failure
    alerts_for_critical_operation_failures_enabled = false
  }
}
