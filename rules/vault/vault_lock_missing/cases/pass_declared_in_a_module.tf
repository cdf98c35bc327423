terraform {
  required_providers {
    azurerm = {
      source  = "hashicorp/azurerm"
      version = "~> 4.0"
    }
  }
}

module "orders" {
  source = "./modules/vault"
  name   = "rsv-orders"
}

module "billing" {
  source = "./modules/vault"
  name   = "rsv-billing"
  lock   = false
}

resource "azurerm_management_lock" "billing" {
  for_each   = toset(["billing"])
  name       = "keep-${each.key}"
  scope      = module.billing.id
  lock_level = "ReadOnly"
}
