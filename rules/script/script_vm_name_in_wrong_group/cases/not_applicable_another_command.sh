az backup protection resume -g rg-backup -v rsv-orders -c vm -i vm -p daily
