az backup protection enable-for-vm -g rg-backup -v rsv-orders --vm vm-orders -p daily
