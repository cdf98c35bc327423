$account = Get-AzStorageAccount -ResourceGroupName rg-staging -Name ststaging
if ($account.Location -ne $vault.Location) { throw 'another region' }
Restore-AzRecoveryServicesBackupItem -RecoveryPoint $rp -StorageAccountName $account.StorageAccountName -StorageAccountResourceGroupName $account.ResourceGroupName -TargetResourceGroupName rg-restore
