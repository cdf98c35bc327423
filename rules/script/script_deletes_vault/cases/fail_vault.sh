az backup vault delete --name rsv-orders --resource-group rg-backup --force --yes
