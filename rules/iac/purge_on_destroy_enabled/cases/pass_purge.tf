variable "purge" {
  type    = bool
  default = false
}

provider "azurerm" {
  features {
    recovery_service {
      purge_protected_items_from_vault_on_destroy = var.purge
    }
  }
}
