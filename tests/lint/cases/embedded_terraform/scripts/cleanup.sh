az backup vault delete --name rsv-file --resource-group rg-shared --yes #~ fail script-deletes-vault
