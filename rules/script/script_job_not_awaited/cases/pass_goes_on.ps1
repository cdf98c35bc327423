$job = Backup-AzRecoveryServicesBackupItem -Item $item -VaultId $vault.ID
Wait-AzRecoveryServicesBackupJob -Job $job -VaultId $vault.ID
Invoke-AzVMRunCommand -ResourceGroupName rg-app -VMName vm-orders -CommandId RunPowerShellScript -ScriptPath upgrade.ps1
