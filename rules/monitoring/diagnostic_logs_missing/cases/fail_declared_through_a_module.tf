terraform {
  required_providers {
    azurerm = {
      source  = "hashicorp/azurerm"
      version = "~> 4.0"
    }
  }
}

module "backup" {
  source     = "./modules/backup"
  categories = ["AzureSiteRecoveryJobs", "AzureSiteRecoveryEvents"]
}
