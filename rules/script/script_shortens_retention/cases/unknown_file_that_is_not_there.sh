az backup policy create -g rg-backup -v rsv-orders -n daily --backup-management-type AzureIaasVM --policy @daily.json
