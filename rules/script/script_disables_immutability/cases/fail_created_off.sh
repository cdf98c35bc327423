az dataprotection backup-vault create -g rg-backup --vault-name bv-orders -l westeurope --storage-settings type=GeoRedundant datastore-type=VaultStore --immutability-state Disabled
