$item = Get-AzRecoveryServicesBackupItem -WorkloadType AzureVM -Name vm-orders -VaultId $vaultId
# Not this one: Disable-AzRecoveryServicesBackupProtection -Item $item -RemoveRecoveryPoints
Write-Output "would run Disable-AzRecoveryServicesBackupProtection -RemoveRecoveryPoints"
Disable-AzRecoveryServicesBackupProtection -Item $item -VaultId $vaultId `
  -RemoveRecoveryPoints -Force
