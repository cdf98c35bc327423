# backuplint reads PowerShell beside Terraform, too.
Remove-AzResourceGroup -Name rg-backup -Force #~ fail script-deletes-vault

$settings = @{
    SoftDeleteFeatureState = 'Disable' #~ fail script-disables-soft-delete
}
Set-AzRecoveryServicesVaultProperty -VaultId $vault.ID @settings

$days = (Get-Date).AddDays(-3)
Backup-AzRecoveryServicesBackupItem -Item $item -ExpiryDateTimeUTC $days #~ fail script-retain-until-in-past via $days
