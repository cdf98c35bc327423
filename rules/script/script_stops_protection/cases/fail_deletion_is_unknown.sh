az backup protection disable -g rg-backup -v rsv-orders -c vm-orders -i vm-orders --delete-backup-data "$1" -y
