az monitor activity-log alert create --name failed --resource-group rg-backup --scope "$VAULT" --condition category=Administrative
