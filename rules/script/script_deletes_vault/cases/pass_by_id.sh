az resource delete --ids "/subscriptions/$SUB/resourceGroups/rg-app/providers/Microsoft.Compute/virtualMachines/vm-orders"
