$vault = Get-AzRecoveryServicesVault -Name rsv-orders -ResourceGroupName rg-backup
$options = @{ RemoveRecoveryPoints = $true; Force = $true; VaultId = $vault.ID }
Get-AzRecoveryServicesBackupItem -BackupManagementType AzureVM -WorkloadType AzureVM -VaultId $vault.ID |
  Disable-AzRecoveryServicesBackupProtection @options
