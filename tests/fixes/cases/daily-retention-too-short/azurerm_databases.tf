terraform {
  required_providers {
    azurerm = {
      source  = "hashicorp/azurerm"
      version = "~> 4.14"
    }
  }
}

resource "azurerm_backup_policy_vm_workload" "sql" {
  name                = "sql"
  resource_group_name = "rg-backup"
  recovery_vault_name = "rsv-orders"
  workload_type       = "SQLDataBase"

  settings {
    time_zone = "UTC"
  }

  protection_policy {
    policy_type = "Full"

    backup {
      frequency = "Daily"
      time      = "23:00"
    }

    # As long as the auditors ask for.
    retention_daily {
      count = 7 # days
    }
  }
}
