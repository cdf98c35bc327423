$account = Get-AzStorageAccount -ResourceGroupName rg-staging -Name ststaging
# The region should be compared: $account.Location -eq $vault.Location
Restore-AzRecoveryServicesBackupItem -RecoveryPoint $rp -StorageAccountName $account.StorageAccountName -StorageAccountResourceGroupName $account.ResourceGroupName -TargetResourceGroupName rg-restore
