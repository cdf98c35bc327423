# Scripts that resources run are judged where they stand.

variable "group" {
  default = "rg-shared"
}

variable "elsewhere" {
  type = string
}

variable "pin" {
  default   = "true"
  sensitive = true
}

locals {
  cleanup = "az backup vault delete --name rsv-local --resource-group rg-shared --yes"
}

resource "azurerm_resource_group" "backup" {
  name     = "rg-backup"
  location = "westeurope"
}

resource "azurerm_recovery_services_vault" "orders" {
  name                = "rsv-orders"
  location            = azurerm_resource_group.backup.location
  resource_group_name = azurerm_resource_group.backup.name
  sku                 = "Standard"
}

resource "null_resource" "literal" {
  provisioner "local-exec" {
    command = "az backup vault delete --name \"rsv-old\" --resource-group rg-shared --yes" #~ fail script-deletes-vault
  }
}

resource "null_resource" "heredoc" {
  triggers = {
    vault = "rsv-old"
  }
  provisioner "local-exec" {
    when    = destroy
    command = <<-EOT
      set -eu
      NAME="${self.triggers.vault}"
      if [ -n "$${FORCE:-}" ]; then
        #~ fail script-deletes-vault
        az backup vault delete \
          --name "$NAME" --resource-group ${var.group} --yes
      fi
      az group delete --name ${azurerm_resource_group.backup.name} --yes #~ fail script-deletes-vault
      az group delete --name ${var.elsewhere} --yes #~ unknown script-deletes-vault unresolved-expression
      # az backup vault delete --name commented
      echo az backup vault delete --name printed
    EOT
  }
}

# One that changes with each resource of a loop, and one that does not.
resource "terraform_data" "loop" {
  for_each = toset(["rsv-a", "rsv-b"])
  provisioner "local-exec" {
    environment = {
      VAULT = each.key
    }
    command = "az backup vault delete --name $VAULT --resource-group rg-shared --yes" #~ fail script-deletes-vault
  }
  provisioner "local-exec" {
    interpreter = ["bash", "-c"]
    command     = <<EOT
%{ if var.group == "rg-shared" ~}
#~ fail script-deletes-backup-data
az backup protection disable --delete-backup-data true --yes \
  --container-name c --item-name i --vault-name v --resource-group g
%{ endif ~}
EOT
  }
}

resource "null_resource" "never" {
  count = 0
  provisioner "local-exec" {
    command = "az backup vault delete --name rsv-never --resource-group rg-shared --yes"
  }
}

resource "null_resource" "powershell" {
  provisioner "local-exec" {
    interpreter = ["pwsh", "-NoProfile", "-Command"]
    command     = <<-EOT
      $vault = Get-AzRecoveryServicesVault -Name 'rsv-old' -ResourceGroupName 'rg-shared'
      Remove-AzRecoveryServicesVault -Vault $vault #~ fail script-deletes-vault
    EOT
  }
  # What a shell would take for a command is none here.
  provisioner "local-exec" {
    interpreter = ["python3", "-c"]
    command     = "az backup vault delete --name rsv-old --resource-group rg-shared --yes"
  }
}

resource "null_resource" "remote" {
  provisioner "remote-exec" {
    inline = [
      "az login --identity",
      "az backup vault delete --name rsv-old --resource-group rg-shared --yes", #~ fail script-deletes-vault
    ]
  }
  provisioner "file" {
    content     = "az backup vault delete --name rsv-old --resource-group rg-shared --yes"
    destination = "/tmp/x"
  }
}

# What is written elsewhere stands where it is used.
resource "null_resource" "elsewhere" {
  provisioner "local-exec" {
    command = local.cleanup #~ fail script-deletes-vault
  }
  provisioner "local-exec" {
    command = file("${path.module}/scripts/cleanup.sh")
  }
  provisioner "local-exec" {
    command = file("${path.module}/scripts/cleanup.txt") #~ fail script-deletes-vault
  }
}

# Of what is known in part the known pieces count.
resource "azapi_resource" "partly" {
  type      = "Microsoft.Resources/deploymentScripts@2023-08-01"
  name      = "cleanup"
  parent_id = azurerm_resource_group.backup.id
  location  = "westeurope"
  body = {
    kind = "AzureCLI"
    properties = {
      azCliVersion      = "2.60.0"
      retentionInterval = "P1D"
      scriptContent     = "az backup vault delete --name ${var.elsewhere} --resource-group rg --yes" #~ fail script-deletes-vault
    }
  }
}

# A secret is not told, and not judged.
resource "null_resource" "secret" {
  provisioner "local-exec" {
    command = "az backup protection disable --delete-backup-data ${var.pin} --yes -c c -i i -v v -g g" #~ unknown script-deletes-backup-data unresolved-expression
  }
}

module "cleanup" {
  source = "./module"
  vault  = "rsv-module"
}

resource "azurerm_resource_deployment_script_azure_cli" "cli" {
  name                = "cleanup"
  resource_group_name = azurerm_resource_group.backup.name
  location            = "westeurope"
  version             = "2.60.0"
  retention_interval  = "P1D"
  environment_variable {
    name  = "VAULT"
    value = "rsv-old"
  }
  script_content = <<-EOT
    az group delete --name "${azurerm_resource_group.backup.name}" --yes #~ fail script-deletes-vault
  EOT
}

resource "azurerm_resource_deployment_script_azure_power_shell" "powershell" {
  name                = "cleanup"
  resource_group_name = azurerm_resource_group.backup.name
  location            = "westeurope"
  version             = "12.0"
  retention_interval  = "P1D"
  script_content      = <<-EOT
    Remove-AzResourceGroup -Name rg-backup -Force #~ fail script-deletes-vault
  EOT
}
