@echo off
rem az backup vault delete --name rsv-other --resource-group rg-backup --yes
call az backup vault delete --name rsv-orders ^
  --resource-group rg-backup --force --yes
