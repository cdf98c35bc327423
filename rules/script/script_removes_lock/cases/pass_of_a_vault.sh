az lock create --name keep --resource-group rg-backup --resource rsv-orders --resource-type Microsoft.RecoveryServices/vaults --lock-type CanNotDelete
