terraform {
  required_providers {
    azurerm = {
      source  = "hashicorp/azurerm"
      version = "~> 4.0"
    }
  }
}

data "azurerm_subscription" "current" {}

variable "operators" {
  type    = list(string)
  default = ["0f4e8a7c-51d2-4b36-9c0a-7e61b2d3f485"]
}

resource "azurerm_role_definition" "runner" {
  name  = "Backup Runner"
  scope = data.azurerm_subscription.current.id

  permissions {
    actions     = ["Microsoft.RecoveryServices/*"]
    not_actions = []
  }

  assignable_scopes = [data.azurerm_subscription.current.id]
}

resource "azurerm_role_assignment" "runner" {
  for_each           = toset(var.operators)
  scope              = "${data.azurerm_subscription.current.id}/resourceGroups/rg-backup"
  role_definition_id = azurerm_role_definition.runner.role_definition_resource_id
  principal_id       = each.value
}
