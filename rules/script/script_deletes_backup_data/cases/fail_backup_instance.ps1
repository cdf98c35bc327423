Remove-AzDataProtectionBackupInstance -ResourceGroupName rg-backup -VaultName bv-orders -Name disk-orders
