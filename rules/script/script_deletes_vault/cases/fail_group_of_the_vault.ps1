$group = 'rg-try'
New-AzRecoveryServicesVault -ResourceGroupName $group -Name rsv-try -Location westeurope
Remove-AzResourceGroup -Name $group -Force
