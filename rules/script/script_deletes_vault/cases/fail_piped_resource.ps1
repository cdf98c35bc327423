Get-AzResource -ResourceType Microsoft.RecoveryServices/vaults |
    Where-Object Name -like 'tmp-*' |
    Remove-AzResource -Force
Start-Process az -ArgumentList 'backup vault delete --resource-group rg --name rsv --yes' -Wait
cmd /c az backup vault delete --resource-group rg --name rsv-b --yes
