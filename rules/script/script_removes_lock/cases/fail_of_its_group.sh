az backup vault show --name rsv-orders --resource-group rg-backup
az group lock delete --name keep --resource-group rg-backup
