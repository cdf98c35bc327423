az backup protection backup-now -g rg-backup -v rsv-orders -c vm -i vm
