Update-AzDataProtectionBackupVault -ResourceGroupName rg-backup -VaultName bv-orders -SoftDeleteState Off
