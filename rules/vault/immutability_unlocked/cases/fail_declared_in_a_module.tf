terraform {
  required_providers {
    azurerm = {
      source  = "hashicorp/azurerm"
      version = "~> 4.0"
    }
  }
}

module "vault" {
  source = "./modules/vault"

  for_each = { orders = {}, billing = { immutability = "Locked" } }
  name     = each.key
  settings = each.value
}
