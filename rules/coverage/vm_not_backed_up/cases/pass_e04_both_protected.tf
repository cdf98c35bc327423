terraform {
  required_providers {
    azurerm = {
      source  = "hashicorp/azurerm"
      version = "~> 4.0"
    }
  }
}

resource "azurerm_linux_virtual_machine" "app" {
  name                  = "vm-orders"
  resource_group_name   = "rg-app"
  location              = "westeurope"
  size                  = "Standard_D2s_v5"
  admin_username        = "orders"
  disable_password_authentication = true
  network_interface_ids = []

  os_disk {
    caching              = "ReadWrite"
    storage_account_type = "Premium_LRS"
  }
}

resource "azurerm_linux_virtual_machine" "test" {
  name                  = "vm-orders"
  resource_group_name   = "rg-test"
  location              = "westeurope"
  size                  = "Standard_D2s_v5"
  admin_username        = "orders"
  disable_password_authentication = true
  network_interface_ids = []

  os_disk {
    caching              = "ReadWrite"
    storage_account_type = "Premium_LRS"
  }
}

resource "azurerm_recovery_services_vault" "orders" {
  name                = "rsv-orders"
  location            = "westeurope"
  resource_group_name = "rg-backup"
  sku                 = "Standard"
}

resource "azurerm_backup_policy_vm" "daily" {
  name                = "daily"
  resource_group_name = "rg-backup"
  recovery_vault_name = azurerm_recovery_services_vault.orders.name

  backup {
    frequency = "Daily"
    time      = "23:00"
  }

  retention_daily {
    count = 30
  }
}

resource "azurerm_backup_protected_vm" "app" {
  resource_group_name = "rg-backup"
  recovery_vault_name = azurerm_recovery_services_vault.orders.name
  source_vm_id        = azurerm_linux_virtual_machine.app.id
  backup_policy_id    = azurerm_backup_policy_vm.daily.id
}

resource "azurerm_backup_protected_vm" "test" {
  resource_group_name = "rg-backup"
  recovery_vault_name = azurerm_recovery_services_vault.orders.name
  source_vm_id        = azurerm_linux_virtual_machine.test.id
  backup_policy_id    = azurerm_backup_policy_vm.daily.id
}
