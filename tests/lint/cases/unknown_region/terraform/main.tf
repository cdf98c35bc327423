# Nobody knows the region, but it is one and the same.

variable "location" {
  type = string
}

variable "other_location" {
  type = string
}

locals {
  machines = {
    near      = var.location
    elsewhere = var.other_location
  }
}

resource "azurerm_recovery_services_vault" "orders" {
  name                = "rsv-orders"
  location            = var.location
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

resource "azurerm_windows_virtual_machine" "all" {
  for_each              = local.machines
  name                  = "vm-${each.key}"
  resource_group_name   = "rg-app"
  location              = each.value
  size                  = "Standard_D2s_v5"
  admin_username        = "orders"
  admin_password        = "of no use"
  network_interface_ids = []

  os_disk {
    caching              = "ReadWrite"
    storage_account_type = "Premium_LRS"
  }
}

#~ pass vault-region-mismatch
resource "azurerm_backup_protected_vm" "near" {
  resource_group_name = "rg-backup"
  recovery_vault_name = azurerm_recovery_services_vault.orders.name
  source_vm_id        = azurerm_windows_virtual_machine.all["near"].id
  backup_policy_id    = azurerm_backup_policy_vm.daily.id
}

#~ unknown vault-region-mismatch unresolved-expression
resource "azurerm_backup_protected_vm" "elsewhere" {
  resource_group_name = "rg-backup"
  recovery_vault_name = azurerm_recovery_services_vault.orders.name
  source_vm_id        = azurerm_windows_virtual_machine.all["elsewhere"].id
  backup_policy_id    = azurerm_backup_policy_vm.daily.id
}
