az backup protection disable -g rg-backup -v rsv-orders -c vm-orders -i vm-orders --backup-management-type AzureIaasVM --yes
