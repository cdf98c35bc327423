az backup container unregister -g rg-backup -v rsv-orders -c "StorageContainer;Storage;rg-app;stapp" --backup-management-type AzureStorage --yes
