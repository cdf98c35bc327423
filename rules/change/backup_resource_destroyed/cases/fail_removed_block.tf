removed {
  from = azurerm_recovery_services_vault.orders

  lifecycle {
    destroy = true
  }
}
