$machine = Get-AzVM -Name vm-orders -ResourceGroupName rg-app
Remove-AzResource -ResourceId $machine.Id -Force
