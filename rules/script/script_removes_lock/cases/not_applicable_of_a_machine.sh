az lock delete --name keep --resource-group rg-app --resource vm-orders --resource-type Microsoft.Compute/virtualMachines
