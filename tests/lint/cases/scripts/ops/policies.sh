VAULT="--resource-group rg-backup --vault-name rsv-orders"

# Sixty days are enough by themselves, and fewer than the code declares.
az backup policy set $VAULT --name daily --policy @daily.json #~ fail script-shortens-retention
az backup policy set $VAULT --name another --policy daily.json #~ pass script-shortens-retention
az backup item set-policy $VAULT --container-name vm-orders --name vm-orders --policy-name short #~ fail script-shortens-retention
az backup item set-policy $VAULT --container-name vm-orders --name vm-orders --policy-name daily #~ pass script-shortens-retention
az backup policy set $VAULT --name daily --policy @../../../../main.json #~ unknown script-shortens-retention outside-this-source
