az backup container re-register -g rg-backup -v rsv-orders -c "$C" --workload-type MSSQL --backup-management-type AzureWorkload --yes
