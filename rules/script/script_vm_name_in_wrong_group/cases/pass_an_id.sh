az backup protection enable-for-vm -g rg-backup -v rsv-orders --vm "/subscriptions/$SUB/resourceGroups/rg-app/providers/Microsoft.Compute/virtualMachines/vm-orders" -p daily
