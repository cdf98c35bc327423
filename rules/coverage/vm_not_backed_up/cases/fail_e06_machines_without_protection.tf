terraform {
  required_providers {
    azurerm = {
      source  = "hashicorp/azurerm"
      version = "~> 4.0"
    }
  }
}

resource "azurerm_linux_virtual_machine" "linux" {
  name                  = "vm-linux"
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

resource "azurerm_windows_virtual_machine" "windows" {
  name                  = "vm-windows"
  resource_group_name   = "rg-app"
  location              = "westeurope"
  size                  = "Standard_D2s_v5"
  admin_username        = "orders"
  admin_password        = "of no use"
  network_interface_ids = []

  os_disk {
    caching              = "ReadWrite"
    storage_account_type = "Premium_LRS"
  }
}

resource "azurerm_virtual_machine" "old" {
  name                  = "vm-old"
  resource_group_name   = "rg-app"
  location              = "westeurope"
  vm_size               = "Standard_D2s_v5"
  network_interface_ids = []

  storage_os_disk {
    name          = "os"
    create_option = "FromImage"
  }
}

resource "azurerm_recovery_services_vault" "orders" {
  name                = "rsv-orders"
  location            = "westeurope"
  resource_group_name = "rg-backup"
  sku                 = "Standard"
}
