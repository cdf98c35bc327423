# Of the parameters of a template that are not all known, those that are known count.

variable "immutability" {}

variable "guard" {}

# The template's own default.
resource "azurerm_resource_group_template_deployment" "stock" {
  name                = "stock"
  resource_group_name = "rg-stock"
  deployment_mode     = "Incremental"
  template_content    = file("${path.module}/guarded.json")
}

variable "soft_delete" {
  default = "Disabled"
}

locals {
  parameters = {
    vaultName    = { value = "rsv-payroll" }
    softDelete   = { value = var.soft_delete }
    immutability = { value = var.immutability }
  }
}

resource "azurerm_resource_group_template_deployment" "payroll" {
  name                = "payroll"
  resource_group_name = "rg-payroll"
  deployment_mode     = "Incremental"
  template_content   = file("${path.module}/vault.json")
  parameters_content = jsonencode(local.parameters)
}

# Which parameters there are is not known, so no default counts.
resource "azurerm_resource_group_template_deployment" "orders" {
  name                = "orders"
  resource_group_name = "rg-orders"
  deployment_mode     = "Incremental"
  template_content   = file("${path.module}/vault.json")
  parameters_content = jsonencode({ vaultName = { value = "rsv-orders" }, (var.guard) = { value = "x" }, immutability = { value = "Disabled" } })
}
