az backup protection disable -g rg-backup -v rsv-orders -c vm -i vm --delete-backup-data TRUE -y
