az lock delete --ids "$LOCK"
az group lock delete --name keep --resource-group rg-somewhere
