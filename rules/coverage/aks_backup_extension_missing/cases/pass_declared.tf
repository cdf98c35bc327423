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

resource "azurerm_kubernetes_cluster" "orders" {
  name                = "aks-orders"
  location            = azurerm_resource_group.app.location
  resource_group_name = azurerm_resource_group.app.name
  dns_prefix          = "orders"

  default_node_pool {
    name       = "system"
    node_count = 3
    vm_size    = "Standard_D4s_v5"
  }

  identity {
    type = "SystemAssigned"
  }
}

resource "azurerm_data_protection_backup_vault" "vault" {
  name                = "bv-orders"
  resource_group_name = "rg-backup"
  location            = "westeurope"
  datastore_type      = "VaultStore"
  redundancy          = "GeoRedundant"
}

resource "azurerm_data_protection_backup_instance_kubernetes_cluster" "orders" {
  name                         = "aks-orders"
  location                     = "westeurope"
  vault_id                     = azurerm_data_protection_backup_vault.vault.id
  kubernetes_cluster_id        = azurerm_kubernetes_cluster.orders.id
  snapshot_resource_group_name = "rg-snapshots"
  backup_policy_id             = "${azurerm_data_protection_backup_vault.vault.id}/backupPolicies/aks"

  backup_datasource_parameters {
    excluded_namespaces              = ["kube-system"]
    cluster_scoped_resources_enabled = true
    volume_snapshot_enabled          = true
  }
}

resource "azurerm_kubernetes_cluster_extension" "backup" {
  name              = "azure-aks-backup"
  cluster_id        = azurerm_kubernetes_cluster.orders.id
  extension_type    = "Microsoft.DataProtection.Kubernetes"
  release_train     = "stable"
  release_namespace = "dataprotection-microsoft"
}
