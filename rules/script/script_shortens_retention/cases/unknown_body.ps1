$retention = Get-AzRecoveryServicesBackupRetentionPolicyObject -WorkloadType AzureVM
$retention.DailySchedule.DurationCountInDays = 7
Set-AzRecoveryServicesBackupProtectionPolicy -Policy $policy -RetentionPolicy $retention -VaultId $vault.ID
