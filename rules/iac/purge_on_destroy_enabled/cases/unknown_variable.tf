variable "purge" {
  type = bool
}

provider "azurerm" {
  features {
    recovery_service {
      purge_protected_items_from_vault_on_destroy = var.purge
    }
  }
}
