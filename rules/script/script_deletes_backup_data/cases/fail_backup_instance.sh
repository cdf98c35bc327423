az dataprotection backup-instance delete --resource-group rg-backup --vault-name bv-orders --backup-instance-name disk-orders --yes
