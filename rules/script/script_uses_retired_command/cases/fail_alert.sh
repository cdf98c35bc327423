az monitor alert create --name failed --resource-group rg-backup --target "$VAULT" --condition "level=Error"
