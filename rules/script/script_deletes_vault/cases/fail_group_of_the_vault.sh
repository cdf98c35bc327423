GROUP=rg-try
az backup vault create --resource-group "$GROUP" --name rsv-try --location westeurope --immutability-state Unlocked
az group delete --name "$GROUP" --yes --no-wait
