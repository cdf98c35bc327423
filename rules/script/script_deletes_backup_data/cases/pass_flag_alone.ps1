$item = Get-AzRecoveryServicesBackupItem -WorkloadType AzureVM -Name vm-orders -VaultId $vaultId
Disable-AzRecoveryServicesBackupProtection -Item $item -VaultId $vaultId -RemoveRecoveryPoints:$false -Force
