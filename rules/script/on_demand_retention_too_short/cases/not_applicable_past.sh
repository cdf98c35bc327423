az backup protection backup-now -g rg-backup -v rsv-orders -c vm -i vm --backup-management-type AzureIaasVM --retain-until 31-12-2025
