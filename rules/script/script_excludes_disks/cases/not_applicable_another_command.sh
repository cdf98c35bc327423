az backup protection resume -g rg-backup -v rsv-orders -c vm -i vm --policy-name daily
