provider "azurerm" {
  features {}
}

provider "azurerm" {
  alias = "tests"
  features {
    recovery_service {
      purge_protected_items_from_vault_on_destroy = true
    }
  }
}
