az resource update --ids "/subscriptions/$SUB/resourceGroups/rg/providers/Microsoft.DataProtection/backupVaults/bv-orders" \
  --set properties.securitySettings.softDeleteSettings.state=Off
