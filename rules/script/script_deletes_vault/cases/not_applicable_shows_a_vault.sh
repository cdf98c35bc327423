az backup vault show --name rsv-orders --resource-group rg-backup
