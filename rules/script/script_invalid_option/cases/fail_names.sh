az backup vault list --Resource-Group rg-backup
az backup vault backup-properties set -g rg-backup -n rsv-orders --retention-duration-in-days 14
az backup protection stop -g rg-backup -v rsv-orders
