az backup protection backup-now -g rg-backup -v rsv-orders -c vm-orders -i vm-orders --query name -o tsv
