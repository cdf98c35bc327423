az backup container register -g rg-backup -v rsv-orders --resource-id "$ID" --workload-type MSSQL --backup-management-type AzureWorkload
