az backup protection backup-now -g rg-backup -v rsv-orders -c vm -i vm --backup-management-type AzureIaasVM --retain-until "$(date -u -d '+7 days' +%d-%m-%Y)"
