az backup protection update-for-vm -g rg-backup -v rsv-orders -c vm -i vm --disk-list-setting resetexclusionsettings
