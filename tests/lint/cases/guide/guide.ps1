# The shapes of the snippets of the guide, read as one script.
$vault = Get-AzRecoveryServicesVault `
  -ResourceGroupName "rg-vaults" `
  -Name "rsv-guide"
Set-AzRecoveryServicesVaultContext -Vault $vault
$policy = Get-AzRecoveryServicesBackupProtectionPolicy `
  -Name "daily"
$machine = Get-AzVM `
  -ResourceGroupName "rg-web" `
  -Name "vm-web"
Enable-AzRecoveryServicesBackupProtection `
  -ResourceGroupName "rg-web" `
  -Name "vm-web" `
  -Policy $policy

$container = Get-AzRecoveryServicesBackupContainer `
  -ContainerType AzureVM `
  -FriendlyName "vm-web"
$item = Get-AzRecoveryServicesBackupItem `
  -Container $container `
  -WorkloadType AzureVM
# Thirty days from the run are no day in the past.
Backup-AzRecoveryServicesBackupItem `
  -Item $item `
  -ExpiryDateTimeUTC (Get-Date).AddDays(30) #~ pass script-retain-until-in-past; pass on-demand-retention-too-short

$points = Get-AzRecoveryServicesBackupRecoveryPoint `
  -Item $item
$point = $points[0]
$account = Get-AzStorageAccount `
  -ResourceGroupName "rg-staging" `
  -Name "stguide"
#~ fail script-restore-without-target-group; fail restore-without-staging-region-check; fail script-invalid-option
Restore-AzRecoveryServicesBackupItem -RecoveryPoint $point -StorageAccountName $account.StorageAccountName -StorageAccountResourceGroupName $account.ResourceGroupName -RestoreOnlyOSDisk $false
