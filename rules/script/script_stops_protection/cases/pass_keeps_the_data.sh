az backup protection resume -g rg-backup -v rsv-orders -c vm-orders -i vm-orders --policy-name daily
