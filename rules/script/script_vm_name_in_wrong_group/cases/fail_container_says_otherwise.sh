MACHINE=vm-orders
MACHINE_GROUP=rg-app
az backup protection enable-for-vm --resource-group rg-backup --vault-name rsv-orders --vm $MACHINE --policy-name daily
az backup protection backup-now --resource-group rg-backup --vault-name rsv-orders --backup-management-type AzureIaasVM \
  --container-name "IaasVMContainer;iaasvmcontainerv2;$MACHINE_GROUP;$MACHINE" --item-name "VM;iaasvmcontainerv2;$MACHINE_GROUP;$MACHINE"
