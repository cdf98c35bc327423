$storage = New-AzDataProtectionBackupVaultStorageSettingObject -DataStoreType VaultStore -Type LocallyRedundant
New-AzDataProtectionBackupVault -ResourceGroupName rg-backup -VaultName bv-orders -Location westeurope -StorageSetting $storage -ImmutabilityState Unlocked
