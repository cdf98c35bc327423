az backup vault create -g rg-backup -n rsv-orders --location westeurope
