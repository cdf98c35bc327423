#!/usr/bin/env bash
# What the code beside a script declares tells what the script hits.
set -euo pipefail

az group delete --name rg-backup --yes #~ fail script-deletes-vault
az group delete --name rg-app --yes #~ not-applicable script-deletes-vault
az group delete --name rg-elsewhere --yes #~ unknown script-deletes-vault outside-this-source

az group lock delete --name keep --resource-group rg-backup #~ fail script-removes-lock
az group lock delete --name keep --resource-group rg-app #~ not-applicable script-removes-lock

az deployment group create --resource-group rg-app --template-file main.bicep --mode Complete #~ not-applicable script-deploys-in-complete-mode
az deployment group create --resource-group rg-backup --template-file main.bicep --mode Complete #~ fail script-deploys-in-complete-mode
