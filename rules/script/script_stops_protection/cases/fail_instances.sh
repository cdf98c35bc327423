az dataprotection backup-instance suspend-backup -g rg-backup --vault-name bv-orders -n disk-orders
az backup protection auto-disable-for-azurewl -g rg-backup -v rsv-orders --protectable-item-name sql --protectable-item-type SQLInstance --server-name vm-sql --workload-type MSSQL
