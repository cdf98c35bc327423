az lock delete --name keep --resource-group rg-backup --resource rsv-orders --resource-type Microsoft.RecoveryServices/vaults
