Backup-AzRecoveryServicesBackupItem -Item $item -VaultId $vault.ID -ExpiryDateTimeUTC (Get-Date).ToUniversalTime().AddHours(2)
