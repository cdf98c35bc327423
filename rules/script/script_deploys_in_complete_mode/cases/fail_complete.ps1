New-AzResourceGroupDeployment -ResourceGroupName rg-app -TemplateFile main.bicep -Mode Complete -Force
