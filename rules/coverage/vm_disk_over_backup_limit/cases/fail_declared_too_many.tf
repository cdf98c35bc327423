terraform {
  required_version = ">= 1.9"

  required_providers {
    azurerm = {
      source  = "hashicorp/azurerm"
      version = "~> 4.14"
    }
  }
}

provider "azurerm" {
  features {}
}

resource "azurerm_resource_group" "app" {
  name     = "rg-app"
  location = "westeurope"
}

resource "azurerm_virtual_machine" "orders" {
  name                  = "vm-orders"
  resource_group_name   = azurerm_resource_group.app.name
  location              = azurerm_resource_group.app.location
  vm_size               = "Standard_E64s_v5"
  network_interface_ids = []

  storage_os_disk {
    name              = "vm-orders-os"
    create_option     = "FromImage"
    managed_disk_type = "Premium_LRS"
    disk_size_gb      = 64
  }

  dynamic "storage_data_disk" {
    for_each = range(40)

    content {
      name              = "vm-orders-data${storage_data_disk.value}"
      lun               = storage_data_disk.value
      create_option     = "Empty"
      managed_disk_type = "Premium_LRS"
      disk_size_gb      = 128
    }
  }
}
