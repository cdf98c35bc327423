# The shapes of the snippets of the guide, read as one script.
VAULT="rsv-guide"
VAULT_GROUP="rg-vaults"
MACHINE="vm-web"
MACHINE_GROUP="rg-web"

#~ fail script-vm-name-in-wrong-group
az backup protection enable-for-vm --resource-group $VAULT_GROUP --vault-name $VAULT --vm $MACHINE --policy-name daily #~ pass script-excludes-disks; pass script-stops-protection

az backup protection backup-now \
  --resource-group $VAULT_GROUP \
  --vault-name $VAULT \
  --container-name "IaasVMContainer;iaasvmcontainerv2;$MACHINE_GROUP;$MACHINE" \
  --item-name "VM;iaasvmcontainerv2;$MACHINE_GROUP;$MACHINE" \
  --backup-management-type AzureIaasVM \
  --retain-until "31-12-2025" #~ fail script-retain-until-in-past

az backup recoverypoint list \
  --resource-group $VAULT_GROUP \
  --vault-name $VAULT \
  --container-name "IaasVMContainer;iaasvmcontainerv2;$MACHINE_GROUP;$MACHINE" \
  --item-name "VM;iaasvmcontainerv2;$MACHINE_GROUP;$MACHINE" \
  --backup-management-type AzureIaasVM \
  --workload-type VM \
  --output table #~ pass script-invalid-option

POINT=$(az backup recoverypoint list \
  --resource-group $VAULT_GROUP \
  --vault-name $VAULT \
  --container-name "IaasVMContainer;iaasvmcontainerv2;$MACHINE_GROUP;$MACHINE" \
  --item-name "VM;iaasvmcontainerv2;$MACHINE_GROUP;$MACHINE" \
  --backup-management-type AzureIaasVM \
  --workload-type VM \
  --query "[0].name" -o tsv)

#~ fail script-restore-without-target-group; fail restore-without-staging-region-check
az backup restore restore-disks --resource-group $VAULT_GROUP --vault-name $VAULT --container-name "IaasVMContainer;iaasvmcontainerv2;$MACHINE_GROUP;$MACHINE" --item-name "VM;iaasvmcontainerv2;$MACHINE_GROUP;$MACHINE" --rp-name $POINT --storage-account "stguide" --restore-to-staging-storage-account true

az backup job list \
  --resource-group $VAULT_GROUP \
  --vault-name $VAULT \
  --output table #~ pass script-uses-retired-command

#~ fail script-uses-retired-command
az monitor alert create \
  --name "failed-backups" \
  --resource-group rg-vaults \
  --target /subscriptions/{sub}/resourceGroups/rg-vaults/providers/Microsoft.RecoveryServices/vaults/rsv-guide \
  --condition "category=Backup and level=Error" \
  --action-group /subscriptions/{sub}/resourceGroups/rg-vaults/providers/microsoft.insights/actionGroups/ag
