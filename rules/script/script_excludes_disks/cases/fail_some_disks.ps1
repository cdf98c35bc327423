Enable-AzRecoveryServicesBackupProtection -Item $item -ExclusionDisksList @('1', '2') -VaultId $vault.ID
