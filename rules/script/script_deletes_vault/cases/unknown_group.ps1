Remove-AzResourceGroup -Name rg-somewhere -Force
